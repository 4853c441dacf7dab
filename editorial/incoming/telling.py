"""A plan in words for a terminal and as JSON for scripts, line by line as it is asked for."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from digest.models import Article
from editorial.changes.comparing import Difference
from editorial.changes.merging import Outcome
from editorial.changes.textdiff import Kind as RunKind
from editorial.changes.textdiff import Run
from editorial.incoming import showing
from editorial.incoming.base import Said
from editorial.incoming.change import Change, Frame, FrameChange, Kind, Row
from editorial.incoming.desk import section_of
from editorial.incoming.plan import Report

Where = Callable[[int], tuple[str, int]]

_CONTEXT = 16  # characters of what stayed that are shown beside what changed

# What a person reads above the changes of a kind, in this order.
_HEADINGS = {
    Kind.NEW: "new",
    Kind.CHANGED: "changed",
    Kind.MOVED: "moved to another section",
    Kind.MERGED: "merged: the desk changed other fields meanwhile",
    Kind.CONFLICT: "changed on both sides: somebody must decide",
    Kind.AMBIGUOUS: "in doubt: somebody must decide which entry it is",
    Kind.REMOVED: "removed from the file: a publisher must decide",
    Kind.RETURNED: "taken down here, and in the file: a publisher must decide",
    Kind.KEPT: "kept: only the desk has it, or changed it",
    Kind.WAITING: "waiting for review already",
}
_FRAMES = {
    Frame.SECTION_NEW: "new section",
    Frame.SECTION_RENAMED: "section renamed",
    Frame.SECTION_MOVED: "section moved",
    Frame.SECTION_REMOVED: "section removed",
    Frame.HEADING: "heading",
    Frame.TEXT_NEW: "new text",
    Frame.TEXT_CHANGED: "text",
    Frame.TEXT_REMOVED: "text removed",
    Frame.ORDER: "moved in its section",
    Frame.RENUMBERED: "renumbered",
    Frame.SPACING: "blank lines or line ends",
}
_CHANGED_BY = {Outcome.THEIRS: "file", Outcome.MINE: "desk", Outcome.CONFLICT: "both"}


@dataclass(frozen=True)
class Paint:
    """How deleted and inserted text is coloured; both are told apart without colour, too."""

    deleted: Callable[[str], str] = str
    inserted: Callable[[str], str] = str
    heading: Callable[[str], str] = str


def lines(report: Report, where: Where, paint: Paint) -> Iterator[str]:
    """Yield the plan as a person reads it, grouped by what becomes of the entries.

    ``where`` tells the file and the line in it of a line of the whole list.
    """
    sections = showing.titles()
    order = {kind: place for place, kind in enumerate(_HEADINGS)}
    by_kind = sorted(report.changes, key=lambda change: order[change.kind])
    numbers = counts(report)
    for kind, group in groupby(by_kind, key=attrgetter("kind")):
        yield paint.heading(f"{numbers[kind]} {_HEADINGS[kind]}")
        for change in group:
            yield from _change(change, where, sections, paint)
    if report.frame:
        yield paint.heading("sections, text and order")
        for framed in report.frame:
            yield from _frame(framed, where, paint)


def _change(
    change: Change, where: Where, sections: Mapping[int, str], paint: Paint
) -> Iterator[str]:
    yield f"  {_at(change.line, where)}{_short(change.headline)} ({_short(change.section)})"
    sides = showing.sides_of(change, sections)
    both = bool(sides.desk)
    for found in sides.outside:
        who = "the file, " if both else ""
        yield from _difference(found, who, paint)
    for found in sides.desk:
        yield from _difference(found, "the desk, ", paint)
    for row in change.candidates:
        yield f"    perhaps {_name(row)}"
    if change.kind is Kind.REMOVED and change.reason:
        yield f"    {change.reason}"


def _difference(found: Difference, who: str, paint: Paint) -> Iterator[str]:
    label = f"    {who}{found.label}: "
    if not found.items:
        yield label + painted(found.runs, paint)
    for item in found.items:
        if item.change or item.moved:
            place = f" (moved from {item.before} to {item.after})" if item.moved else ""
            yield label + painted(item.runs, paint) + place


def painted(runs: Iterable[Run], paint: Paint) -> str:
    """Return how a text changed, on one line: [-deleted-], {+inserted+}, and some of the rest."""
    parts = []
    pieces = list(runs)
    for place, run in enumerate(pieces):
        text = run.text.replace("\n", "↵")
        if run.kind is RunKind.DELETE:
            parts.append(paint.deleted(f"[-{text}-]"))
        elif run.kind is RunKind.INSERT:
            parts.append(paint.inserted(f"{{+{text}+}}"))
        else:
            parts.append(_context(text, first=place == 0, last=place == len(pieces) - 1))
    return "".join(parts)


def _context(text: str, *, first: bool, last: bool) -> str:
    """Return what is near a change of a text that stayed."""
    if first:
        return text if len(text) <= _CONTEXT else f"…{text[-_CONTEXT:]}"
    if last:
        return text if len(text) <= _CONTEXT else f"{text[:_CONTEXT]}…"
    near = 2 * _CONTEXT
    return text if len(text) <= near else f"{text[:_CONTEXT]}…{text[-_CONTEXT:]}"


def _frame(framed: FrameChange, where: Where, paint: Paint) -> Iterator[str]:
    name = f" “{_short(framed.name)}”" if framed.name else ""
    yield f"  {_at(framed.line, where)}{_FRAMES[framed.kind]}{name}"
    if framed.before and framed.after:
        yield f"    {painted(framed.runs, paint)}"


def _at(line: int, where: Where) -> str:
    file, number = where(line) if line else ("", 0)
    return f"{file}:{number}: " if line else ""


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _name(row: Row) -> str:
    kind = "article" if isinstance(row, Article) else "revision"
    return f"{kind} {row.pk}, “{_short(row.headline)}” ({_short(section_of(row))})"


def json_lines(report: Report) -> Iterator[str]:
    """Yield the plan as one JSON object, a change a line; the README says what the keys mean."""
    sections = showing.titles()
    yield '{"format": 1,'
    yield f'"counts": {_dump(counts(report))},'
    yield from _array("changes", (_as_json(one, sections) for one in report.changes), ",")
    yield from _array("frame", map(_frame_as_json, report.frame), ",")
    yield from _array("notes", ({"line": n.line, "text": n.text} for n in report.notes), "}")


def counts(report: Report) -> dict[str, int]:
    """Return how many entries become what; ``unchanged`` are not among the changes."""
    found = {kind.value: 0 for kind in Kind}
    for change in report.changes:
        found[change.kind] += 1
    return found | {"unchanged": report.same}


def _array(name: str, items: Iterable[Mapping[str, Any]], end: str) -> Iterator[str]:
    yield f'"{name}": ['
    before = ""
    for item in items:
        if before:
            yield f"{before},"
        before = _dump(item)
    if before:
        yield before
    yield f"]{end}"


def _as_json(change: Change, sections: Mapping[int, str]) -> dict[str, Any]:
    sides = (("base", change.base), ("ours", change.ours), ("theirs", change.theirs))
    return {
        "kind": change.kind.value,
        "key": change.key,
        "line": change.line,
        "section": change.section,
        "headline": change.headline,
        "article": change.article.pk if change.article else None,
        "revision": change.open.pk if change.open else None,
        "fields": {
            name: {
                "changed_by": _CHANGED_BY[outcome],
                **{side: _value(said, name, sections) for side, said in sides if said},
            }
            for name, outcome in change.outcomes.items()
            if outcome in _CHANGED_BY
        },
        "candidates": [
            {
                "kind": "article" if isinstance(row, Article) else "revision",
                "id": row.pk,
                "headline": row.headline,
                "section": section_of(row),
            }
            for row in change.candidates
        ],
        "reason": change.reason,
    }


def _value(said: Said, name: str, sections: Mapping[int, str]) -> Any:
    value = said[name]
    if name == "category":
        return sections.get(value, "") if isinstance(value, int) else value
    return [list(link) for link in value] if name == "links" else value


def _frame_as_json(framed: FrameChange) -> dict[str, Any]:
    names = ("kind", "line", "name", "before", "after")
    return {name: getattr(framed, name) for name in names}


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
