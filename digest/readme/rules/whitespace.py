"""Spaces at the ends of lines, and how much of a README GitHub shows."""

import re
from collections.abc import Iterator

from digest.readme.rules.finding import Edit, Hit, Severity, Words, rule
from digest.readme.rules.page import Page
from digest.readme.scan import Kind

_SPACES = re.compile(r"(?<![ \t])[ \t]++(?=[\r\n]|\Z)")
_LINE_BEHIND = re.compile(r"(?:\r\n?|\n)[ \t]*[^ \t\r\n]")
# GitHub shows so many bytes of a README on a repository's front page.
SHOWN = 512_000
NEAR = SHOWN * 9 // 10


@rule(
    "space-trailing",
    Severity.INFO,
    fixable=True,
    why=Words(
        "Spaces at the end of a line are not seen and show up in every diff; two of them within a "
        "paragraph are a line break and stay.",
        "行尾空格看不见，却会出现在每次 diff 里；段内表示换行的两个空格除外。",
    ),
    message=Words("The line ends with spaces.", "行尾有空格。"),
)
def trailing(page: Page) -> Iterator[Hit]:
    """Find spaces at the ends of lines, those that break a line and those in code aside."""
    kept = _Kept(page)
    for match in _SPACES.finditer(page.text):
        if not kept.holds(*match.span()):
            edit = Edit(*match.span(), "")
            yield Hit(match.start(), {}, (edit,))


@rule(
    "size-cut",
    Severity.WARNING,
    why=Words(
        f"GitHub shows the first {SHOWN:,} bytes of a README on its front page and cuts the rest "
        "off; a list is near that, or past it.",
        f"GitHub 首页只显示 README 的前 {SHOWN:,} 字节，此清单接近或超出该上限。",
    ),
    message=Words(
        "The list has {size:,} bytes; GitHub shows {shown:,}.",
        "清单有 {size:,} 字节；GitHub 只显示 {shown:,} 字节。",
    ),
)
def cut(page: Page) -> Iterator[Hit]:
    """Find where GitHub cuts, or the end of a list that is near that."""
    if len(page.text) > NEAR // 4:
        content = page.text.encode()
        if len(content) > NEAR:
            place = len(content[:SHOWN].decode(errors="ignore"))
            yield Hit(min(place, len(page.text) - 1), {"size": len(content), "shown": SHOWN})


class _Kept:
    """Knows the blocks; asked about places in the order of the text."""

    def __init__(self, page: Page) -> None:
        self.text = page.text
        self._blocks = iter(page.blocks)
        self._block = next(self._blocks, None)

    def holds(self, start: int, end: int) -> bool:
        """Whether the spaces between two places mean something."""
        while self._block and self._block[2] < end:
            self._block = next(self._blocks, None)
        if not self._block or self._block[1] > start:
            return False
        kind = self._block[0]
        if kind in (Kind.HTML, Kind.OTHER):
            return True
        if kind == Kind.HEADING or not self.text.endswith("  ", start, end):
            return False
        return _LINE_BEHIND.match(self.text, end) is not None
