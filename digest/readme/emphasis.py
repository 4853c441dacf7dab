"""Emphasis that GitHub renders.

CommonMark's flanking rule (https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run) refuses
``**「…」**`` between Han letters: the marks stand between a letter and a punctuation mark.  The fix
that needs no trick moves the punctuation at the edge of the bold run outside: ``「**…**」``.
"""

import re
from collections.abc import Iterator, Sequence, Set

from digest.readme.inline import Run, holds_on, is_punctuation, is_space, read_inline

# Markdown's own marks stay where they are: moving them would change what they mark.
_MARKUP = frozenset("[]<>`*_$!\\#~|&;")
_MOST_MARKS = 100  # a paragraph with more of them is left alone

# Text whose only marks are ``**`` around words, in pairs that hold on to them, within brackets or
# around them: it needs no closer look, and most text is such.
_WORDS = r"[^*_\[\]]++"
_LABEL = rf"\[(?>(?:{_WORDS}|\[(?>(?:{_WORDS})?)\])*)\]"
_BOLD = (
    rf"\*\*(?=[^\W_])(?>(?:{_WORDS}|{_LABEL})+)"
    r"(?:(?<=[^\W_])\*\*|(?<=\S)\*\*(?=[\s,.;:!?)\]，。；：！？、）」』】》]|\Z))(?!\*)"
)
_PLAIN = re.compile(
    rf"(?>(?:{_WORDS}|{_BOLD}|\[(?>(?:{_WORDS}|{_BOLD}|\[(?>(?:{_WORDS})?)\])*)\])*)"
)


def repaired(text: str) -> str:
    """Return Markdown in which the emphasis that GitHub shows with literal marks is mended.

    Where that is not possible, because an asterisk has no partner, text stays as it is.
    """
    if "*" not in text and "_" not in text:
        return text
    return "\n\n".join(map(_paragraph, text.split("\n\n")))


def is_plain(prose: str, start: int, end: int) -> bool:
    """Whether all marks in a paragraph surely render; code, addresses and tags are masked in it."""
    return _PLAIN.fullmatch(prose, start, end) is not None


def literal_marks(text: str) -> list[Run]:
    """Return the marks of a paragraph that were meant as emphasis and show as they stand.

    Every ``**`` is meant; ``*``, ``_`` and ``__``, which formulas and names have, too, only where
    two of them stand around something that emphasis fails for beside Han.
    """
    runs = _runs(text)
    bold = [run for run in runs if run.character == "*" and run.literal >= 2]
    others = [run for pair in _meant_pairs(text, runs) for run in pair]
    return sorted(bold + others, key=lambda run: run.start)


def _paragraph(text: str) -> str:
    """Mend a paragraph as long as that leaves fewer literal marks."""
    runs = _runs(text)
    while literal := _literal(runs):
        tries = [(one, _runs(one)) for one in _mended(text, runs)]
        best, best_runs = min(tries, key=lambda one: (_literal(one[1]), one[0]), default=("", runs))
        if _literal(best_runs) >= literal:
            break
        text, runs = best, best_runs
    for _ in range(_MOST_MARKS):
        pair = next(_meant_pairs(text, runs), None)
        if pair is None:
            break
        mended = _tightened(text, [run.start for run in pair], "*" * pair[0].length)
        if len(literal_marks(mended)) >= len(literal_marks(text)):
            break
        text, runs = mended, _runs(mended)
    return text


def _runs(text: str) -> list[Run]:
    return [piece for piece in read_inline(text) if isinstance(piece, Run)]


def _literal(runs: Sequence[Run]) -> int:
    return sum(run.literal // 2 for run in runs if run.character == "*")


def _meant_pairs(text: str, runs: Sequence[Run]) -> Iterator[tuple[Run, Run]]:
    """Yield the pairs of literal ``*``, ``_`` or ``__`` that were meant as emphasis."""
    lone = [run for run in runs if run.literal == run.length <= (2 if run.character == "_" else 1)]
    opening: Run | None = None
    for run in lone:
        if opening and _are_meant(text, opening, run):
            yield opening, run
            opening = None
        else:
            opening = run


def _are_meant(text: str, opening: Run, closing: Run) -> bool:
    if (opening.character, opening.length) != (closing.character, closing.length):
        return False
    inside = text[opening.start + opening.length : closing.start]
    if not inside or is_space(inside[0]) or is_space(inside[-1]):
        return False
    before, behind = text[: opening.start][-1:], text[closing.start + closing.length :][:1]
    return any(
        _is_han(outside) and (is_punctuation(edge) or opening.length == 2)
        for outside, edge in ((before, inside[0]), (behind, inside[-1]))
    )


def _is_han(character: str) -> bool:
    """Whether a character is a letter of a script that puts no spaces between words."""
    return character >= "\u2e80" and not is_punctuation(character)


def _mended(text: str, runs: Sequence[Run]) -> Iterator[str]:
    """Yield the text with its marks taken as pairs in order, as their author meant them.

    If their number is odd one has no partner: it may be any.
    """
    marks = [run.start for run in runs if run.character == "*" and run.length == 2]
    if len(marks) > _MOST_MARKS:
        return
    if len(marks) % 2 == 0:
        yield _tightened(text, marks)
    else:
        for lone in range(len(marks)):
            yield _tightened(text, marks[:lone] + marks[lone + 1 :])


def _tightened(text: str, marks: Sequence[int], mark: str = "**") -> str:
    """Move spaces and punctuation at the edges of bold out of its marks, where they do not hold."""
    parts, last, width = [], 0, len(mark)
    for opening, closing in zip(marks[::2], marks[1::2], strict=True):
        first, end = opening + width, closing
        if not (_holds(text, opening - 1, first) and _holds(text, closing + width, closing - 1)):
            kept = _MARKUP | set("()") if "](" in text[first:end] else _MARKUP
            while first < end and _may_move(text, first, kept):
                first += 1
            while first < end and _may_move(text, end - 1, kept):
                end -= 1
        bold = f"{mark}{text[first:end]}{mark}" if first < end else ""
        # Spaces that would then stand at the edge of the text go.
        left, right = text[opening + width : first], text[end:closing]
        left = left if opening else left.lstrip(" \t")
        right = right if closing + width < len(text) else right.rstrip(" \t")
        parts += [text[last:opening], left, bold, right]
        last = closing + width
    return "".join([*parts, text[last:]])


def _holds(text: str, outside: int, inside: int) -> bool:
    """Whether marks between two places of the text hold on to the inner one."""
    return holds_on(text[outside] if 0 <= outside < len(text) else "", text[inside])


def _may_move(text: str, index: int, kept: Set[str]) -> bool:
    character = text[index]
    if character in kept or character in "\r\n" or text[index - 1 : index] == "\\":
        return False
    return is_space(character) or is_punctuation(character)
