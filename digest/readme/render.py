"""Document → text.  What was read and not changed is written back as it stood."""

from collections.abc import Iterator
from dataclasses import replace

from digest.readme import house
from digest.readme.document import Document, Entry, Link, Node, Section, Text
from digest.readme.grammar import HEAD, label, number_span
from digest.readme.parse import parse
from digest.readme.scan import starts_block


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

    def heading(self, section: Section, place: int) -> Iterator[str]:
        """Yield the gap and the heading of the section at ``place``; entries count from 1 again."""
        self.place = 0
        yield self._gap(section)
        yield section.source or house.section_heading(section.title, section.depth, place)

    def node(self, node: Node) -> Iterator[str]:
        """Yield the gap before a node, and the node."""
        yield self._gap(node)
        if isinstance(node, Entry):
            self.place += 1
            yield self._entry(node)
        else:
            yield node.source

    def _entry(self, node: Entry) -> str:
        if not node.source:
            return self._localized(house.entry(node, self.place))
        if node.place == self.place:
            return node.source
        return renumbered(node.source, self.place)

    def _gap(self, node: Node | Section) -> str:
        previous, self.previous = self.previous, node
        if previous is None:
            return ""
        gap = node.gap
        if gap and not (_is_tight(gap) and _would_merge(previous, node)):
            return gap
        return self._localized(house.gap_before(node))

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


def _would_merge(previous: Node | Section, node: Node | Section) -> bool:
    """Whether a node right below another would be read as a part of it: text that lost its heading."""
    return (
        isinstance(node, Text)
        and not isinstance(previous, Section)
        and not starts_block(node.source)
    )


def check_entry(entry: Entry) -> str | None:
    """Return why an entry would not survive the README, or None if it is read back as it is.

    The house style is written and read again; the reason is for the editor who typed the entry.
    """
    entry = replace(entry, links=tuple(Link(label(link.label), link.url) for link in entry.links))
    written = parse(f"# x\n\n{house.entry(entry, 1)}\n")
    nodes = written.sections[0].nodes if written.sections else ()
    if len(nodes) == 1 and nodes[0] == entry:
        return None
    if not nodes or not isinstance(nodes[0], Entry):
        return "headline or address: brackets must be in pairs, on one line; write \\[ for a lone ["
    for name in ("headline", "url", "picture", "title", "summary", "links"):
        if getattr(nodes[0], name) != getattr(entry, name):
            return f"{name}: the README would read it back as {getattr(nodes[0], name)!r}"
    return (
        "summary: several paragraphs need links behind them, and none may look like another block"
    )
