"""Unified diffs of whole lists, in time that grows with the list and not with its square.

``difflib`` alone compares each changed line with all others, and an entry put first in a section of
thousands changes the number of each behind it.  So lines are paired without those numbers, and only
then told apart.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

from digest.readme.grammar import HEAD
from digest.readme.render import renumbered

_CONTEXT = 3
_Opcode = tuple[Literal["replace", "delete", "insert", "equal"], int, int, int, int]


def hunks(before: str, after: str, *, in_place: bool = False) -> Iterator[str]:
    """Yield the unified diff of two lists line by line, without its two lines of names.

    ``in_place``: lines were changed where they stand, and none was added or taken away.
    """
    old, new = _lines(before), _lines(after)
    pairs = _InPlace(old, new) if in_place and len(old) == len(new) else _Pairs(old, new)
    for group in pairs.get_grouped_opcodes(_CONTEXT):
        first, last = group[0], group[-1]
        yield f"@@ -{_span(first[1], last[2])} +{_span(first[3], last[4])} @@\n"
        for kind, start, end, new_start, new_end in group:
            if kind == "equal":
                yield from (_written(" ", line) for line in old[start:end])
            else:
                yield from (_written("-", line) for line in old[start:end])
                yield from (_written("+", line) for line in new[new_start:new_end])


class _Pairs(SequenceMatcher[str]):
    """Matches lines whatever the number of their entry, and calls those equal that are."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        super().__init__(None, [*map(_unnumbered, old)], [*map(_unnumbered, new)])
        self.old, self.new = old, new

    def get_opcodes(self) -> list[_Opcode]:
        """Return what becomes of each run of lines."""
        return [part for code in super().get_opcodes() for part in self._told_apart(code)]

    def _told_apart(self, code: _Opcode) -> Iterator[_Opcode]:
        kind, start, end, new_start, new_end = code
        if kind != "equal":
            yield code
            return
        shift = new_start - start
        pairs = map(str.__eq__, self.old[start:end], self.new[new_start:new_end])
        for equal, run in groupby(pairs):
            end = start + len(list(run))
            yield "equal" if equal else "replace", start, end, start + shift, end + shift
            start = end


class _InPlace(_Pairs):
    """Matches each line with the one in its place."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        SequenceMatcher.__init__(self)
        self.old, self.new = old, new

    def get_opcodes(self) -> list[_Opcode]:
        """Return what becomes of each run of lines."""
        return list(self._told_apart(("equal", 0, len(self.old), 0, len(self.new))))


def _unnumbered(line: str) -> str:
    return renumbered(line, 0) if HEAD.match(line) else line


def _lines(text: str) -> list[str]:
    """Part at LF alone, as diff does: ``splitlines`` would also part at U+2028 and the like."""
    return [part for part in text.replace("\n", "\n\0").split("\0") if part]


def _span(start: int, end: int) -> str:
    """Return the lines from ``start``, counted from 0, to before ``end`` as diff names them."""
    count = end - start
    if count == 1:
        return f"{start + 1}"
    return f"{start + 1 if count else start},{count}"


def _written(mark: str, line: str) -> str:
    ending = "" if line.endswith("\n") else "\n\\ No newline at end of file\n"
    return f"{mark}{line}{ending}"
