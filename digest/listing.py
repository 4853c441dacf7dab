"""The page of all entries: what its address asks for, found, counted and put in order."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from digest.facets import (
    CELL,
    Cell,
    Choice,
    Chosen,
    Facet,
    count,
    facets,
    most_used,
    tags_of,
    venues_of,
)
from digest.filters import SORTS
from digest.models import Article
from digest.remembered import remembered
from digest.rows import FAR, Row, far_in, rows
from digest.search.hits import Hits, Keyed, everything
from digest.search.query import Query
from digest.sections import Section, in_list_order
from digest.tags import named, under

FILTERS = ("category", "tag", "venue", "year", "month", "code", "paper", "picture")


@dataclass(frozen=True)
class Listing:
    """Entries, and the ways on from them; where too much is found, nothing is counted."""

    articles: Any  # as a paginator takes them
    facets: Sequence[Facet]
    chips: Sequence[Choice]
    orders: Sequence[Choice]


def listing(
    filtered: QuerySet[Article], query: Query | None, chosen: Chosen, sections: Sequence[Section]
) -> Listing:
    """Return the filtered entries that a query finds, if there is one."""
    base = Article.objects.published()
    if tag := chosen.values.get("tag"):
        base = base.filter(under(named(tag)))
    if venue := chosen.values.get("venue"):
        base = base.filter(venue=venue)
    found = _searched if query else _browsed
    articles, cells, tags, venues = found(filtered, base, query or Query(), chosen, sections)
    return Listing(
        articles,
        facets(chosen, cells, sections, tags, venues) if cells is not None else [],
        list(_chips(chosen, sections)),
        list(_orders(chosen, "best" if query else "newest")) if cells is not None else [],
    )


Found = tuple[Any, Sequence[Any] | None, list[tuple[str, str, int]], list[tuple[str, int]]]


class Counted:
    """Filtered entries of which it is known how many each section has, as a paginator takes them.

    ``order`` are the sections in theirs, where the entries are to be in the list's order.
    """

    def __init__(
        self, articles: QuerySet[Article], totals: Mapping[int, int], order: Sequence[int] | None
    ) -> None:
        self.articles, self.totals, self.order = articles, totals, order

    def count(self) -> int:
        """How many there are."""
        return sum(self.totals.values())

    def __getitem__(self, place: slice) -> list[Row]:
        if self.order is None:
            return _slice(self.articles, place)
        totals = [(key, self.totals.get(key, 0)) for key in self.order]
        return _slice(*in_list_order(self.articles, totals, place))


def _slice(articles: QuerySet[Article], place: slice) -> list[Row]:
    return far_in(articles, place) if place.start >= FAR else rows(articles[place])


def _browsed(
    filtered: QuerySet[Article],
    base: QuerySet[Article],
    _query: Query,
    chosen: Chosen,
    sections: Sequence[Section],
) -> Found:
    """Count the entries, but once for all readers until the list changes.

    ``base`` has the entries with the tag and of the venue that are asked for.
    """
    tag, venue = chosen.values.get("tag"), chosen.values.get("venue")
    of = f"cells {tag!r} {venue!r}" if venue else f"cells {tag!r}"
    cells = [Cell(*row) for row in remembered(of, lambda: count(base))]
    totals: Counter[int] = Counter()
    for cell in chosen.kept(cells, sections):
        totals[cell.category] += cell.total
    filters = {name: chosen.values.get(name) for name in FILTERS}
    tags, venues = remembered(
        f"tags and venues {filters}",
        lambda: ([] if tag else tags_of(filtered), [] if venue else venues_of(filtered)),
    )
    order = [one.pk for one in sections] if chosen.values.get("sort") == "list" else None
    return Counted(filtered, totals, order), cells, tags, venues


def _searched(
    filtered: QuerySet[Article],
    base: QuerySet[Article],
    query: Query,
    chosen: Chosen,
    sections: Sequence[Section],
) -> Found:
    """Search, and count what was found unless that is too much."""
    best, rows = Hits(filtered, query), None
    if not best.soon_many:
        rows = everything(base, query, "pk", "published_at", "position", "venue", *CELL)
    if rows is None:
        return best, None, [], []
    hits = [_Hit(*row) for row in rows]
    kept = list(chosen.kept(hits, sections))
    articles = _ordered(best, chosen.values.get("sort"), kept, sections)
    tags = []
    if not chosen.values.get("tag"):
        tags = tags_of(base.filter(pk__in=[hit.pk for hit in kept]))
    venues = Counter(hit.venue for hit in kept if hit.venue and not chosen.values.get("venue"))
    return articles, hits, tags, most_used(venues)


class _Hit(NamedTuple):
    """One entry that was found: a cell of its own, and what it is ordered by."""

    pk: int
    published_at: datetime
    position: int
    venue: str
    category: int
    month: int
    code: bool
    paper: bool
    picture: bool
    total: int = 1


def _ordered(best: Hits, order: str | None, hits: list[_Hit], sections: Sequence[Section]) -> Keyed:
    """Put what was found into an order: the best first, unless another one is asked for."""
    if order == "list":
        places = {one.pk: place for place, one in enumerate(sections)}
        hits.sort(key=lambda hit: (places.get(hit.category, 0), hit.position, hit.pk))
    elif order in SORTS:
        hits.sort(key=lambda hit: (hit.published_at, hit.pk), reverse=order == "newest")
    else:
        best.are_all([hit.pk for hit in hits])
        return best
    return Keyed(best.articles, [hit.pk for hit in hits])


def _chips(chosen: Chosen, sections: Sequence[Section]) -> Iterator[Choice]:
    """Yield the filters that are on, each with the address that takes it off."""
    titles = {section.slug: section.title for section in sections}
    kinds = {"code": _("With code"), "paper": _("With paper"), "picture": _("With picture")}
    for name in FILTERS:
        value = chosen.values.get(name)
        if not value or (name == "year" and chosen.values.get("month")):
            continue
        label = {
            "category": titles.get(value, value),
            "tag": f"#{value}",
            "month": f"{value // 100} · {MONTHS[value % 100]}" if name == "month" else "",
        }.get(name, kinds.get(name, str(value)))
        off = {"year": "", "month": ""} if name in {"year", "month"} else {name: ""}
        yield Choice(label, None, chosen.with_(**off), True, name in {"category", "tag", "venue"})


def _orders(chosen: Chosen, default: str) -> Iterator[Choice]:
    """Yield the orders; the one that is not asked for stands in no address."""
    labels = {
        "best": _("Best first"),
        "newest": _("Newest first"),
        "oldest": _("Oldest first"),
        "list": _("As in the list"),
    }
    current = chosen.values.get("sort") or default
    for name, label in labels.items():
        if name != "best" or default == "best":
            address = chosen.with_(sort="" if name == default else name)
            yield Choice(label, None, address, chosen=name == current)
