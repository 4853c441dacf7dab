"""Publishing at a time: what is due, in whose name it is published, and what becomes of a failure.

``manage.py publish_scheduled`` runs this, from as many places at once as one likes.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from editorial import actions, mail, zones
from editorial.models import Event, Revision
from editorial.refusals import NoRight, Refused
from editorial.transitions import State

logger = logging.getLogger(__name__)


@dataclass
class Report:
    """What a run did: what readers see now, what failed and why, how many wait for their time."""

    published: list[Revision] = field(default_factory=list)
    failed: list[tuple[Revision, str]] = field(default_factory=list)
    waiting: int = 0


@dataclass(frozen=True)
class Schedule:
    """When readers shall see a revision, in which zone that is told, who says so, is it time."""

    at: datetime
    zone: str
    user: User | None
    due: bool


def scheduled() -> QuerySet[Revision]:
    """Return what has a time, in the order in which it will be published."""
    return Revision.objects.filter(state=State.SCHEDULED).order_by("publish_at", "pk")


def scheduling_of(revision: Revision) -> Event | None:
    """Return who scheduled the revision, and when: its last move of this name."""
    moves = revision.events.filter(transition="schedule")
    return moves.select_related("user").order_by("pk").last()


def schedule_of(revision: Revision, now: datetime) -> Schedule | None:
    """Return what a page tells of the revision's schedule, or None without one."""
    if revision.publish_at is None:
        return None
    event = scheduling_of(revision)
    return Schedule(
        at=revision.publish_at,
        zone=zones.label(revision.publish_at, timezone.get_current_timezone()),
        user=event.user if event else None,
        due=revision.publish_at <= now,
    )


def publish_due(now: datetime, stop: Callable[[], bool] = lambda: False) -> Report:
    """Publish what is due, each in a transaction of its own, until ``stop()`` says so.

    A failure leaves the schedule as it is, and the next run tries again.  Its reason is kept with
    the revision, in the language of the code: it is translated for whoever reads it.  Only a
    database that does not answer ends the run.
    """
    times = list(scheduled().values_list("pk", "publish_at"))
    due = [pk for pk, at in times if at and at <= now]
    report = Report(waiting=len(times) - len(due))
    with translation.override(None):
        for pk in due:
            if stop():
                break
            revision = scheduled().filter(pk=pk, publish_at__lte=now).first()
            if revision is not None:  # otherwise someone was first
                _publish(revision, report)
    return report


def _publish(revision: Revision, report: Report) -> None:
    event = scheduling_of(revision)
    scheduler = event.user if event else None
    error: Exception | None = None
    try:
        _publish_for(scheduler, revision)
    except Refused as refusal:
        reason = str(refusal)
    except (OperationalError, InterfaceError):
        raise
    except Exception as unexpected:  # noqa: BLE001 - one that fails does not stop the others
        reason, error = _("An error in the program. The server's log tells more."), unexpected
    else:
        report.published.append(revision)
        return
    if _keep(revision, reason):
        report.failed.append((revision, reason))
        if revision.failure != reason:
            _tell(revision, scheduler, reason, error)


def _publish_for(scheduler: User | None, revision: Revision) -> None:
    """Publish in the name of who scheduled it, if they still may."""
    if scheduler is None:
        raise NoRight(_("It is not known who scheduled it: schedule it again."))
    try:
        actions.perform(revision, "publish", scheduler)
    except NoRight:
        raise NoRight(
            _("Who scheduled it may no longer publish: someone who may schedules it again.")
        ) from None


def _keep(revision: Revision, reason: str) -> bool:
    """Keep the reason with the revision; False if someone else moved it first: no failure then."""
    same = Revision.objects.filter(pk=revision.pk, state=State.SCHEDULED, version=revision.version)
    return bool(same.update(failure=reason))


def _tell(revision: Revision, scheduler: User | None, reason: str, error: Exception | None) -> None:
    """Write a reason that is new to the log, and to who counts on the schedule."""
    logger.error(
        "Revision %d (%s) was not published at its time: %s",
        revision.pk,
        revision.headline[:60],
        reason,
        exc_info=error,
    )
    if scheduler:
        mail.schedule_failed(revision, scheduler, reason)
