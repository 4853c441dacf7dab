"""Text → blocks: where headings, entry heads, paragraphs and everything else begin and end.

A line scanner after CommonMark 0.31 (https://spec.commonmark.org/0.31.2/), as far as a list needs
it: ATX and setext headings, fences, HTML blocks, thematic breaks, tables and indented code.  Lists
and quotes are not opened: what stands in them is part of the paragraph that they are read as.
Entry heads are known line by line, also inside a paragraph, for that is how lists are typed.

One pass, linear: no pattern may go over the same text again and again.
"""

import re
from collections.abc import Iterator

from digest.readme.grammar import HEAD, TITLE


class Kind:
    """What a block is; plain numbers, for an enum's members are slow to look up.

    BOLD: a paragraph of one line that is all in bold; OTHER: fences, tables, breaks, indented code.
    """

    PARAGRAPH = 0
    BOLD = 1
    HEAD = 2
    HEADING = 3
    HTML = 4
    OTHER = 5


PARAGRAPHS = (Kind.PARAGRAPH, Kind.BOLD)

# (kind, start, end, match): text[start:end] is the block without its last line ending; ``match`` is
# HEAD's for an entry head, and for a heading that of the line which makes it one.
Block = tuple[int, int, int, re.Match[str] | None]
# The same, but ending where the next line begins.
_Found = Block

_END = r"(?=[\r\n]|\Z)"
_ITEM = r"(?:[-+*]|[0-9]{1,9}[.)])"

_LINE = re.compile(r"[^\r\n]*+(?:\r\n?|\n|\Z)")
_BLANK_LINE = re.compile(r"(?:\r\n?+|\n)(?=[ \t]*+(?:[\r\n]|\Z))")
_INDENTATION = re.compile(r"[ \t]*+")
# Lines of a paragraph, up to one that is blank or begins like something else.
_PLAIN_LINES = re.compile(r"[^\r\n]*+(?>(?:(?:\r\n?|\n)[^ \t\r\n#`~<=+>*_\[0-9-][^\r\n]*+)*)")
_PLAIN_LINES_OF_LF = re.compile(r"[^\n]*+(?>(?:\n[^ \t\n#`~<=+>*_\[0-9-][^\n]*+)*)")

# What a line begins with that may open a block; a tab stands for indented code.
_HEAD_STARTS = frozenset("*_[0123456789#")
_ITEM_STARTS = frozenset("-+*0123456789")
_MARKED_STARTS = _ITEM_STARTS | frozenset("#`~_")
_OPENING = _HEAD_STARTS | _MARKED_STARTS | frozenset("<\t")
_CONTAINER_STARTS = _ITEM_STARTS | frozenset(">")

_MARKED = re.compile(
    rf"""[ ]{{0,3}}+(?:
      (?P<heading> (?P<marks>\#{{1,6}}+) (?:{_END}|[ \t]++(?P<text>[^\r\n]*+)) )
    | (?P<fence> (?P<item>(?>(?:{_ITEM}[ \t]++)*))
        (?P<ticks>`{{3,}}+(?=[^`\r\n]*+{_END})|~{{3,}}+) )
    | (?P<rule> (?P<mark>[-*_]) (?>(?:[ \t]*+(?P=mark)){{2,}}) [ \t]*+ {_END} )
    )""",
    re.X,
)
_UNDERLINE = re.compile(rf" {{0,3}}+(?P<marks>=++|-++)[ \t]*+{_END}")
_EMPTY_ITEM = re.compile(rf" {{0,3}}+{_ITEM}[ \t]*+{_END}")
_CLOSING_FENCE = re.compile(rf"[\r\n] {{0,3}}+(?P<ticks>`{{3,}}+|~{{3,}}+)[ \t]*+{_END}")
_CONTAINER = re.compile(rf" {{0,3}}+(?:>|{_ITEM}[ \t])")
_INTERRUPTING_CONTAINER = re.compile(r" {0,3}+(?:>|(?:[-+*]|1[.)])[ \t]++[^ \t\r\n])")
# The row below a table's first; there are no headings in a table.
_TABLE = re.compile(
    r"[\r\n] {0,3}+(?=[^\r\n]*\|)\|?[ \t]*+:?-++:?[ \t]*+(?>(?:\|[ \t]*+:?-++:?[ \t]*+)*)"
    r"\|?[ \t]*+[\r\n]"
)
# Link reference definitions above a paragraph are no part of it, and so of no heading.
_DEFINITIONS = re.compile(
    r"(?>(?: {0,3}+\[(?>(?:[^\[\]\\\r\n]++|\\.)+)\]:[ \t]*+"
    r"(?:<[^<>\r\n]*+>|[^ \t\r\n<][^ \t\r\n]*+)"
    r"(?>(?:[ \t]++(?:\"[^\"\r\n]*+\"|'[^'\r\n]*+'|\([^()\r\n]*+\)))?)[ \t]*+(?:\r\n?|\n))+)"
)

_HTML_NAMES = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|"
    "dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|"
    "hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|"
    "search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul"
)
# HTML blocks by CommonMark's kinds: what opens one, and what ends it (none: a blank line).
_HTML = re.compile(
    r" {0,3}+<(?:(?P<raw>(?:script|pre|style|textarea)(?=[ \t>\r\n]|\Z))|(?P<comment>!--)"
    r"|(?P<instruction>\?)|(?P<data>!\[CDATA\[)|(?P<declaration>![a-z])"
    rf"|(?P<tag>/?(?:{_HTML_NAMES})(?=[ \t\r\n]|/?>|\Z)))",
    re.I,
)
_HTML_ENDS = {
    "raw": re.compile(r"</(?:script|pre|style|textarea)>", re.I),
    "comment": re.compile(r"-->"),
    "instruction": re.compile(r"\?>"),
    "data": re.compile(r"\]\]>"),
    "declaration": re.compile(r">"),
}
# The last kind, any complete tag alone on its line, does not interrupt a paragraph.
_HTML_ALONE = re.compile(
    r" {0,3}+(?:<[A-Za-z][A-Za-z0-9-]*+(?>(?:[ \t]++[A-Za-z_:][\w.:-]*+"
    r"(?>(?:[ \t]*+=[ \t]*+(?:[^ \t\r\n\"'=<>`]++|'[^'\r\n]*+'|\"[^\"\r\n]*+\"))?))*)[ \t]*+/?>"
    rf"|</[A-Za-z][A-Za-z0-9-]*+[ \t]*+>)[ \t]*+{_END}"
)


def blocks(text: str) -> Iterator[Block]:  # noqa: C901 - one loop, for speed
    """Yield the blocks of ``text`` in order; what lies between two of them is blank."""
    plain_lines = _PLAIN_LINES if "\r" in text else _PLAIN_LINES_OF_LF
    blank = "\r\n\r\n" if "\r\n" in text else "\n\n"  # what mostly follows a paragraph
    size = len(text)
    position = 1 if text.startswith("\ufeff") else 0
    below_head = -1  # where the line below the last head begins: for CommonMark, in a paragraph
    while position < size:
        start, begin = position, text[position]
        if begin in " \t\r\n":
            begin = "\n" if begin == "\n" else _first_character(text, start)
            if begin == "\n":  # a blank line
                position = start + 1 if text[start] == "\n" else _next_line(text, start)
                continue
        if begin in _HEAD_STARTS:
            if match := HEAD.match(text, start):
                position = match.end()
                yield Kind.HEAD, start, position, match
                if text.startswith(blank, position):
                    position += len(blank)
                else:
                    position = _next_line(text, position)
                    below_head = -1 if begin == "#" else position
                continue
            if begin == "*" and (match := TITLE.match(text, start)):
                position = match.end()
                if text.startswith(blank, position):
                    yield Kind.BOLD, start, position, match
                    position += len(blank)
                    continue
        if begin in _OPENING and (found := _opened(text, start, begin, start == below_head)):
            kind, _, position, match = found
            yield kind, start, _trimmed(text, position), match
            continue
        position = plain_lines.match(text, start).end()  # type: ignore[union-attr]
        kind = Kind.OTHER if begin == "|" else Kind.PARAGRAPH
        if text.startswith(blank, position):
            yield kind, start, position, None
            position += len(blank)
            continue
        end, position, underline = _goes_on(text, start, position, plain_lines)
        yield (Kind.HEADING if underline else kind), start, end, underline


def heading_text(text: str, block: Block) -> tuple[int, str]:
    """Return a heading block's level, 1 to 6, and its Markdown without marks, maybe in lines."""
    _, start, _, match = block
    assert match is not None
    marks: str = match["marks"]
    if marks[0] != "#":  # setext: the heading's text is the paragraph above the line
        if definitions := _DEFINITIONS.match(text, start, match.start()):
            start = definitions.end()
        lines = re.split(r"\r\n?|\n", text[start : match.start()].rstrip("\r\n"))
        return (1 if marks[0] == "=" else 2), "\n".join(line.strip(" \t") for line in lines)
    title = (match["text"] or "").rstrip(" \t")
    opened = title.rstrip("#")
    if opened != title and (not opened or opened[-1] in " \t"):
        title = opened.rstrip(" \t")
    return len(marks), title


def headings(text: str) -> Iterator[str]:
    """Yield the Markdown of every heading, entry heads with ``#`` included."""
    for block in blocks(text):
        if found := heading_in(text, block):
            yield found[1]


def heading_in(text: str, block: Block) -> tuple[int, str] | None:
    """Return the level and the Markdown of a block that is a heading, if only an entry's."""
    kind, start, end, _ = block
    if kind == Kind.HEADING:
        return heading_text(text, block)
    if kind == Kind.HEAD and (match := _MARKED.match(text, start)) and match["heading"]:
        return heading_text(text, (Kind.HEADING, start, end, match))
    return None


def stands_alone(source: str) -> bool:
    """Whether ``source`` is one paragraph also where nothing stands above it."""
    only = next(blocks(source), None)
    return only is not None and only[0] in PARAGRAPHS and only[1:3] == (0, len(source))


def _goes_on(
    text: str, start: int, end: int, plain_lines: re.Pattern[str]
) -> tuple[int, int, re.Match[str] | None]:
    """Follow the paragraph at ``start``, read up to ``end``, over the lines that look suspicious.

    Return its end, where the next line begins, and the underline that makes it a heading.
    """
    contained = _CONTAINER.match(text, start) is not None
    while (line := _next_line(text, end)) < len(text):
        begin = _first_character(text, line)
        if begin == "\n":
            break
        if begin in "=-" and not contained and (match := _UNDERLINE.match(text, line)):
            contained = _TABLE.search(text, start, line) is not None
            if not contained and not _DEFINITIONS.fullmatch(text, start, line):
                return match.end(), _next_line(text, match.end()), match
        if begin in _OPENING and _opened(text, line, begin, below_paragraph=True):
            break
        if begin in _CONTAINER_STARTS and _INTERRUPTING_CONTAINER.match(text, line):
            contained = True
        end = plain_lines.match(text, line).end()  # type: ignore[union-attr]
    return end, line, None


def _opened(text: str, line: int, begin: str, below_paragraph: bool) -> _Found | None:
    """Return the block that the line at ``line`` opens, if it does; it ends where a line begins."""
    if begin in _HEAD_STARTS and (match := HEAD.match(text, line)):
        return Kind.HEAD, line, _next_line(text, match.end()), match
    if begin == "<":
        return _html(text, line, below_paragraph)
    if begin in _MARKED_STARTS and (match := _MARKED.match(text, line)):
        end = _next_line(text, match.end())
        if match.lastgroup == "heading":
            return Kind.HEADING, line, end, match
        return Kind.OTHER, line, (_fence_end(text, match, end) if match["ticks"] else end), None
    if below_paragraph:
        return None
    if begin == "\t" or (begin in _ITEM_STARTS and _EMPTY_ITEM.match(text, line)):
        return Kind.OTHER, line, _next_line(text, line), None
    return None


def _html(text: str, line: int, below_paragraph: bool) -> _Found | None:
    if match := _HTML.match(text, line):
        closing = _HTML_ENDS.get(match.lastgroup or "")
        if closing is None:
            return Kind.HTML, line, _until_blank(text, line), None
        closed = closing.search(text, line)
        return Kind.HTML, line, (_next_line(text, closed.end()) if closed else _end(text)), None
    if not below_paragraph and _HTML_ALONE.match(text, line):
        return Kind.HTML, line, _until_blank(text, line), None
    return None


def _fence_end(text: str, opening: re.Match[str], line: int) -> int:
    """Return where the line behind a fence begins; ``line`` is the first one in it."""
    ticks = opening["ticks"]
    if opening["item"]:
        return _fence_end_in_item(text, opening.end("item") - opening.start(), ticks, line)
    for closing in _CLOSING_FENCE.finditer(text, line - 1):
        if closing["ticks"].startswith(ticks):
            return _next_line(text, closing.end())
    return _end(text)


def _fence_end_in_item(text: str, width: int, ticks: str, line: int) -> int:
    """Return where a fence in a list item ends: with the item if not before."""
    inside = line  # the end of what is surely in it; blank lines behind are not
    while line < len(text):
        end = _next_line(text, line)
        content = text[line:end].expandtabs(4).strip("\r\n")
        bare = content.strip(" ")
        if bare and len(content) - len(content.lstrip(" ")) < width:
            break
        if bare:
            inside = end
        if bare.startswith(ticks) and not bare.strip(ticks[0]):
            break
        line = end
    return inside


def _first_character(text: str, line: int) -> str:
    """Return what a line begins with behind its indentation: LF if it is blank, a tab if code."""
    indentation = _INDENTATION.match(text, line)
    assert indentation is not None
    position = indentation.end()
    if position == len(text) or text[position] in "\r\n":
        return "\n"
    return "\t" if position - line > 3 or "\t" in indentation[0] else text[position]


def _next_line(text: str, position: int) -> int:
    """Return where the line after the one at ``position`` begins; CRLF, LF and CR end lines."""
    return _LINE.match(text, position).end()  # type: ignore[union-attr]


def _until_blank(text: str, line: int) -> int:
    """Return where the first blank line below ``line`` begins, or the end."""
    blank = _BLANK_LINE.search(text, line)
    return blank.end() if blank else len(text)


def _end(text: str) -> int:
    """Return where the last line that is not blank ends."""
    return _next_line(text, len(text.rstrip(" \t\r\n")))


def _trimmed(text: str, end: int) -> int:
    """Return ``end`` moved before the line ending that precedes it."""
    if text[end - 1] == "\n":
        end -= 1
        return end - 1 if end and text[end - 1] == "\r" else end
    return end - 1 if text[end - 1] == "\r" else end
