"""The table of transitions, tried whole: every move, state and person, at three doors.

What must come out is written down here by hand and not taken from the table.
"""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from editorial import actions
from editorial.models import Event, Revision
from editorial.transitions import TABLE, State
from tests.editorial.factories import EVERYBODY, People, RevisionFactory, revision_in

D, R, C, A = State.DRAFT, State.IN_REVIEW, State.CHANGES_REQUESTED, State.APPROVED
Q, P, S, T = State.SCHEDULED, State.PUBLISHED, State.SUPERSEDED, State.TAKEN_DOWN
W = State.WITHDRAWN

AUTHOR = {"author"}
REVIEWERS = {"reviewer", "publisher", "superuser"}
PUBLISHERS = {"publisher", "superuser"}

# move: (who may make it when `author` wrote the revision, {where it starts: where it ends})
EXPECTED: dict[str, tuple[set[str], dict[State, State]]] = {
    "submit": (AUTHOR, {D: R, C: R}),
    "approve": (REVIEWERS, {R: A}),
    "request_changes": (REVIEWERS, {R: C, A: C, Q: C}),
    "publish": (PUBLISHERS, {A: P, Q: P}),
    "schedule": (PUBLISHERS, {A: Q, Q: Q}),
    "unschedule": (PUBLISHERS, {Q: A}),
    "withdraw": (AUTHOR, {D: W, R: W, C: W, A: W, Q: W}),
    "decline": (REVIEWERS, {D: W, R: W, C: W, A: W, Q: W}),
    "take_down": (PUBLISHERS, {P: T}),
    "restore": (PUBLISHERS, {T: P}),
    "import": (PUBLISHERS, {D: P}),
}
WITHOUT_BUTTON = {"import", "supersede"}
NEEDS_NOTE = {"request_changes", "decline", "take_down", "restore"}
SOON = datetime(2999, 1, 1, 9, tzinfo=UTC)


def outcome(move: str, state: State, name: str) -> State | type[actions.Refused]:
    who, ways = EXPECTED[move]
    if name not in who:
        return actions.NoRight
    return ways.get(state, actions.WrongState)


def when(move: str) -> datetime | None:
    return SOON if move == "schedule" else None


EVERY_CASE = [(move, state, name) for move in EXPECTED for state in State for name in EVERYBODY]
EVERY_BUTTON = [
    case
    for case in EVERY_CASE
    if case[0] not in WITHOUT_BUTTON and isinstance(outcome(*case), State)
]


def test_no_move_is_forgotten_here() -> None:
    assert {transition.name for transition in TABLE} == {*EXPECTED, "supersede"}


@pytest.mark.parametrize(("move", "state", "name"), EVERY_CASE)
def test_the_action(move: str, state: State, name: str, people: People) -> None:
    revision = revision_in(state, people)
    logged, version = Event.objects.count(), revision.version
    expected = outcome(move, state, name)
    if isinstance(expected, State):
        actions.perform(revision, move, getattr(people, name), "因为", when(move))
        event = Event.objects.latest("pk")
        assert (event.revision_id, event.transition) == (revision.pk, move)
        assert (event.source, event.target, event.user.username) == (state, expected, name)
        assert Event.objects.count() == logged + 1
        assert revision.version == version + 1
    else:
        with pytest.raises(expected):
            actions.perform(revision, move, getattr(people, name), "因为", when(move))
        assert Event.objects.count() == logged
        assert revision.version == version
    stored = Revision.objects.get(pk=revision.pk)
    assert stored.state == revision.state == (expected if isinstance(expected, State) else state)
    assert stored.version == revision.version


@pytest.mark.parametrize(("move", "state", "name"), EVERY_CASE)
def test_a_forged_post(move: str, state: State, name: str, people: People, client: Client) -> None:
    revision = revision_in(state, people)
    expected = outcome(move, state, name)
    client.force_login(getattr(people, name))
    answer = client.post(
        reverse("admin:editorial_revision_move", args=[revision.pk, move]),
        {"version": revision.version, "note": "因为", **({"at": SOON} if when(move) else {})},
    )
    revision.refresh_from_db()
    if move in WITHOUT_BUTTON:
        assert (answer.status_code, revision.state) == (404, state)
    elif isinstance(expected, State):
        assert (answer.status_code, revision.state) == (302, expected)
    else:
        status = {actions.NoRight: 403, actions.WrongState: 409}[expected]
        assert (answer.status_code, revision.state) == (status, state)


@pytest.mark.parametrize("name", EVERYBODY)
@pytest.mark.parametrize("state", State)
def test_the_buttons(state: State, name: str, people: People, client: Client) -> None:
    revision = revision_in(state, people)
    client.force_login(getattr(people, name))
    page = client.get(reverse("admin:editorial_revision_change", args=[revision.pk]))
    if name == "bystander":
        assert page.status_code == 403
        return
    shown = {
        move
        for move in EXPECTED
        if f'action="{reverse("admin:editorial_revision_move", args=[revision.pk, move])}"'
        in page.content.decode()
    }
    legal = {move for move in EXPECTED if isinstance(outcome(move, state, name), State)}
    assert shown == legal - WITHOUT_BUTTON


@pytest.mark.parametrize(("move", "state", "name"), EVERY_BUTTON)
def test_a_button_is_pressed(
    move: str, state: State, name: str, people: People, client: Client
) -> None:
    """What the page's own form sends is carried out as the table says."""
    revision = revision_in(state, people)
    client.force_login(getattr(people, name))
    page = client.get(reverse("admin:editorial_revision_change", args=[revision.pk]))
    form = re.search(rf'<form[^>]*data-move="{move}".*?</form>', page.content.decode(), re.DOTALL)
    assert form
    action = re.search(r'action="([^"]*)"', form[0])
    assert action
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
    fields |= dict.fromkeys(re.findall(r'<textarea[^>]*name="(\w+)"', form[0]), "因为")
    times = re.findall(r'datetime-local"[^>]*name="(\w+)"', form[0])
    fields |= dict.fromkeys(times, "2999-01-01T09:00")
    assert client.post(action[1], fields).status_code == 302
    revision.refresh_from_db()
    assert revision.state == outcome(move, state, name)


@pytest.mark.parametrize("name", ["reviewer", "publisher", "superuser"])
def test_nobody_approves_what_they_wrote(name: str, people: People) -> None:
    revision = RevisionFactory.create(state=R, author=getattr(people, name))
    with pytest.raises(actions.NoRight):
        actions.perform(revision, "approve", getattr(people, name))


@pytest.mark.parametrize("name", ["reviewer", "publisher", "superuser"])
def test_a_desk_of_one_person_lifts_the_four_eyes_rule(
    name: str, people: People, settings: Settings
) -> None:
    settings.EDITORIAL_FOUR_EYES = False
    revision = RevisionFactory.create(state=R, author=getattr(people, name))
    assert actions.perform(revision, "approve", getattr(people, name)).state == A


def test_without_four_eyes_an_author_still_needs_the_right(
    people: People, settings: Settings
) -> None:
    settings.EDITORIAL_FOUR_EYES = False
    with pytest.raises(actions.NoRight):
        actions.perform(
            RevisionFactory.create(state=R, author=people.author), "approve", people.author
        )


@pytest.mark.parametrize("move", sorted(NEEDS_NOTE))
@pytest.mark.parametrize("note", ["", " \r\n "])
def test_who_says_no_says_why(move: str, note: str, people: People) -> None:
    state = next(iter(EXPECTED[move][1]))
    revision = revision_in(state, people)
    with pytest.raises(actions.NoteMissing):
        actions.perform(revision, move, people.publisher, note)
    revision.refresh_from_db()
    assert revision.state == state


def test_superseding_alone_is_no_move(people: People) -> None:
    live = revision_in(P, people)
    with pytest.raises(ValueError, match="Only publishing supersedes"):
        actions.perform(live, "supersede", people.superuser)


def test_someone_dismissed_may_do_nothing(people: People) -> None:
    revision = RevisionFactory.create(state=R)
    people.reviewer.is_active = False
    with pytest.raises(actions.NoRight):
        actions.perform(revision, "approve", people.reviewer)


@pytest.mark.parametrize("at", [None, datetime(2020, 1, 1, tzinfo=UTC)])
def test_a_schedule_needs_a_time_to_come(at: datetime | None, people: People) -> None:
    revision = revision_in(A, people)
    with pytest.raises(actions.TimeMissing):
        actions.perform(revision, "schedule", people.publisher, at=at)
    revision.refresh_from_db()
    assert (revision.state, revision.publish_at) == (A, None)


def test_no_other_move_takes_a_time(people: People) -> None:
    with pytest.raises(ValueError, match="publish happens at once"):
        actions.perform(revision_in(A, people), "publish", people.publisher, at=SOON)


@pytest.mark.parametrize("move", ["publish", "unschedule", "request_changes", "decline"])
def test_whatever_ends_a_schedule_clears_its_time(move: str, people: People) -> None:
    revision = revision_in(Q, people)
    actions.perform(revision, move, people.publisher, "因为")
    stored = Revision.objects.get(pk=revision.pk)
    assert stored.publish_at is revision.publish_at is None
    assert Event.objects.filter(transition=move).latest("pk").details == {}
