"""The browser, the live server and the database reach one another."""

from collections.abc import Callable

from django.contrib.auth.models import User
from playwright.sync_api import Page, expect


def test_two_windows_are_two_people(new_page: Callable[..., Page]) -> None:
    User.objects.create_superuser("ada", password="engine")
    ada, stranger = new_page(), new_page()
    ada.goto("/admin/login/?next=/admin/")
    ada.fill("[name=username]", "ada")
    ada.fill("[name=password]", "engine")
    ada.click("[type=submit]")
    expect(ada.locator("#user-tools")).to_contain_text("ada")
    stranger.goto("/admin/")
    expect(stranger.locator("[name=password]")).to_be_visible()
