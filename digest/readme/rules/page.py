"""A text as the rules see it: read once, however many of them look at it."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar
from urllib.parse import unquote

from digest.readme.anchors import Slugger
from digest.readme.contents import spoken
from digest.readme.document import Contents, Document, Entry, Node, Section
from digest.readme.emphasis import is_plain, literal_marks
from digest.readme.grammar import DESTINATION, heading_title
from digest.readme.identity import identity_of, normalised, paper_url
from digest.readme.inline import Run
from digest.readme.parse import parse
from digest.readme.rules.hosts import without_tracking
from digest.readme.scan import Block, Kind, blocks, heading_in

# Stands in the prose for each character that is no word: code, math, addresses, tags.
OBJECT = "\ufffc"

_SPOKEN = (Kind.PARAGRAPH, Kind.BOLD, Kind.HEAD, Kind.HEADING)
_OPAQUE = re.compile(
    rf"""\\[!-/:-@\[-`{{-~]
    | (?<!`)`(?!`)[^`]++`(?!`) | (?<!`)``(?!`)(?>(?:[^`]++|`(?!`))+)``(?!`)
    | \$\$[^$\r\n]++\$\$ | \$(?=[^\s$])[^$\r\n]*+(?<=\S)\$(?![0-9])
    | (?P<open>\])\((?:[ \t]*+(?P<url>{DESTINATION})
        (?>(?:[ \t]++(?:"[^"\r\n]*+"|'[^'\r\n]*+'))?)[ \t]*+)\)
    | <(?P<autolink>[A-Za-z][A-Za-z0-9+.-]{{1,31}}:[^\s<>]*+)>
    | <!--[^<>]*+> | (?P<tag></?[A-Za-z][^<>]*+>)
    | https?://[^\s<>()\[\]"`\u3000-\u303f\uff00-\uff0f\uff1a-\uff20“”‘’]++
    | (?m:^)[ ]{{0,3}}+\[[^\[\]\r\n]++\]:[ \t]*+(?P<definition>[^ \t\r\n]++)""",
    re.X,
)
_TAG = re.compile(r"<!--[^<>]*+>|(?P<tag></?[A-Za-z][^<>]*+>)")
_NAME = re.compile(r"""\b(?:id|name)\s*=\s*["']?([^"'\s<>]++)""", re.I)
# A heading in a list or a quote, which the scanner does not open, or one in HTML.
_HIDDEN_HEADING = re.compile(
    r"^[ \t]*+(?:[>*+-]|[0-9]{1,9}[.)])[ \t>]*+#{1,6}[ \t]++(?P<text>[^\r\n]++)"
    r"|<h[1-6]\b[^<>]*+>(?P<html>[^\r\n]*?)</h[1-6]>",
    re.M | re.I,
)
_LABEL_LENGTH = 300

_Node = TypeVar("_Node", bound=Node | Section)
_Node_co = TypeVar("_Node_co", bound=Node | Section, covariant=True)


class Placed(NamedTuple, Generic[_Node_co]):
    """A node, and where its source begins."""

    start: int
    node: _Node_co

    @property
    def end(self) -> int:
        """Where its source ends."""
        return self.start + len(self.node.source)


class Part(NamedTuple):
    """A section's heading, or None before the first section, and the nodes below it."""

    heading: Placed[Section] | None
    nodes: list[Placed[Node]]

    @property
    def entries(self) -> list[Placed[Entry]]:
        """The entries, in order."""
        return [Placed(start, node) for start, node in self.nodes if isinstance(node, Entry)]


class Target(NamedTuple):
    """The address of a link or an image and where it stands.

    ``label`` is what stands in the brackets before it, ``opening`` where that begins.
    """

    start: int
    url: str
    label: str
    opening: int
    is_image: bool


class Tag(NamedTuple):
    """An HTML tag."""

    start: int
    source: str


class Heading(NamedTuple):
    """A heading; ``title`` is what a reader sees of it, without its ordinal."""

    block: Block
    level: int
    title: str
    anchor: str


class Listed(NamedTuple):
    """An entry as far as it can be another's double.

    ``name`` is the paper's title, or else the headline, without what retyping changes; ``marks``
    are the addresses that belong to no other paper.
    """

    start: int
    part: int
    headline: str
    name: str
    marks: set[str]


class Page:
    """A text, and the folder that it lies in if that is known."""

    def __init__(self, text: str, folder: Path | None = None) -> None:
        self.text = text
        self.folder = folder
        self.links: list[Target] = []
        self.tags: list[Tag] = []
        self.blocks: list[Block] = list(blocks(text))
        # The text with an OBJECT for whatever is no prose; as long as the text.
        self.prose = "".join(self._read())

    @cached_property
    def document(self) -> Document:
        """The list."""
        return parse(self.text)

    @cached_property
    def parts(self) -> list[Part]:
        """What stands before the first section, then the sections."""
        position = len(self.document.lead)

        def placed(node: _Node) -> Placed[_Node]:
            nonlocal position
            start = position + len(node.gap or "")
            position = start + len(node.source)
            return Placed(start, node)

        parts = [Part(None, [placed(node) for node in self.document.preamble])]
        for section in self.document.sections:
            heading = placed(section)
            parts.append(Part(heading, [placed(node) for node in section.nodes]))
        return parts

    @cached_property
    def entries(self) -> list[Placed[Entry]]:
        """The entries of all sections, in order."""
        return [entry for part in self.parts for entry in part.entries]

    @cached_property
    def papers(self) -> list[Listed]:
        """The entries, with what tells which paper they are about."""
        found = []
        for number, part in enumerate(self.parts):
            for start, entry in part.entries:
                name = normalised(entry.title or entry.headline) or entry.headline
                addresses = (entry.url, paper_url(entry.links))
                marks = {without_tracking(address)[0] for address in addresses}
                marks.add(identity_of("", entry.links))
                found.append(Listed(start, number, entry.headline, name, marks - {""}))
        return found

    @cached_property
    def contents(self) -> list[Placed[Contents]]:
        """The tables of contents."""
        return [
            Placed(start, node)
            for part in self.parts
            for start, node in part.nodes
            if isinstance(node, Contents)
        ]

    @cached_property
    def headings(self) -> list[Heading]:
        """The headings outside quotes and lists, entry heads with ``#`` included."""
        slugger = Slugger()
        found = []
        for block in self.blocks:
            if heading := heading_in(self.text, block):
                level, markdown = heading
                title = spoken(heading_title(markdown.replace("\n", " "))[0])
                found.append(Heading(block, level, title, slugger.slug(markdown)))
        return found

    @cached_property
    def anchors(self) -> frozenset[str]:
        """All that a link within the page can lead to."""
        hidden = Slugger()
        found = {heading.anchor for heading in self.headings} | {"", "top", "readme"}
        for tag in self.tags:
            found.update(_NAME.findall(tag.source))
        for match in _HIDDEN_HEADING.finditer(self.text):
            found.add(hidden.slug((match["text"] or match["html"] or "").rstrip("# \t")))
        return frozenset(found)

    @cached_property
    def literal_marks(self) -> list[tuple[int, int, list[Run]]]:
        """Return where each paragraph or heading with marks that show begins and ends, and them."""
        text, prose = self.text, self.prose
        return [
            (start, end, marks)
            for kind, start, end, _ in self.blocks
            if kind in _SPOKEN
            and not is_plain(prose, start, end)
            and (marks := literal_marks(text[start:end]))
        ]

    def links_between(self, start: int, end: int) -> list[Target]:
        """Return the links whose addresses stand between two places."""
        first = bisect_left(self.links, start, key=lambda link: link.start)
        return self.links[first : bisect_left(self.links, end, key=lambda link: link.start)]

    def spoken_blocks(self, sign: str) -> Iterator[Block]:
        """Yield the paragraphs and headings that have this sign in their prose."""
        prose = self.prose
        for block in self.blocks:
            if block[0] in _SPOKEN and prose.find(sign, block[1], block[2]) >= 0:
                yield block

    def _read(self) -> Iterator[str]:
        """Yield the prose piece by piece; remember the links and the tags."""
        text, last = self.text, 0
        for kind, start, end, _ in self.blocks:
            yield text[last:start]
            last = end
            if kind in _SPOKEN:
                yield from self._read_prose(start, end)
            else:
                yield OBJECT * (end - start)
                if kind == Kind.HTML and not text.startswith("<!--", start):
                    for match in _TAG.finditer(text, start, end):
                        self._add_tag(match)
        yield text[last:]

    def _read_prose(self, start: int, end: int) -> Iterator[str]:
        text, last = self.text, start
        for match in _OPAQUE.finditer(text, start, end):
            first, behind = match.span()
            if match["open"]:
                self._add_link(match, "url", max(last, first - _LABEL_LENGTH))
                first += 1  # the bracket closes the label, which is prose
            elif match["tag"]:
                self._add_tag(match)
            elif name := match.lastgroup:
                self._add_link(match, name, first)
            yield text[last:first]
            yield OBJECT * (behind - first)
            last = behind
        yield text[last:end]

    def _add_link(self, match: re.Match[str], group: str, earliest: int) -> None:
        """Add a link whose label begins behind ``earliest``, if it has one."""
        text, start, url, end = self.text, match.start(group), match[group], match.start()
        if url[:1] == "<":
            start, url = start + 1, url[1:-1]
        opening = text.rfind("[", earliest, end)
        label = text[opening + 1 : end] if opening >= 0 else ""
        is_image = opening > 0 and text[opening - 1] == "!"
        self.links.append(Target(start, url, label, max(opening, 0), is_image))

    def _add_tag(self, match: re.Match[str]) -> None:
        if match["tag"]:
            self.tags.append(Tag(match.start(), match["tag"]))


def fragment(link: Target) -> str | None:
    """Return the anchor that a link within the page leads to, None for any other link."""
    return unquote(link.url[1:]) if link.url[:1] == "#" else None
