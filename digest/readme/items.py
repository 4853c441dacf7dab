"""Blocks → items: the entries of a list, the headings that may be its sections, contents, and text."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from digest.readme.document import Entry, Link, Picture, Section
from digest.readme.grammar import (
    TITLE,
    contents_lines,
    heading_title,
    names_contents,
    picture,
    read_head,
    split_links,
)
from digest.readme.scan import Block, Kind, blocks, heading_text

ItemKind = Literal["entry", "heading", "contents", "text"]


class Item(NamedTuple):
    """A stretch of the text and what it is.  ``line`` is where it begins, counted from 1."""

    kind: ItemKind
    start: int
    end: int
    line: int
    node: Entry | Section | None = None
    has_ordinal: bool = False


def items(text: str) -> Iterator[Item]:
    """Yield the items of ``text`` in order; what lies between two of them is blank."""
    return _Reader(text).items()


class _Reader:
    """Holds where reading is: the next block, the line, the end of the last item, the place."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._blocks = blocks(text)
        self._ahead = next(self._blocks, None)
        self._last_end = 0
        self._place = 0

    def items(self) -> Iterator[Item]:
        """Yield the items."""
        while (block := self._ahead) is not None:
            self._ahead = next(self._blocks, None)
            kind, start, end, line, match = block
            if kind is Kind.HEAD and match is not None:
                draft = self._read_entry(match, end)
                yield self._entry(draft, start, line)
                for _, start, end, line, _ in draft.pending:
                    yield self._item("text", start, end, line)
            elif kind is Kind.HEADING:
                yield self._heading(block)
            elif kind is Kind.PARAGRAPH and (lines := contents_lines(self.text[start:end])):
                yield self._contents(start, end, line, lines)
            else:
                yield self._item("text", start, end, line)

    def _item(self, kind: ItemKind, start: int, end: int, line: int) -> Item:
        self._last_end = end
        return Item(kind, start, end, line)

    def _gap(self, start: int) -> str:
        return self.text[self._last_end : start] if self._last_end else ""

    def _heading(self, block: Block) -> Item:
        _, start, end, line, _ = block
        depth, raw = heading_text(self.text, block)
        title, has_ordinal = heading_title(raw)
        if names_contents(title) and self._contents_follow():
            return self._contents(start, end, line, lines=2)
        self._place = 0
        section = Section(title, depth, (), line, self._gap(start), self.text[start:end])
        self._last_end = end
        return Item("heading", start, end, line, section, has_ordinal)

    def _contents_follow(self) -> bool:
        """Whether a heading that says so is followed by contents, or by nothing of its own."""
        ahead = self._ahead
        if ahead is None or ahead[0] is Kind.HEADING:
            return True
        return ahead[0] is Kind.PARAGRAPH and contents_lines(self.text[ahead[1] : ahead[2]]) > 0

    def _contents(self, start: int, end: int, line: int, lines: int) -> Item:
        """Take contents in; a single line without a heading ("back to the top") is none."""
        while (ahead := self._ahead) is not None and ahead[0] is Kind.PARAGRAPH:
            more = contents_lines(self.text[ahead[1] : ahead[2]])
            if not more:
                break
            lines, end = lines + more, ahead[2]
            self._ahead = next(self._blocks, None)
        return self._item("contents" if lines > 1 else "text", start, end, line)

    def _read_entry(self, head: re.Match[str], end: int) -> "_Draft":
        """Read the blocks that belong to an entry."""
        draft = _Draft(head, end)
        while (block := self._ahead) is not None:
            kind = block[0]
            if kind is Kind.PARAGRAPH:
                taken = draft.take(block, self.text[block[1] : block[2]])
            else:
                taken = kind is Kind.HTML and draft.take_picture(
                    block, self.text[block[1] : block[2]]
                )
            if not taken:
                break
            self._ahead = next(self._blocks, None)
        return draft

    def _entry(self, draft: "_Draft", start: int, line: int) -> Item:
        self._place += 1
        number, headline, url = read_head(draft.head)
        entry = Entry(
            headline,
            url,
            draft.title,
            draft.summary,
            draft.links,
            draft.picture,
            number,
            self._place,
            line,
            self._gap(start),
            self.text[start : draft.end],
        )
        self._last_end = draft.end
        return Item("entry", start, draft.end, line, entry)


class _Draft:
    """What an entry is found to say while it is read.  ``end`` is where it ends if nothing more comes.

    A summary has several paragraphs only if links close it, so the paragraphs after the first wait in
    ``pending``: links take them in, otherwise they are text that stands behind the entry.
    """

    __slots__ = (
        "_waiting_paragraphs",
        "_waiting_picture",
        "end",
        "head",
        "links",
        "pending",
        "picture",
        "summary",
        "title",
    )

    def __init__(self, head: re.Match[str], end: int) -> None:
        self.head = head
        self.end = end
        self.title = ""
        self.summary = ""
        self.links: tuple[Link, ...] = ()
        self.picture: Picture | None = None
        self.pending: list[Block] = []
        self._waiting_paragraphs: list[str] = []
        self._waiting_picture: Picture | None = None

    def take(self, block: Block, source: str) -> bool:
        """Take a paragraph in; False if it is no part of the entry."""
        if source.startswith(("!", "[", " ")) and self.take_picture(block, source):
            return True
        if self.links or contents_lines(source):
            return False
        if not self.title and not self.summary:
            title = TITLE.match(source)
            if title:
                self.title = title["title"].strip(" \t")
                source = source[title.end() :].lstrip("\r\n")
                if not source:
                    self.end = block[2]
                    return True
        self._take_paragraph(block, source)
        return True

    def _take_paragraph(self, block: Block, source: str) -> None:
        """Take the next paragraph of the summary, and the links if it ends with them."""
        says, links = split_links(source)
        if "\r" in says:
            says = says.replace("\r\n", "\n").replace("\r", "\n")
        says = says.strip(" \t\n")
        if links:
            if self._waiting_paragraphs or self.summary:
                says = "\n\n".join(filter(None, [self.summary, *self._waiting_paragraphs, says]))
            self.summary = says
            self.links = links
            self.picture = self.picture or self._waiting_picture
            self.end = block[2]
            self.pending.clear()
        elif self.summary:
            self._waiting_paragraphs.append(says)
            self.pending.append(block)
        else:
            self.summary = says
            self.end = block[2]

    def take_picture(self, block: Block, source: str) -> bool:
        """Take the entry's picture; False if the block is none or there is one already."""
        if self.picture or self._waiting_picture:
            return False
        found = picture(source)
        if found is None:
            return False
        if self.pending:
            self._waiting_picture = found
            self.pending.append(block)
        else:
            self.picture, self.end = found, block[2]
        return True
