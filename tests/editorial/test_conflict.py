"""Whoever saves second is shown both versions, decides field by field, and loses nothing."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from editorial import actions
from editorial.models import Event, Revision
from editorial.transitions import State
from tests.editorial.factories import People, RevisionFactory, category
from tests.editorial.test_admin_form import browser_form, change_url, shown
from tests.editorial.test_pictures import chosen, content_of


@pytest.fixture
def revision(people: People) -> Revision:
    return RevisionFactory.create(
        author=people.author,
        headline="从前的标题",
        summary="从前的摘要",
        links=[["paper", "https://e.org/1"]],
        tag_names=["LLM"],
    )


@pytest.fixture
def author(people: People, client: Client) -> Client:
    client.force_login(people.author)
    return client


def opened(client: Client, revision: Revision) -> dict[str, str]:
    """Open the form, as a browser would send it back."""
    return browser_form(shown(client.get(change_url(revision))))


def theirs(people: People, **fields: Any) -> None:
    stored = Revision.objects.get()
    actions.edit(stored, people.publisher, stored.version, **fields)


@pytest.mark.parametrize(
    ("take", "stored"),
    [("mine", "我的标题"), ("theirs", "他们的标题"), ("own", "我们的标题")],
)
def test_a_field_that_both_changed_is_decided_by_a_person(
    take: str, stored: str, people: People, author: Client, revision: Revision
) -> None:
    form = opened(author, revision)
    theirs(people, headline="他们的标题")
    answer = author.post(change_url(revision), form | {"headline": "我的标题"})
    page = shown(answer)
    assert answer.status_code == 409
    assert "publisher" in page
    assert "<mark>他们</mark>的标题" in page
    assert "<mark>我</mark>的标题" in page
    assert Revision.objects.get().headline == "他们的标题"
    decided = browser_form(page) | {"take-headline": take, "headline": "我们的标题"}
    assert author.post(change_url(revision), decided).status_code == 302
    assert Revision.objects.get().headline == stored


def test_where_each_changed_another_field_both_changes_stay(
    people: People, author: Client, revision: Revision
) -> None:
    form = opened(author, revision)
    theirs(people, title="Theirs", tag_names=["LLM", "NLP"], category=category(title="他们的"))
    answer = author.post(change_url(revision), form | {"summary": "我的\r\n\r\n摘要"})
    assert answer.status_code == 409
    assert "take-" not in shown(answer)
    assert author.post(change_url(revision), browser_form(shown(answer))).status_code == 302
    stored = Revision.objects.get()
    assert (stored.summary, stored.title) == ("我的\n\n摘要", "Theirs")
    assert stored.tag_names == ["LLM", "NLP"]
    assert stored.category
    assert stored.category.title == "他们的"
    assert stored.links == revision.links


def test_what_is_stored_already_needs_no_decision(
    people: People, author: Client, revision: Revision
) -> None:
    form = opened(author, revision) | {"headline": "同样的标题 "}
    assert author.post(change_url(revision), form).status_code == 302
    theirs(people, title="Theirs")
    events = Event.objects.count()
    again = author.post(change_url(revision), form, follow=True)  # a second click on Save
    assert again.redirect_chain == [(change_url(revision), 302)]
    assert 'class="saved success"' in shown(again)
    assert Event.objects.count() == events


def test_a_third_change_in_between_is_merged_too(
    people: People, author: Client, revision: Revision
) -> None:
    form = opened(author, revision)
    theirs(people, headline="他们的标题")
    page = shown(author.post(change_url(revision), form | {"headline": "我的标题"}))
    decided = browser_form(page) | {"take-headline": "own", "headline": "我们的标题"}
    theirs(people, headline="更新的标题", summary="更新的摘要")
    answer = author.post(change_url(revision), decided)
    assert answer.status_code == 409
    assert "我们的标题" in shown(answer)
    assert Revision.objects.get().headline == "更新的标题"
    decided = browser_form(shown(answer)) | {"take-headline": "mine"}
    assert author.post(change_url(revision), decided).status_code == 302
    stored = Revision.objects.get()
    assert (stored.headline, stored.summary) == ("我们的标题", "更新的摘要")


def test_a_decision_that_cannot_be_stored_comes_back_with_its_reason(
    people: People, author: Client, revision: Revision
) -> None:
    form = opened(author, revision)
    theirs(people, summary="他们的摘要")
    page = shown(author.post(change_url(revision), form | {"summary": "我的摘要"}))
    decided = browser_form(page) | {"take-summary": "own", "summary": "我的\n\n# 一\n\n摘要"}
    answer = author.post(change_url(revision), decided)
    assert answer.status_code == 200
    assert "errorlist" in shown(answer)
    mended = browser_form(shown(answer)) | {"summary": "我们的摘要"}
    assert author.post(change_url(revision), mended).status_code == 302
    assert Revision.objects.get().summary == "我们的摘要"


@pytest.mark.parametrize("version", ["", "0", "9"])
def test_where_nobody_knows_what_was_read_everything_that_differs_is_decided(
    version: str, author: Client, revision: Revision
) -> None:
    form = opened(author, revision) | {"version": version, "headline": "我的标题", "tags": ""}
    answer = author.post(change_url(revision), form)
    assert answer.status_code == 409
    page = shown(answer)
    assert ("take-headline" in page, "take-tags" in page) == (True, True)
    assert "take-summary" not in page


def test_another_section_of_the_same_title_is_another_section(
    people: People, author: Client, revision: Revision
) -> None:
    first, second, third = (category(title="视觉") for _ in range(3))
    theirs(people, category=first)
    form = opened(author, revision)
    theirs(people, category=second)
    answer = author.post(change_url(revision), form | {"category": str(third.pk)})
    decided = browser_form(shown(answer)) | {"take-category": "mine"}
    author.post(change_url(revision), decided)
    assert Revision.objects.get().category == third


def test_a_picture_that_was_chosen_in_time_needs_not_be_chosen_again(
    people: People, author: Client, revision: Revision
) -> None:
    form = opened(author, revision)
    theirs(people, picture_src="theirs.png", picture_alt="他们的")
    picture = chosen(content_of("PNG"))
    answer = author.post(change_url(revision), form | {"picture_file": picture})
    assert answer.status_code == 409
    decided = browser_form(shown(answer)) | {"take-picture_src": "mine"}
    assert author.post(change_url(revision), decided).status_code == 302
    stored = Revision.objects.get()
    assert stored.picture.name
    assert stored.picture_src not in {"", "theirs.png"}
    assert stored.picture_alt == "他们的"


def test_what_was_typed_into_a_revision_that_moved_on_can_be_copied(
    people: People, author: Client, revision: Revision
) -> None:
    form = opened(author, revision) | {"summary": "我的摘要", "tags": "LLM, NLP"}
    actions.perform(Revision.objects.get(), "submit", people.author)
    answer = author.post(change_url(revision), form)
    page = shown(answer)
    assert answer.status_code == 409
    assert "readonly>我的摘要</textarea>" in page
    assert "readonly>LLM, NLP</textarea>" in page
    assert 'data-move="withdraw"' in page
    assert 'id="revision_form"' not in page
    assert Revision.objects.get().summary == "从前的摘要"


def test_hostile_text_is_shown_as_text(people: People, author: Client, revision: Revision) -> None:
    evil = '"><script>alert(1)</script>'
    form = opened(author, revision)
    theirs(people, summary=f"{evil} a", title=evil)
    answer = author.post(change_url(revision), form | {"summary": f"{evil} b", "picture_alt": evil})
    assert answer.status_code == 409
    assert "<script>alert" not in shown(answer)


def test_the_merge_page_asks_as_often_for_many_edits_as_for_one(
    people: People, author: Client, revision: Revision
) -> None:
    form = opened(author, revision) | {"headline": "我的标题"}
    counts = []
    for edits in (1, 20):
        for number in range(edits):
            theirs(people, headline=f"他们的标题{edits}.{number}", category=category())
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert author.post(change_url(revision), form).status_code == 409
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.APPROVED])
def test_a_form_of_an_ended_revision_that_says_nothing_new_says_so(
    state: State, people: People, author: Client, revision: Revision
) -> None:
    form = opened(author, revision)
    Revision.objects.update(state=state)
    answer = author.post(change_url(revision), form)
    assert answer.status_code == 409
    assert "readonly>" not in shown(answer)
