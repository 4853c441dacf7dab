"""Bold that GitHub renders.

CommonMark's flanking rule (https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run) refuses
``**「…」**`` between Han letters: the marks stand between a letter and a punctuation mark.  The fix
that needs no trick moves the punctuation at the edge of the bold run outside: ``「**…**」``.
"""

from collections.abc import Iterator, Sequence, Set

from digest.readme.inline import Run, holds_on, is_punctuation, is_space, read_inline

# Markdown's own marks stay where they are: moving them would change what they mark.
_MARKUP = frozenset("[]<>`*_$!\\#~|&;")
_MOST_MARKS = 100  # a paragraph with more of them is left alone


def repaired(text: str) -> str:
    """Return Markdown in which the bold that GitHub shows with literal ``**`` is mended.

    Where that is not possible, because an asterisk has no partner, text stays as it is.
    """
    if "**" not in text:
        return text
    return "\n\n".join(map(_paragraph, text.split("\n\n")))


def _paragraph(text: str) -> str:
    """Mend a paragraph as long as that leaves fewer literal marks."""
    literal = _literal(text)
    while literal:
        found, best = min((_literal(one), one) for one in [text, *_mended(text)])
        if found >= literal:
            break
        text, literal = best, found
    return text


def _runs(text: str) -> list[Run]:
    pieces = read_inline(text)
    return [piece for piece in pieces if isinstance(piece, Run) and piece.character == "*"]


def _literal(text: str) -> int:
    return sum(run.literal // 2 for run in _runs(text))


def _mended(text: str) -> Iterator[str]:
    """Yield the text with its marks taken as pairs in order, as their author meant them.

    If their number is odd one has no partner: it may be any.
    """
    marks = [run.start for run in _runs(text) if run.length == 2]
    if len(marks) > _MOST_MARKS:
        return
    if len(marks) % 2 == 0:
        yield _tightened(text, marks)
    else:
        for lone in range(len(marks)):
            yield _tightened(text, marks[:lone] + marks[lone + 1 :])


def _tightened(text: str, marks: Sequence[int]) -> str:
    """Move spaces and punctuation at the edges of bold out of its marks, where they do not hold."""
    parts, last = [], 0
    for opening, closing in zip(marks[::2], marks[1::2], strict=True):
        first, end = opening + 2, closing
        if not (_holds(text, opening - 1, first) and _holds(text, closing + 2, closing - 1)):
            kept = _MARKUP | set("()") if "](" in text[first:end] else _MARKUP
            while first < end and _may_move(text, first, kept):
                first += 1
            while first < end and _may_move(text, end - 1, kept):
                end -= 1
        bold = f"**{text[first:end]}**" if first < end else ""
        # Spaces that would then stand at the edge of the text go.
        left, right = text[opening + 2 : first], text[end:closing]
        left = left if opening else left.lstrip(" \t")
        right = right if closing + 2 < len(text) else right.rstrip(" \t")
        parts += [text[last:opening], left, bold, right]
        last = closing + 2
    return "".join([*parts, text[last:]])


def _holds(text: str, outside: int, inside: int) -> bool:
    """Whether marks between two places of the text hold on to the inner one."""
    return holds_on(text[outside] if 0 <= outside < len(text) else "", text[inside])


def _may_move(text: str, index: int, kept: Set[str]) -> bool:
    character = text[index]
    if character in kept or character in "\r\n" or text[index - 1 : index] == "\\":
        return False
    return is_space(character) or is_punctuation(character)
