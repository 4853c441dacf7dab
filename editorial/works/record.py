"""What a registry says of one work, and how far that is the work that was meant."""

import re
from dataclasses import dataclass, field
from html import unescape

from rapidfuzz import fuzz

from digest.markup import UNPRINTABLE, plain
from digest.readme.identity import normalised

_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_ALIKE = 60.0  # of 100; papers are retitled between a preprint's versions, and lists shorten titles
_TELLING = 5  # characters without which a title's beginning says nothing


@dataclass(frozen=True)
class Record:
    """A work as a registry knows it.

    ``facts`` are by field of a paper, and hold only what the registry says; ``doi`` is that of the
    version which was published elsewhere, "" if there is none.
    """

    title: str
    facts: dict[str, str] = field(default_factory=dict)
    doi: str = ""
    withdrawn: bool = False


def is_titled(record: Record, title: str) -> bool:
    """Whether a record may be of the paper that a list gives this title, in Markdown.

    A list that leads to a wrong address would else put other people's names to a paper.
    """
    ours, theirs = normalised(plain(title)), normalised(record.title)
    if not ours or not theirs:
        return True
    short, long = sorted((ours, theirs), key=len)
    begins = len(short) >= _TELLING and long.startswith(short)
    return begins or fuzz.ratio(ours, theirs) >= _ALIKE


def text_of(value: object) -> str:
    """Return a text of a registry in one line and without the HTML that some have in them."""
    text = _TAG.sub("", unescape(str(value or "")))
    return " ".join(UNPRINTABLE.sub("", text).split())
