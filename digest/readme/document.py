"""What a README list is made of: Document ▸ Section ▸ Entry, and the text around them.

Every node keeps the text that it was read from in ``source``.  A node with a ``source`` is written
back as it stood; one without is written in the house style (see ``house.py``).  So the way to
change a node is :meth:`Entry.edit`, which forgets the source, never ``dataclasses.replace``.

Spacing belongs to the gap between two nodes: ``gap`` is the blank text between a node and the one
before it, from the end of its last line on, line ending included.  ``None`` is the house's spacing.
"""

from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple


class Link(NamedTuple):
    """One labelled link behind a summary: ``[[paper](https://…)]``."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture; ``source`` keeps its wrapper (size, alignment) as the author wrote it."""

    src: str
    alt: str = ""
    source: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """One numbered entry.  ``headline``, ``title`` and ``summary`` are Markdown, with LF newlines.

    ``number`` is what the source says and ``place`` (1, 2, …) where in its section it said so: at
    another place the digits in ``source`` are renewed.  ``line`` counts from 1; 0 means not read.
    Two entries are equal when they say the same, wherever and however they are written.
    """

    headline: str
    url: str
    title: str = ""
    summary: str = ""
    links: tuple[Link, ...] = ()
    picture: Picture | None = None
    number: int = field(default=0, compare=False)
    place: int = field(default=0, compare=False)
    line: int = field(default=0, compare=False)
    gap: str | None = field(default=None, compare=False)
    source: str = field(default="", compare=False)

    def edit(self, **changes: Any) -> "Entry":
        """Return a copy that says something else and will be written in the house style."""
        return replace(self, source="", **changes)


@dataclass(frozen=True, slots=True)
class Text:
    """Lines that are no entry (introduction, prose, tables, code, HTML …), kept verbatim."""

    source: str
    line: int = field(default=0, compare=False)
    gap: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Contents:
    """A table of contents: its heading, if it has one, and its lines of links to headings."""

    source: str
    line: int = field(default=0, compare=False)
    gap: str | None = field(default=None, compare=False)


Node = Entry | Text | Contents


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it.

    ``title`` is Markdown without emphasis and without ordinal, for the ordinal is a place and no
    data.  ``depth`` is the heading's level, 1 to 6.  ``source`` is the heading alone.
    """

    title: str
    depth: int = 2
    nodes: tuple[Node, ...] = ()
    line: int = field(default=0, compare=False)
    gap: str | None = field(default=None, compare=False)
    source: str = field(default="", compare=False)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries, in order."""
        return tuple(node for node in self.nodes if isinstance(node, Entry))


@dataclass(frozen=True, slots=True)
class Document:
    """A whole README.

    ``lead`` is what stands before the first node (byte order mark, blank lines), ``tail`` what
    follows the last one, ``newline`` the ending that new lines get.
    """

    preamble: tuple[Node, ...] = ()
    sections: tuple[Section, ...] = ()
    lead: str = ""
    tail: str = "\n"
    newline: str = "\n"

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries of all sections, in order."""
        return tuple(entry for section in self.sections for entry in section.entries)
