"""Comments in a real browser: said and settled while something else on the page is half typed."""

import pytest
from playwright.sync_api import Page, expect

from editorial import actions
from editorial.models import Comment
from editorial.transitions import State
from tests.browser.audit import violations
from tests.browser.desk import sign_in
from tests.editorial.factories import People, revision_in
from tests.editorial.test_admin_form import change_url

pytestmark = pytest.mark.any_database("what scripts make of a form")


def test_the_entry_stays_as_typed_while_its_comments_are_dealt_with(
    page: Page, people: People
) -> None:
    revision = revision_in(State.CHANGES_REQUESTED, people)
    remark = actions.comment(revision, people.reviewer, "再短一点", "summary")
    sign_in(page, people.author)
    page.goto(change_url(revision))
    still_open = page.locator(".desk-still-open")
    expect(still_open).to_contain_text("1")
    page.click(".desk-assign summary")
    assert violations(page) == []
    page.fill("#id_summary", "短的摘要")

    page.click(f"#comment-{remark.pk} button")
    expect(page.locator(".desk-comments-said")).not_to_be_empty()
    expect(page.locator("#remarks-summary .desk-remark")).to_have_count(0)
    expect(still_open).to_be_hidden()

    page.click("[data-comment=summary]")
    expect(page.locator("#comment-text")).to_be_focused()
    expect(page.locator("#comment-field")).to_have_value("summary")
    page.keyboard.type("改好了，请再看")
    page.click("#comment button")
    expect(page.locator("#remarks-summary .desk-remark")).to_contain_text("改好了")
    expect(page.locator("#comment-text")).to_have_value("")
    assert Comment.objects.latest("pk").text == "改好了，请再看"

    page.click("#comment button")
    expect(page.locator("#comment .errorlist")).to_be_visible()
    expect(page.locator("#comment-text")).to_be_focused()
    expect(page.locator("#id_summary")).to_have_value("短的摘要")


def test_a_comment_that_cannot_be_sent_stays(page: Page, people: People) -> None:
    revision = revision_in(State.IN_REVIEW, people)
    sign_in(page, people.reviewer)
    page.goto(change_url(revision))
    page.fill("#comment-text", "写了很久的意见")
    page.context.clear_cookies()
    page.click("#comment button")
    expect(page.locator(".desk-comments-said")).to_be_focused()
    expect(page.locator(".desk-comments-said")).not_to_be_empty()
    expect(page.locator("#comment-text")).to_have_value("写了很久的意见")
    assert not Comment.objects.exists()
