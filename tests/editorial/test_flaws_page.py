"""The form shows what the rules find beside each field, and mends it on a click, with no script."""

import pytest
from django.test import Client
from django.urls import reverse

from editorial.models import Revision
from editorial.transitions import State
from tests.editorial.factories import People, RevisionFactory, category
from tests.editorial.test_admin_form import ADD, browser_form, change_url, shown, typed
from tests.editorial.test_editor import TYPED
from tests.editorial.test_flaws import BOLD, TRACKED


@pytest.fixture
def author(people: People, client: Client) -> Client:
    client.force_login(people.author)
    return client


def test_a_draft_shows_its_flaws_beside_their_fields(people: People, author: Client) -> None:
    draft = RevisionFactory.create(author=people.author, summary=BOLD, url=TRACKED)
    page = shown(author.get(change_url(draft)))
    summary = page.split('data-field="summary"')[1].split("</ul>")[0]
    assert "desk-flaw-error" in summary
    assert 'name="fix" value="bold-literal"' in summary
    assert 'name="fix" value="link-tracking"' in page.split('data-field="url"')[1]


def test_what_cannot_be_mended_has_no_button(people: People, author: Client) -> None:
    draft = RevisionFactory.create(author=people.author, title="")
    page = shown(author.get(change_url(draft)))
    assert "title-missing" in page
    assert 'value="title-missing"' not in page


def test_a_click_mends_what_is_typed_and_stores_nothing(people: People, author: Client) -> None:
    draft = RevisionFactory.create(author=people.author, summary=BOLD)
    form = browser_form(shown(author.get(change_url(draft))))
    page = shown(author.post(change_url(draft), {**form, "title": "Typed", "fix": "bold-literal"}))
    assert "它「**只需要**」单个GPU。" in page
    assert 'value="Typed"' in page, "what else was typed stays"
    assert "desk-before" in page, "what stood there before is shown"
    assert Revision.objects.get().summary == BOLD
    author.post(change_url(draft), browser_form(page))
    assert Revision.objects.get().summary == "它「**只需要**」单个GPU。"
    assert Revision.objects.get().title == "Typed"


@pytest.mark.parametrize("code", ["", "no-such-rule", "title-missing", "anchor-dead"])
def test_a_forged_click_changes_nothing(author: Client, code: str) -> None:
    form = typed(category(), summary=BOLD)
    page = shown(author.post(ADD, {**form, "fix": code}))
    assert BOLD in page
    assert not Revision.objects.exists()


def test_what_is_being_typed_is_looked_at_too(author: Client) -> None:
    page = shown(author.post(TYPED, typed(category(), summary=BOLD)))
    assert 'data-field="summary"' in page
    assert "bold-literal" in page


def test_submitting_an_error_says_what_to_do(people: People, author: Client) -> None:
    draft = RevisionFactory.create(author=people.author, summary=BOLD)
    url = reverse("admin:editorial_revision_move", args=[draft.pk, "submit"])
    answer = author.post(url, {"version": draft.version}, follow=True)
    assert "bold-literal" in shown(answer)
    assert Revision.objects.get().state == State.DRAFT


def test_a_revision_that_cannot_be_changed_shows_none(people: People, author: Client) -> None:
    waiting = RevisionFactory.create(author=people.author, summary=BOLD, state=State.IN_REVIEW)
    assert "desk-flaw" not in shown(author.get(change_url(waiting)))
