"""The numbers of entries: 1, 2, 3 … in each section, or on from the section before."""

import re
from bisect import bisect_left
from collections.abc import Generator, Iterator
from typing import NamedTuple

from digest.readme.document import Entry, Text
from digest.readme.grammar import HEAD, number_span
from digest.readme.rules.finding import Edit, Hit, Severity, Words, rule
from digest.readme.rules.page import Page, Part, Placed
from digest.readme.splitting import moved_between

_NUMBERED = re.compile(r"^[ \t]*[*_]*([0-9]{1,9})[*_]*[、.．)）]", re.M)


class _Break(NamedTuple):
    """Entries from one that is out of order up to the next such, and the number before them."""

    previous: int
    right: int
    entries: list[Placed[Entry]]


@rule(
    "number-gap",
    Severity.WARNING,
    fixable=True,
    why=Words(
        "The numbers of a section's entries leave one out.",
        "同一节的条目编号有缺号。",
    ),
    message=Words(
        "Number {number} stands where {right} is next.",
        "此处编号应为 {right}，却是 {number}。",
    ),
)
def gap(page: Page) -> Iterator[Hit]:
    """Find numbers that are too high."""
    return (_hit(found) for found in _breaks(page) if _number(found) > found.previous)


@rule(
    "number-repeat",
    Severity.WARNING,
    fixable=True,
    why=Words(
        "The numbers of a section's entries name one twice, or go back.",
        "同一节的条目编号重复或倒退。",
    ),
    message=Words(
        "Number {number} stands again or too late, where {right} is next.",
        "编号 {number} 重复或倒退，此处应为 {right}。",
    ),
)
def repeat(page: Page) -> Iterator[Hit]:
    """Find numbers that are too low."""
    return (_hit(found) for found in _breaks(page) if _number(found) <= found.previous)


def _breaks(page: Page) -> Iterator[_Break]:
    """Yield each place where the numbers of a section go wrong, with all that follow from it."""
    last = 0
    for part in page.parts:
        entries = part.entries
        if entries and not _count_down(entries) and not _left_to_markdown(entries, page.text):
            first = entries[0].node.number
            last = yield from _breaks_in(page, part, first if first == last + 1 else 1)


def _breaks_in(page: Page, part: Part, right: int) -> Generator[_Break, None, int]:
    """Yield where the numbers of a section go wrong if ``right`` is the first; return the last."""
    previous, found = right - 1, None
    above = part.heading.end if part.heading else 0
    for entry in part.entries:
        number = entry.node.number
        if number not in (previous + 1, right):
            if found:
                yield found
            if _begins_anew(page, part, above, entry):
                found, right = None, number
            else:
                found = _Break(previous, right, [])
        if found:
            found.entries.append(entry)
        previous, right, above = number, right + 1, entry.start + len(_head(entry)[0])
    if found:
        yield found
    return right - 1


def _begins_anew(page: Page, part: Part, above: int, entry: Placed[Entry]) -> bool:
    """Whether an entry follows entries in an archive or a numbered line, or begins a list.

    ``above`` is where the entry before, or the heading, ends.
    """
    if moved_between(page.text, above, entry.start):
        return True
    number = entry.node.number
    numbers = _NUMBERED.findall(page.text, above, entry.start)
    if any(int(before) == number - 1 for before in numbers):
        return True
    node = bisect_left(part.nodes, entry.start, key=lambda node: node.start)
    return number == 1 and node > 0 and isinstance(part.nodes[node - 1].node, Text)


def _count_down(entries: list[Placed[Entry]]) -> bool:
    """Whether the newest entry stands first and has the highest number."""
    numbers = [entry.node.number for entry in entries]
    return len(numbers) > 1 and numbers == list(range(len(numbers), 0, -1))


def _left_to_markdown(entries: list[Placed[Entry]], text: str) -> bool:
    """Whether every item is ``1.``: Markdown counts such a list itself."""
    return len(entries) > 1 and all(
        entry.node.number == 1 and text.startswith(("1. ", "1) "), entry.start) for entry in entries
    )


def _head(entry: Placed[Entry]) -> re.Match[str]:
    head = HEAD.match(entry.node.source)
    assert head is not None
    return head


def _number(found: _Break) -> int:
    return found.entries[0].node.number


def _hit(found: _Break) -> Hit:
    edits = []
    for right, entry in enumerate(found.entries, found.right):
        first, end = number_span(_head(entry))
        if entry.node.number != right:
            edits.append(Edit(entry.start + first, entry.start + end, str(right)))
    first_head = found.entries[0]
    arguments = {"number": first_head.node.number, "right": found.right}
    return Hit(first_head.start, arguments, tuple(edits))
