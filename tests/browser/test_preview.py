"""The preview in a real browser: the page in its frame, and the link for a friend."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from digest.models import Category
from tests.browser.audit import violations
from tests.browser.desk import sign_in
from tests.editorial.factories import People, RevisionFactory
from tests.factories import ArticleFactory, CategoryFactory

pytestmark = pytest.mark.any_database("what a frame shows")


@pytest.fixture
def section(live_server: LiveServer) -> Category:
    section: Category = CategoryFactory.create()
    for place in range(1, 30):
        ArticleFactory.create(category=section, position=place, revision=10**6 + place)
    return section


def test_a_draft_is_seen_in_its_place_and_shown_to_a_friend(
    section: Category, new_page: Callable[..., Page]
) -> None:
    author = People().author
    RevisionFactory.create(author=author, category=section, headline="预览我")
    page = sign_in(new_page(locale="en"), author, prefix="/en")
    page.goto("/en/admin/editorial/revision/")
    page.get_by_role("link", name="预览我").click()
    page.get_by_role("link", name="Preview", exact=True).click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="预览我")).to_be_visible()
    assert not violations(page)

    page.get_by_role("link", name="In the list").click()
    expect(frame.get_by_role("link", name="预览我")).to_be_in_viewport()
    assert page.evaluate("scrollY") == 0
    page.get_by_label("Phone").check()
    expect(frame.locator("body")).to_have_js_property("clientWidth", 390)

    page.get_by_role("button", name="Make a link").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("status")).to_have_text("Copied.")
    friend = new_page(locale="en", viewport={"width": 390, "height": 844})
    friend.goto(page.get_by_label("Whoever has this link").input_value())
    expect(friend.get_by_role("heading", name="预览我")).to_be_visible()
    assert not violations(friend)
    friend.get_by_role("link", name="In the README").click()
    expect(friend.locator(".preview-diff")).to_contain_text("+**30、[预览我]")
    assert not violations(friend)
    assert friend.evaluate("document.documentElement.scrollWidth <= innerWidth")
    friend.get_by_role("link", name="In the list").click()
    expect(friend.get_by_role("link", name="预览我")).to_be_in_viewport()
