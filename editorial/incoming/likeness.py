"""How much speaks for two entries being one: marks that they share, texts that are alike.

Points are added up.  What people often change (an address, a headline) says less when it differs
than what they hardly ever do (which paper it is).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from heapq import nsmallest
from typing import NamedTuple
from zlib import crc32

from rapidfuzz import fuzz

from digest.readme import Entry
from digest.readme.identity import identity_of, normalised

_SUMMARY = 200  # so much of a summary's beginning is compared
_GRAM = 3  # characters; words would be of no use, as Chinese has no spaces between them
_SKETCH = 16


@dataclass(frozen=True, slots=True)
class Traits:
    """What an entry is known by; each is empty where the entry has no such thing."""

    url: str
    work: str
    title: str
    headline: str
    summary: str

    def marks(self) -> Iterator[tuple[str, str]]:
        """Go through what may be equal to the letter and tell an entry from nearly all others."""
        for name in ("url", "work", "title", "headline"):
            if value := getattr(self, name):
                yield name, value

    def sketch(self) -> list[int]:
        """Return a few numbers that alike texts have in common: a MinHash of their characters."""
        text = f"^{self.headline}^{self.title}^{self.summary[:80]}^"
        grams = {text[start : start + _GRAM] for start in range(len(text) - _GRAM + 1)}
        return nsmallest(_SKETCH, (crc32(gram.encode()) for gram in grams))


def traits_of(entry: Entry) -> Traits:
    """Return what an entry is known by, however it is typed."""
    work = identity_of(entry.title, entry.links)
    return Traits(
        entry.url,
        "" if work.startswith("title:") else work,
        normalised(entry.title),
        normalised(entry.headline),
        normalised(entry.summary[: 2 * _SUMMARY])[:_SUMMARY],
    )


class _Scale(NamedTuple):
    """The points of two texts: when equal, when unlike, and between these in step.

    Texts that are as alike as ``even`` (0 to 1) give none.
    """

    equal: int
    even: float
    unlike: int

    def points(self, one: str, other: str) -> int:
        if not one or not other:
            return 0
        beyond = fuzz.ratio(one, other) / 100 - self.even
        if beyond >= 0:
            return round(self.equal * beyond / (1 - self.even))
        return round(self.unlike * min(-beyond / (self.even / 2), 1))


_HEADLINE = _Scale(40, 0.75, -20)
_TITLE = _Scale(40, 0.8, -30)
_TEXT = _Scale(40, 0.7, -10)
_URL, _OTHER_URL = 40, -10
_WORK, _OTHER_WORK = 40, -40
_COMMON = 20  # so much at most for what other entries have, too


def likeness(one: Traits, other: Traits, common: Collection[str]) -> int:
    """Return how many points speak for the two being one entry, less those that speak against it.

    ``common`` names the traits of the one (url, title, headline) that other entries have, too.
    """
    points = {
        "url": _of_urls(one.url, other.url),
        "headline": _HEADLINE.points(one.headline, other.headline),
        "title": _TITLE.points(one.title, other.title),
    }
    for name in common:
        points[name] = min(points[name], _COMMON)
    if one.work and other.work:
        # A sure mark of the paper makes the title's spelling moot, another one its likeness.
        points["title"] = _WORK if one.work == other.work else points["title"] + _OTHER_WORK
    return sum(points.values()) + _TEXT.points(one.summary, other.summary)


def _of_urls(one: str, other: str) -> int:
    if not one or not other:
        return 0
    return _URL if one == other else _OTHER_URL
