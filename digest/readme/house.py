"""The house style, which is what the author of the seed list arrived at by hand.

Sections ``## 一、Title``, heads ``**1、[Headline](url)**``, the paper's title in bold, the summary
with ``[[paper](u)]、[[code](u)]`` at its end; one blank line between blocks, three between
sections.
"""

import html
import re

from digest.readme.anchors import ordinal
from digest.readme.document import Entry, Link, Node, Picture, Section
from digest.readme.grammar import PLAIN_ADDRESS

BLOCK_GAP = "\n\n"
SECTION_GAP = "\n\n\n\n"
# Between an entry and text that would be read as a part of it.
FENCED_GAP = "\n\n<!-- -->\n\n"

_MARKS_AT_END = re.compile(r"(?:^|[ \t])#+[ \t]*$")


def gap_before(node: Node | Section) -> str:
    """Return the house's spacing before a node."""
    return SECTION_GAP if isinstance(node, Section) else BLOCK_GAP


def section_heading(title: str, depth: int, place: int) -> str:
    """Write the heading of the section at ``place``."""
    return heading(f"{ordinal(place)}、{title}", depth)


def heading(text: str, depth: int) -> str:
    """Write a heading; one that ends with ``#`` needs marks behind it, too."""
    marks = "#" * depth
    return f"{marks} {text} {marks}" if _MARKS_AT_END.search(text) else f"{marks} {text}"


def entry(node: Entry, number: int) -> str:
    """Write an entry, with LF newlines."""
    links = "、".join(f"[{_link(link)}]" for link in node.links)
    parts = [
        f"**{number}、{_link(Link(node.headline, node.url))}**",
        _picture(node.picture) if node.picture else "",
        f"**{node.title}**" if node.title else "",
        node.summary + links,
    ]
    return BLOCK_GAP.join(filter(None, parts))


def _link(link: Link) -> str:
    url = link.url if PLAIN_ADDRESS.fullmatch(link.url) else f"<{link.url}>"
    return f"[{link.label}]({url})"


def _picture(picture: Picture) -> str:
    if picture.source:
        return re.sub(r"\r\n?", "\n", picture.source)
    src, alt = html.escape(picture.src), html.escape(picture.alt)
    return f'<p align="center"><img src="{src}" alt="{alt}" /></p>'
