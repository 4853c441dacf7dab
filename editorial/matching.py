"""Whose entry is it?  Pairs the entries of an incoming README with those that the desk knows.

Each stage looks at one mark of identity, from the surest to the weakest, and pairs what is alike
and alone on both sides.  What is alike but not alone is never guessed.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass

from digest.identity import identity_of, normalised
from digest.readme import Entry


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry and the title of the section that it stands in."""

    section: str
    entry: Entry


Mark = Callable[[Placed], Hashable]


def pair(incoming: Sequence[Placed], known: Sequence[Placed]) -> tuple[dict[int, int], set[int]]:
    """Return which incoming entry is which known one (by index), and which ones are in doubt.

    In doubt is what shares a mark with a known entry that nothing else could be paired with.
    """
    pairs: dict[int, int] = {}
    for mark in _COPIES:
        for left, right in _in_common(incoming, known, mark, pairs):
            pairs |= zip(left, right, strict=False)  # copies cannot be told apart, and need not be
    for mark in _MARKS:
        for left, right in _in_common(incoming, known, mark, pairs):
            if len(left) == len(right) == 1:
                pairs[left[0]] = right[0]
    doubtful = {
        index
        for mark in _MARKS
        for left, _ in _in_common(incoming, known, mark, pairs)
        for index in left
    }
    return pairs, doubtful


def _in_common(
    incoming: Sequence[Placed], known: Sequence[Placed], mark: Mark, pairs: dict[int, int]
) -> list[tuple[list[int], list[int]]]:
    """Return the indices, on both sides, of what shares a mark and is not paired yet."""
    right = _grouped(known, mark, set(pairs.values()))
    left = _grouped(incoming, mark, pairs.keys()) if right else {}
    return [(left[key], right[key]) for key in left if key in right]


def _grouped(
    placed: Sequence[Placed], mark: Mark, done: Collection[int]
) -> dict[Hashable, list[int]]:
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for index, one in enumerate(placed):
        if index not in done and (key := mark(one)):
            groups[key].append(index)
    return groups


def _within(mark: Mark) -> Mark:
    """Narrow a mark to entries of one section."""

    def narrowed(placed: Placed) -> Hashable:
        key = mark(placed)
        return key and (placed.section, key)

    return narrowed


def _whole(placed: Placed) -> Hashable:
    return placed.entry


def _address(placed: Placed) -> Hashable:
    return placed.entry.url


def _work(placed: Placed) -> Hashable:
    identity = identity_of(placed.entry.title, placed.entry.links)
    return None if identity.startswith("title:") else identity


def _title(placed: Placed) -> Hashable:
    return normalised(placed.entry.title)


def _headline(placed: Placed) -> Hashable:
    return normalised(placed.entry.headline)


_COPIES: tuple[Mark, ...] = (_within(_whole), _whole)
_MARKS: tuple[Mark, ...] = tuple(
    mark for wide in (_address, _work, _title, _headline) for mark in (_within(wide), wide)
)
