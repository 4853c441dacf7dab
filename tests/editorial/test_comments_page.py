"""A revision's page: its comments, in a thread and beside their fields, and who is to review it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from editorial import actions, entries
from editorial.models import Comment, Event, Revision
from editorial.transitions import OPEN, State
from tests.editorial.factories import (
    EVERYBODY,
    People,
    PersonFactory,
    RevisionFactory,
    revision_in,
)
from tests.editorial.test_admin_form import change_url, shown


def comment_url(revision: Revision) -> str:
    return reverse("admin:editorial_revision_comment", args=[revision.pk])


def assign_url(revision: Revision) -> str:
    return reverse("admin:editorial_revision_assign", args=[revision.pk])


def settle_url(comment: Comment, verb: str) -> str:
    return reverse(f"admin:editorial_comment_{verb}", args=[comment.revision_id, comment.pk])


def part(page: str, start: str, end: str) -> str:
    return page.partition(start)[2].partition(end)[0]


def thread(page: str) -> str:
    return part(page, 'class="desk-thread"', 'id="comment"')


# --- Saying --------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", State)
def test_comments_are_made_in_every_state(state: State, people: People, client: Client) -> None:
    revision = revision_in(state, people)
    client.force_login(people.reviewer)
    assert comment_url(revision) in shown(client.get(change_url(revision)))
    answer = client.post(comment_url(revision), {"field": "summary", "text": "再短一点"})
    comment = Comment.objects.get()
    assert answer.headers["Location"] == f"{change_url(revision)}#comment-{comment.pk}"
    assert (comment.field, comment.text, comment.user) == ("summary", "再短一点", people.reviewer)
    assert "再短一点" in thread(shown(client.get(change_url(revision))))


def test_the_author_answers(people: People, client: Client) -> None:
    revision = revision_in(State.IN_REVIEW, people)
    actions.comment(revision, people.reviewer, "为什么？")
    client.force_login(people.author)
    client.post(comment_url(revision), {"field": "", "text": "因为快。"})
    page = thread(shown(client.get(change_url(revision))))
    assert page.index("为什么？") < page.index("因为快。")


def test_who_has_no_role_has_no_say(people: People, client: Client) -> None:
    revision = RevisionFactory.create()
    remark = actions.comment(revision, people.author, "好")
    client.force_login(people.bystander)
    assert client.post(comment_url(revision), {"text": "好"}).status_code == 403
    for verb in ("resolve", "reopen"):
        assert client.post(settle_url(remark, verb)).status_code == 403
    assert client.post(assign_url(revision), {}).status_code == 403
    assert Comment.objects.count() == 1


def test_who_may_only_look_is_offered_nothing(people: People, client: Client) -> None:
    revision = RevisionFactory.create(author=people.author)
    remark = actions.comment(revision, people.author, "好")
    people.bystander.user_permissions.add(Permission.objects.get(codename="view_revision"))
    client.force_login(people.bystander)
    page = shown(client.get(change_url(revision)))
    assert "好" in thread(page)
    for url in (comment_url(revision), settle_url(remark, "resolve"), assign_url(revision)):
        assert url not in page
    typed = {"text": "我也要说<话>", "field": ""}
    answer = client.post(comment_url(revision), typed)
    assert answer.status_code == 403
    assert "我也要说&lt;话&gt;" in shown(answer)


@pytest.mark.parametrize(
    "typed",
    [
        {"text": " \n", "field": "summary"},
        {"text": "一\0二", "field": "summary"},
        {"text": "好", "field": "state"},
    ],
    ids=["blank", "nul", "no such field"],
)
def test_what_cannot_be_taken_is_shown_again_with_a_reason(
    typed: dict[str, str], people: People, client: Client
) -> None:
    revision = RevisionFactory.create(author=people.author)
    client.force_login(people.author)
    answer = client.post(comment_url(revision), typed)
    form = part(shown(answer), 'id="comment"', "</form>")
    assert answer.status_code == 200
    assert "errorlist" in form
    assert typed["text"].strip().replace("\0", "") in form.replace("\0", "")
    # The entry's own form on that page still saves where it belongs.
    assert f'action="{change_url(revision)}"' in part(shown(answer), "<form", 'id="revision_form"')
    assert not Comment.objects.exists()


def test_comments_are_posts_with_a_token(people: People) -> None:
    revision = RevisionFactory.create()
    remark = actions.comment(revision, people.reviewer, "好")
    urls = [comment_url(revision), assign_url(revision), settle_url(remark, "resolve")]
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.reviewer)
    for url in urls:
        assert client.get(url).status_code == 405
        assert client.post(url, {"text": "好"}).status_code == 403
    assert Comment.objects.filter(resolved_at=None).count() == 1


# --- Showing -------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW])
def test_a_comment_stands_beside_its_field(state: State, people: People, client: Client) -> None:
    revision = revision_in(state, people)
    remark = actions.comment(revision, people.reviewer, "太长" * 200, "summary")
    client.force_login(people.author)
    page = shown(client.get(change_url(revision)))
    for name in entries.FIELDS:
        beside = part(page, f'id="remarks-{name}"', "</div>")
        assert (f'href="#comment-{remark.pk}"' in beside) == (name == "summary")
        assert f"?comment={name}#comment" in beside
    assert "太长" * 100 not in part(page, 'id="remarks-summary"', "</div>")
    assert "太长" * 200 in thread(page)


@pytest.mark.parametrize(
    ("field", "chosen"), [("summary", ["summary"]), ("", [""]), ("nonsense", [])]
)
def test_a_field_is_chosen_beforehand(
    field: str, chosen: list[str], people: People, client: Client
) -> None:
    client.force_login(people.author)
    page = shown(client.get(change_url(RevisionFactory.create()), {"comment": field}))
    form = part(page, 'id="comment"', "</form>")
    assert re.findall(r'value="(\w*)" selected', form) == chosen


def test_what_is_resolved_is_folded_and_no_longer_beside_its_field(
    people: People, client: Client
) -> None:
    revision = RevisionFactory.create(author=people.author)
    remark = actions.comment(revision, people.reviewer, "错字", "title")
    actions.comment(revision, people.reviewer, "还开着")
    client.force_login(people.author)
    answer = client.post(settle_url(remark, "resolve"))
    assert answer.headers["Location"] == f"{change_url(revision)}#comments"
    page = shown(client.get(change_url(revision)))
    still_open, _, folded = thread(page).partition("<details")
    assert "还开着" in still_open
    assert "错字" not in still_open
    assert "错字" in folded
    assert f"comment-{remark.pk}" not in part(page, 'id="remarks-title"', "</div>")
    client.post(settle_url(remark, "reopen"))
    assert "<details" not in thread(shown(client.get(change_url(revision))))


@pytest.mark.parametrize("name", EVERYBODY[:-2])
def test_buttons_are_for_those_concerned(name: str, people: People, client: Client) -> None:
    revision = RevisionFactory.create(author=people.author)
    open_one = actions.comment(revision, people.reviewer, "一")
    closed = actions.resolve(actions.comment(revision, people.reviewer, "二"), people.reviewer)
    client.force_login(getattr(people, name))
    page = shown(client.get(change_url(revision)))
    offered = {settle_url(open_one, "resolve") in page, settle_url(closed, "reopen") in page}
    assert offered == {name != "second_author"}
    answer = client.post(settle_url(open_one, "resolve"))
    assert answer.status_code == (403 if name == "second_author" else 302)


def test_who_is_second_is_told_so(people: People, client: Client) -> None:
    remark = actions.comment(RevisionFactory.create(), people.reviewer, "好")
    client.force_login(people.reviewer)
    assert client.post(settle_url(remark, "reopen")).status_code == 409
    assert client.post(settle_url(remark, "resolve")).status_code == 302
    assert client.post(settle_url(remark, "resolve")).status_code == 409


def test_a_comment_belongs_to_its_revision(people: People, client: Client) -> None:
    remark = actions.comment(RevisionFactory.create(), people.reviewer, "好")
    other = RevisionFactory.create(category=remark.revision.category)
    client.force_login(people.reviewer)
    url = reverse("admin:editorial_comment_resolve", args=[other.pk, remark.pk])
    assert client.post(url).status_code == 404


def test_open_comments_are_counted_beside_the_next_step_and_stop_nobody(
    people: People, client: Client
) -> None:
    revision = revision_in(State.IN_REVIEW, people)
    client.force_login(people.reviewer)
    moves = 'class="desk-moves"'
    assert "still open" not in part(
        shown(client.get(f"/en/admin/editorial/revision/{revision.pk}/change/")),
        moves,
        "</section>",
    )
    actions.comment(revision, people.reviewer, "一")
    actions.comment(revision, people.author, "二", "title")
    assert "2 comments are still open" in part(
        shown(client.get(f"/en/admin/editorial/revision/{revision.pk}/change/")),
        moves,
        "</section>",
    )
    approve = reverse("admin:editorial_revision_move", args=[revision.pk, "approve"])
    client.post(approve, {"version": revision.version})
    revision.refresh_from_db()
    assert revision.state == State.APPROVED


def test_hostile_comments_are_shown_as_text(people: People, client: Client) -> None:
    evil = "<script>alert(1)</script>"
    revision = RevisionFactory.create()
    for field in ("", "summary"):
        actions.comment(revision, people.reviewer, evil, field)
    client.force_login(people.reviewer)
    assert evil not in shown(client.get(change_url(revision)))


def test_many_comments_cost_no_more_queries(
    people: People, client: Client, django_assert_max_num_queries: Any
) -> None:
    revision = revision_in(State.IN_REVIEW, people)
    client.force_login(people.reviewer)
    actions.comment(revision, people.author, "一", "summary")
    client.get(change_url(revision))
    with CaptureQueriesContext(connection) as few:
        client.get(change_url(revision))
    for number in range(20):
        writer = PersonFactory.create(role="reviewer")
        remark = actions.comment(revision, writer, f"第{number}", "summary")
        if number % 2:
            actions.resolve(remark, people.reviewer)
    with django_assert_max_num_queries(len(few)):
        client.get(change_url(revision))


# --- Asking for a review -------------------------------------------------------------------------


@pytest.mark.parametrize("state", sorted(OPEN))
def test_a_reviewer_is_asked_on_the_page(state: State, people: People, client: Client) -> None:
    revision = revision_in(state, people)
    client.force_login(people.author)
    assert assign_url(revision) in shown(client.get(change_url(revision)))
    due = timezone.localdate() + timedelta(days=3)
    answer = client.post(assign_url(revision), {"reviewer": people.reviewer.pk, "due": str(due)})
    assert answer.headers["Location"] == change_url(revision)
    revision.refresh_from_db()
    assert (revision.reviewer, revision.due) == (people.reviewer, due)
    page = shown(client.get(change_url(revision)))
    assert "reviewer" in part(page, 'class="desk-facts"', "</p>")
    assert f'value="{due}"' in part(page, 'class="desk-assign"', "</form>")
    client.post(assign_url(revision), {"reviewer": "", "due": ""})
    revision.refresh_from_db()
    assert (revision.reviewer, revision.due) == (None, None)


@pytest.mark.parametrize("state", sorted(set(State) - OPEN))
def test_nobody_is_asked_when_there_is_nothing_left_to_review(
    state: State, people: People, client: Client
) -> None:
    revision = revision_in(state, people)
    client.force_login(people.publisher)
    assert assign_url(revision) not in shown(client.get(change_url(revision)))
    answer = client.post(assign_url(revision), {"reviewer": people.reviewer.pk, "due": ""})
    assert answer.status_code == 409
    assert not Event.objects.filter(transition="assign").exists()


def test_another_author_asks_nobody(people: People, client: Client) -> None:
    revision = RevisionFactory.create(author=people.author)
    client.force_login(people.second_author)
    assert assign_url(revision) not in shown(client.get(change_url(revision)))
    answer = client.post(assign_url(revision), {"reviewer": people.reviewer.pk, "due": ""})
    assert answer.status_code == 403
    revision.refresh_from_db()
    assert revision.reviewer is None


def test_only_those_who_could_approve_are_offered(people: People, client: Client) -> None:
    for name in EVERYBODY:
        getattr(people, name)
    User.objects.filter(username="superuser").update(is_active=False)
    client.force_login(people.reviewer)
    revision = RevisionFactory.create(author=people.reviewer)
    form = part(shown(client.get(change_url(revision))), 'class="desk-assign"', "</form>")
    assert re.findall(r"<option[^>]*>(\w+)<", form)[1:] == ["publisher"]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("due", {"due": "2999-02-30"}),
        ("due", {"due": "soon"}),
        ("reviewer", {"reviewer": "0"}),
        ("reviewer", {"reviewer": "x"}),
    ],
)
def test_a_wrong_choice_is_said_beside_it(
    field: str, wrong: dict[str, str], people: People, client: Client
) -> None:
    revision = RevisionFactory.create(author=people.author)
    client.force_login(people.author)
    typed = {"reviewer": str(people.reviewer.pk), "due": "2999-01-01", **wrong}
    page = shown(client.post(assign_url(revision), typed))
    form = part(page, 'class="desk-assign" open', "</form>")
    assert form.count("errorlist") == 1
    assert f'id="assign-{field}_error"' in form
    revision.refresh_from_db()
    assert (revision.reviewer, revision.due) == (None, None)


@pytest.mark.parametrize(
    ("state", "days", "overdue"),
    [
        (State.IN_REVIEW, -1, True),
        (State.DRAFT, -1, True),
        (State.IN_REVIEW, 0, False),
        (State.APPROVED, -1, False),
    ],
)
def test_an_overdue_review_is_marked_in_words(
    state: State, days: int, overdue: bool, people: People, client: Client
) -> None:
    due = timezone.localdate() + timedelta(days=days)
    revision = revision_in(state, people, reviewer=people.reviewer, due=due)
    client.force_login(people.author)
    facts = part(
        shown(client.get(f"/en/admin/editorial/revision/{revision.pk}/change/")),
        'class="desk-facts"',
        "</p>",
    )
    assert ("overdue" in facts) == overdue
