"""Who has a revision's form open at this moment.  It hinders nobody: it lets people talk first.

An open window says again and again that it is there; whoever says nothing for a while has left.
"""

from datetime import timedelta

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from editorial.models import Event, Presence, Revision
from editorial.refusals import NoRight
from editorial.transitions import ACTS, may_edit

ALIVE = timedelta(seconds=60)  # three times what static/editorial/presence.js lets pass


def arrive(revision: Revision, user: User) -> None:
    """Note that this user has the form open, and forget all who have left, of any revision."""
    if not may_edit(revision, user):
        raise NoRight(_("Only its author, or who may publish, may change this revision."))
    now = timezone.now()
    Presence.objects.filter(seen_at__lt=now - ALIVE).delete()
    here = Presence(revision=revision, user=user, since=now, seen_at=now)
    Presence.objects.bulk_create(
        [here], update_conflicts=True, unique_fields=["revision", "user"], update_fields=["seen_at"]
    )


def leave(revision: Revision, user: User) -> None:
    """Note that this user has closed the form."""
    Presence.objects.filter(revision=revision, user=user).delete()


def others(revision: Revision, user: User) -> QuerySet[Presence]:
    """Return who else has the form open, the one who opened it first before the others."""
    here = Presence.objects.filter(revision=revision, seen_at__gte=timezone.now() - ALIVE)
    return here.exclude(user=user).select_related("user").order_by("since", "pk")


def newer(revision: Revision, version: int) -> Event | None:
    """Return what changed the revision last, if that was after this version."""
    if revision.version == version:
        return None
    changes = revision.events.exclude(transition__in=ACTS.keys() - {"edit"})
    return changes.select_related("user").last()
