"""A long list as several files: a README, and archives beside it that hold some of its entries.

Where entries were moved away the README has a line that leads there, and above them the archive has
one that leads back; a comment in both lines names the run of entries.  ``joining.join`` puts the
runs back, so a split list is the same list: join of what split returns is ``render(document)``.
"""

import posixpath
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from urllib.parse import quote

from digest.readme.canonical import section_anchors
from digest.readme.document import Document, Entry, Node, Section, Text
from digest.readme.grammar import HEAD, number_span
from digest.readme.render import Writer, render

_MARK = re.compile(r"<!-- digest:(?:run|end|archive)\b")
_IN_NO_ADDRESS = re.compile(r"[\s%<>()\[\]\\#?]")
_NEWLINE = re.compile(r"\r\n?|\n")


class SplitError(Exception):
    """These files are no split list; the message names file and line and says what to do."""


def split(document: Document, archives: Sequence[str | None], name: str) -> dict[str, str]:
    """Return the files by their paths: the README of this name first, then the archives.

    ``archives`` says for each entry in which file it goes, as a path from the README's folder;
    None stays.  Text below an entry goes with it.  Raises SplitError for a list that has marks like
    those of a split one already.
    """
    whole = render(document)
    if mark := _MARK.search(whole):
        line = len(_NEWLINE.findall(whole, 0, mark.start())) + 1
        raise SplitError(f"{name}:{line}: {mark[0]} … is what marks a split list; take it out")
    return _Splitter(document, archives, name).files()


@dataclass
class _Run:
    """Neighbours that move to the same archive, with the numbers of their entries."""

    path: str
    archive: str
    section: int
    nodes: list[Node] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    id: str = ""

    def add(self, gap: str, node: Node, text: str) -> None:
        """Take in the next node as it is written."""
        self.nodes.append(node)
        self.pieces += [gap, text] if self.pieces else [text]
        head = HEAD.match(text) if isinstance(node, Entry) else None
        if head:
            self.numbers.append(text[slice(*number_span(head))])

    @property
    def label(self) -> str:
        """The line's words: which entries, and where they are."""
        first, last = self.numbers[0], self.numbers[-1]
        numbers = first if first == last else f"{first}–{last}"
        return f"{numbers} → {self.archive}"


class _Splitter:
    """Takes a document apart in the order in which it is written."""

    def __init__(self, document: Document, archives: Sequence[str | None], name: str) -> None:
        self.document = document
        self.name = name
        self.newline = document.newline
        self.archives = iter(archives)
        self.runs: dict[str, list[_Run]] = defaultdict(list)
        self.headings: list[str] = []
        self.pieces: list[str | _Run] = []
        self.left: list[list[Node | _Run]] = []  # what the README keeps, section by section
        self._take_apart()
        for runs in self.runs.values():
            _name(runs)

    def files(self) -> dict[str, str]:
        """Write them all."""
        anchors = {path: self._anchors(path, runs) for path, runs in self.runs.items()}
        text = "".join(
            piece if isinstance(piece, str) else self._line(piece, anchors[piece.path])
            for piece in self.pieces
        )
        own = self._own_anchors()
        written = {path: self._archive(path, runs, own) for path, runs in self.runs.items()}
        return {self.name: text} | dict(sorted(written.items()))

    def _take_apart(self) -> None:
        document, writer = self.document, Writer(self.newline)
        self.pieces.append(document.lead)
        for node in document.preamble:
            self.pieces += writer.node(node)
        for place, section in enumerate(document.sections, 1):
            gap, heading = writer.heading(section, place)
            self.pieces += [gap, heading]
            self.headings.append(heading)
            self.left.append([])
            run: _Run | None = None
            for node in section.nodes:
                gap, text = writer.node(node)
                run = self._run_for(node, place - 1, gap, run)
                if run is None:
                    self.pieces += [gap, text]
                    self.left[-1].append(node)
                else:
                    run.add(gap, node, text)
        self.pieces.append(document.tail)

    def _run_for(self, node: Node, section: int, gap: str, run: _Run | None) -> _Run | None:
        """Return the run that a node goes to, a new one perhaps; None if it stays."""
        if isinstance(node, Text):
            return run
        path = next(self.archives) if isinstance(node, Entry) else None
        if path is None:
            return None
        if run is None or run.path != path:
            run = _Run(path, self._called(path), section)
            self.runs[path].append(run)
            self.pieces += [gap, run]
            self.left[-1].append(run)
        return run

    def _line(self, run: _Run, anchors: Mapping[int, str]) -> str:
        path = _address(run.path)
        link = f"[{run.label}]({path}#{anchors[run.section]})"
        return f"{link} <!-- digest:run {path} {run.id} -->"

    def _own_anchors(self) -> list[str]:
        """Return the anchors of the sections in the README as it will be."""
        sections = [
            replace(
                section,
                source=heading,
                nodes=tuple(Text("[x](x)") if isinstance(n, _Run) else n for n in nodes),
            )
            for section, heading, nodes in zip(
                self.document.sections, self.headings, self.left, strict=True
            )
        ]
        return section_anchors(replace(self.document, sections=tuple(sections)))

    def _anchors(self, path: str, runs: Sequence[_Run]) -> dict[int, str]:
        """Return the anchors of the sections in an archive, by the section's place."""
        nodes: dict[int, list[Node]] = defaultdict(list)
        for run in runs:
            nodes[run.section] += run.nodes
        sections = [
            Section("", nodes=tuple(below), source=self.headings[place])
            for place, below in nodes.items()
        ]
        found = section_anchors(Document((Text(f"# {self._called(path)}"),), tuple(sections)))
        return dict(zip(nodes, found, strict=True))

    def _called(self, path: str) -> str:
        """Return what people call an archive: README-2023.md beside README.md is 2023."""
        return _stem(path).removeprefix(f"{_stem(self.name)}-")

    def _archive(self, path: str, runs: Sequence[_Run], anchors: Sequence[str]) -> str:
        back = posixpath.relpath(self.name, posixpath.dirname(path) or ".")
        parts = [f"# {self._called(path)}", f"<!-- digest:archive of {_address(back)} -->"]
        section = -1
        for run in runs:
            if run.section != section:
                parts += ["<!-- digest:end -->"] if section >= 0 else []
                parts.append(self.headings[run.section])
                section = run.section
            link = f"[← {posixpath.basename(self.name)}]({_address(back)}#{anchors[section]})"
            parts += [f"{link} <!-- digest:run {run.id} -->", "".join(run.pieces)]
        return (self.newline * 2).join(parts) + self.newline


def _name(runs: Sequence[_Run]) -> None:
    """Name each run of an archive after what it says, so that files of two days do not fit."""
    seen: dict[str, int] = defaultdict(int)
    for run in runs:
        name = sha256("".join(run.pieces).encode()).hexdigest()[:10]
        seen[name] += 1
        run.id = name if seen[name] == 1 else f"{name}-{seen[name]}"


def _address(path: str) -> str:
    """Return a path as a link names it; letters of all scripts stand as they are."""
    return _IN_NO_ADDRESS.sub(lambda match: quote(match[0], safe=""), path)


def _stem(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0]


def moved_between(text: str, start: int, end: int) -> bool:
    """Whether entries were moved away between two places of a README's or an archive's text."""
    return "<!-- digest:run " in text[start:end]
