"""Emphasis whose marks show as they stand, which CommonMark's flanking rule does beside Han."""

from collections.abc import Iterator

from digest.readme.emphasis import repaired
from digest.readme.rules.finding import Edit, Hit, Severity, Words, rule
from digest.readme.rules.page import Page


@rule(
    "bold-literal",
    Severity.ERROR,
    fixable=True,
    why=Words(
        "GitHub shows the ** of bold as they stand where they are between a letter and "
        "punctuation; they belong inside the brackets: 「**…**」.",
        "粗体标记 ** 夹在文字与标点之间时，GitHub 会原样显示；应移到括号之内：「**…**」。",
    ),
    message=Words("GitHub shows {marks} as it stands.", "GitHub 会原样显示 {marks}。"),
)
def bold(page: Page) -> Iterator[Hit]:
    """Find bold that does not render."""
    return _literal(page, 2)


@rule(
    "italic-literal",
    Severity.WARNING,
    fixable=True,
    why=Words(
        "GitHub shows the * or _ of italics as they stand where they are between a letter and "
        "punctuation.",
        "斜体标记 * 或 _ 夹在文字与标点之间时，GitHub 会原样显示。",
    ),
    message=Words("GitHub shows {marks} as it stands.", "GitHub 会原样显示 {marks}。"),
)
def italic(page: Page) -> Iterator[Hit]:
    """Find italics that do not render."""
    return _literal(page, 1)


def _literal(page: Page, length: int) -> Iterator[Hit]:
    for start, end, found in page.literal_marks:
        hits = [run for run in found if min(run.length, 2) == length]
        if hits:
            source = page.text[start:end]
            mended = repaired(source)
            edits = (Edit(start, end, mended),) if mended != source else ()
            for run in hits:
                yield Hit(start + run.start, {"marks": run.character * run.length}, edits)
