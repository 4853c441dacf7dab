"""The page of all entries: what its address asks for, found, counted and put in order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from digest.facets import CELL, Cell, Choice, Chosen, Facet, count, facets, tags_of
from digest.filters import SORTS
from digest.models import Article
from digest.search.hits import Hits, Keyed, everything
from digest.search.query import Query
from digest.sections import Section

FILTERS = ("category", "tag", "year", "month", "code", "paper", "picture")


@dataclass(frozen=True)
class Listing:
    """Entries, and the ways on from them; where too much is found, nothing is counted."""

    articles: Sequence[Article] | QuerySet[Article]
    facets: Sequence[Facet]
    chips: Sequence[Choice]
    orders: Sequence[Choice]


def listing(
    filtered: QuerySet[Article], query: Query | None, chosen: Chosen, sections: Sequence[Section]
) -> Listing:
    """Return the filtered entries that a query finds, if there is one."""
    tag = chosen.values.get("tag")
    base = Article.objects.published()
    if tag:
        base = base.filter(tags__name__iexact=tag)
    if query is None:
        cells = count(base)
        tags = [] if tag else tags_of(filtered)
        articles: Sequence[Article] | QuerySet[Article] = filtered
    else:
        rows = everything(base, query, "pk", "published_at", "position", *CELL)
        if rows is None:
            return Listing(Hits(filtered, query), [], list(_chips(chosen, sections)), [])
        by_key = {section.category.pk: section for section in sections}
        kept = [row for row in rows if chosen.keeps(Cell(*row[3:]), by_key)]
        cells = [Cell(*row[3:]) for row in rows]
        articles = _found(filtered, query, chosen.values.get("sort"), kept, by_key)
        tags = [] if tag else tags_of(base.filter(pk__in=[row[0] for row in kept]))
    return Listing(
        articles,
        facets(chosen, cells, sections, tags),
        list(_chips(chosen, sections)),
        list(_orders(chosen, "best" if query else "newest")),
    )


def _found(
    filtered: QuerySet[Article],
    query: Query,
    order: str | None,
    rows: list[tuple[Any, ...]],
    sections: dict[int, Section],
) -> Keyed:
    """Put what was found into an order: the best first, unless another one is asked for."""
    if order == "list":
        places = {key: place for place, key in enumerate(sections)}
        rows.sort(key=lambda row: (places.get(row[3], 0), row[2], row[0]))
        return Keyed(filtered, [row[0] for row in rows])
    if order in SORTS:
        rows.sort(key=lambda row: (row[1], row[0]), reverse=order == "newest")
        return Keyed(filtered, [row[0] for row in rows])
    return Hits(filtered, query, sorted((row[0] for row in rows), reverse=True))


def _chips(chosen: Chosen, sections: Sequence[Section]) -> Iterator[Choice]:
    """Yield the filters that are on, each with the address that takes it off."""
    titles = {section.category.slug: section.title for section in sections}
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
        yield Choice(label, None, chosen.with_(**off), True, name in {"category", "tag"})


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
