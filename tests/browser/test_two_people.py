"""Two people at one revision, and one whose session ends: nothing that was typed is lost."""

import re
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from digest.models import Category
from editorial import actions
from editorial.models import Revision
from editorial.transitions import State
from tests.browser.audit import violations
from tests.browser.desk import sign_in
from tests.editorial.factories import People, RevisionFactory
from tests.factories import CategoryFactory

NewPage = Callable[..., Page]
SAVE = ".submit-row [type=submit]"


@pytest.fixture
def section(live_server: LiveServer) -> Category:
    return CategoryFactory.create(title="大语言模型（LLMs）调优", slug="调优", position=1)


@pytest.fixture
def revision(people: People, section: Category) -> Revision:
    return RevisionFactory.create(author=people.author, category=section, summary="从前的摘要")


@pytest.fixture
def desk(revision: Revision) -> str:
    return f"/admin/editorial/revision/{revision.pk}/change/"


def test_who_saves_second_sees_both_and_loses_nothing(
    new_page: NewPage, people: People, revision: Revision, desk: str
) -> None:
    author = sign_in(new_page(), people.author)
    author.goto(desk)
    author.fill("[name=summary]", "我写的摘要")
    actions.edit(revision, people.publisher, 1, summary="他们写的摘要", title="Theirs")
    author.click(SAVE)
    choice = author.locator(".merge-choice")
    expect(choice).to_have_count(1)
    assert violations(author) == []
    expect(choice.locator(".merge-side mark")).to_have_text(["我", "他们"])
    author.click(SAVE)
    expect(choice).to_be_visible()  # the browser asks for a decision
    choice.locator("textarea").fill("我们写的摘要")
    expect(choice.locator("[value=own]")).to_be_checked()
    author.click(SAVE)
    expect(author.locator(".messagelist .success")).to_be_visible()
    expect(author.locator("[name=summary]")).to_have_value("我们写的摘要")
    expect(author.locator("[name=title]")).to_have_value("Theirs")
    expect(author.locator(".desk-kept")).to_be_hidden()
    author.reload()
    expect(author.locator(".desk-kept")).to_be_hidden()


def test_open_forms_know_of_each_other(new_page: NewPage, people: People, desk: str) -> None:
    author, publisher = new_page(), new_page()
    sign_in(author, people.author).goto(desk)
    expect(author.locator(".desk-presence p")).to_have_count(0)
    sign_in(publisher, people.publisher).goto(desk)
    expect(publisher.locator(".desk-presence")).to_contain_text("author")
    publisher.fill("[name=title]", "Theirs")
    publisher.click(SAVE)
    expect(publisher.locator(".messagelist .success")).to_be_visible()
    wait_for_notices(author, 2)
    expect(author.locator(".desk-presence p").last).to_contain_text("publisher")
    publisher.goto("/admin/")
    wait_for_notices(author, 1)


def wait_for_notices(page: Page, number: int) -> None:
    """Let the page ask for news again and again, as it does by itself every 20 seconds."""
    page.wait_for_function(
        """number => {
        document.dispatchEvent(new Event("visibilitychange"));
        return document.querySelectorAll(".desk-presence p").length === number;
    }""",
        arg=number,
        polling=200,
    )


def test_a_session_that_ends_takes_nothing(
    new_page: NewPage, people: People, revision: Revision, desk: str
) -> None:
    page = sign_in(new_page(), people.author)
    page.goto(desk)
    page.fill("[name=summary]", "我写了很久的摘要")
    Session.objects.all().delete()
    actions.edit(revision, people.publisher, 1, title="Theirs")
    page.click(SAVE)
    sign_in_here(page, people.author)
    expect(page.locator(".desk-kept")).to_be_visible()
    expect(page.locator("[name=summary]")).to_have_value("我写了很久的摘要")
    page.click(SAVE)
    expect(page.locator(".merge-settled")).to_have_count(2)  # mine and theirs, not theirs alone
    page.click(SAVE)
    expect(page.locator(".messagelist .success")).to_be_visible()
    expect(page.locator(".desk-kept")).to_be_hidden()
    stored = Revision.objects.get()
    assert (stored.summary, stored.title) == ("我写了很久的摘要", "Theirs")


def test_what_was_kept_can_be_discarded_and_is_nobody_elses(
    new_page: NewPage, people: People, desk: str
) -> None:
    page = sign_in(new_page(), people.author)
    page.goto(desk)
    page.fill("[name=summary]", "没有存过的摘要")
    leave(page)
    page.context.clear_cookies()
    sign_in(page, people.publisher).goto(desk)
    expect(page.locator("[name=summary]")).to_have_value("从前的摘要")
    expect(page.locator(".desk-kept")).to_be_hidden()
    page.context.clear_cookies()
    sign_in(page, people.author).goto(desk)
    expect(page.locator("[name=summary]")).to_have_value("没有存过的摘要")
    page.locator(".desk-kept button").press("Enter")
    expect(page.locator("[name=summary]")).to_have_value("从前的摘要")
    expect(page.locator(".desk-kept")).to_be_hidden()
    leave(page)
    page.goto(desk)
    expect(page.locator("[name=summary]")).to_have_value("从前的摘要")


def test_a_new_entry_outlives_a_sign_in_elsewhere(
    new_page: NewPage, people: People, section: Category
) -> None:
    page = sign_in(new_page(), people.author)
    page.goto("/admin/editorial/revision/add/")
    page.fill("#id_category", "调优")
    page.click("#id_category_list [role=option]")
    page.fill("[name=headline]", "新的条目")
    page.fill("[name=url]", "https://e.org/")
    page.context.clear_cookies()
    elsewhere = page.context.new_page()
    sign_in(elsewhere, people.author)  # the form's token is no longer good
    page.click(SAVE)
    page.click("#content-main .button")
    expect(page.locator("[name=headline]")).to_have_value("新的条目")
    expect(page.get_by_role("combobox", name="栏目")).to_have_value(re.compile("调优"))
    page.click(SAVE)
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert Revision.objects.get().headline == "新的条目"
    page.goto("/admin/editorial/revision/add/")
    expect(page.locator("[name=headline]")).to_have_value("")


def test_what_was_typed_is_shown_where_there_is_no_form_any_more(
    new_page: NewPage, people: People, revision: Revision, desk: str
) -> None:
    page = sign_in(new_page(), people.author)
    page.goto(desk)
    page.fill("[name=summary]", "来不及存的摘要")
    Session.objects.all().delete()
    actions.perform(revision, "submit", people.author)
    page.click(SAVE)
    sign_in_here(page, people.author)
    expect(page.locator("#revision_form")).to_have_count(0)
    kept = page.locator(".desk-kept textarea").input_value()
    assert "来不及存的摘要" in kept
    assert revision.headline in kept


def test_a_note_outlives_the_session_and_is_gone_once_it_is_said(
    new_page: NewPage, people: People, section: Category
) -> None:
    revision = RevisionFactory.create(state=State.IN_REVIEW, category=section)
    page = sign_in(new_page(), people.reviewer)
    page.goto(f"/admin/editorial/revision/{revision.pk}/change/")
    form = page.locator("form[data-move=request_changes]")
    form.locator("summary").click()
    form.locator("textarea").fill("标题再短一点")
    Session.objects.all().delete()
    form.locator("button").click()
    sign_in_here(page, people.reviewer)
    expect(form.locator("textarea")).to_have_value("标题再短一点")
    form.locator("button").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    kept = page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('desk:'))")
    assert kept == []


def test_the_form_works_where_nothing_can_be_kept(
    new_page: NewPage, people: People, desk: str
) -> None:
    page = sign_in(new_page(), people.author)
    page.add_init_script("""
        const { setItem } = Storage.prototype;
        Storage.prototype.setItem = function (key, value) {
          if (key.startsWith("desk:")) throw new DOMException("full", "QuotaExceededError");
          setItem.call(this, key, value);
        };
    """)
    page.goto(desk)
    page.fill("[name=summary]", "摘要")
    page.click(SAVE)
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage)") == ["theme"]


def sign_in_here(page: Page, person: object) -> None:
    """Sign in on the page that asks for it, and come back to where one was."""
    page.fill("[name=username]", str(person))
    page.fill("[name=password]", "engine")
    page.click("[type=submit]")


def leave(page: Page) -> None:
    """Go elsewhere without saving, whatever the browser asks."""
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto("/admin/")
