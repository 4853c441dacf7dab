"""Text → Document: judge which headings are sections, which takes the whole list, then group."""

import gc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from digest.readme.contents import spoken, titles
from digest.readme.document import Contents, Document, Entry, Node, Section, Text
from digest.readme.items import Heading, Item, read_items


def parse(text: str) -> Document:
    """Read a README.  Any text is one; what fits no grammar stays in it as :class:`Text`."""
    with _without_collector():
        found = read_items(text)
        if not found:
            return Document(lead=text, tail="", newline=_newline(text))
        preamble, sections = _grouped(text, found, _section_headings(found))
        return Document(
            preamble=preamble,
            sections=sections,
            lead=text[: found[0][0]],
            tail=text[found[-1][1] :],
            newline=_newline(text),
        )


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep Python's garbage collector from going through a growing document again and again.

    There are no cycles in it to find, and on a long list that is a sixth of the time.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _newline(text: str) -> str:
    """Return the ending of the first line, or LF."""
    line_feed = text.find("\n")
    if line_feed > 0 and text[line_feed - 1] == "\r":
        return "\r\n"
    return "\r" if line_feed < 0 and "\r" in text else "\n"


def _section_headings(found: list[Item]) -> set[int]:
    """Return the indices of the items that are sections of the list.

    A heading is one if it holds entries itself, has an ordinal, or is named in the contents.  Where
    no heading has an ordinal, so is one at the same level as those, unless it stands before them
    all: an empty section looks like that, and so does the list's own title, which stands first.
    """
    headings: dict[int, Heading] = {}
    evident: set[int] = set()
    named: Counter[str] = Counter()
    last = -1  # the heading above, until an entry follows
    for index, (*_, node) in enumerate(found):
        if isinstance(node, Entry):
            if last >= 0:
                evident.add(last)
                last = -1
        elif isinstance(node, Heading):
            headings[index], last = node, index
            if node.has_ordinal:
                evident.add(index)
        elif isinstance(node, Contents):
            named |= Counter(titles(node.source))
    named.subtract(spoken(headings[index].section.title) for index in evident)
    for index, heading in headings.items():
        title = spoken(heading.section.title)
        if index not in evident and named[title] > 0:
            named[title] -= 1
            evident.add(index)
    if not evident or any(headings[index].has_ordinal for index in evident):
        return evident
    first, depths = min(evident), {headings[index].section.depth for index in evident}
    return evident | {
        index
        for index, heading in headings.items()
        if index > first and heading.section.depth in depths
    }


def _grouped(
    text: str, found: list[Item], sections: set[int]
) -> tuple[tuple[Node, ...], tuple[Section, ...]]:
    """Put the items under their sections.  What is no node of its own becomes Text, run by run."""
    nodes: list[Node] = []
    nodes_of = [nodes]
    headings: list[Section] = []
    run: Item | None = None  # the first item of a run of text
    run_gap = ""
    last_end = 0
    for index, item in enumerate(found):
        start, end, _, node = item
        if (
            node is None
            or (isinstance(node, Entry) and not headings)
            or (isinstance(node, Heading) and index not in sections)
        ):
            if run is None:
                run, run_gap = item, text[last_end:start] if last_end else ""
        else:
            if run is not None:
                nodes.append(Text(text[run[0] : last_end], run[2], run_gap))
                run = None
            if isinstance(node, Heading):
                headings.append(node.section)
                nodes = []
                nodes_of.append(nodes)
            else:
                nodes.append(node)
        last_end = end
    if run is not None:
        nodes.append(Text(text[run[0] : last_end], run[2], run_gap))
    preamble, *rest = map(tuple, nodes_of)
    return preamble, tuple(
        replace(heading, nodes=below) for heading, below in zip(headings, rest, strict=True)
    )
