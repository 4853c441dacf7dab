"""Text → blocks: where headings, entry heads, paragraphs and everything else begin and end.

A line scanner after CommonMark 0.31 (https://spec.commonmark.org/0.31.2/), as far as a list needs it:
ATX and setext headings, fences, HTML blocks, thematic breaks, tables and indented code.  Entry heads
are known line by line, also inside a paragraph, for that is how lists are typed.  One pass, linear.
"""

import re
from collections.abc import Iterator
from enum import IntEnum

from digest.readme.grammar import HEAD


class Kind(IntEnum):
    """What a block is.  OTHER: fences, HTML, tables, breaks, indented code."""

    PARAGRAPH = 0
    HEAD = 1
    HEADING = 2
    HTML = 3
    OTHER = 4


# (kind, start, end, line, match): text[start:end] is the block without its last line ending, ``line``
# the number of its first line; ``match`` is HEAD's for an entry head, ATX's or SETEXT's for a heading.
Block = tuple[Kind, int, int, int, re.Match[str] | None]
_Found = tuple[Kind, int, int, re.Match[str] | None]

_LINE = re.compile(r"[^\r\n]*+(?:\r\n?|\n|\Z)")

ATX = re.compile(r" {0,3}(?P<marks>\#{1,6})(?:(?=[\r\n]|\Z)|[ \t]++(?P<text>[^\r\n]*+))")
SETEXT = re.compile(r" {0,3}(?P<marks>=+|-+)[ \t]*(?=[\r\n]|\Z)")
_BREAK = re.compile(r" {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*(?=[\r\n]|\Z)")
_FENCE = re.compile(r" {0,3}(?P<marks>`{3,}(?=[^`\r\n]*(?:[\r\n]|\Z))|~{3,})")
_CONTAINER = re.compile(r" {0,3}(?:>|[-+*][ \t]|[0-9]{1,9}[.)][ \t])")

# HTML blocks by CommonMark's seven kinds: what opens one, and what ends it (None: a blank line).
_HTML_UNTIL: tuple[tuple[re.Pattern[str], re.Pattern[str] | None], ...] = (
    (
        re.compile(r" {0,3}<(?:script|pre|style|textarea)(?=[ \t>\r\n]|\Z)", re.I),
        re.compile(r"</(?:script|pre|style|textarea)>", re.I),
    ),
    (re.compile(r" {0,3}<!--"), re.compile(r"-->")),
    (re.compile(r" {0,3}<\?"), re.compile(r"\?>")),
    (re.compile(r" {0,3}<!\[CDATA\["), re.compile(r"\]\]>")),
    (re.compile(r" {0,3}<![A-Za-z]"), re.compile(r">")),
    (
        re.compile(
            r" {0,3}</?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|"
            r"colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|"
            r"frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|"
            r"noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|"
            r"thead|title|tr|track|ul)(?=[ \t\r\n]|/?>|\Z)",
            re.I,
        ),
        None,
    ),
)
# Kind seven, any complete tag alone on its line, does not interrupt a paragraph.
_HTML_ALONE = re.compile(
    r" {0,3}(?:<[A-Za-z][A-Za-z0-9-]*(?:[ \t]+[A-Za-z_:][\w.:-]*"
    r"(?:[ \t]*=[ \t]*(?:[^ \t\r\n\"'=<>`]+|'[^'\r\n]*'|\"[^\"\r\n]*\"))?)*[ \t]*/?>"
    r"|</[A-Za-z][A-Za-z0-9-]*[ \t]*>)[ \t]*(?=[\r\n]|\Z)"
)

_ENTRY_STARTS = frozenset("*_[0123456789")
_STARTS = _ENTRY_STARTS | frozenset("#`~<=-|\t")


def blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of ``text`` in order; what lies between two of them is blank."""
    line_feeds_only = "\r" not in text  # the usual case, and worth being quick at
    find, size = text.find, len(text)
    position = 1 if text.startswith("\ufeff") else 0
    paragraph = -1  # where the paragraph being read began; -1: none is being read
    number = first_number = 0
    while position < size:
        line, number = position, number + 1
        position = (find("\n", line) + 1 or size) if line_feeds_only else _line_end(text, line)
        begin = text[line]
        if begin in " \t\r":
            begin = _first_character(text[line:position])
        if begin == "\n":  # a blank line
            if paragraph >= 0:
                end = line - 1 if line_feeds_only else _trim(text, line)
                yield Kind.PARAGRAPH, paragraph, end, first_number, None
                paragraph = -1
        elif begin in _STARTS and (found := _special(text, line, position, begin, paragraph)):
            kind, start, end, match = found
            if 0 <= paragraph < start:
                yield Kind.PARAGRAPH, paragraph, _trim(text, start), first_number, None
            yield kind, start, _trim(text, end), first_number if start < line else number, match
            number += _count_lines(text, position, end) if end > position else 0
            position, paragraph = end, -1
        elif paragraph < 0:
            paragraph, first_number = line, number
    if paragraph >= 0:
        yield Kind.PARAGRAPH, paragraph, _trim(text, size), first_number, None


def _line_end(text: str, position: int) -> int:
    """Return where the line after the one at ``position`` begins; CRLF, LF and CR end lines."""
    return _LINE.match(text, position).end()  # type: ignore[union-attr]


def _count_lines(text: str, start: int, end: int) -> int:
    line_feeds, returns = text.count("\n", start, end), text.count("\r", start, end)
    return line_feeds + returns - text.count("\r\n", start, end) if returns else line_feeds


def _first_character(line: str) -> str:
    """Return what a line begins with behind its indentation: LF if it is blank, a tab if it is code."""
    stripped = line.lstrip(" \t")
    if not stripped.rstrip("\r\n"):
        return "\n"
    indentation = line[: len(line) - len(stripped)]
    return "\t" if "\t" in indentation or len(indentation) > 3 else stripped[0]


def _until_blank(text: str, line: int) -> int:
    """Return where the first blank line after ``line`` begins, or the end."""
    while line < len(text):
        end = _line_end(text, line)
        if not text[line:end].strip(" \t\r\n"):
            break
        line = end
    return line


def starts_block(source: str) -> bool:
    """Whether the first line of ``source`` is the start of a block also right below a paragraph."""
    first = next(blocks(source), None)
    return (
        first is not None
        and first[0] is not Kind.PARAGRAPH
        and not _HTML_ALONE.match(source)
        and not source.startswith((" " * 4, "\t", "|"))
    )


def heading_text(text: str, block: Block) -> tuple[int, str]:
    """Return a heading block's level, 1 to 6, and its Markdown without marks."""
    _, start, _, _, match = block
    assert match is not None
    marks: str = match["marks"]
    if marks[0] != "#":  # setext: the heading's text is the paragraph above the line
        return (1 if marks[0] == "=" else 2), " ".join(text[start : match.start()].split())
    title = (match["text"] or "").rstrip(" \t")
    opened = title.rstrip("#")
    if opened != title and (not opened or opened[-1] in " \t"):
        title = opened.rstrip(" \t")
    return len(marks), title


def _special(text: str, line: int, end: int, begin: str, paragraph: int) -> _Found | None:
    """Return the block that the line at ``line`` begins (or, a setext underline, ends), if it does.

    The block's end is where the line after it begins.
    """
    if (begin in _ENTRY_STARTS or begin == "#") and (match := HEAD.match(text, line, end)):
        return Kind.HEAD, line, end, match
    if begin == "#" and (match := ATX.match(text, line, end)):
        return Kind.HEADING, line, end, match
    if begin == "<":
        return _html(text, line, end, interrupting=paragraph >= 0)
    if begin in "`~":
        return _fence(text, line, end)
    if begin in "=-" and paragraph >= 0 and not _CONTAINER.match(text, paragraph):
        if match := SETEXT.match(text, line, end):
            return Kind.HEADING, paragraph, end, match
    if begin in "-*_" and _BREAK.match(text, line, end):
        return Kind.OTHER, line, end, None
    if paragraph < 0 and begin == "|":
        return Kind.OTHER, line, _until_blank(text, end), None
    if paragraph < 0 and begin == "\t":
        return Kind.OTHER, line, end, None
    return None


def _html(text: str, line: int, end: int, *, interrupting: bool) -> _Found | None:
    for opening, closing in _HTML_UNTIL:
        if match := opening.match(text, line, end):
            if closing is None:
                return Kind.HTML, line, _until_blank(text, end), None
            return Kind.HTML, line, _line_after(text, closing.search(text, match.end())), None
    if not interrupting and _HTML_ALONE.match(text, line, end):
        return Kind.HTML, line, _until_blank(text, end), None
    return None


def _fence(text: str, line: int, end: int) -> _Found | None:
    match = _FENCE.match(text, line, end)
    if match is None:
        return None
    marks = match["marks"]
    closing = re.compile(
        rf"(?<=[\r\n]) {{0,3}}{re.escape(marks[0])}{{{len(marks)},}}[ \t]*(?=[\r\n]|\Z)"
    )
    return Kind.OTHER, line, _line_after(text, closing.search(text, end)), None


def _line_after(text: str, closed: re.Match[str] | None) -> int:
    """Return where the line after a match begins; the end of the text if there was no match."""
    return _line_end(text, closed.end()) if closed else len(text)


def _trim(text: str, end: int) -> int:
    """Return ``end`` moved before the line ending that precedes it."""
    if text[end - 1] == "\n":
        end -= 1
        return end - 1 if end and text[end - 1] == "\r" else end
    return end - 1 if text[end - 1] == "\r" else end
