"""Places in a text as people count them."""

import re
from bisect import bisect_right

_ENDING = re.compile(r"\r\n?|\n")


class Lines:
    """Knows where the lines of a text begin; CRLF, LF and CR end them."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in _ENDING.finditer(text))]
        self._end = len(text)

    def at(self, place: int) -> tuple[int, int]:
        """Return the line and the column of a place, both counted from 1."""
        line = bisect_right(self._starts, place)
        return line, place - self._starts[line - 1] + 1

    def around(self, place: int) -> tuple[int, int]:
        """Return where the line with a place in it begins, and where the next one does."""
        line = bisect_right(self._starts, place)
        return self._starts[line - 1], (*self._starts[line : line + 1], self._end)[0]
