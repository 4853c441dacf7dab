"""Headings: their levels, their ordinals, and signs that make anchors nobody can type."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from digest.readme.anchors import ordinal
from digest.readme.document import Section
from digest.readme.grammar import ORDINAL
from digest.readme.rules.finding import Edit, Hit, Severity, Words, rule
from digest.readme.rules.page import Page, Placed
from digest.readme.scan import Kind

_OPENING = re.compile(r"[ ]{0,3}(?:#{1,6}[ \t]+)?[*_]*")
_CORE = re.compile(r"第?(?P<core>.+?)(?:章|节|部分)?")
_LONGEST = 99  # a higher number is a year
_MOST_SECTIONS = 9_999  # that Chinese ordinals are written for
# What Unicode calls Emoji_Presentation or shows so with U+FE0F, as far as lists use it: pictographs
# (https://unicode.org/reports/tr51/), and the signs among arrows, stars and dingbats.
_EMOJI = re.compile(
    "[\u231a\u231b\u23e9-\u23f3\u25fd\u25fe\u2600-\u27bf\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55"
    "\U0001f000-\U0001f0ff\U0001f18e\U0001f191-\U0001f19a\U0001f1e6-\U0001f1ff"
    "\U0001f300-\U0001faff]"
)
_SELECTOR = "\ufe0f"


class _Ordinal(NamedTuple):
    """A section's ordinal, nothing if it has none, and what is around the number in it."""

    start: int
    core: str
    before: str
    behind: str


@rule(
    "heading-skip",
    Severity.WARNING,
    why=Words(
        "A heading is more than one level below the one before it, so the outline has a hole.",
        "标题比上一个标题低了不止一级，大纲中断。",
    ),
    message=Words(
        "A heading of level {level} follows one of level {previous}.",
        "{previous} 级标题之后直接出现 {level} 级标题。",
    ),
)
def skip(page: Page) -> Iterator[Hit]:
    """Find headings that skip a level; those of entries are not counted."""
    previous = 0
    for block, level, *_ in page.headings:
        if block[0] == Kind.HEADING:
            if 0 < previous < level - 1:
                yield Hit(block[1], {"level": level, "previous": previous})
            previous = level


@rule(
    "heading-emoji",
    Severity.INFO,
    why=Words(
        "An emoji in a heading goes from its anchor and leaves a dash behind that is easily "
        "forgotten in a link.",
        "标题中的表情符号不会进入锚点，却会留下一个容易漏写的连字符。",
    ),
    message=Words("The heading has the emoji {emoji}.", "标题中有表情符号 {emoji}。"),
)
def emoji(page: Page) -> Iterator[Hit]:
    """Find the first emoji of each heading."""
    for (_, start, end, _), *_ in page.headings:
        if match := _EMOJI.search(page.prose, start, end):
            yield Hit(match.start(), {"emoji": match[0]})


@rule(
    "heading-fe0f",
    Severity.WARNING,
    fixable=True,
    why=Words(
        "U+FE0F, which cannot be seen, stays in a heading's anchor: a link that is typed by hand "
        "does not find it.",
        "看不见的 U+FE0F 会留在标题的锚点里，手写的链接因此找不到它。",
    ),
    message=Words("The heading has an invisible U+FE0F.", "标题中有看不见的 U+FE0F。"),
)
def selector(page: Page) -> Iterator[Hit]:
    """Find variation selectors in headings."""
    for (_, start, end, _), *_ in page.headings:
        found = page.text.find(_SELECTOR, start, end)
        while found >= 0:
            yield Hit(found, {}, (Edit(found, found + 1, ""),))
            found = page.text.find(_SELECTOR, found + 1, end)


@rule(
    "ordinal-wrong",
    Severity.WARNING,
    fixable=True,
    why=Words("The ordinals of sections do not count on.", "各节的序号不连续。"),
    message=Words(
        "The section's ordinal is {ordinal} where {right} is next.",
        "此节序号为“{ordinal}”，应为“{right}”。",
    ),
)
def ordinal_wrong(page: Page) -> Iterator[Hit]:
    """Find ordinals that are out of order."""
    for own, right in _expected(page):
        if own.core and not _is(own.core, right):
            said = _like(own.core, right)
            edit = Edit(own.start, own.start + len(own.core), said)
            yield Hit(own.start, {"ordinal": own.core, "right": said}, (edit,))


@rule(
    "ordinal-missing",
    Severity.WARNING,
    fixable=True,
    why=Words(
        "A section has no ordinal where most of its neighbours have one.",
        "多数小节有序号，此节却没有。",
    ),
    message=Words("The section lacks its ordinal {right}.", "此节缺少序号“{right}”。"),
)
def ordinal_missing(page: Page) -> Iterator[Hit]:
    """Find sections without ordinal among others with one."""
    sections = _expected(page)
    model = next((own for own, _ in sections if own.core), None)
    if model is None or 2 * sum(bool(own.core) for own, _ in sections) <= len(sections):
        return
    for own, right in sections:
        if not own.core:
            said = _like(model.core, right)
            edit = Edit(own.start, own.start, f"{model.before}{said}{model.behind}")
            yield Hit(own.start, {"right": said}, (edit,))


def _expected(page: Page) -> list[tuple[_Ordinal, int]]:
    """Return the sections with the number that each should have.

    A list counts all its sections through, or those of each level: as fits better.
    """
    headings = [part.heading for part in page.parts if part.heading]
    if len(headings) > _MOST_SECTIONS:
        return []
    own = [_read(heading, page.text) for heading in headings]
    counts = [range(1, len(own) + 1), _by_level([heading.node.depth for heading in headings])]
    best = min(counts, key=lambda count: sum(map(_is_wrong, own, count)))
    return list(zip(own, best, strict=True))


def _by_level(depths: Sequence[int]) -> list[int]:
    """Count the sections of each level from 1, below each of the next higher."""
    counted: Counter[int] = Counter()
    numbers = []
    for depth in depths:
        counted[depth] += 1
        numbers.append(counted[depth])
        for lower in range(depth + 1, 7):
            del counted[lower]
    return numbers


def _read(heading: Placed[Section], text: str) -> _Ordinal:
    """Return a section's ordinal, or where it would stand."""
    opening = _OPENING.match(text, heading.start, heading.end)
    assert opening is not None
    found = ORDINAL.match(text, opening.end(), heading.end)
    core = _CORE.fullmatch(found["ordinal"]) if found else None
    if found is None or core is None or (core["core"].isdecimal() and int(core["core"]) > _LONGEST):
        return _Ordinal(opening.end(), "", "", "")
    start = found.start("ordinal") + core.start("core")
    end = start + len(core["core"])
    before, behind = text[found.start("ordinal") : start], text[end : found.end()]
    return _Ordinal(start, core["core"], before, behind)


def _is_wrong(own: _Ordinal, right: int) -> bool:
    return bool(own.core) and not _is(own.core, right)


def _is(core: str, number: int) -> bool:
    """Whether an ordinal says this number: 一十 is 十, and 〇 is 零."""
    if core.isdecimal():
        return int(core) == number
    return core.replace("〇", "零").removeprefix("一") == ordinal(number).removeprefix("一")


def _like(model: str, number: int) -> str:
    return str(number) if model.isdecimal() else ordinal(number)
