"""Brackets and quotes in pairs; one width of punctuation in Chinese text."""

import re
from collections.abc import Iterator

from digest.readme.rules.finding import Edit, Hit, Severity, Words, rule
from digest.readme.rules.page import Page
from digest.readme.scan import Kind

# Full-width brackets pair with half-width ones here: their width is another rule's.
_KINDS = {"(": "（", ")": "（", "（": "（", "）": "（", "[": "[", "]": "["}
for _pair in ("「」", "『』", "《》", "〈〉", "【】", "〔〕", "“”"):
    _KINDS |= dict.fromkeys(_pair, _pair[0])
_OPENING = frozenset("(（[「『《〈【〔“")
# A half-open interval needs no partner for either bracket.
_SIGNS = re.compile(
    r"\[[-+]?[\w.∞]+[,，] ?[-+]?[\w.∞]+[)）]|[(（][-+]?[\w.∞]+[,，] ?[-+]?[\w.∞]+\]"
    rf"|(?P<sign>[{re.escape(''.join(_KINDS))}])"
)
# A closing bracket that has no opening one, of an enumeration, and those of smileys.
_ENUMERATED = re.compile(
    r"(?:^|[\s，。；、：,;:.!?！？])[0-9a-zA-Z一二三四五六七八九十]{1,3}[)）]$"
)
_SMILEY = re.compile(r"[:;=8]['’]?-?[()\[\]]$")
_LONGEST_MARK = 5  # of an enumeration, and what stands before it
_DEEPEST = 8  # brackets within brackets
_QUOTE = re.compile('"')

_HAN = r"[\u2e80-\u2fff\u3005-\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
_HAS_HAN = re.compile(_HAN)
_BRACKETS = re.compile(r"(?<!\])(?P<open>[(（])(?P<inside>[^()（）\r\n]*+)(?P<close>[)）])")
_MARKS = re.compile(rf"(?<={_HAN})(?:,|;|\?|!(?!\[)|:(?![\w+-]+:))(?![/,;:!?.])(?:[ ](?=[\w\[]))?")
_WIDE = str.maketrans(",;:!?()", "，；：！？（）")


@rule(
    "bracket-unbalanced",
    Severity.WARNING,
    why=Words(
        "A bracket or quotation mark has no partner in its paragraph.",
        "段落中有括号或引号没有配对。",
    ),
    message=Words("{sign} has no partner.", "{sign} 没有配对。"),
)
def unbalanced(page: Page) -> Iterator[Hit]:
    """Find brackets and curly quotes without partner."""
    prose = page.prose
    for kind, start, end, _ in page.blocks:
        lone = [] if kind in (Kind.HTML, Kind.OTHER) else list(_lone(prose, start, end))
        # The partner of a square bracket may be escaped.
        escaped = page.text.find("\\[", start, end) if lone else -1
        for place in lone:
            before = prose[max(start, place - _LONGEST_MARK) : place + 1]
            is_partner = prose[place] == "]" and 0 <= escaped < place
            if not (is_partner or _ENUMERATED.search(before) or _SMILEY.search(before)):
                yield Hit(place, {"sign": prose[place]})


@rule(
    "quote-unbalanced",
    Severity.WARNING,
    why=Words(
        "A paragraph has an odd number of straight quotation marks.",
        "段落中直引号的个数是奇数。",
    ),
    message=Words('" has no partner.', '" 没有配对。'),
)
def odd_quotes(page: Page) -> Iterator[Hit]:
    """Find paragraphs with an odd number of straight quotes; behind a digit one means inches."""
    for _, start, end, _ in page.spoken_blocks('"'):
        quotes = [match.start() for match in _QUOTE.finditer(page.prose, start, end)]
        are_inches = any(page.prose[quote - 1 : quote].isdecimal() for quote in quotes)
        if len(quotes) % 2 and not are_inches:
            yield Hit(quotes[-1])


@rule(
    "bracket-width",
    Severity.WARNING,
    fixable=True,
    why=Words(
        "Half-width brackets stand in Chinese text of a list that also uses full-width ones.",
        "全文既用全角括号，又在中文里用了半角括号。",
    ),
    message=Words("{found} should be {right}.", "{found} 应为 {right}。"),
)
def bracket_width(page: Page) -> Iterator[Hit]:
    """Find half-width brackets in Chinese text, and pairs of two widths."""
    prose = page.prose
    uses_wide = "（" in prose or "）" in prose
    for match in _BRACKETS.finditer(prose) if uses_wide else ():
        found = match["open"] + match["close"]
        right = "（）" if found == "（）" or _in_chinese(prose, match) else "()"
        if found != right:
            yield Hit(
                match.start(), {"found": found, "right": right}, _replaced(prose, match, right)
            )


@rule(
    "punctuation-width",
    Severity.WARNING,
    fixable=True,
    why=Words(
        "A half-width mark stands behind a Chinese character in a list that also uses the "
        "full-width one.",
        "全文使用全角标点，此处汉字之后却是半角标点。",
    ),
    message=Words("{found} should be {right}.", "{found} 应为 {right}。"),
)
def mark_width(page: Page) -> Iterator[Hit]:
    """Find half-width commas, colons and the like in Chinese text."""
    used = {sign for sign in "，；：！？" if sign in page.prose}
    for match in _MARKS.finditer(page.prose) if used else ():
        half = match[0][0]
        right = half.translate(_WIDE)
        if right in used:
            edit = Edit(match.start(), match.end(), right)
            yield Hit(match.start(), {"found": half, "right": right}, (edit,))


def _lone(prose: str, start: int, end: int) -> Iterator[int]:
    """Yield where brackets and quotes without partner stand; numbers of enumerations are some."""
    waiting: list[tuple[str, int]] = []
    for match in _SIGNS.finditer(prose, start, end):
        sign, place = match["sign"], match.start()
        if not sign:
            continue
        pair = _KINDS[sign]
        if sign in _OPENING:
            waiting.append((pair, place))
        elif any(pair == other for other, _ in waiting[-_DEEPEST:]):
            while (top := waiting.pop())[0] != pair:
                yield top[1]
        else:
            yield place
    yield from (place for _, place in waiting)


def _in_chinese(prose: str, match: re.Match[str]) -> bool:
    """Whether a pair of brackets stands beside Chinese, or around it."""
    around = (prose[match.start() - 1 : match.start()], prose[match.end() : match.end() + 1])
    return any(map(_HAS_HAN.match, around)) or _HAS_HAN.search(match["inside"]) is not None


def _replaced(prose: str, match: re.Match[str], right: str) -> tuple[Edit, ...]:
    """Return the edits of both brackets; full-width ones need no space between them and a word."""
    first, end = match.start(), match.end()
    opening, closing = Edit(first, first + 1, right[0]), Edit(end - 1, end, right[1])
    if right == "（）":
        if prose[first - 1 : first] == " " and prose[first - 2 : first - 1].isalnum():
            opening = opening._replace(start=first - 1)
        if prose[end : end + 1] == " " and prose[end + 1 : end + 2].isalnum():
            closing = closing._replace(end=end + 1)
    return tuple(
        edit
        for edit, sign in ((opening, match["open"]), (closing, match["close"]))
        if edit.text != sign
    )
