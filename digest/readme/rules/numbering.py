"""The numbers of entries: 1, 2, 3 … in each section, or on from the section before."""

from collections.abc import Iterator
from typing import NamedTuple

from digest.readme.document import Entry
from digest.readme.grammar import HEAD, number_span
from digest.readme.rules.finding import Edit, Hit, Severity, Words, rule
from digest.readme.rules.page import Page, Placed


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
        if not entries or _count_down(entries) or _left_to_markdown(entries, page.text):
            continue
        first = entries[0].node.number
        right = first if first == last + 1 else 1
        previous, found = right - 1, None
        for entry in entries:
            number = entry.node.number
            if number not in (previous + 1, right):
                if found:
                    yield found
                found = _Break(previous, right, [])
            if found:
                found.entries.append(entry)
            previous, right = number, right + 1
        if found:
            yield found
        last = right - 1


def _count_down(entries: list[Placed[Entry]]) -> bool:
    """Whether the newest entry stands first and has the highest number."""
    numbers = [entry.node.number for entry in entries]
    return len(numbers) > 1 and numbers == list(range(len(numbers), 0, -1))


def _left_to_markdown(entries: list[Placed[Entry]], text: str) -> bool:
    """Whether every item is ``1.``: Markdown counts such a list itself."""
    return len(entries) > 1 and all(
        entry.node.number == 1 and text.startswith(("1. ", "1) "), entry.start) for entry in entries
    )


def _number(found: _Break) -> int:
    return found.entries[0].node.number


def _hit(found: _Break) -> Hit:
    edits = []
    for right, (start, entry) in enumerate(found.entries, found.right):
        head = HEAD.match(entry.source)
        assert head is not None
        first, end = number_span(head)
        if entry.number != right:
            edits.append(Edit(start + first, start + end, str(right)))
    first_head = found.entries[0]
    arguments = {"number": first_head.node.number, "right": found.right}
    return Hit(first_head.start, arguments, tuple(edits))
