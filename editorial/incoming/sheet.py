"""An outline's plan as rows: pages of it cost the same however long it is, and ticks stay."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max

from digest.models import Readme
from editorial.changes import comparing
from editorial.changes.comparing import Difference
from editorial.changes.merging import Outcome
from editorial.changes.versions import Version
from editorial.incoming import base, showing
from editorial.incoming.change import Change, FrameChange, Kind, key_of
from editorial.incoming.desk import section_of
from editorial.incoming.framing import frame_changes
from editorial.incoming.showing import Sides
from editorial.incoming.waiting import FRAME, Asked, asked, look_at
from editorial.models import Event, Outline, PlannedChange, Revision

_BATCH = 1_000


def bring(text: str, user: User) -> Outline:
    """Keep a README for this person, with its plan."""
    now = _moment()
    with transaction.atomic():
        outline, plan = look_at(text, user)
        _store(outline, plan, now)
    return outline


def refresh(outline: Outline, user: User) -> None:
    """Plan the outline anew if the desk has changed since; what was ticked stays ticked."""
    now = _moment()
    if outline.planned_at == now:
        return
    with transaction.atomic():
        same = Outline.objects.filter(pk=outline.pk, planned_at=outline.planned_at)
        if same.update(planned_at=now):  # else somebody looks at it, too, and was first
            _store(outline, asked(outline, user), now)


def _store(outline: Outline, plan: Asked, now: str) -> None:
    """Make the rows those of this plan; what was ticked and is the same kind stays ticked."""
    chosen = {(row.key, row.kind): row for row in outline.planned.defer("details")}
    outline.planned.all().delete()
    rows = list(_rows(outline, plan))
    for row in rows:
        before = chosen.get((row.key, row.kind))
        if before:
            row.ticked, row.choice = before.ticked, before.choice
    PlannedChange.objects.bulk_create(rows, batch_size=_BATCH)
    outline.planned_at = now
    outline.save(update_fields=["planned_at"])


def _moment() -> str:
    """Return what changes with whatever a plan depends on."""
    versions = Readme.objects.values_list("version", flat=True).get(pk=1)
    events = Event.objects.aggregate(last=Max("pk"))["last"]
    revisions = Revision.objects.aggregate(last=Max("pk"))["last"]
    return f"{versions}.{events}.{revisions}"


def _rows(outline: Outline, plan: Asked) -> Iterator[PlannedChange]:
    if plan.frame:
        framed = [asdict(one) for one in frame_changes(plan.plan)]
        yield PlannedChange(
            outline=outline, nth=0, key=FRAME, kind=FRAME, details={"frame": framed}
        )
    for nth, change in enumerate(plan.changes, 1):
        yield PlannedChange(
            outline=outline,
            nth=nth,
            key=change.key,
            kind=change.kind.value,
            line=change.line,
            headline=change.headline,
            section=change.section,
            details=_details(change),
        )


def _details(change: Change) -> dict[str, Any]:
    theirs = change.theirs
    if theirs is None and change.entry:
        theirs = base.of_entry(change.entry, change.section)
    return {
        "base": change.base,
        "ours": change.ours,
        "theirs": theirs,
        "outcomes": {name: outcome.name for name, outcome in change.outcomes.items()},
        "by": str(change.open.author) if change.open else "",
        "article": change.article.pk if change.article else None,
        "candidates": [
            {"key": key_of(row), "headline": row.headline, "section": section_of(row)}
            for row in change.candidates
        ],
    }


def sides_of(row: PlannedChange, sections: Mapping[int, str]) -> Sides:
    """Return how the sides of a row's change differ."""
    details = row.details
    if row.kind in {FRAME, Kind.REMOVED}:
        return Sides([], [], [])
    if row.kind in {Kind.NEW, Kind.AMBIGUOUS}:
        said = showing.version_of(details["theirs"], sections)
        return Sides(_without_section(comparing.compare(Version(), said)), [], [])
    outcomes = {name: Outcome[outcome] for name, outcome in details["outcomes"].items()}
    change = Change(
        Kind(row.kind), row.headline, row.section, row.line, base=details["base"],
        ours=details["ours"], theirs=details["theirs"], outcomes=outcomes,
    )  # fmt: skip
    return showing.sides_of(change, sections)


def frame_of(row: PlannedChange) -> list[FrameChange]:
    """Return what the row of the frame has, as data."""
    return [FrameChange(**one) for one in row.details.get("frame", [])]


def _without_section(differences: list[Difference]) -> list[Difference]:
    return [found for found in differences if found.field != "category"]
