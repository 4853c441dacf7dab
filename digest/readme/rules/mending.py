"""Edits put into a text, as long as the list still says what it said."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from digest.readme.contents import titles
from digest.readme.document import Contents, Entry, Node
from digest.readme.grammar import DESTINATION
from digest.readme.parse import parse
from digest.readme.rules.finding import Edit
from digest.readme.rules.hosts import without_tracking
from digest.readme.scan import blocks

_MOST_TRIES = 200  # readings of the text until the edits left are given up
# What mending may change within words: addresses, tags, marks, spaces, selectors.
_MAY_CHANGE = re.compile(rf"\]\({DESTINATION}\)|<[^<>]*+>|[*_\s\ufe0f]++")

_Group = tuple[Edit, ...]


def mended(text: str, groups: Sequence[_Group]) -> str:
    """Return the text with these edits, each group whole or not at all.

    Of two groups in each other's way the first counts.  A group that would make the list say
    something else, or be read as something else, is left out.
    """
    apart = list(_apart(groups))
    harmless = _harmless(text, apart, _said(text), iter(range(_MOST_TRIES)))
    return _replaced(text, harmless)


def _apart(groups: Sequence[_Group]) -> Iterator[_Group]:
    """Yield the groups that are in no earlier one's way."""
    taken: list[Edit] = []
    for group in groups:
        places = [bisect_left(taken, edit) for edit in group]
        if not any(map(_is_in_the_way, [taken] * len(group), places, group)):
            for edit in group:
                taken.insert(bisect_left(taken, edit), edit)
            yield group


def _is_in_the_way(taken: Sequence[Edit], place: int, edit: Edit) -> bool:
    near = taken[max(place - 1, 0) : place + 1]
    return any(
        other.start == edit.start or (other.start < edit.end and edit.start < other.end)
        for other in near
    )


def _harmless(
    text: str, groups: list[_Group], said: list[object], tries: Iterator[int]
) -> list[_Group]:
    """Return the groups that leave what the list says; they are tried by halves."""
    if not groups or next(tries, None) is None:
        return []
    if _said(_replaced(text, groups)) == said:
        return groups
    if len(groups) == 1:
        return []
    half = len(groups) // 2
    first = _harmless(text, groups[:half], said, tries)
    second = _harmless(text, groups[half:], said, tries)
    both = first + second
    return both if _said(_replaced(text, both)) == said else first


def _replaced(text: str, groups: Sequence[_Group]) -> str:
    parts, last = [], 0
    for start, end, new in sorted(edit for group in groups for edit in group):
        parts += [text[last:start], new]
        last = end
    return "".join([*parts, text[last:]])


def _said(text: str) -> list[object]:
    """Return what a list says, without what mending may change."""
    document = parse(text)
    said: list[object] = [_said_by(node) for node in document.preamble]
    for section in document.sections:
        said += [section.depth, _words(section.title)]
        said += map(_said_by, section.nodes)
    return said


def _said_by(node: Node) -> object:
    if isinstance(node, Entry):
        links = [(_words(label), without_tracking(url)[0]) for label, url in node.links]
        words = [_words(field) for field in (node.headline, node.title, node.summary)]
        return words, without_tracking(node.url)[0], links, node.picture
    if isinstance(node, Contents):
        return [_words(title) for title in titles(node.source)]
    return [block[0] for block in blocks(node.source)]


def _words(text: str) -> str:
    return unicodedata.normalize("NFKC", _MAY_CHANGE.sub("", text))
