"""How the sides of a change differ, field by field and run by run, for pages and terminals."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from digest.models import Category
from digest.readme.grammar import label
from editorial import entries
from editorial.changes import comparing
from editorial.changes.comparing import Difference
from editorial.changes.merging import Outcome
from editorial.changes.versions import TEXTS, Version
from editorial.incoming.base import Said
from editorial.incoming.change import Change, Kind


class Sides(NamedTuple):
    """What the README changed, what the desk did, and what both did; against what both began with.

    A field that both changed stands in ``outside`` and ``desk``, too.
    """

    outside: list[Difference]
    desk: list[Difference]
    both: list[str]


def titles() -> dict[int, str]:
    """Return the titles of the sections by their numbers."""
    return dict(Category.objects.values_list("pk", "title"))


def version_of(said: Said, sections: Mapping[int, str]) -> Version:
    """Return what one side says, as it is compared."""
    home = said["category"]
    return Version(
        category=sections.get(home, "") if isinstance(home, int) else home,
        links=tuple((label(name), url) for name, url in entries.tidy(said["links"])),
        **{name: entries.tidy(said[name]) for name in TEXTS},
    )


def sides_of(change: Change, sections: Mapping[int, str]) -> Sides:
    """Return how the sides of a change differ from what they began with."""
    begun = change.base or change.ours
    if begun is None or change.theirs is None:
        return Sides([], [], [])
    base, theirs = version_of(begun, sections), version_of(change.theirs, sections)
    wanted = {Outcome.THEIRS, Outcome.CONFLICT}
    outside = _only(comparing.compare(base, theirs), change, wanted)
    desk: list[Difference] = []
    if change.ours is not None and change.kind in {Kind.KEPT, Kind.MERGED, Kind.CONFLICT}:
        ours = version_of(change.ours, sections)
        wanted = {Outcome.MINE, Outcome.CONFLICT}
        desk = _only(comparing.compare(base, ours), change, wanted)
    return Sides(outside, desk, change.fields(Outcome.CONFLICT))


def _only(
    differences: Iterable[Difference], change: Change, wanted: set[Outcome]
) -> list[Difference]:
    if not change.outcomes:
        return list(differences)
    return [found for found in differences if change.outcomes.get(found.field) in wanted]
