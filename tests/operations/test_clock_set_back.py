"""A clock that is set back: what counts is order and version, never the time of day."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from digest.models import Article
from editorial import actions
from editorial.doctor import examine
from editorial.models import Event, Revision
from editorial.scheduling import publish_due
from editorial.transitions import State
from tests.editorial.factories import People, publish_change, revision_in

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> "Clock":
    return Clock(monkeypatch)


class Clock:
    """The machine's clock, as Django reads it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch
        self.set(NOON)

    def set(self, moment: datetime) -> None:
        self.monkeypatch.setattr(timezone, "now", lambda: moment)


def test_readers_get_a_change_that_is_older_than_what_they_have(
    clock: Clock, client: Client
) -> None:
    people = People()
    revision = revision_in(State.PUBLISHED, people, headline="旧")
    kept = {path: client.get(path) for path in ("/", "/feed.atom")}
    clock.set(NOON - timedelta(days=1))
    publish_change(revision, people, headline="新")
    for path, before in kept.items():
        again = client.get(
            path,
            headers={
                "If-None-Match": before["ETag"],
                "If-Modified-Since": "Mon, 04 May 2026 12:00:00 GMT",
            },
        )
        assert again.status_code == 200, path
        assert again["ETag"] != before["ETag"]
        assert "新" in again.content.decode()


def test_the_log_keeps_the_order_in_which_things_were_done(clock: Clock) -> None:
    people = People()
    revision = revision_in(State.DRAFT, people)
    for hours, (name, user) in enumerate(
        [("submit", people.author), ("approve", people.reviewer), ("publish", people.publisher)]
    ):
        clock.set(NOON - timedelta(hours=hours))
        actions.perform(revision, name, user)
    moves = Event.objects.filter(revision=revision).values_list("transition", flat=True)
    assert list(moves.order_by("pk")) == ["submit", "approve", "publish"]
    assert list(revision.events.values_list("transition", flat=True)) in (
        ["submit", "approve", "publish"],
        ["publish", "approve", "submit"],
    )
    assert [finding for _check, finding in examine(timezone.now()) if finding] == []


def test_who_read_a_draft_before_is_still_told_that_it_changed(clock: Clock) -> None:
    people = People()
    revision = revision_in(State.DRAFT, people)
    opened = revision.version
    clock.set(NOON - timedelta(days=365))
    actions.edit(revision, people.author, opened, headline="先改")
    with pytest.raises(actions.Stale):
        actions.edit(revision, people.author, opened, headline="后改")


def test_what_is_scheduled_is_published_once_when_its_time_comes_again(clock: Clock) -> None:
    people = People()
    early, late = (revision_in(State.APPROVED, people) for _ in range(2))
    actions.perform(early, "schedule", people.publisher, at=NOON + timedelta(hours=1))
    actions.perform(late, "schedule", people.publisher, at=NOON + timedelta(hours=3))
    assert publish_due(NOON + timedelta(hours=2)).published == [early]
    clock.set(NOON)
    assert publish_due(timezone.now()).published == []
    clock.set(NOON + timedelta(hours=4))
    assert publish_due(timezone.now()).published == [late]
    assert publish_due(timezone.now()).published == []
    assert Article.objects.count() == Event.objects.filter(transition="publish").count() == 2
    assert not Revision.objects.exclude(state=State.PUBLISHED).exists()
