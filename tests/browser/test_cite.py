"""A reader copies a reference with a button, or by hand where there is no script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.factories import ArticleFactory, PaperFactory

pytestmark = pytest.mark.any_database("what a button copies")

REFERENCE = "Tim Dettmers. QLoRA. NeurIPS. 2023-05. https://arxiv.org/abs/2305.14314"


@pytest.fixture
def address(live_server: LiveServer) -> str:
    paper = PaperFactory.create(
        identity="arxiv:2305.14314",
        title="QLoRA",
        authors="Dettmers, Tim",
        published_on="2023-05",
        venue="NeurIPS",
    )
    return ArticleFactory.create(paper=paper, title_html="").get_absolute_url()


def test_a_button_copies_the_reference(new_page: Callable[..., Page], address: str) -> None:
    page = new_page(permissions=["clipboard-read"], locale="en")
    page.goto(f"/en{address}")
    page.get_by_role("button", name="Copy").press("Enter")
    expect(page.locator(".reference [role=status]")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == REFERENCE


def test_without_a_script_the_reference_is_there_and_no_button(
    new_page: Callable[..., Page], address: str
) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(address)
    expect(page.locator("#reference")).to_have_text(REFERENCE)
    expect(page.locator(".reference button")).to_be_hidden()
