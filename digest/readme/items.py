"""Blocks → items: the entries, the headings that may be sections, tables of contents, and text."""

import re
from typing import NamedTuple

from digest.readme.contents import titles
from digest.readme.document import Contents, Entry, Link, Picture, Section
from digest.readme.grammar import (
    CONTENTS_STARTS,
    TITLE,
    are_contents,
    heading_title,
    names_contents,
    picture,
    read_head,
    split_links,
)
from digest.readme.scan import PARAGRAPHS, Block, Kind, blocks, heading_text, stands_alone


class Heading(NamedTuple):
    """A heading, which is a section if the list says so (see ``parse.py``)."""

    section: Section
    has_ordinal: bool


# (start, end, line, node): text[start:end] and what it is, None if it is text.  A plain tuple, for
# a list has very many.
Item = tuple[int, int, int, Entry | Heading | Contents | None]

_FIRST_LINE = re.compile(r"[^\r\n]*+")
_PICTURE_STARTS = frozenset("<![ ")
# A paragraph that begins so may be a title, or be none if it stood alone.
_DOUBTFUL = frozenset("*_<![ \t+-0123456789")


def read_items(text: str) -> list[Item]:
    """Return the items of ``text`` in order; what lies between two of them is blank."""
    return _Reader(text).read()


class _Reader:
    """Knows the block ahead, the line, and the place in the section."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Item] = []
        self._blocks = blocks(text)
        self._ahead = next(self._blocks, None)
        self._has_returns = "\r" in text
        self._line = 1
        self._line_start = 0
        self._place = 0

    def read(self) -> list[Item]:
        """Read all."""
        while (block := self._ahead) is not None:
            self._advance()
            kind, start, end, match = block
            if kind == Kind.HEAD and match is not None:
                self._read_entry(start, end, match)
            elif kind == Kind.HEADING:
                self._read_heading(block)
            elif self._is_contents(block):
                self._read_contents(start, end, named=False)
            else:
                self._add_text(block)
        return self.found

    def _advance(self) -> None:
        self._ahead = next(self._blocks, None)

    def _line_at(self, start: int) -> int:
        """Return the number of the line that begins at ``start``; it is not above the last."""
        text, last = self.text, self._line_start
        self._line += text.count("\n", last, start)
        if self._has_returns:
            self._line += text.count("\r", last, start) - text.count("\r\n", last, start)
        self._line_start = start
        return self._line

    def _lines(self, start: int, end: int) -> str:
        """Return the lines of a paragraph, with LF newlines."""
        lines = self.text[start:end]
        return lines.replace("\r\n", "\n").replace("\r", "\n") if self._has_returns else lines

    def _gap(self, start: int) -> str:
        return self.text[self.found[-1][1] : start] if self.found else ""

    def _add_text(self, block: Block) -> None:
        _, start, end, _ = block
        self.found.append((start, end, self._line_at(start), None))

    def _read_heading(self, block: Block) -> None:
        _, start, end, _ = block
        depth, raw = heading_text(self.text, block)
        title, has_ordinal = heading_title(raw.replace("\n", " "))
        if names_contents(title) and self._contents_follow():
            self._read_contents(start, end, named=True)
            return
        self._place = 0
        line = self._line_at(start)
        section = Section(title, depth, (), line, self._gap(start), self.text[start:end])
        self.found.append((start, end, line, Heading(section, has_ordinal)))

    def _contents_follow(self) -> bool:
        """Whether a heading that says so has contents below it, or nothing at all."""
        ahead = self._ahead
        return ahead is None or ahead[0] == Kind.HEADING or self._is_contents(ahead)

    def _is_contents(self, block: Block) -> bool:
        kind, start, end, _ = block
        return kind in PARAGRAPHS and are_contents(self.text, start, end)

    def _read_contents(self, start: int, end: int, *, named: bool) -> None:
        """Read contents; without a heading, one link again and again ("to the top") is none."""
        while (ahead := self._ahead) is not None and self._is_contents(ahead):
            end = ahead[2]
            self._advance()
        line = self._line_at(start)
        source = self.text[start:end]
        is_list = named or len(set(titles(source))) > 1
        contents = Contents(source, line, self._gap(start)) if is_list else None
        self.found.append((start, end, line, contents))

    def _read_entry(self, start: int, end: int, head: re.Match[str]) -> None:
        """Read the blocks that belong to an entry, and add it."""
        text = self.text
        title = summary = ""
        links: tuple[Link, ...] = ()
        image: Picture | None = None
        behind: list[Block] = []
        while (block := self._ahead) is not None:
            kind, first, last, match = block
            begin = text[first]
            if kind == Kind.BOLD and match is not None and not title and not summary and not links:
                title = match["title"].rstrip(" \t")
            elif begin in _PICTURE_STARTS and not image and (found := self._picture(block)):
                image = found
            elif (
                kind not in PARAGRAPHS
                or links
                or (begin in CONTENTS_STARTS and are_contents(text, first, last))
            ):
                break
            elif summary:
                paragraphs, links, found, behind = self._read_on(image)
                if not links:
                    break
                summary = "\n\n".join(filter(None, [summary, *paragraphs]))
                image, end, behind = found, behind[-1][2], []
                continue
            elif begin not in _DOUBTFUL:
                summary, links = split_links(self._lines(first, last))
            elif (opening := _opening_lines(self._lines(first, last), image, title)) is None:
                break
            else:
                image, title, rest = opening
                summary, links = split_links(rest) if rest else ("", ())
            end = last
            self._ahead = next(self._blocks, None)
        self._place += 1
        number, headline, url = read_head(head)
        line = self._line_at(start)
        entry = Entry(
            headline,
            url,
            title,
            summary,
            links,
            image,
            number,
            self._place,
            line,
            self._gap(start),
            text[start:end],
        )
        self.found.append((start, end, line, entry))
        for block in behind:
            self._add_text(block)

    def _picture(self, block: Block) -> Picture | None:
        kind, start, end, _ = block
        if kind in (Kind.PARAGRAPH, Kind.HTML):
            return picture(self.text[start:end])
        return None

    def _read_on(
        self, image: Picture | None
    ) -> tuple[list[str], tuple[Link, ...], Picture | None, list[Block]]:
        """Read what follows the first paragraph of a summary, up to links.

        If links close it, the paragraphs belong to the summary; otherwise they are text that stands
        behind the entry.  Return them, the links, the picture, and the blocks that were read.
        """
        paragraphs: list[str] = []
        links: tuple[Link, ...] = ()
        taken: list[Block] = []
        while not links and (block := self._ahead) is not None:
            kind, first, last, _ = block
            begin = self.text[first]
            if begin in _PICTURE_STARTS and not image and (found := self._picture(block)):
                image = found
            elif kind not in PARAGRAPHS or are_contents(self.text, first, last):
                break
            else:
                says, links = split_links(self._lines(first, last))
                paragraphs.append(says)
            taken.append(block)
            self._advance()
        return paragraphs, links, image, taken


def _opening_lines(
    source: str, image: Picture | None, title: str
) -> tuple[Picture | None, str, str] | None:
    """Take the picture and the title off the top of a paragraph, and return what is left of it.

    None if that would not be read as a paragraph in a place of its own, where the house puts it.
    """
    found_image, found_title, rest = image, title, source
    while rest:
        if not found_title and (match := TITLE.match(rest)):
            found_title = match["title"].strip(" \t")
            end = match.end()
        elif found_image is None and rest[0] in _PICTURE_STARTS:
            end = _FIRST_LINE.match(rest).end()  # type: ignore[union-attr]
            found_image = picture(rest[:end])
            if found_image is None:
                break
        else:
            break
        rest = rest[end:].lstrip("\r\n")
    if not rest or (stands_alone(rest) and not are_contents(rest, 0, len(rest))):
        return found_image, found_title, rest
    return (image, title, source) if stands_alone(source) else None
