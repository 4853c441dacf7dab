"""Where a text has what was searched for: hits marked, and the part of a summary around them."""

import re
from functools import lru_cache
from unicodedata import combining

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from digest.search.query import Query, Term
from digest.search.tokens import LETTER, folded, is_unspaced

EXCERPT = 150  # characters
BEFORE = 40  # of them before the first hit
SKIPPED = 15  # at least, where an excerpt does not begin with the text
_SIGNS = r"[\W_]*"  # what may stand between two words in a row
_CUT = re.compile(rf"{LETTER}{{0,20}}")

Spans = list[tuple[int, int]]


def marked(text: str, query: Query) -> SafeString:
    """Return a plain text as HTML, its hits in ``mark``."""
    return _html(text, _hits(text, query))


def excerpt(text: str, query: Query) -> SafeString:
    """Return the part of a plain text around its first hit, or its beginning, in the same way."""
    hits = _hits(text, query)
    start = hits[0][0] - BEFORE if hits else 0
    start = _word_start(text, start) if start > SKIPPED else 0
    end = _word_end(text, start + EXCERPT)
    inside = [(first - start, min(last, end) - start) for first, last in hits if first < end]
    part = _html(text[start:end], inside)
    return mark_safe("…" * (start > 0) + part + "…" * (end < len(text)))  # noqa: S308 - is escaped


def _html(text: str, hits: Spans) -> SafeString:
    written, done = [], 0
    for start, end in hits:
        written += [escape(text[done:start]), "<mark>", escape(text[start:end]), "</mark>"]
        done = end
    return mark_safe("".join([*written, escape(text[done:])]))  # noqa: S308 - is escaped


def _hits(text: str, query: Query) -> Spans:
    """Return where hits begin and end in the text as it is written, in order and apart."""
    forms = [_folded_character(character) for character in text]
    places = [place for place, form in enumerate(forms) for _ in form] + [len(text)]
    form = "".join(forms)
    found = [hit.span() for pattern in _patterns(query) for hit in pattern.finditer(form)]
    apart: Spans = []
    for first, last in sorted(found):
        start, end = places[first], max(places[last], places[last - 1] + 1)
        if apart and start <= apart[-1][1]:
            start_before, end_before = apart.pop()
            apart.append((start_before, max(end, end_before)))
        else:
            apart.append((start, end))
    return apart


@lru_cache(maxsize=10_000)
def _folded_character(character: str) -> str:
    """One character folded; an accent that is written as a character of its own is nothing."""
    return "" if combining(character) else folded(character)


@lru_cache(maxsize=100)
def _patterns(query: Query) -> list[re.Pattern[str]]:
    return [re.compile(_expression(term)) for term in query.widened().terms]


def _expression(term: Term) -> str:
    ends = "" if term.beginning or is_unspaced(term.parts[-1]) else rf"(?!{LETTER})"
    begins = "" if is_unspaced(term.parts[0]) else rf"(?<!{LETTER})"
    return begins + _SIGNS.join(map(re.escape, term.parts)) + ends


def _word_start(text: str, place: int) -> int:
    """Return the place, or where the Latin word begins that it would cut."""
    found = _CUT.match(text[:place][::-1])
    return place - (found.end() if found else 0)


def _word_end(text: str, place: int) -> int:
    """Return the place, or where the Latin word ends that it would cut."""
    found = _CUT.match(text, place)
    return found.end() if found else len(text)
