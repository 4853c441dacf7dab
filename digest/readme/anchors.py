"""GitHub's heading anchors, and the ordinals 一、二、… of sections.

The rule for anchors was measured on github.com: take the rendered text, lower-case it, keep
letters, marks, decimal digits, letter-numbers, connector punctuation, ``-`` and spaces (and the
circled or squared Latin letters), turn each space into ``-``, and make it unique with ``-1``,
``-2`` and so on.
"""

import unicodedata
from collections.abc import Iterable

from digest.readme.inline import read_inline

_KEPT_CATEGORIES = frozenset(("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "Pc"))
_KEPT_SYMBOLS = frozenset(
    chr(code)
    for first, last in (
        (0x24B6, 0x24E9),
        (0x1F130, 0x1F149),
        (0x1F150, 0x1F169),
        (0x1F170, 0x1F189),
    )
    for code in range(first, last + 1)
)


class Slugger:
    """Makes the anchors of one document's headings, in order."""

    def __init__(self) -> None:
        self._used: set[str] = set()
        self._next: dict[str, int] = {}

    def slug(self, heading_text: str) -> str:
        """Return the anchor that GitHub gives a heading with this Markdown behind its ``#``."""
        base = "".join(_kept(rendered(heading_text).lower())).replace(" ", "-")
        slug, number = base, self._next.get(base, 1)
        while slug in self._used:
            slug, number = f"{base}-{number}", number + 1
        self._used.add(slug)
        self._next[base] = number
        return slug


def rendered(markdown: str) -> str:
    """Return the text that a reader sees of inline Markdown; images give nothing."""
    return "".join(
        piece if isinstance(piece, str) else piece.character * piece.literal
        for piece in read_inline(markdown)
    )


def _kept(text: str) -> Iterable[str]:
    for character in text:
        if (
            character in "- "
            or unicodedata.category(character) in _KEPT_CATEGORIES
            or character in _KEPT_SYMBOLS
        ):
            yield character


_DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")


def ordinal(number: int) -> str:
    """Return 1 to 9,999 as Chinese writes it (三, 十, 二十一, 一百零五), more in digits."""
    if number >= 10_000:
        return str(number)
    text, zero = "", False
    for unit, digit in reversed(list(enumerate(map(int, reversed(str(number)))))):
        if digit:
            text += ("零" if zero and text else "") + _DIGITS[digit] + _UNITS[unit]
        zero = not digit
    return text.removeprefix("一") if 10 <= number < 20 else text
