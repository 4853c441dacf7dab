"""The list in figures: where the bars of its pictures stand, and the numbers behind them.

A picture is drawn by the template, across in percent and down in pixels, so that it takes any width
while its letters keep their size.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from digest.facets import Cell
from digest.sections import Section

MOST_SERIES = 6  # colours that can be told apart; further sections are taken together
YEARS = 9_999  # a number beyond is a month: 202306
MOST_COLUMNS = 36  # months in a row; a longer time is shown by years
TOP, HEIGHT = 20, 180  # pixels above the highest column, and of it


@dataclass(frozen=True)
class Part:
    """One section's part of a column; ``top`` is down from the picture's top."""

    series: int
    total: int
    top: float
    height: float


@dataclass(frozen=True)
class Column:
    """A month or a year; ``left`` and ``width`` in percent of the picture."""

    label: str
    address: str
    total: int
    left: float
    width: float
    parts: Sequence[Part]
    mark: str = ""  # what stands below it

    @property
    def middle(self) -> float:
        """Where its mark stands, in percent."""
        return self.left + self.width / 2

    @property
    def of_series(self) -> dict[int, int]:
        """How many entries of it each series has."""
        return {part.series: part.total for part in self.parts}


@dataclass(frozen=True)
class Columns:
    """Entries by time and section."""

    series: Sequence[str]
    columns: Sequence[Column]
    highest: int

    @property
    def rows(self) -> list[tuple[Column, list[int]]]:
        """The same as a table: each column that has entries, with each series' number."""
        numbers = range(len(self.series))
        return [
            (column, [column.of_series.get(number, 0) for number in numbers])
            for column in reversed(self.columns)
            if column.total
        ]


@dataclass(frozen=True)
class Bar:
    """A row of a table of bars: ``share`` in percent of the longest bar's or of all."""

    label: str
    address: str
    total: int
    share: float
    of: int = 0


def by_time(cells: Iterable[Cell], sections: Sequence[Section]) -> Columns:
    """Return how many entries of each section appeared in each month, or year if these are many."""
    totals: Counter[tuple[int, int]] = Counter()
    for cell in cells:
        totals[cell.month, cell.category] += cell.total
    spans = _spans({month for month, _ in totals})
    series = _series(totals, sections)
    counts: Counter[tuple[int, int]] = Counter()
    for (month, category), total in totals.items():
        span = month if month in spans else month // 100
        counts[span, series.get(category, MOST_SERIES - 1)] += total
    heights = Counter[int]()
    for (span, _number), total in counts.items():
        heights[span] += total
    highest = max(heights.values(), default=0)
    step = 100 / max(len(spans), 12)
    titles = [section.title for section in sections if section.pk in series]
    if len({category for _, category in totals}) > len(titles):
        titles.append(_("Others"))
    return Columns(
        titles,
        [
            _column(span, place * step, step, counts, heights[span], highest, len(titles))
            for place, span in enumerate(spans)
        ],
        highest,
    )


def with_code(cells: Iterable[Cell], sections: Sequence[Section]) -> list[Bar]:
    """Return for each section with entries how many of them come with code."""
    all_of: Counter[int] = Counter()
    with_it: Counter[int] = Counter()
    for cell in cells:
        all_of[cell.category] += cell.total
        with_it[cell.category] += cell.total * cell.code
    return [
        Bar(
            section.title,
            f"{reverse('digest:articles')}?category={section.slug}&code=on",
            with_it[section.pk],
            100 * with_it[section.pk] / all_of[section.pk],
            all_of[section.pk],
        )
        for section in sections
        if all_of[section.pk]
    ]


def of_tags(tags: Sequence[tuple[str, str, int]]) -> list[Bar]:
    """Return the bars of these tags (name, slug, number), the longest first."""
    longest = max((total for *_, total in tags), default=1)
    return [
        Bar(name, reverse("digest:tag", args=[slug]), total, 100 * total / longest)
        for name, slug, total in tags
    ]


def _spans(months: set[int]) -> list[int]:
    """Return the months from the first to the last, or the years if these are too many."""
    if not months:
        return []
    first, last = min(months), max(months)
    start, end = _number(first), _number(last)
    if end - start < MOST_COLUMNS:
        return [number // 12 * 100 + number % 12 + 1 for number in range(start, end + 1)]
    return list(range(first // 100, last // 100 + 1))


def _number(month: int) -> int:
    return month // 100 * 12 + month % 100 - 1


def _series(totals: Mapping[tuple[int, int], int], sections: Sequence[Section]) -> dict[int, int]:
    """Return the colour of each section that has one of its own: the largest ones have."""
    sizes: Counter[int] = Counter()
    for (_month, category), total in totals.items():
        sizes[category] += total
    most = MOST_SERIES if len(sizes) <= MOST_SERIES else MOST_SERIES - 1
    own = {category for category, _ in sizes.most_common(most)}
    order = [section.pk for section in sections if section.pk in own]
    return {category: number for number, category in enumerate(order)}


def _column(
    span: int,
    left: float,
    step: float,
    counts: Mapping[tuple[int, int], int],
    total: int,
    highest: int,
    series: int,
) -> Column:
    parts, base = [], 0
    for number in range(series):
        part = counts[span, number]
        base += part
        if part:
            scale = HEIGHT / highest
            parts.append(
                Part(number, part, round(TOP + HEIGHT - base * scale, 2), round(part * scale, 2))
            )
    is_month = span > YEARS
    year, month = (span // 100, span % 100) if is_month else (span, 1)
    return Column(
        date_format(date(year, month, 1), "YEAR_MONTH_FORMAT") if is_month else str(year),
        reverse("digest:month", args=[year, month])
        if is_month
        else reverse("digest:year", args=[year]),
        total,
        round(left + step * 0.12, 3),
        round(step * 0.76, 3),
        parts,
        str(year) if not is_month or month == 1 or left == 0 else "",
    )
