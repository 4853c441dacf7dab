"""Checking a list by all rules, against a plain CommonMark parse of the same text.

Limit: at least as fast as markdown-it-py parses it.  Lists as they are found (a defect in every
other entry) and in the house style, each of 5 MB.
"""

from collections.abc import Iterator

from markdown_it import MarkdownIt

from digest.readme import canonical, parse, render
from digest.readme.rules import check, fix
from tests.benchmarks.figures import Figure, amount, at_least, best
from tests.benchmarks.lists import generated

ENTRIES = 7_600  # 5 MB


def measure(entries: int) -> Iterator[Figure]:
    """Check and mend a list of so many entries, or of 5 MB if that is less."""
    found = generated(min(entries, ENTRIES))
    styled = fix(render(canonical(parse(found))))
    for name, text in (("as found", found), ("in the house style", styled)):
        size = len(text.encode()) / 1e6
        checking = best(lambda text=text: check(text))  # type: ignore[misc]
        parsing = best(lambda text=text: MarkdownIt("commonmark").parse(text), runs=1)  # type: ignore[misc]
        yield Figure(f"check of {size:.1f} MB {name}", amount(checking, "s"))
        yield Figure("  findings", f"{len(check(text)):,}")
        yield at_least("  check : markdown-it-py (rates)", parsing / checking, 1)
    yield Figure("fix of the first, until nothing is left", amount(best(lambda: fix(found)), "s"))
