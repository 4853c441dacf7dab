"""How many entries each further filter would leave, whatever filters are on already.

All but tags and venues is worked out from one table: how many entries there are of each section,
month and kind.  It has at most as many rows as there are such combinations, at any size of a list.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, QuerySet
from django.http import QueryDict
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from taggit.models import TaggedItem

from digest.models import Article
from digest.sections import Section

MOST_TAGS = MOST_VENUES = 20
CELL = ("category", "month", "has_code", "has_paper", "has_picture")
KINDS = {"code", "paper", "picture"}


class Cell(NamedTuple):
    """Entries alike to every filter but a tag's and a venue's, and how many they are."""

    category: int
    month: int
    code: bool
    paper: bool
    picture: bool
    total: int = 1


@dataclass(frozen=True)
class Choice:
    """One value of a filter: the address that chooses it or, if it is chosen, takes it off."""

    label: str
    total: int | None
    address: str
    chosen: bool = False
    is_of_list: bool = False  # the label is in the list's language, not in the page's


@dataclass(frozen=True)
class Facet:
    """One filter with its values."""

    title: str
    choices: Sequence[Choice]


def count(articles: QuerySet[Article]) -> list[tuple[Any, ...]]:
    """Count the entries by all that they are filtered by: the fields of a Cell, in one query."""
    return list(articles.order_by().values_list(*CELL).annotate(total=Count("pk")))


def tags_of(
    articles: QuerySet[Article], most: int | None = MOST_TAGS
) -> list[tuple[str, str, int]]:
    """Return name, slug and number of entries of the tags that most of these have, or of all."""
    tagged = TaggedItem.objects.filter(
        content_type=ContentType.objects.get_for_model(Article),
        object_id__in=articles.order_by().values("pk"),
    ).exclude(tag__slug="")
    names = tagged.values_list("tag__name", "tag__slug").annotate(total=Count("pk"))
    return list(names.order_by("-total", "tag__name")[:most])


def venues_of(articles: QuerySet[Article]) -> list[tuple[str, int]]:
    """Return the venues that most of these entries' papers appeared in, and how many of them.

    Where few are known it costs little: an index has those entries.
    """
    venues = articles.order_by().filter(venue__gt="").values_list("venue")
    return list(venues.annotate(total=Count("pk")).order_by("-total", "venue")[:MOST_VENUES])


def most_used(venues: Counter[str]) -> list[tuple[str, int]]:
    """Return the same of venues that were counted already."""
    return sorted(venues.items(), key=lambda one: (-one[1], one[0]))[:MOST_VENUES]


@dataclass(frozen=True)
class Chosen:
    """The filters that are on, by name, and the address that they stand in."""

    values: Mapping[str, Any]
    address: QueryDict

    def with_(self, **changes: str) -> str:
        """Return the address with other filters; "" takes one off.  It begins with page one."""
        changed = self.address.copy()
        for name in ("page", *changes):
            changed.pop(name, None)
        for name, value in changes.items():
            if value:
                changed[name] = value
        return f"?{changed.urlencode()}"

    def kept(self, cells: Iterable[Any], sections: Sequence[Section], *but: str) -> Iterator[Any]:
        """Yield the cells, or what has their fields, that these filters keep.

        Some do not count here, nor do a tag's and a venue's.
        """
        on = {name: value for name, value in self.values.items() if value and name not in but}
        if slug := on.get("category"):
            keys = {one.pk for one in sections if one.slug == slug}
            cells = (cell for cell in cells if cell.category in keys)
        if year := on.get("year"):
            cells = (cell for cell in cells if cell.month // 100 == year)
        if month := on.get("month"):
            cells = (cell for cell in cells if cell.month == month)
        for kind in on.keys() & KINDS:
            cells = filter(attrgetter(kind), cells)
        yield from cells


def facets(
    chosen: Chosen,
    cells: Sequence[Any],
    sections: Sequence[Section],
    tags: Iterable[tuple[str, str, int]],
    venues: Iterable[tuple[str, int]],
) -> list[Facet]:
    """Return the filters that there is anything to choose in."""

    def total(of: str, *but: str) -> Counter[Any]:
        counter: Counter[Any] = Counter()
        value = attrgetter(of)
        for cell in chosen.kept(cells, sections, of, *but):
            counter[value(cell)] += cell.total
        return counter

    by_section, by_month = total("category"), total("month", "year")
    within = [
        Facet(_("Section"), list(_sections(chosen, by_section, sections))),
        Facet(_("Time"), list(_times(chosen, by_month))),
        Facet(_("It has"), list(_kinds(chosen, {kind: total(kind)[True] for kind in KINDS}))),
        Facet(_("Venue"), list(_venues(chosen, venues))),
        Facet(_("Tag"), list(_tags(chosen, tags))),
    ]
    return [facet for facet in within if facet.choices]


def _sections(
    chosen: Chosen, totals: Mapping[int, int], sections: Sequence[Section]
) -> Iterator[Choice]:
    for section in sections:
        slug = section.slug
        on = chosen.values.get("category") == slug
        if on or totals.get(section.pk):
            yield Choice(
                section.title,
                totals.get(section.pk, 0),
                chosen.with_(category="" if on else slug),
                chosen=on,
                is_of_list=True,
            )


def _times(chosen: Chosen, totals: Mapping[int, int]) -> Iterator[Choice]:
    """Yield the years, and the months of a year that is chosen."""
    month = chosen.values.get("month")
    year = chosen.values.get("year") or (month and month // 100)
    by_year: Counter[int] = Counter()
    for key, total in totals.items():
        by_year[key // 100] += total
    for one in sorted({*by_year, *([year] if year else [])}, reverse=True):
        off = one == year
        address = chosen.with_(year="" if off else str(one), month="")
        yield Choice(str(one), by_year[one], address, chosen=off)
        if off:
            yield from _months(chosen, {k: v for k, v in totals.items() if k // 100 == one})


def _months(chosen: Chosen, totals: Mapping[int, int]) -> Iterator[Choice]:
    for key in sorted(totals, reverse=True):
        off = key == chosen.values.get("month")
        address = chosen.with_(month="" if off else f"{key // 100}-{key % 100:02}")
        yield Choice(str(MONTHS[key % 100]), totals[key], address, chosen=off)


def _kinds(chosen: Chosen, totals: Mapping[str, int]) -> Iterator[Choice]:
    labels = {"code": _("Code"), "paper": _("Paper"), "picture": _("Picture")}
    for kind, label in labels.items():
        on = bool(chosen.values.get(kind))
        if on or totals[kind]:
            yield Choice(label, totals[kind], chosen.with_(**{kind: "" if on else "on"}), chosen=on)


def _tags(chosen: Chosen, totals: Iterable[tuple[str, str, int]]) -> Iterator[Choice]:
    for name, _slug, total in totals:
        yield Choice(name, total, chosen.with_(tag=name), is_of_list=True)


def _venues(chosen: Chosen, totals: Iterable[tuple[str, int]]) -> Iterator[Choice]:
    for name, total in totals:
        yield Choice(name, total, chosen.with_(venue=name), is_of_list=True)
