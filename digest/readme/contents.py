"""Tables of contents: their lines, and how they follow when sections change."""

import re
from collections.abc import Iterator

from digest.readme.anchors import ordinal
from digest.readme.grammar import CONTENTS_LINE, bare, heading_title

_LINE = re.compile(r"[^\r\n]*+(?:\r\n?|\n|\Z)")
_LINKED = re.compile(r"\[([^\[\]]*)\]\([^()]*\)")


def titles(source: str) -> Iterator[str]:
    """Yield the section titles that a table of contents names, without emphasis and ordinals."""
    for match in _LINE.finditer(source):
        line = CONTENTS_LINE.fullmatch(match[0].rstrip("\r\n"))
        if line and line["text"]:
            yield heading_title(bare(line["text"]))[0]


def line(number: int, title: str, anchor: str) -> str:
    """Write the house's line for the section at place ``number``."""
    text = _LINKED.sub(r"\1", title)
    return f"[**{ordinal(number)}、{text}**](#{anchor})"
