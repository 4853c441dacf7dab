"""Acts in the log that are no moves: the revision's state stays as it is."""

from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from editorial.models import Event, Revision
from editorial.transitions import ACTS


def log(revision: Revision, act: str, user: User, *, note: str = "", **details: Any) -> None:
    """Write down what somebody did to a revision (see ``Event`` for the details of each act)."""
    assert act in ACTS
    Event.objects.create(
        revision=revision,
        transition=act,
        source=revision.state,
        target=revision.state,
        user=user,
        note=note,
        details=details,
        at=timezone.now(),
    )
