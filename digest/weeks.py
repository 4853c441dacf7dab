"""ISO weeks, by which issues are counted: Monday to Sunday in the site's zone."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

_NAME = re.compile(r"([0-9]{4})-W([0-9]{2})")


@dataclass(frozen=True, order=True)
class Week:
    """A week of an ISO year, which may begin before that year does.  Raises ValueError if none."""

    year: int
    number: int

    def __post_init__(self) -> None:
        """Refuse a 53rd week of a year of 52."""
        date.fromisocalendar(self.year, self.number, 7)

    @classmethod
    def named(cls, name: str) -> "Week":
        """Read ``2023-W26``.  Raises ValueError."""
        found = _NAME.fullmatch(name)
        if not found:
            raise ValueError(f"{name!r} is no week; write it as 2023-W26")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, moment: datetime) -> "Week":
        """Return the week that a moment falls into."""
        year, number, _day = timezone.localtime(moment).isocalendar()
        return cls(year, number)

    @classmethod
    def keyed(cls, key: int) -> "Week":
        """Return the week with this key."""
        return cls(*divmod(key, 100))

    @property
    def key(self) -> int:
        """The week as a number that is greater for a later one: 202326."""
        return self.year * 100 + self.number

    @property
    def first(self) -> date:
        """Its Monday."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its Sunday."""
        return date.fromisocalendar(self.year, self.number, 7)

    def __str__(self) -> str:
        return f"{self.year:04}-W{self.number:02}"
