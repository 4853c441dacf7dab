"""Document → text.  What was read and not changed is written back as it stood."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from digest.readme import house
from digest.readme.document import Document, Entry, Link, Node, Section, Text
from digest.readme.grammar import HEAD, label, number_span
from digest.readme.items import read_items
from digest.readme.parse import parse

# What the source of a picture may begin with.
_PICTURES = ("<", "!", "[", " ")


def render(document: Document) -> str:
    """Write a document.  ``render(parse(text)) == text`` for every text."""
    return "".join(chunks(document))


def chunks(document: Document) -> Iterator[str]:
    """Yield the text of a document piece by piece."""
    newline = document.newline
    yield document.lead
    writer = Writer(newline)
    for node in document.preamble:
        yield from writer.node(node)
    for place, section in enumerate(document.sections, 1):
        yield from writer.heading(section, place)
        for node in section.nodes:
            yield from writer.node(node)
    yield document.tail


class Writer:
    """Writes nodes one after the other; knows the node before and the place in the section."""

    def __init__(self, newline: str = "\n") -> None:
        self.newline = newline
        self.previous: Node | Section | None = None
        self.place = 0
        self._above: Entry | None = None  # the last entry, if there is but text below it
        self._written = ""  # the text of the node before, from that entry on

    def heading(self, section: Section, place: int) -> Iterator[str]:
        """Yield the gap and the heading of the section at ``place``; entries count from 1 again."""
        self.place = 0
        heading = house.section_heading(section.title, section.depth, place)
        yield from self._write(section, section.source or heading)

    def node(self, node: Node) -> Iterator[str]:
        """Yield the gap before a node, and the node."""
        if isinstance(node, Entry):
            self.place += 1
            yield from self._write(node, self._entry(node))
        else:
            yield from self._write(node, node.source)

    def _entry(self, node: Entry) -> str:
        if not node.source:
            return self._localized(house.entry(node, self.place))
        if node.place == self.place:
            return node.source
        return renumbered(node.source, self.place)

    def _write(self, node: Node | Section, text: str) -> Iterator[str]:
        gap = "" if self.previous is None else self._gap(node, text)
        yield gap
        yield text
        if isinstance(node, Text) and self._above:
            text = f"{self._written}{gap}{text}"  # for that is how far the entry may reach
        else:
            self._above = node if isinstance(node, Entry) else None
        self.previous, self._written = node, text

    def _gap(self, node: Node | Section, text: str) -> str:
        """Return a node's own gap, or one that keeps it apart from the node before."""
        for gap in (node.gap, self._localized(house.gap_before(node))):
            if gap and (not self._may_merge(gap, node) or self._keeps_apart(gap, node, text)):
                return gap
        return self._localized(house.FENCED_GAP)

    def _may_merge(self, gap: str, node: Node | Section) -> bool:
        """Whether it takes a closer look to say that a node is not read as a part of the last."""
        if isinstance(self.previous, Section):
            return False
        if _is_tight(gap):
            return not isinstance(node, Entry) or "<" in self._written
        entry = self._above
        if entry is None or not isinstance(node, Text):
            return False
        return not entry.links or (not entry.picture and node.source.startswith(_PICTURES))

    def _keeps_apart(self, gap: str, node: Node | Section, text: str) -> bool:
        """Whether what stands on both sides of a gap is read as two nodes, or as one of text."""
        boundary = len(self._written) + len(gap)
        items = read_items(f"{self._written}{gap}{text}")
        joins = isinstance(node, Text) and isinstance(self.previous, Text)
        return any(
            start == boundary or (joins and found is None and start < boundary < end)
            for start, end, _, found in items
        )

    def _localized(self, text: str) -> str:
        return text if self.newline == "\n" else text.replace("\n", self.newline)


def renumbered(source: str, number: int) -> str:
    """Return an entry's source with other digits in its head, and nothing else changed."""
    head = HEAD.match(source)
    assert head is not None
    start, end = number_span(head)
    return f"{source[:start]}{number}{source[end:]}"


def _is_tight(gap: str) -> bool:
    return len(gap) == 1 or gap == "\r\n"


class Unfit(NamedTuple):
    """Which field of an entry would not survive the README, and as what it would be read back.

    ``read`` is None where the whole entry would not be read as one.
    """

    field: str
    read: object = None


def check_entry(entry: Entry) -> Unfit | None:
    """Return what of an entry would not survive the README, or None if it is read back as it is.

    The house style is written and read again.
    """
    entry = replace(entry, links=tuple(Link(label(link.label), link.url) for link in entry.links))
    written = parse(f"# x\n\n{house.entry(entry, 1)}\n")
    nodes = written.sections[0].nodes if written.sections else ()
    if len(nodes) == 1 and nodes[0] == entry:
        return None
    if not nodes or not isinstance(nodes[0], Entry):
        return Unfit("headline")
    for name in ("headline", "url", "picture", "title", "summary", "links"):
        read = getattr(nodes[0], name)
        if read != getattr(entry, name):
            return Unfit(name, read)
    return Unfit("summary")
