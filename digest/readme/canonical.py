"""The whole document in the house style."""

from dataclasses import replace

from digest.readme import contents
from digest.readme.anchors import Slugger, ordinal
from digest.readme.document import Contents, Document, Entry, Node, Section, Text
from digest.readme.emphasis import repaired
from digest.readme.scan import Kind, blocks, heading_text


def canonical(document: Document) -> Document:
    """Return the document as the house would have written it.

    Right anchors, ordinals, numbers, labels, separators and spacing, bold that GitHub renders.  Text
    that is no entry keeps its words; sections keep their relative depth, the highest becomes ``##``.
    """
    top = min((section.depth for section in document.sections), default=2)
    bare = Document(
        preamble=tuple(_node(node) for node in document.preamble),
        sections=tuple(_section(section, top) for section in document.sections),
        newline=document.newline,
    )
    return _with_contents(bare)


def _section(section: Section, top: int) -> Section:
    depth = min(section.depth - top + 2, 6)
    nodes = tuple(_node(node) for node in section.nodes)
    return replace(section, depth=depth, nodes=nodes, gap=None, source="")


def _node(node: Node) -> Node:
    if isinstance(node, Entry):
        return node.edit(summary=repaired(node.summary), title=node.title, gap=None)
    return replace(node, gap=None)


def _with_contents(document: Document) -> Document:
    anchors = _anchors(document)
    lines = [
        contents.line(place, section.title, anchors[place - 1])
        for place, section in enumerate(document.sections, 1)
    ]

    def fill(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        return tuple(
            replace(
                node, source=(document.newline * 2).join(filter(None, [_heading(node), *lines]))
            )
            if isinstance(node, Contents)
            else node
            for node in nodes
        )

    sections = tuple(replace(section, nodes=fill(section.nodes)) for section in document.sections)
    return replace(document, preamble=fill(document.preamble), sections=sections)


def _heading(node: Contents) -> str:
    first = next((block for block in blocks(node.source)), None)
    if first is None or first[0] is not Kind.HEADING:
        return ""
    return f"## {heading_text(node.source, first)[1]}"


def _anchors(document: Document) -> list[str]:
    """Return the anchors of the sections, with every heading of the document in its place."""
    slugger = Slugger()
    anchors = []
    for node in document.preamble:
        _count_headings(node, slugger)
    for place, section in enumerate(document.sections, 1):
        anchors.append(slugger.slug(f"{ordinal(place)}、{section.title}"))
        for node in section.nodes:
            _count_headings(node, slugger)
    return anchors


def _count_headings(node: Node, slugger: Slugger) -> None:
    if isinstance(node, Contents):
        slugger.slug(_heading(node).removeprefix("## "))
    elif isinstance(node, Text):
        for block in blocks(node.source):
            if block[0] is Kind.HEADING:
                slugger.slug(heading_text(node.source, block)[1])
