"""What the codec did not understand, with line numbers, for the person who typed it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from digest.readme.document import Document, Entry, Node, Text
from digest.readme.scan import PARAGRAPHS, Kind, blocks

# A line that was surely meant as an entry's head: a number and a separator before a bracket, or
# behind one.
_NEARLY_A_HEAD = re.compile(
    r" {0,3}(?:#{1,6}[ \t]+)?[*_]*(?P<bracket>\[)?[*_]*[0-9]{1,9}[*_]*[ \t]*[、.．)）]"
    r"(?(bracket)|[*_ \t]*\[)"
)

_LINE_ENDING = re.compile(r"\r\n?|\n")


class Unread(NamedTuple):
    """A stretch of text that was kept verbatim but not understood; ``line`` counts from 1."""

    line: int
    code: str
    text: str


def unread(document: Document) -> Iterator[Unread]:
    """Yield what stands in the document and is no part of the list.

    ``no-section``: an entry before the first section heading; ``no-entry``: a line that begins like
    an entry's head but does not go on like one; ``stray``: text behind an entry.  An introduction,
    at the beginning of the document or of a section, is not reported.
    """
    for node in document.preamble:
        yield from _lines_like_entries(node)
    for section in document.sections:
        seen_entry = False
        for node in section.nodes:
            found = list(_lines_like_entries(node))
            yield from found
            if seen_entry and not found and isinstance(node, Text):
                yield Unread(node.line, "stray", _excerpt(node.source))
            seen_entry = seen_entry or isinstance(node, Entry)


def _lines_like_entries(node: Node) -> Iterator[Unread]:
    if not isinstance(node, Text):
        return
    line, counted = node.line, 0
    for kind, start, end, _ in blocks(node.source):
        line += len(_LINE_ENDING.findall(node.source, counted, start))
        counted = start
        source = node.source[start:end]
        if kind == Kind.HEAD:
            yield Unread(line, "no-section", _excerpt(source))
        elif kind in (*PARAGRAPHS, Kind.HEADING):
            for offset, text in enumerate(_LINE_ENDING.split(source)):
                if _NEARLY_A_HEAD.match(text):
                    yield Unread(line + offset, "no-entry", _excerpt(text))


def _excerpt(text: str) -> str:
    first = _LINE_ENDING.split(text, maxsplit=1)[0]
    return first if len(first) <= 60 else f"{first[:59]}…"
