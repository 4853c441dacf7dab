"""Bold that GitHub renders.

CommonMark's flanking rule (https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run) refuses
``**「…」**`` between Han letters: the marks stand between a letter and a punctuation mark.  The fix
that needs no trick moves the punctuation at the edge of the bold run outside: ``「**…**」``.
"""

import re
import unicodedata

# What may hold ** that are no marks: code, math, link destinations, escapes.
_SKIPPED = re.compile(
    r"(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)|\$\$?(?=\S)[^$\n]+?(?<=\S)\$\$?|\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)"
    r"|\\[!-/:-@\[-`{-~]|\*{3,}|(?P<mark>\*\*)",
    re.S,
)
# Markdown's own marks stay where they are: moving them would change what they mark.
_MARKUP = frozenset("[]()<>`*_$!\\#~|")


def repaired(text: str) -> str:
    """Return Markdown in which the bold runs that GitHub shows as literal ``**`` are mended."""
    if "**" not in text:
        return text
    return "\n\n".join(map(_paragraph, text.split("\n\n")))


def _paragraph(text: str) -> str:
    marks = [match.start() for match in _SKIPPED.finditer(text) if match["mark"]]
    for opening, closing in reversed(list(zip(marks[::2], marks[1::2], strict=False))):
        before, inner, after = text[:opening], text[opening + 2 : closing], text[closing + 2 :]
        if _opens(before, inner) and _closes(inner, after):
            continue
        text = before + _tightened(inner) + after
    return text


def _tightened(inner: str) -> str:
    """Move spaces and punctuation at the edges of a bold run outside its marks."""
    first, last = 0, len(inner)
    while first < last and _may_move(inner, first):
        first += 1
    while last > first and _may_move(inner, last - 1):
        last -= 1
    bold = f"**{inner[first:last]}**" if first < last else ""
    return inner[:first] + bold + inner[last:]


def _may_move(text: str, index: int) -> bool:
    character = text[index]
    if character in "()":  # a bracket of prose may move, one of a link may not
        return "](" not in text
    return character.isspace() or (_is_punctuation(character) and character not in _MARKUP)


def _opens(before: str, inner: str) -> bool:
    return _flanks(before[-1:], inner[:1])


def _closes(inner: str, after: str) -> bool:
    return _flanks(after[:1], inner[-1:])


def _flanks(outside: str, inside: str) -> bool:
    """Whether marks between the two characters hold on to the inside."""
    if not inside or inside.isspace():
        return False
    return (
        not _is_punctuation(inside) or not outside or outside.isspace() or _is_punctuation(outside)
    )


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"
