"""Text → Document: judge which headings are sections (that takes the whole list), then group the items."""

from dataclasses import replace
from itertools import islice

from digest.readme.contents import titles
from digest.readme.document import Contents, Document, Entry, Node, Section, Text
from digest.readme.items import Item, items


def parse(text: str) -> Document:
    """Read a README.  Any text is one; what fits no grammar stays in it as :class:`Text`."""
    found = list(items(text))
    if not found:
        return Document(lead=text, tail="", newline=_newline(text))
    preamble, sections = _Grouping(text, _sections(text, found)).group(found)
    return Document(
        preamble=preamble,
        sections=sections,
        lead=text[: found[0].start],
        tail=text[found[-1].end :],
        newline=_newline(text),
    )


def _newline(text: str) -> str:
    """Return the ending of the first line, or LF."""
    line_feed = text.find("\n")
    if line_feed > 0 and text[line_feed - 1] == "\r":
        return "\r\n"
    return "\r" if line_feed < 0 and "\r" in text else "\n"


def _sections(text: str, found: list[Item]) -> set[int]:
    """Return the indices of the items that are sections of the list.

    A heading is one if it holds entries itself, has an ordinal, or is named in the contents.  Where
    no heading has an ordinal, so is one at the same level as those, unless it stands before them
    all: an empty section looks like that, and so does the list's own title, which stands first.
    """
    named = {
        title
        for item in found
        if item.kind == "contents"
        for title in titles(text[item.start : item.end])
    }
    headings = {i: item.node for i, item in enumerate(found) if isinstance(item.node, Section)}
    evident = {
        index
        for index, heading in headings.items()
        if found[index].has_ordinal or heading.title in named or _holds_entries(found, index)
    }
    if not evident or any(found[index].has_ordinal for index in evident):
        return evident
    first, depths = min(evident), {headings[index].depth for index in evident}
    return evident | {i for i, node in headings.items() if i > first and node.depth in depths}


def _holds_entries(found: list[Item], heading: int) -> bool:
    for item in islice(found, heading + 1, None):
        if item.kind in ("entry", "heading"):
            return item.kind == "entry"
    return False


class _Grouping:
    """Puts items under their sections.  What is no node of its own becomes Text, run by run."""

    def __init__(self, text: str, sections: set[int]) -> None:
        self.text = text
        self.sections = sections
        self.nodes: list[Node] = []
        self.run: list[Item] = []
        self.last_end = 0

    def group(self, found: list[Item]) -> tuple[tuple[Node, ...], tuple[Section, ...]]:
        """Return the nodes before the first section, and the sections."""
        headings: list[Section] = []
        nodes_of: list[tuple[Node, ...]] = []
        for index, item in enumerate(found):
            if index in self.sections and isinstance(item.node, Section):
                nodes_of.append(self._take_nodes())
                headings.append(item.node)
                self.last_end = item.end
            elif isinstance(item.node, Entry) and headings:
                self._close_run()
                self.nodes.append(item.node)
                self.last_end = item.end
            elif item.kind == "contents":
                self._close_run()
                self.nodes.append(Contents(*self._span(item, item)))
                self.last_end = item.end
            else:
                self.run.append(item)
        preamble, *rest = [*nodes_of, self._take_nodes()]
        sections = (replace(h, nodes=nodes) for h, nodes in zip(headings, rest, strict=True))
        return preamble, tuple(sections)

    def _span(self, first: Item, last: Item) -> tuple[str, int, str]:
        """Return the source, the line and the gap of the node that goes from one item to another."""
        gap = self.text[self.last_end : first.start] if self.last_end else ""
        return self.text[first.start : last.end], first.line, gap

    def _close_run(self) -> None:
        if self.run:
            self.nodes.append(Text(*self._span(self.run[0], self.run[-1])))
            self.last_end = self.run[-1].end
            self.run = []

    def _take_nodes(self) -> tuple[Node, ...]:
        self._close_run()
        nodes, self.nodes = tuple(self.nodes), []
        return nodes
