"""One act on many revisions: each answers for itself, and nobody does more than one by one."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from digest.models import Article
from editorial import actions
from editorial.admin import bulk as pages
from editorial.desk import bulk
from editorial.models import Event, Revision
from editorial.refusals import WrongState
from editorial.transitions import State
from tests.editorial.factories import People, RevisionFactory, category, revision_in
from tests.editorial.test_admin_form import shown

LIST = "/en/admin/editorial/revision/"


def choose(client: Client, act: str, rows: Sequence[Revision], query: str = "", **more: Any) -> Any:
    """Tick these rows of the list and press the action's button; ``more`` is what is typed then."""
    pressed = {} if more else {"index": "0"}
    chosen = {"action": act, ACTION_CHECKBOX_NAME: [row.pk for row in rows], "select_across": "0"}
    return client.post(LIST + query, {**chosen, **pressed, **more})


def link_to(row: Revision) -> str:
    return f'<a href="{LIST}{row.pk}/change/">'


def states(rows: Sequence[Revision]) -> list[str]:
    for row in rows:
        row.refresh_from_db()
    return [row.state for row in rows]


# --- Each for itself -----------------------------------------------------------------------------


def refuse_odd(batch: Sequence[Revision]) -> None:
    odd = [revision.pk for revision in batch if revision.pk % 2]
    if odd:
        raise WrongState(f"{odd[0]} is odd")


@pytest.mark.parametrize("size", [1, 2, 3, 500])
def test_all_are_tried_in_their_order_and_the_refused_named(size: int) -> None:
    done: list[int] = []

    def act(batch: Sequence[Revision]) -> None:
        refuse_odd(batch)
        done.extend(revision.pk for revision in batch)

    numbers = [2, 4, 6, 8, 9, 10, 12, 3, 14]
    outcome = bulk.for_each((Revision(pk=pk) for pk in numbers), act, size)
    assert done == [2, 4, 6, 8, 10, 12, 14]
    assert outcome.done == len(done)
    assert [(revision.pk, reason) for revision, reason in outcome.refused] == [
        (9, "9 is odd"),
        (3, "3 is odd"),
    ]


def test_two_refused_among_a_thousand_cost_few_tries() -> None:
    tries = []

    def act(batch: Sequence[Revision]) -> None:
        tries.append(len(batch))
        refuse_odd(batch)

    rows = [Revision(pk=number * 2 + (number in {300, 900})) for number in range(1, 1001)]
    outcome = bulk.for_each(rows, act)
    assert (outcome.done, len(outcome.refused)) == (998, 2)
    assert len(tries) < 50


# --- Moves ---------------------------------------------------------------------------------------


def test_moves_are_made_where_they_start_and_refused_elsewhere(
    people: People, client: Client
) -> None:
    waiting = [revision_in(State.IN_REVIEW, people) for _ in range(3)]
    draft = revision_in(State.DRAFT, people)
    own = revision_in(State.IN_REVIEW, people, author=people.reviewer)
    client.force_login(people.reviewer)
    answer = choose(client, "approve", [*waiting, draft, own], "?q=")
    assert states([*waiting, draft, own]) == [*[State.APPROVED] * 3, State.DRAFT, State.IN_REVIEW]
    page = shown(answer)
    assert "Approve: 3 done, 2 refused" in page
    assert f'href="{LIST}?q="' in page
    for refused, why in ((draft, "is draft"), (own, "someone else must approve it")):
        assert link_to(refused) in page
        assert why in page
    assert link_to(waiting[0]) not in page


def test_all_done_is_said_on_the_list_as_it_was_filtered(people: People, client: Client) -> None:
    drafts = RevisionFactory.create_batch(3, author=people.author, category=category())
    client.force_login(people.author)
    answer = choose(client, "submit", drafts, "?state__exact=draft")
    assert answer.headers["Location"] == LIST + "?state__exact=draft"
    assert "Submit for review: 3 done." in shown(client.get(answer.headers["Location"]))
    assert states(drafts) == [State.IN_REVIEW] * 3


def test_what_left_the_filter_meanwhile_has_its_answer_too(people: People, client: Client) -> None:
    first, second = (revision_in(State.IN_REVIEW, people) for _ in range(2))
    client.force_login(people.reviewer)
    actions.perform(first, "approve", people.publisher)
    page = shown(choose(client, "approve", [first, second], "?state__exact=in_review"))
    assert "1 done, 1 refused" in page
    assert "is approved, by publisher" in page


def test_new_entries_are_published_in_the_order_in_which_they_were_begun(
    people: People, client: Client
) -> None:
    section = category()
    rows = RevisionFactory.create_batch(7, state=State.APPROVED, category=section)
    Revision.objects.filter(pk=rows[3].pk).update(state=State.DRAFT)
    client.force_login(people.publisher)
    choose(client, "publish", rows[::-1])
    published = Article.objects.order_by("position").values_list("revision", flat=True)
    assert list(published) == [row.pk for row in rows if row is not rows[3]]


@pytest.mark.parametrize("name", ["author", "reviewer", "publisher", "bystander", "superuser"])
def test_everyone_is_offered_what_they_have_the_right_to(
    name: str, people: People, client: Client
) -> None:
    offered = {
        "author": ["submit", "withdraw", "tag", "place"],
        "reviewer": ["submit", "approve", "withdraw", "tag", "place"],
        "bystander": [],
    }
    everything = ["submit", "approve", "publish", "withdraw", "tag", "place"]
    assert list(pages.offered_to(getattr(people, name))) == offered.get(name, everything)


@pytest.mark.parametrize(("name", "act"), [("author", "approve"), ("reviewer", "publish")])
def test_a_forged_action_does_nothing(name: str, act: str, people: People, client: Client) -> None:
    rows = [revision_in(state, people) for state in (State.IN_REVIEW, State.APPROVED)]
    client.force_login(getattr(people, name))
    assert choose(client, act, rows).status_code == 302
    assert states(rows) == [State.IN_REVIEW, State.APPROVED]
    assert not Event.objects.exists()


def test_withdrawing_asks_first(people: People, client: Client) -> None:
    mine = revision_in(State.DRAFT, people)
    others = revision_in(State.DRAFT, people, author=people.second_author)
    client.force_login(people.author)
    page = shown(choose(client, "withdraw", [mine, others]))
    assert "Withdraw: 2 revisions" in page
    assert mine.headline in page
    assert states([mine]) == [State.DRAFT]
    page = shown(choose(client, "withdraw", [mine, others], confirmed="1"))
    assert "1 done, 1 refused" in page
    assert states([mine, others]) == [State.WITHDRAWN, State.DRAFT]


# --- Changes -------------------------------------------------------------------------------------


def test_tags_are_added_to_those_that_each_has(people: People, client: Client) -> None:
    plain = RevisionFactory.create(author=people.author, tag_names=[])
    tagged = RevisionFactory.create(author=people.author, tag_names=["llm", "评估"])
    client.force_login(people.author)
    assert 'name="tags"' in shown(choose(client, "tag", [plain, tagged]))
    choose(client, "tag", [plain, tagged], confirmed="1", tags="LLM，微调")
    for row, names in ((plain, ["LLM", "微调"]), (tagged, ["llm", "评估", "微调"])):
        row.refresh_from_db()
        assert row.tag_names == names


@pytest.mark.parametrize("tags", ["", " ，, "])
def test_no_tags_are_asked_for_again(tags: str, people: People, client: Client) -> None:
    row = RevisionFactory.create(author=people.author)
    client.force_login(people.author)
    page = shown(choose(client, "tag", [row], confirmed="1", tags=tags))
    assert "This field is required." in page
    assert f'name="{ACTION_CHECKBOX_NAME}" value="{row.pk}"' in page
    row.refresh_from_db()
    assert row.version == 1


def test_a_tag_that_is_too_long_is_refused_for_each(people: People, client: Client) -> None:
    rows = RevisionFactory.create_batch(2, author=people.author, category=category())
    client.force_login(people.author)
    page = shown(choose(client, "tag", rows, confirmed="1", tags="长" * 101))
    assert "0 done, 2 refused" in page
    assert page.count("is too long") == 2


def test_only_what_may_be_edited_moves_to_another_category(people: People, client: Client) -> None:
    here, there = category(), category()
    mine = RevisionFactory.create(author=people.author, category=here)
    waiting = revision_in(State.IN_REVIEW, people, category=here)
    others = RevisionFactory.create(author=people.second_author, category=here)
    client.force_login(people.author)
    assert 'name="category"' in shown(choose(client, "place", [mine, waiting, others]))
    rows = [mine, waiting, others]
    page = shown(choose(client, "place", rows, confirmed="1", category=there.pk))
    assert "1 done, 2 refused" in page
    assert "cannot be changed" in page
    assert "Only its author" in page
    states(rows)
    assert [row.category for row in rows] == [there, here, here]
    assert Event.objects.get().details["before"]["category_id"] == here.pk


def test_a_category_that_is_gone_is_asked_for_again(people: People, client: Client) -> None:
    row = RevisionFactory.create(author=people.author)
    client.force_login(people.author)
    page = shown(choose(client, "place", [row], confirmed="1", category="999"))
    assert "errorlist" in page
    row.refresh_from_db()
    assert row.version == 1


# --- Many ----------------------------------------------------------------------------------------


def test_all_pages_are_handled_at_once(people: People, client: Client) -> None:
    rows = RevisionFactory.create_batch(60, author=people.author, category=category())
    stays = RevisionFactory.create(author=people.author, state=State.CHANGES_REQUESTED)
    client.force_login(people.author)
    choose(client, "submit", rows[:1], "?state__exact=draft", select_across="1", index="0")
    assert set(states(rows)) == {State.IN_REVIEW}
    assert states([stays]) == [State.CHANGES_REQUESTED]


def test_a_request_has_its_limit_and_the_next_one_goes_on(
    people: People, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "LIMIT", 2)
    rows = RevisionFactory.create_batch(5, author=people.author, category=category())
    Revision.objects.filter(pk=rows[0].pk).update(author=people.second_author)
    client.force_login(people.author)
    rounds = []
    answer = choose(client, "tag", rows[:1], select_across="1", confirmed="1", tags="LLM")
    while answer.status_code == 200:
        context = answer.context
        rounds.append((context["outcome"].done, len(context["outcome"].refused), context["left"]))
        if not context["left"]:
            break
        assert "Go on with the rest" in shown(answer)
        hidden: dict[str, list[str]] = {}
        for name, value in context["hidden"]:
            hidden.setdefault(name, []).append(value)
        answer = client.post(LIST, hidden)
    assert rounds == [(1, 1, 3), (2, 0, 1)]
    assert "Add tags: 1 done." in shown(client.get(answer.headers["Location"]))
    assert Revision.objects.filter(tag_names=["LLM"]).count() == 4


def test_moves_cost_the_same_for_a_hundred(people: People, client: Client) -> None:
    client.force_login(people.publisher)
    section = category()

    def cost(count: int) -> int:
        rows = RevisionFactory.create_batch(count, state=State.APPROVED, category=section)
        with CaptureQueriesContext(connection) as queries:
            assert choose(client, "publish", rows).status_code == 302
        assert set(states(rows)) == {State.PUBLISHED}
        return len(queries)

    cost(1)
    few = cost(5)
    assert cost(100) < 2 * few  # rows are inserted so many at a time


@pytest.mark.parametrize("key", ["x", "-1", "9" * 30, ""])
def test_a_row_that_cannot_be_is_refused(key: str, people: People, client: Client) -> None:
    client.force_login(people.publisher)
    RevisionFactory.create()
    answer = client.post(
        "/admin/editorial/revision/",
        {"action": "publish", "_selected_action": key, "index": "0"},
    )
    assert answer.status_code == 400
