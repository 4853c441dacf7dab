"""The whole document in the house style."""

import re
from dataclasses import replace
from itertools import pairwise

from digest.readme import contents, house
from digest.readme.anchors import Slugger, ordinal
from digest.readme.document import Contents, Document, Entry, Link, Node, Section, Text
from digest.readme.emphasis import repaired
from digest.readme.grammar import label
from digest.readme.render import check_entry
from digest.readme.scan import Kind, blocks, headings

_NEWLINE = re.compile(r"\r\n?|\n")
_CONTENTS_HEADING = "目录"


def canonical(document: Document) -> Document:
    """Return the document as the house would have written it.

    Right anchors, ordinals, numbers, labels, separators, spacing and line endings, bold that GitHub
    renders.  Text that is no entry keeps its words; sections keep their relative depth, the highest
    becomes ``##``.
    """
    top = min((section.depth for section in document.sections), default=2)
    # A byte order mark goes, unless the text behind it would be taken for one.
    first = next(iter((*document.preamble, *document.sections)), None)
    bare = Document(
        preamble=tuple(_node(node, document) for node in document.preamble),
        sections=tuple(_section(section, top, document) for section in document.sections),
        lead="\ufeff" if first is not None and first.source.startswith("\ufeff") else "",
        tail=document.newline,
        newline=document.newline,
    )
    return _with_contents(bare)


def section_anchors(document: Document) -> list[str]:
    """Return the anchors that GitHub gives the sections' headings as they would be written now.

    Every heading of the document takes its anchor in turn, those in quotes and lists aside.
    """
    slugger = Slugger()
    anchors = []
    for node in document.preamble:
        _count_headings(node, slugger)
    for place, section in enumerate(document.sections, 1):
        own = next(headings(section.source), f"{ordinal(place)}、{section.title}")
        anchors.append(slugger.slug(own))
        for node in section.nodes:
            _count_headings(node, slugger)
    return anchors


def _count_headings(node: Node, slugger: Slugger) -> None:
    if not isinstance(node, Entry) or node.source.lstrip(" ").startswith("#"):
        for heading in headings(node.source):
            slugger.slug(heading)


def _section(section: Section, top: int, document: Document) -> Section:
    depth = min(section.depth - top + 2, 6)
    nodes: list[Node] = []
    for previous, node in pairwise((None, *section.nodes)):
        assert node is not None
        styled = _node(node, document)
        if isinstance(previous, Entry) and isinstance(node, Text) and _depends(node, previous):
            styled = replace(styled, gap=document.newline)
        nodes.append(styled)
    return replace(section, depth=depth, nodes=tuple(nodes), gap=None, source="")


def _depends(text: Text, entry: Entry) -> bool:
    """Whether text right below an entry's head would be something else in its own place."""
    is_heading = entry.source.lstrip(" ").startswith("#")  # below that, text stands on its own
    if is_heading or text.gap not in ("\n", "\r", "\r\n"):
        return False
    _, *below = blocks(f"1、[x](x)\n{text.source}")
    return [block[0] for block in below] != [block[0] for block in blocks(text.source)]


def _node(node: Node, document: Document) -> Node:
    if isinstance(node, Entry):
        return _entry(node)
    if isinstance(node, Text):
        source = _NEWLINE.sub(document.newline, _with_repaired_bold(node.source))
        return replace(node, source=source, gap=None)
    return replace(node, source=_contents_heading(node, document), gap=None)


def _entry(node: Entry) -> Entry:
    links = tuple(Link(label(link.label), link.url) for link in node.links)
    entry = node.edit(links=links, gap=None)
    mended = entry.edit(summary=repaired(entry.summary))
    return entry if mended != entry and check_entry(mended) else mended


def _with_repaired_bold(source: str) -> str:
    if "**" not in source:
        return source
    parts, last = [], 0
    for kind, start, end, _ in blocks(source):
        if kind == Kind.PARAGRAPH:
            parts += [source[last:start], repaired(source[start:end])]
            last = end
    mended = "".join([*parts, source[last:]])
    same = [block[0] for block in blocks(mended)] == [block[0] for block in blocks(source)]
    return mended if same else source


def _contents_heading(node: Contents, document: Document) -> str:
    """Return the heading that contents keep; a single line would not be known without one."""
    if not document.sections:
        return _NEWLINE.sub(document.newline, node.source)
    heading = next(headings(node.source), "")
    if not heading and len({contents.spoken(one.title) for one in document.sections}) == 1:
        heading = _CONTENTS_HEADING
    return house.heading(heading.replace("\n", " "), 2) if heading else ""


def _with_contents(document: Document) -> Document:
    """Fill the contents, of which there is only the heading yet."""
    lines = [
        contents.line(place, section.title, anchor)
        for place, (section, anchor) in enumerate(
            zip(document.sections, section_anchors(document), strict=True), 1
        )
    ]

    def fill(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        return tuple(
            replace(node, source=(document.newline * 2).join(filter(None, [node.source, *lines])))
            if isinstance(node, Contents)
            else node
            for node in nodes
        )

    sections = tuple(replace(section, nodes=fill(section.nodes)) for section in document.sections)
    return replace(document, preamble=fill(document.preamble), sections=sections)
