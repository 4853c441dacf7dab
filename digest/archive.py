"""When entries appeared: years and months with how many, in the site's zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.urls import reverse

from digest.models import Article
from digest.remembered import remembered


@dataclass(frozen=True)
class Month:
    """A month of the archive; one without entries has no page."""

    day: date  # its first
    total: int

    @property
    def address(self) -> str:
        """The month's page."""
        return reverse("digest:month", args=[self.day.year, self.day.month])


@dataclass(frozen=True)
class Year:
    """A year of the archive with its twelve months."""

    number: int
    months: Sequence[Month]

    @property
    def total(self) -> int:
        """How many entries appeared in it."""
        return sum(month.total for month in self.months)

    @property
    def address(self) -> str:
        """The year's page."""
        return reverse("digest:year", args=[self.number])


def years() -> list[Year]:
    """Return the years that have entries, the newest first, in one query."""
    totals = remembered("months", _by_month)
    numbers = sorted({month // 100 for month in totals}, reverse=True)
    return [
        Year(
            number,
            [
                Month(date(number, one, 1), totals.get(number * 100 + one, 0))
                for one in range(1, 13)
            ],
        )
        for number in numbers
    ]


def total(of: Sequence[Year], year: int, month: int | None = None) -> int:
    """Return how many entries appeared in one of these years, or in one of its months."""
    for one in of:
        if one.number == year:
            return one.months[month - 1].total if month else one.total
    return 0


def _by_month() -> dict[int, int]:
    rows = Article.objects.published().order_by().values_list("month").annotate(Count("pk"))
    return dict(rows)
