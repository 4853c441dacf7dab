"""Whose entry is it?  Pairs the entries of an incoming README with those that the desk knows.

First what says the same, then what shares a mark (address, paper, title, headline), then what is
alike.  A pair is made where it is clearly the best one for both; its neighbours and the section
that the entries around it came from help to tell.  Doubt is never guessed: it is returned with its
candidates.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from operator import itemgetter

from editorial.incoming.candidates import CROWD, Placed, Side, alike, grouped, sharing_a_mark
from editorial.incoming.likeness import likeness

_SURE = 40  # points (see ``likeness``) that it takes to pair two entries …
_MARGIN = 20  # … and so many more than the next best has, on both sides
_SAME_SECTION, _SAME_NEIGHBOUR, _HIDDEN = 20, 10, -10  # what its place adds to an entry's points
_DOUBTFUL = 10  # fewer points, or less than nothing before the places count, and it is new
_ROUNDS = 10  # a pair can settle others; what is left after so many rounds is in doubt

_Ranks = dict[int, dict[int, int]]  # incoming → known → points


@dataclass(frozen=True, slots=True)
class Candidate:
    """A known entry, by its index, that an incoming one may be; more points, more likely."""

    index: int
    points: int


@dataclass(frozen=True, slots=True)
class Matches:
    """Which incoming entry is which known one, and what the doubtful ones may be; all by index.

    What is in neither is new.
    """

    pairs: dict[int, int]
    doubts: dict[int, tuple[Candidate, ...]]


def pair(incoming: Sequence[Placed], known: Sequence[Placed]) -> Matches:
    """Return whose the incoming entries are.

    Both are in the order of their README; what the known one no longer has comes last.
    """
    pairing = _Pairing(Side(incoming), Side(known))
    for hidden in (False, True):
        pairing.pair_copies(hidden=hidden)
    for candidates in (sharing_a_mark, alike):
        pairing.weigh(candidates(pairing.left, pairing.right))
        pairing.settle()
    return Matches(pairing.pairs, pairing.doubts())


class _Pairing:
    """The pairs made so far, and the points of those that are still possible."""

    def __init__(self, left: Side, right: Side) -> None:
        self.left = left
        self.right = right
        self.pairs: dict[int, int] = {}
        self._points: _Ranks = defaultdict(dict)

    def pair_copies(self, *, hidden: bool) -> None:
        """Pair what says the same, first what has no copy; copies by where they stand."""
        copies = []
        for left, right in self._equal(hidden=hidden):
            if len(left) == len(right) == 1:
                self._pair(left[0], right[0])
            else:
                copies.append((left, right))
        context = _Context(self)
        for left, right in copies:
            for one, other in context.by_place(left, right):
                if one in self.left.free and other in self.right.free:
                    self._pair(one, other)

    def _equal(self, *, hidden: bool) -> Iterator[tuple[list[int], list[int]]]:
        """Yield the groups of entries that say the same, on both sides."""
        right = [index for index in self.right.free if self.right.placed[index].hidden is hidden]
        there = grouped((self.right.placed[index].entry, index) for index in right)
        if there:
            left = grouped((self.left.placed[index].entry, index) for index in self.left.free)
            yield from ((left[entry], there[entry]) for entry in left if entry in there)

    def _pair(self, left: int, right: int) -> None:
        self.pairs[left] = right
        del self.left.free[left], self.right.free[right]
        self._points.pop(left, None)

    def weigh(self, possible: Iterable[tuple[int, int]]) -> None:
        """Keep those of these possible pairs for which at least as much speaks as against them."""
        for left, right in possible:
            if right not in self._points[left]:
                points = self._likeness(left, right)
                if points >= 0 and not (
                    self.right.placed[right].hidden and self._is_copy(left, points)
                ):
                    self._points[left][right] = points

    def _likeness(self, left: int, right: int) -> int:
        common = self.left.shares(left) | self.right.shares(right)
        return likeness(self.left.traits(left), self.right.traits(right), common)

    def _is_copy(self, left: int, points: int) -> bool:
        """Whether an entry is about as like a live one as like one that was taken down.

        Then somebody repeats the live one, and nothing comes back.
        """
        marks = self.left.traits(left).marks()
        live = self.right.live_by_mark
        rivals = {right for mark in marks for right in live.get(mark, [])[:CROWD]}
        return any(self._likeness(left, rival) > points - _MARGIN for rival in rivals)

    def settle(self) -> None:
        """Make the pairs that are clearly the best for both, until there are no more of them."""
        for _ in range(_ROUNDS):
            ranks = self._ranks()
            best = dict(_clear_best(ranks))
            back = dict(_clear_best(_transposed(ranks)))
            found = [(left, right) for left, right in best.items() if back.get(right) == left]
            if not found:
                return
            for left, right in found:
                self._pair(left, right)

    def doubts(self) -> dict[int, tuple[Candidate, ...]]:
        """Return what the entries that are left may be, the likeliest first."""
        return {
            left: tuple(
                Candidate(right, rank)
                for right, rank in sorted(ranks.items(), key=lambda item: (-item[1], item[0]))
                if rank >= _DOUBTFUL
            )
            for left, ranks in self._ranks().items()
            if max(ranks.values(), default=0) >= _DOUBTFUL
        }

    def _ranks(self) -> _Ranks:
        """Return the points of all pairs that are still possible, with what their places add."""
        context = _Context(self)
        return {
            left: {
                right: points + context.points(left, right)
                for right, points in others.items()
                if right in self.right.free
            }
            for left, others in self._points.items()
        }


class _Context:
    """What the pairs made so far say about the places of others."""

    def __init__(self, pairing: _Pairing) -> None:
        self.pairs = pairing.pairs
        self.left = pairing.left.placed
        self.right = pairing.right.placed
        self.ends = len(self.left), sum(not one.hidden for one in self.right)
        moved = Counter(
            (self.left[left].section, self.right[right].section)
            for left, right in self.pairs.items()
        )
        # The most frequent comes last, so it stays.
        ways = [way for way, _ in reversed(moved.most_common())]
        self.came_from = dict(ways)
        self.went_to = {origin: section for section, origin in ways}

    def points(self, left: int, right: int) -> int:
        """Return what the places of two entries add to their points."""
        section, origin = self.left[left].section, self.right[right].section
        same_section = (
            section == origin
            or self.came_from.get(section) == origin
            or self.went_to.get(origin) == section
        )
        neighbours = (self._paired(left - 1) == right - 1) + (self._paired(left + 1) == right + 1)
        return (
            _SAME_SECTION * same_section
            + _SAME_NEIGHBOUR * neighbours
            + _HIDDEN * self.right[right].hidden
        )

    def by_place(self, left: list[int], right: list[int]) -> Iterable[tuple[int, int]]:
        """Return the pairs of some entries and others, those in the likeliest places first."""
        if max(len(left), len(right)) > CROWD:
            return zip(left, right, strict=False)
        return sorted(product(left, right), key=lambda pair: -self.points(*pair))

    def _paired(self, left: int) -> int | None:
        """Return the known entry that an incoming one is; the ends of both lists are one, too."""
        if left == self.ends[0]:
            return self.ends[1]
        return -1 if left < 0 else self.pairs.get(left)


def _transposed(ranks: _Ranks) -> _Ranks:
    """Return the same the other way round: known → incoming → points."""
    turned: _Ranks = defaultdict(dict)
    for left, others in ranks.items():
        for right, points in others.items():
            turned[right][left] = points
    return turned


def _clear_best(ranks: _Ranks) -> Iterator[tuple[int, int]]:
    """Yield each one with its best match, where that is sure and well ahead of the next."""
    for one, others in ranks.items():
        best, points = max(others.items(), key=itemgetter(1), default=(-1, 0))
        second = max((rank for other, rank in others.items() if other != best), default=0)
        if points >= _SURE and points - second >= _MARGIN:
            yield one, best
