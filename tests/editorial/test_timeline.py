"""Who did what when: an article's history over all its revisions, and the log as a file."""

import csv
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from digest.models import Article
from editorial import actions
from editorial.desk import tables, timeline
from editorial.models import Event, Revision
from editorial.transitions import State
from tests.editorial.factories import EVERYBODY, People, RevisionFactory, publish, revision_in


def told(article: Article | None) -> list[tuple[str, str, str, str]]:
    assert article
    revisions = list(Revision.objects.filter(article=article).select_related("author"))
    with override("en"):
        return [
            (one.user.get_username(), one.act, one.details, one.note)
            for one in timeline.of_revisions(revisions)
        ]


def test_the_story_goes_over_all_revisions_in_order(people: People) -> None:
    first = RevisionFactory.create(author=people.author)
    actions.edit(first, people.author, 1, summary="新", tag_names=["LLM"])
    actions.assign(first, people.author, people.reviewer, date(2999, 1, 2))
    remark = actions.comment(first, people.reviewer, "太长", "headline")
    actions.resolve(remark, people.author)
    publish(first, people)
    change = actions.revise(Article.objects.get(), people.second_author)
    actions.perform(change, "submit", people.second_author)
    actions.perform(change, "approve", people.reviewer, "好")
    at = datetime(2999, 1, 1, 1, tzinfo=UTC)
    actions.perform(change, "schedule", people.publisher, at=at)
    actions.perform(change, "publish", people.publisher)
    assert told(change.article) == [
        ("author", "Began the draft", "", ""),
        ("author", "Edited", "summary, tags", ""),
        ("author", "Assigned", "reviewer, due 2999-01-02", ""),
        ("reviewer", "Commented", "headline", "太长"),
        ("author", "Resolved a comment", "headline", "太长"),
        ("author", "Submit for review", "", ""),
        ("reviewer", "Approve", "", ""),
        ("publisher", "Publish", "", ""),
        ("second_author", "Began the draft", "", ""),
        ("second_author", "Submit for review", "", ""),
        ("reviewer", "Approve", "", "好"),
        ("publisher", "Schedule", "for 2999-01-01 09:00 CST", ""),
        ("publisher", "Supersede", "", ""),
        ("publisher", "Publish", "", ""),
    ]


def test_the_story_costs_the_same_for_many_revisions(people: People, client: Client) -> None:
    client.force_login(people.author)
    live = revision_in(State.PUBLISHED, people)
    page = reverse("admin:digest_article_history", args=[live.article_id])

    def queries() -> int:
        with CaptureQueriesContext(connection) as used:
            assert client.get(page).status_code == 200
        assert len(used) <= 10
        return len(used)

    before = queries()
    for _ in range(5):
        assert live.article
        live.article.refresh_from_db()
        change = actions.revise(live.article, people.author)
        actions.comment(change, people.reviewer, "好")
        publish(change, people)
    assert queries() == before


def test_the_history_page_tells_it_newest_first(people: People, client: Client) -> None:
    live = revision_in(State.TAKEN_DOWN, people)
    client.force_login(people.author)
    page = client.get(reverse("admin:digest_article_history", args=[live.article_id]))
    text = page.content.decode()
    assert text.index("desk-taken_down") < text.index("错了") < text.index("desk-published")
    assert text.count("<time ") == 3


@pytest.mark.parametrize("name", EVERYBODY)
def test_strangers_read_no_history(name: str, people: People, client: Client) -> None:
    live = revision_in(State.PUBLISHED, people)
    client.force_login(getattr(people, name))
    for view in ("digest_article_history", "digest_article_history_csv"):
        answer = client.get(reverse(f"admin:{view}", args=[live.article_id]))
        assert answer.status_code == (403 if name == "bystander" else 200)
    answer = client.get(reverse("admin:editorial_event_csv"))
    assert answer.status_code == (403 if name == "bystander" else 200)


def test_an_article_that_never_was_has_no_history(people: People, client: Client) -> None:
    client.force_login(people.author)
    assert client.get("/admin/digest/article/7/history/").status_code == 404
    assert client.get("/admin/digest/article/x/history/").status_code == 404


def shown(client: Client, address: str) -> str:
    return str(client.get(address).content.decode())


def read_csv(client: Client, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(StringIO(text)))


@pytest.mark.parametrize("everything", [False, True])
def test_the_file_has_a_row_for_each(everything: bool, people: People, client: Client) -> None:
    live = revision_in(State.TAKEN_DOWN, people)
    client.force_login(people.author)
    address = (
        reverse("admin:editorial_event_csv")
        if everything
        else reverse("admin:digest_article_history_csv", args=[live.article_id])
    )
    rows = read_csv(client, address)
    assert [row["to"] for row in rows if row["to"]] == ["published", "taken_down"]
    last = rows[-1]
    assert (last["article"], last["revision"]) == (str(live.article_id), str(live.pk))
    assert (last["user"], last["from"], last["note"]) == ("publisher", "published", "错了")
    assert datetime.fromisoformat(last["at"]) == Event.objects.latest("pk").at.replace(
        microsecond=0
    )


@pytest.mark.parametrize("cell", ['=cmd|"/c calc"!A1', "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    (row,) = csv.reader(StringIO("".join(list(tables.lines([[cell, "a=b"]]))[1:]), newline=""))
    assert row == [f"'{cell}", "a=b"]


def test_the_log_is_streamed(
    people: People, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        revision_in(State.PUBLISHED, people)
    with django_assert_num_queries(1):
        assert len(list(timeline.log(Event.objects.order_by("pk")))) == 3


@pytest.mark.parametrize("state", sorted({State.SUPERSEDED, State.WITHDRAWN}))
def test_an_older_revision_becomes_a_draft_by_a_button(
    state: State, people: People, client: Client
) -> None:
    old = revision_in(state, people)
    client.force_login(people.second_author)
    again = reverse("admin:editorial_revision_again", args=[old.pk])
    assert f'action="{again}"' in shown(client, f"/admin/editorial/revision/{old.pk}/change/")
    answer = client.post(again)
    draft = Revision.objects.latest("pk")
    assert answer["Location"] == reverse("admin:editorial_revision_change", args=[draft.pk])
    assert (draft.state, draft.author) == (State.DRAFT, people.second_author)
    answer = client.post(again)
    assert answer.status_code == (409 if old.article_id else 302)


def test_the_article_lists_its_revisions(people: People, client: Client) -> None:
    old = revision_in(State.SUPERSEDED, people)
    client.force_login(people.author)
    page = shown(client, f"/admin/digest/article/{old.article_id}/change/")
    for revision in Revision.objects.all():
        assert reverse("admin:editorial_revision_change", args=[revision.pk]) in page
    assert page.count("/again/") == 1
    actions.revise(Article.objects.get(), people.author)
    assert "/again/" not in shown(client, f"/admin/digest/article/{old.article_id}/change/")
