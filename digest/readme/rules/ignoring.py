"""``<!-- digest: ignore CODE … -->``: what the author of a list knows and means.

Within a line the comment holds for that line; alone on a line, for the entry, the heading or the
paragraph that follows.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from itertools import accumulate

from digest.readme.rules.lines import Lines
from digest.readme.rules.page import Page

_COMMENT = re.compile(r"<!--[ \t]*+digest:[ \t]*+ignore[ \t]++(?P<codes>[\w, \t-]*?)[ \t]*-->")
_BLANK = re.compile(r"[ \t\r\n]*+")


class Ignored:
    """The stretches of a page in which rules are not heard."""

    def __init__(self, page: Page, lines: Lines) -> None:
        spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
        if "digest:" in page.text:
            for match in _COMMENT.finditer(page.text):
                span = _stretch(page, match, *lines.around(match.start()))
                for code in re.split(r"[,\s]+", match["codes"]):
                    spans[code].append(span)
        # For each code the starts in order, and how far what began up to there reaches.
        self._reach = {
            code: ([start for start, _ in found], [*accumulate((end for _, end in found), max)])
            for code, found in ((code, sorted(found)) for code, found in spans.items())
        }

    def holds(self, code: str, place: int) -> bool:
        """Whether the rule with this code is not heard at a place."""
        starts, ends = self._reach.get(code, ((), ()))
        index = bisect_right(starts, place) - 1
        return index >= 0 and place < ends[index]


def _stretch(page: Page, comment: re.Match[str], start: int, end: int) -> tuple[int, int]:
    """Return from where to where a comment holds; its line lies between ``start`` and ``end``."""
    before = _BLANK.fullmatch(page.text, start, comment.start())
    if not before or not _BLANK.fullmatch(page.text, comment.end(), end):
        return start, end
    block = bisect_left(page.blocks, end, key=lambda block: block[1])
    if block == len(page.blocks):
        return start, end
    _, first, last, _ = page.blocks[block]
    entry = bisect_left(page.entries, first, key=lambda entry: entry.start)
    if entry < len(page.entries) and page.entries[entry].start == first:
        last = page.entries[entry].end
    return start, last
