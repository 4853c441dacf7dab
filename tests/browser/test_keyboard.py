"""The whole flow without a mouse: every control is reached by Tab and used by keys."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from digest.models import Article
from tests.browser.desk import sign_in
from tests.editorial.factories import People
from tests.factories import CategoryFactory

pytestmark = pytest.mark.any_database("what keys reach on a page")

STEPS = 150  # more than any page of the desk has controls


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on what this selector finds, and see that the focus shows."""
    for _ in range(STEPS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            break
    else:
        raise AssertionError(f"Tab never comes to {selector} on {page.url}")
    style = "getComputedStyle(document.activeElement)"
    outline = page.evaluate(f"{style}.outlineStyle != 'none' && {style}.outlineWidth != '0px'")
    border = page.evaluate(
        "() => { const it = document.activeElement, seen = getComputedStyle(it);"
        " const now = [seen.borderColor, seen.backgroundColor, seen.color, seen.textDecoration];"
        " it.blur(); const rest = getComputedStyle(it);"
        " const then = [rest.borderColor, rest.backgroundColor, rest.color, rest.textDecoration];"
        " it.focus(); return now.join() != then.join(); }"
    )
    assert outline or border, f"the focus on {selector} cannot be seen"


def use(page: Page, selector: str) -> None:
    """Go to a link or button by Tab and press Enter there; a new page answers."""
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def move(page: Page, name: str, note: str = "") -> None:
    """Make a move by keys."""
    if note:
        tab_to(page, f"[data-move={name}] summary")
        page.keyboard.press("Enter")
        tab_to(page, f"[data-move={name}] textarea")
        page.keyboard.type(note)
    use(page, f"[data-move={name}] button")
    expect(page.locator(".messagelist .success")).to_be_visible()


def test_an_entry_is_written_reviewed_and_published_by_keys(
    new_page: Callable[..., Page], people: People
) -> None:
    CategoryFactory.create(title="大语言模型（LLMs）调优", slug="调优", position=1)
    author = sign_in(new_page(), people.author)
    use(author, "main a[href$='/revision/add/']")
    tab_to(author, "#id_category")
    author.keyboard.type("调优")
    expect(author.get_by_role("option")).to_have_count(1)
    author.keyboard.press("Enter")
    tab_to(author, "#id_headline")
    author.keyboard.type("QLoRA：快2倍")
    tab_to(author, "#id_url")
    author.keyboard.type("https://mp.weixin.qq.com/s/1")
    tab_to(author, "#id_summary")
    author.keyboard.type("它只需要单个GPU。")
    use(author, ".submit-row [type=submit]")
    move(author, "submit")

    reviewer = sign_in(new_page(), people.reviewer)
    use(reviewer, "main a[href*='/revision/'][href$='/change/']")
    move(reviewer, "request_changes", "摘要太短")

    author.goto("/admin/")
    use(author, "main a[href*='/revision/'][href$='/change/']")
    tab_to(author, "#id_summary")
    author.keyboard.press("End")
    author.keyboard.type("真的。")
    with author.expect_navigation():
        author.keyboard.press("Control+s")
    move(author, "submit")

    reviewer.reload()
    move(reviewer, "approve")
    publisher = sign_in(new_page(), people.publisher)
    use(publisher, "main a[href*='/revision/'][href$='/change/']")
    move(publisher, "publish")
    assert Article.objects.published().get().summary == "它只需要单个GPU。真的。"
