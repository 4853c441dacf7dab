"""The rules of the house: what a list should not have, found and, where that is safe, mended.

A rule is a small generator over a :class:`Page`; the modules here are their families.  They know
any Markdown list, not only ours.
"""

from collections.abc import Collection, Iterable
from pathlib import Path

from digest.readme.rules import (
    anchors,
    duplicates,
    emphasis,
    entries,
    headings,
    links,
    numbering,
    pictures,
    punctuation,
    whitespace,
)
from digest.readme.rules.finding import Edit, Finding, Hit, Rule, Severity, Words
from digest.readme.rules.ignoring import Ignored
from digest.readme.rules.lines import Lines
from digest.readme.rules.mending import mended
from digest.readme.rules.page import Page

RULES = {
    rule.code: rule
    for rule in (
        anchors.dead,
        anchors.wrong,
        emphasis.bold,
        emphasis.italic,
        links.unsafe,
        links.empty,
        links.code,
        links.paper,
        links.tracking,
        numbering.gap,
        numbering.repeat,
        headings.ordinal_missing,
        headings.ordinal_wrong,
        headings.skip,
        headings.selector,
        headings.emoji,
        duplicates.repeated,
        duplicates.elsewhere,
        duplicates.shared,
        entries.title_missing,
        entries.summary_empty,
        entries.links_missing,
        entries.summary_long,
        punctuation.unbalanced,
        punctuation.odd_quotes,
        punctuation.bracket_width,
        punctuation.mark_width,
        pictures.without_alt,
        pictures.without_file,
        pictures.unportable,
        whitespace.trailing,
        whitespace.cut,
    )
}
# More rounds of mending than any list was seen to need.
_ROUNDS = 20

__all__ = ["RULES", "Edit", "Finding", "Hit", "Page", "Rule", "Severity", "Words", "check", "fix"]


def check(
    text: str, *, folder: Path | None = None, rules: Collection[Rule] = RULES.values()
) -> list[Finding]:
    """Return what breaks the rules, in the order of the text.

    ``folder`` is where the text lies, if files beside it can be looked for.
    """
    page = Page(text, folder)
    lines = Lines(text)
    ignored = Ignored(page, lines)
    hits = [
        (hit.start, rule.code, hit)
        for rule in rules
        for hit in rule.find(page)
        if not ignored.holds(rule.code, hit.start)
    ]
    hits.sort(key=lambda found: found[:2])
    return [Finding(RULES[code], *lines.at(start), hit) for start, code, hit in hits]


def fix(text: str, *, rules: Iterable[Rule] = RULES.values()) -> str:
    """Return the text with all mended that can be without changing what it says.

    Mending one thing may bring up the next (a heading's new ordinal, then the links to it), so it
    is done again until nothing is left.
    """
    fixable = [rule for rule in rules if rule.fixable]
    for _ in range(_ROUNDS):
        better = mended(text, [found.edits for found in check(text, rules=fixable) if found.edits])
        if better == text:
            break
        text = better
    return text
