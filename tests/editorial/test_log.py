"""The log only grows."""

from collections.abc import Callable

import pytest
from django.db import transaction
from django.db.models import ProtectedError

from editorial.models import AppendOnlyError, Event, Revision
from editorial.transitions import State
from tests.editorial.factories import People, revision_in

ATTEMPTS: dict[str, Callable[[Event], object]] = {
    "save": lambda event: event.save(),
    "delete": lambda event: event.delete(),
    "update": lambda _: Event.objects.update(note=""),
    "update of some": lambda event: Event.objects.filter(pk=event.pk).update(note=""),
    "bulk update": lambda event: Event.objects.bulk_update([event], ["note"]),
    "delete all": lambda _: Event.objects.all().delete(),
    "delete related": lambda event: event.revision.events.all().delete(),
    "clear by update_or_create": lambda event: Event.objects.update_or_create(
        pk=event.pk, defaults={"note": ""}
    ),
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_an_event_stays_as_it_was_written(
    attempt: Callable[[Event], object], people: People
) -> None:
    revision_in(State.TAKEN_DOWN, people)
    before = list(Event.objects.values())
    with pytest.raises(AppendOnlyError), transaction.atomic():
        attempt(Event.objects.latest("pk"))
    assert list(Event.objects.values()) == before
    assert before[-1]["note"] == "错了"


def test_a_revision_with_a_past_cannot_be_deleted(people: People) -> None:
    revision_in(State.PUBLISHED, people)
    with pytest.raises(ProtectedError):
        Revision.objects.all().delete()
    with pytest.raises(ProtectedError):
        people.publisher.delete()
