"""Tables of contents: their lines, and how they follow when sections change."""

import re
from collections.abc import Iterator, Sequence

from digest.readme.anchors import ordinal, rendered
from digest.readme.grammar import BALANCED, CONTENTS_LINE, bare, heading_title

_TEXT_LINE = re.compile(r"[^\r\n]*[^ \t\r\n][^\r\n]*")
_IMAGE = re.compile(r"!\[[^\[\]]*\]\([^()]*\)")
_LINKED = re.compile(r"\[([^\[\]]*)\]\([^()]*\)")
_BRACKET = re.compile(r"\\?([\[\]])")


def titles(source: str) -> Iterator[str]:
    """Yield the section titles that a table of contents names, as :func:`spoken` gives them."""
    for text_line in _TEXT_LINE.finditer(source):
        title = _named(text_line[0])
        if title is not None:
            yield title


def spoken(title: str) -> str:
    """Return what a reader sees of a section's title: contents and headings differ in marks."""
    return rendered(title).strip()


def line(number: int, title: str, anchor: str) -> str:
    """Write the house's line for the section at place ``number``."""
    text = _LINKED.sub(r"\1", _IMAGE.sub("", title))
    if not BALANCED.fullmatch(text):
        text = _BRACKET.sub(r"\\\1", text)
    return f"[**{ordinal(number)}、{text}**](#{anchor})"


def renew_contents(
    source: str,
    before: Sequence[str],
    after: Sequence[tuple[str, str]],
    anchors: Sequence[str],
    newline: str = "\n",
) -> str:
    """Let a table of contents follow when the sections have other titles or another order.

    ``before`` are the titles as the contents know them, ``after`` for each section now its former
    title (nothing if it is new) and its title, ``anchors`` those of the sections now.

    A section that kept its title and its place keeps its line, byte for byte.  The others that had
    one and the new ones get the house's line, with the bullets and the spacing of these contents.
    Lines that name no section stay where they are.
    """
    lines = _Lines(source, before, newline)
    places = _Places(before)
    wanted: list[str] = []
    for place, ((former, title), anchor) in enumerate(zip(after, anchors, strict=True), 1):
        known = places.next(former) if former else None
        own = lines.of_section.get(known) if known is not None else None
        if former and own is None:
            continue  # these contents never named it
        if own is not None and (known, former) == (place - 1, title):
            wanted.append(own)
        else:
            wanted.append(lines.styled(place, line(place, title, anchor)))
    return lines.with_sections(wanted)


class _Places:
    """Finds the sections of a title one after the other, for titles may be equal."""

    def __init__(self, sections: Sequence[str]) -> None:
        self._places: dict[str, list[int]] = {}
        for place, title in reversed(list(enumerate(sections))):
            self._places.setdefault(spoken(title), []).append(place)

    def next(self, title: str) -> int | None:
        """Return the place, counted from 0, of the next section with this title."""
        places = self._places.get(spoken(title))
        return places.pop() if places else None


class _Lines:
    """The lines of a table of contents, and which of them name a section."""

    def __init__(self, source: str, sections: Sequence[str], newline: str) -> None:
        self.source = source
        self.lines = list(_TEXT_LINE.finditer(source))
        self.slots: list[int] = []  # which of the lines name a section
        self.of_section: dict[int, str] = {}
        self.separator = newline * 2
        self.bullet = self.tail = ""
        places = _Places(sections)
        for index, text_line in enumerate(self.lines):
            title = _named(text_line[0])
            place = None if title is None else places.next(title)
            if place is not None:
                self.slots.append(index)
                self.of_section[place] = text_line[0]
        self._learn_style()

    def _learn_style(self) -> None:
        if self.slots:
            style = CONTENTS_LINE.fullmatch(self.lines[self.slots[0]][0])
            assert style is not None
            self.bullet, self.tail = style["bullet"] or "", style["tail"] or ""
        for one, other in zip(self.slots, self.slots[1:], strict=False):
            if other == one + 1:
                self.separator = self.source[self.lines[one].end() : self.lines[other].start()]
                break

    def styled(self, place: int, text: str) -> str:
        """Return a line with the bullet and the ending that lines have here."""
        return re.sub(r"\d+", str(place), self.bullet) + text + self.tail

    def with_sections(self, wanted: Sequence[str]) -> str:
        """Return the contents with these lines where lines of sections stand now."""
        parts: list[str] = []
        end, used = 0, 0
        for index, text_line in enumerate(self.lines):
            gap = self.source[end : text_line.start()]
            end = text_line.end()
            if index not in self.slots:
                parts += [gap if parts else "", text_line[0]]
                continue
            here = wanted[used : used + 1] if index != self.slots[-1] else wanted[used:]
            used += len(here)
            if here:
                parts += [gap if parts else "", self.separator.join(here)]
        if not self.slots and wanted:
            parts += [self.separator if parts else "", self.separator.join(wanted)]
        return "".join(parts) + self.source[end:]


def _named(text_line: str) -> str | None:
    """Return the title that a line of contents names, if it names one."""
    found = CONTENTS_LINE.fullmatch(text_line)
    if found is None or found["text"] is None:
        return None
    return spoken(heading_title(bare(found["text"]))[0])
