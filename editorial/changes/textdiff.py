"""How one text became another, in runs to read: what stayed, what was deleted, what inserted.

Chinese, Japanese and Korean are compared by character, everything else by word.  Pure text: pages
and terminals show the runs as they can.
"""

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import accumulate, chain, groupby, starmap, takewhile
from operator import eq
from typing import NamedTuple

# Han with its extensions and radicals, kana, bopomofo, Hangul, full-width forms; their punctuation.
_CJK = (
    "\u2e80-\u2fdf\u3000-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
# What belongs to the character before it: accents, voicing marks, variants of a glyph.
_MARKS = "\u0300-\u036f\u3099\u309a\u20d0-\u20ff\ufe00-\ufe0f\U000e0100-\U000e01ef"
_TOKEN = re.compile(rf"\n|[^\S\n]+|[^\W{_CJK}](?:[^\W{_CJK}]|[{_MARKS}])*|.[{_MARKS}]*", re.DOTALL)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")

# Texts that are longer together are compared by lines first.
LONG = 20_000
# How many steps one comparison may take.  A summary that was written anew takes some thousands; a
# text that would take billions is shown as replaced where the steps run out.
STEPS = 2_000_000
# What stayed is shown as replaced if it is no longer than this and stands between larger changes: a
# rewritten sentence is read as a whole, not with a 的 or a blank that it happens to keep.
ISLAND = 2

# How well a piece of text ends with these.
_ENDS = {"\n": 3, **dict.fromkeys("。！？；.!?;", 2), **dict.fromkeys("，、,: ", 1)}

Match = tuple[int, int, int]  # place before, place after, length
Piece = tuple[str, str]  # before, after; the same where the text stayed


class Kind(StrEnum):
    """What became of a piece of text."""

    EQUAL = "equal"
    DELETE = "delete"
    INSERT = "insert"


class Run(NamedTuple):
    """A piece of text, and what became of it."""

    kind: Kind
    text: str

    @property
    def visible(self) -> str:
        """The text, with a sign for each line end that came or went."""
        return self.text if self.kind is Kind.EQUAL else self.text.replace("\n", "↵\n")


class Budget:
    """The steps that a comparison may still take."""

    def __init__(self, steps: int = STEPS) -> None:
        self.left = steps

    def spend(self, steps: int) -> bool:
        """Take these steps, if so many are left."""
        if steps > self.left:
            return False
        self.left -= steps
        return True


def runs(before: str, after: str) -> tuple[Run, ...]:
    """Return how the first text became the second; what was deleted stands before its successor.

    No two neighbours are of one kind and none is empty.
    """
    pieces = _without_islands(_merged(_pieces(before, after)))
    return tuple(chain.from_iterable(map(_runs_of, pieces)))


def tokens(text: str) -> list[str]:
    """Part a text into what is compared: characters, words, blanks, line ends and other signs."""
    return _TOKEN.findall(text)


def matches(before: Sequence[Hashable], after: Sequence[Hashable], budget: Budget) -> list[Match]:
    """Return what two sequences share, in order.

    Longest first, as difflib finds it.  A stretch that the budget does not pay for is taken to
    share nothing but its beginning and its end.
    """
    head = _shared(before, after)
    tail = _shared(before[head:][::-1], after[head:][::-1])
    found = [(0, 0, head), (len(before) - tail, len(after) - tail, tail)]
    before, after = before[head : len(before) - tail], after[head : len(after) - tail]
    finder = SequenceMatcher(None, before, after, autojunk=False)
    often = Counter(after)
    steps = [0, *accumulate(1 + often[item] for item in before)]
    waiting = [(0, len(before), 0, len(after))]
    while waiting:
        start, end, other, other_end = waiting.pop()
        if other == other_end or not budget.spend(steps[end] - steps[start]):
            continue
        i, j, size = finder.find_longest_match(start, end, other, other_end)
        if size:
            found.append((head + i, head + j, size))
            waiting += [(i + size, end, j + size, other_end), (start, i, other, j)]
    return sorted(found)


def _shared(before: Sequence[Hashable], after: Sequence[Hashable]) -> int:
    """Return how many items both begin with."""
    return sum(takewhile(bool, map(eq, before, after)))


def _pieces(before: str, after: str) -> Iterable[Piece]:
    """Part both texts into pieces that stayed and pieces that were replaced, in turn."""
    budget = Budget()
    if len(before) + len(after) <= LONG:
        return _aligned(tokens(before), tokens(after), budget)
    lines = _aligned(_LINE.findall(before), _LINE.findall(after), budget)
    return chain.from_iterable(_aligned(tokens(old), tokens(new), budget) for old, new in lines)


def _aligned(before: Sequence[str], after: Sequence[str], budget: Budget) -> Iterator[Piece]:
    i = j = 0
    for start, other, size in _shifted(matches(before, after, budget), before, after):
        yield "".join(before[i:start]), "".join(after[j:other])
        i, j = start + size, other + size
        same = "".join(before[start:i])
        yield same, same


def _shifted(
    found: Iterable[Match], before: Sequence[str], after: Sequence[str]
) -> Iterator[Match]:
    """Let what only came or only went end where a line or a sentence does, if it can be read so.

    When "B。" follows "A。", both "B。" and the "。B" before the last sign are new to the letter.
    """
    i = j = length = 0
    for start, other, size in found:
        shift = 0
        if start == i + length:
            shift = _shift(after, j + length, other, length, size)
        elif other == j + length:
            shift = _shift(before, i + length, start, length, size)
        yield i, j, length + shift
        i, j, length = start + shift, other + shift, size - shift
    yield i, j, length


def _shift(items: Sequence[str], start: int, end: int, least: int, most: int) -> int:
    """Return how far on (or back) a stretch is best moved among equal items around it."""
    if start == end:
        return 0
    pairs = ((items[start - by], items[end - by]) for by in range(1, least + 1))
    back = sum(takewhile(bool, starmap(eq, pairs)))
    pairs = ((items[start + by], items[end + by]) for by in range(most))
    on = sum(takewhile(bool, starmap(eq, pairs)))
    return max(range(-back, on + 1), key=lambda by: (_ENDS.get(items[end - 1 + by], 0), by))


def _merged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Join neighbours that stayed, and neighbours that were replaced; leave out what is empty."""
    for _key, group in groupby(filter(any, pieces), key=_stayed):
        before, after = zip(*group, strict=True)
        yield "".join(before), "".join(after)


def _without_islands(pieces: Iterable[Piece]) -> list[Piece]:
    kept: list[Piece] = []
    for piece in pieces:
        kept.append(piece)
        if len(kept) > 2 and _is_island(*kept[-3:]):
            before, after = zip(*kept[-3:], strict=True)
            kept[-3:] = [("".join(before), "".join(after))]
    return kept


def _is_island(left: Piece, island: Piece, right: Piece) -> bool:
    """Whether what stayed between two changes is better read as changed with them."""
    deleted, inserted = len(left[0] + right[0]), len(left[1] + right[1])
    return (
        _stayed(island)
        and "\n" not in island[0]
        and len(island[0]) <= ISLAND
        and 2 * len(island[0]) < min(deleted, inserted)
    )


def _stayed(piece: Piece) -> bool:
    return piece[0] == piece[1]


def _runs_of(piece: Piece) -> Iterator[Run]:
    before, after = piece
    if before == after:
        yield Run(Kind.EQUAL, before)
        return
    if before:
        yield Run(Kind.DELETE, before)
    if after:
        yield Run(Kind.INSERT, after)
