"""A run of checks: which links are due, claimed so that no two runs take one, and what is kept."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import uuid4

from asgiref.sync import async_to_sync, sync_to_async
from django.db import transaction
from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from editorial.links.checking import Checked, Manners, check
from editorial.links.judging import after
from editorial.links.models import Link, LinkCheck, LinkState

KEPT = 20  # checks of each link
# A run that is killed leaves its links to the next one after so long.
CLAIM = timedelta(minutes=2)
_BATCH = 100
_SECONDS = 5.0  # what was found is stored at least so often
_LINKS_A_CLAIM = 500

POLITE = Manners()

Progress = Callable[[int, int], None]


@dataclass
class Report:
    """What a run found: links by their state, those that changed it, those left for later."""

    states: Counter[str] = field(default_factory=Counter)
    changed: list[Link] = field(default_factory=list)
    later: int = 0
    busy: int = 0

    @property
    def checked(self) -> int:
        """How many links were checked."""
        return self.states.total()


def due(now: datetime, *, all_of_them: bool = False, host: str = "") -> QuerySet[Link]:
    """Return the links whose time has come, those that waited longest first."""
    links = Link.objects.order_by("next_check_at", "pk")
    if not all_of_them:
        links = links.filter(next_check_at__lte=now)
    return links.filter(host=host.lower()) if host else links


def run(
    links: QuerySet[Link],
    now: datetime,
    *,
    manners: Manners = POLITE,
    limit: int | None = None,
    progress: Progress = lambda _done, _of: None,
) -> Report:
    """Check these links and keep what was found, in pieces: a run that is killed loses seconds."""
    token = uuid4().hex
    report = Report()
    claimed, report.busy = _claim(links, token, now, limit)
    try:
        _check(claimed, token, now, manners, report, progress)
    finally:
        Link.objects.filter(claimed_by=token).update(claimed_by="", claimed_until=None)
    return report


@async_to_sync
async def _check(
    links: dict[int, Link],
    token: str,
    now: datetime,
    manners: Manners,
    report: Report,
    progress: Progress,
) -> None:
    began = stored = monotonic()
    batch: list[Checked] = []
    asked = [(key, link.url) for key, link in links.items()]
    keep = sync_to_async(_keep)
    async with aclosing(check(asked, manners, now)) as results:  # type: ignore[type-var]
        async for found in results:
            batch.append(found)
            if len(batch) >= _BATCH or monotonic() > stored + _SECONDS:
                moment = now + timedelta(seconds=monotonic() - began)
                await keep(batch, links, token, moment, report)
                progress(report.checked + report.later, len(links))
                batch, stored = [], monotonic()
    await keep(batch, links, token, now + timedelta(seconds=monotonic() - began), report)
    progress(len(links), len(links))


def _claim(
    links: QuerySet[Link], token: str, now: datetime, limit: int | None
) -> tuple[dict[int, Link], int]:
    """Take the links that no other run has; return them and how many another one has."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    wanted = list(links.values_list("pk", flat=True)[:limit])
    for start in range(0, len(wanted), _LINKS_A_CLAIM):
        some = Link.objects.filter(free, pk__in=wanted[start : start + _LINKS_A_CLAIM])
        some.update(claimed_by=token, claimed_until=now + CLAIM)
    ours = {link.pk: link for link in Link.objects.filter(claimed_by=token).order_by("pk")}
    return ours, len(wanted) - len(ours)


def _keep(
    batch: Sequence[Checked], links: dict[int, Link], token: str, now: datetime, report: Report
) -> None:
    """Store what was found, and hold on to the rest."""
    changed: list[Link] = []
    checks: list[LinkCheck] = []
    for found in batch:
        link = links[found.key]
        link.claimed_by, link.claimed_until = "", None
        if found.verdict is None:
            link.next_check_at = now + found.later
            report.later += 1
        else:
            before = link.state
            checks.append(_stand(link, found, now))
            report.states[link.state] += 1
            if before not in {link.state, LinkState.NEW} or link.state == LinkState.DEAD:
                report.changed.append(link)
        changed.append(link)
    with transaction.atomic():
        # An upsert of rows that are there: bulk_update takes Django ten times as long to write.
        Link.objects.bulk_create(
            changed, update_conflicts=True, unique_fields=["id"], update_fields=_CHANGED
        )
        LinkCheck.objects.bulk_create(checks)
        _forget([link.pk for link in changed])
        Link.objects.filter(claimed_by=token).update(claimed_until=now + CLAIM)


_CHANGED = (
    "state", "reason", "status", "target", "failures", "failing_since", "checked_at",
    "next_check_at", "claimed_by", "claimed_until",
)  # fmt: skip


def _stand(link: Link, found: Checked, now: datetime) -> LinkCheck:
    """Let a link stand as a check of it says; return the row that tells of the check."""
    verdict = found.verdict
    assert verdict is not None
    standing = after(link.state, link.failures, link.failing_since, verdict.outcome, now)
    link.state, link.failures = standing.state, standing.failures
    link.failing_since, link.next_check_at = standing.failing_since, standing.next_check_at
    link.reason, link.status, link.checked_at = verdict.reason[:200], verdict.status, now
    link.target = verdict.target
    told: dict[str, Any] = {name: getattr(link, name) for name in _TOLD}
    return LinkCheck(link=link, at=now, milliseconds=found.milliseconds, **told)


_TOLD = ("state", "reason", "status", "target")


def _forget(links: Sequence[int]) -> None:
    """Delete all but the newest checks of these links."""
    numbered = LinkCheck.objects.filter(link__in=links).annotate(
        age=Window(RowNumber(), partition_by=F("link"), order_by=F("pk").desc())
    )
    old = list(numbered.filter(age__gt=KEPT).order_by().values_list("pk", flat=True))
    if old:
        LinkCheck.objects.filter(pk__in=old).delete()
