"""Which known entries an incoming one may be: what shares a mark with it, what is alike.

The number of possible pairs grows with the lists, not with their product: what a crowd of entries
has in common tells none of them from the others, and is passed over.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TypeVar

from digest.readme import Entry
from editorial.incoming.likeness import Traits, traits_of

CROWD = 20
_COUNTED = ("url", "title", "headline")
_CLOSEST = 8  # so many of the known entries that are alike are possible

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry and the title of its section; ``hidden`` if it was taken down."""

    section: str
    entry: Entry
    hidden: bool = False


class Side:
    """The entries of one side; ``free`` are the indices of those that are not paired yet."""

    def __init__(self, placed: Sequence[Placed]) -> None:
        self.placed = placed
        self.free = dict.fromkeys(range(len(placed)))
        self._traits: dict[int, Traits] = {}

    def traits(self, index: int) -> Traits:
        """Return what an entry is known by."""
        if index not in self._traits:
            self._traits[index] = traits_of(self.placed[index].entry)
        return self._traits[index]

    def shares(self, index: int) -> set[str]:
        """Return which of its address, title and headline an entry has in common with others."""
        entry = self.placed[index].entry
        return {name for name in _COUNTED if self._counts[name][getattr(entry, name)] > 1}

    @cached_property
    def _counts(self) -> dict[str, Counter[str]]:
        seen = [one.entry for one in self.placed if not one.hidden]
        return {name: Counter(getattr(entry, name) for entry in seen) for name in _COUNTED}

    @cached_property
    def live_by_mark(self) -> dict[tuple[str, str], list[int]]:
        """The entries that readers see, paired or not, by each mark that they have."""
        return self._by_mark(index for index, one in enumerate(self.placed) if not one.hidden)

    def free_by_mark(self) -> dict[tuple[str, str], list[int]]:
        """Return the entries that are not paired yet, by each mark that they have."""
        return self._by_mark(self.free)

    def free_by_sketch(self) -> dict[int, list[int]]:
        """Return the entries that are not paired yet, by each part of their sketches."""
        return grouped((part, index) for index in self.free for part in self.traits(index).sketch())

    def _by_mark(self, indices: Iterable[int]) -> dict[tuple[str, str], list[int]]:
        return grouped((mark, index) for index in indices for mark in self.traits(index).marks())


def sharing_a_mark(left: Side, right: Side) -> Iterator[tuple[int, int]]:
    """Yield what has the same address, paper, title or headline."""
    there = right.free_by_mark()
    if not there:
        return
    for mark, indices in left.free_by_mark().items():
        others = there.get(mark, [])
        if max(len(indices), len(others)) <= CROWD:
            yield from product(indices, others)


def alike(left: Side, right: Side) -> Iterator[tuple[int, int]]:
    """Yield what has much of its text in common."""
    there = right.free_by_sketch()
    if not there:
        return  # a sketch costs more than all else here
    for index in left.free:
        parts = (there.get(part, []) for part in left.traits(index).sketch())
        shared = Counter(other for others in parts if len(others) <= CROWD for other in others)
        for other, _ in shared.most_common(_CLOSEST):
            yield index, other


def grouped(keyed: Iterable[tuple[Key, int]]) -> dict[Key, list[int]]:
    """Gather the indices that have the same key."""
    groups: dict[Key, list[int]] = defaultdict(list)
    for key, index in keyed:
        groups[key].append(index)
    return groups
