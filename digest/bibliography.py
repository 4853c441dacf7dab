"""Who wrote a work and when it appeared, as papers keep it in text: names and dates, pure.

Authors stand one a line, in their order: ``Dettmers, Tim``, and a name that is not parted, such as
a group's or one whose parts nobody told, as it is: ``OpenAI``.  One with a comma of its own stands
in braces, as BibTeX has it: ``{Google, Inc.}``.  A date is as exact as it is known: ``2023``,
``2023-05`` or ``2023-05-23``.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)


class Author(NamedTuple):
    """One of a work's authors; without ``given`` the name is not parted."""

    family: str
    given: str = ""

    def __str__(self) -> str:
        """The name as it is read out: the family's last, but first in Chinese."""
        if _HAN.fullmatch(self.family + self.given):
            return self.family + self.given
        return f"{self.given} {self.family}".strip()

    @property
    def sorted(self) -> str:
        """The name with the family's first, as lists of references have it."""
        return f"{self.family}, {self.given}" if self.given else self.family

    @property
    def line(self) -> str:
        """The name as it is stored."""
        return self.sorted if self.given or "," not in self.family else f"{{{self.family}}}"


def authors_of(text: str) -> list[Author]:
    """Read the authors of a text with one a line, however it is spaced."""
    return [author for line in text.splitlines() if (author := _author(" ".join(line.split())))]


def text_of_authors(authors: Iterable[Author]) -> str:
    """Write authors one a line."""
    return "\n".join(author.line for author in authors)


def _author(line: str) -> Author | None:
    if line.startswith("{") and line.endswith("}"):
        inner = line[1:-1].strip()
        return Author(inner) if inner else None
    family, _, given = (part.strip() for part in line.replace("，", ",").partition(","))
    name = Author(family, given) if family else Author(given)
    return name if name.family else None


class PartialDate(NamedTuple):
    """A day, or as much of one as is known: month and day are 0 where they are not."""

    year: int
    month: int = 0
    day: int = 0

    def __str__(self) -> str:
        """The date as it is stored, in the form of ISO 8601."""
        month, day = f"-{self.month:02}" * bool(self.month), f"-{self.day:02}" * bool(self.day)
        return f"{self.year:04}{month}{day}"

    @property
    def slashed(self) -> str:
        """The date as RIS and Highwire tags write it."""
        return str(self).replace("-", "/")

    @property
    def parts(self) -> list[int]:
        """Year, month and day, as far as they are known."""
        return [part for part in self if part]


def date_of(text: str) -> PartialDate | None:
    """Read a date, None from an empty text; raises ValueError if it is none of the calendar."""
    if not text.strip():
        return None
    match = _DATE.fullmatch(text.strip())
    known = [int(part) for part in match.groups() if part] if match else [0]
    try:
        date(*known, *[1] * (3 - len(known)))
    except ValueError:
        raise ValueError(f"{text!r} is no date such as 2023, 2023-05 or 2023-05-23") from None
    return PartialDate(*known)
