"""Weekly issues: what was first published in a week, by section as the list has them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.core.paginator import Page
from django.db.models import Count
from django.urls import reverse

from digest.models import Article
from digest.remembered import remembered
from digest.rows import Row, far_in
from digest.sections import Item, Section, in_list_order, outline
from digest.weeks import Week

Totals = Mapping[int, Mapping[int, int]]  # entries by the keys of week and category


class Issue:
    """The entries of a week in the list's order, as a paginator takes them.

    A page costs two queries and the tags; one of a section with 100,000 new entries, as an import
    makes them, is read from an index.
    """

    def __init__(self, week: Week, totals: Mapping[int, int], sections: Sequence[Section]) -> None:
        self.week = week
        self.sections = [
            replace(section, total=totals[section.pk])
            for section in sections
            if totals.get(section.pk)
        ]

    @property
    def address(self) -> str:
        """The issue's page."""
        return reverse("digest:issue", args=[self.week])

    @cached_property
    def _length(self) -> int:
        return sum(section.total for section in self.sections)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, place: slice) -> list[Row]:
        start, stop, _step = place.indices(len(self))
        entries = Article.objects.published().filter(week=self.week.key)
        totals = [(section.pk, section.total) for section in self.sections]
        return far_in(*in_list_order(entries, totals, slice(start, stop)))

    def shown(self, page: Page[Row]) -> list[Section]:
        """Return the sections of a page with its entries, numbered within the issue's section."""
        return self.filled(list(page.object_list), max(page.start_index() - 1, 0))

    def filled(self, articles: Sequence[Article | Row], start: int = 0) -> list[Section]:
        """Return the sections that these entries are in, which begin at a place of the issue."""
        items: defaultdict[int, list[Item]] = defaultdict(list)
        first, before = {}, 0
        for section in self.sections:
            first[section.pk] = max(start - before, 0) + 1
            before += section.total
        for article in articles:
            own = items[article.category_id]
            own.append(Item(article, first[article.category_id] + len(own)))
        return [
            replace(section, items=items[section.pk])
            for section in self.sections
            if section.pk in items
        ]


@dataclass(frozen=True)
class Weeks:
    """The weeks that have entries, the newest first."""

    totals: Totals

    @cached_property
    def weeks(self) -> list[Week]:
        """Return them."""
        return [Week.keyed(key) for key in sorted(self.totals, reverse=True)]

    def before(self, week: Week) -> Week | None:
        """Return the one before this week."""
        return next((one for one in self.weeks if one < week), None)

    def after(self, week: Week) -> Week | None:
        """Return the one after this week."""
        return next((one for one in reversed(self.weeks) if one > week), None)

    def issue(self, week: Week, category: int | None = None) -> Issue | None:
        """Return a week's issue, or its part in one section; None where it has no entry."""
        totals = self.totals.get(week.key, {})
        if category:
            totals = {key: total for key, total in totals.items() if key == category}
        return Issue(week, totals, outline()) if totals else None

    @property
    def years(self) -> list[tuple[int, list[tuple[Week, int]]]]:
        """Return the ISO years, and of each its weeks with how many entries they have."""
        years: defaultdict[int, list[tuple[Week, int]]] = defaultdict(list)
        for week in self.weeks:
            years[week.year].append((week, sum(self.totals[week.key].values())))
        return list(years.items())


def weeks() -> Weeks:
    """Return the weeks that have entries; costs one query, or two after a change of the list."""
    return Weeks(remembered("weeks", _by_week_and_section))


def _by_week_and_section() -> Totals:
    totals: defaultdict[int, dict[int, int]] = defaultdict(dict)
    published = Article.objects.published().order_by()
    for week, category, total in published.values_list("week", "category").annotate(Count("pk")):
        totals[week][category] = total
    return dict(totals)
