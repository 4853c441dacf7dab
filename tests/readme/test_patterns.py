"""What a pattern may not use: Python 3.11.2, which is Debian 12's, matches it wrongly.

It leaves a place behind that a possessive repeat of a group tried and gave up: ``(?:ab|c)*+`` on
"ca" ends behind the "a".  Python 3.11.5 mended that by reading it as ``(?>(?:ab|c)*)``, which all
versions match right; a repeat of one character was never wrong.
"""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
POSSESSIVE_GROUP = re.compile(r"(?<!\\)\)(?:[*+?]|\{\{?[\d,]+\}\}?)\+")


def test_no_group_is_repeated_possessively() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number} {line.strip()}"
        for room in ("digest", "editorial")
        for path in sorted((ROOT / room).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if POSSESSIVE_GROUP.search(line)
    ]
    assert not found, "write (?>(…)*) for (…)*+"


def test_what_is_looked_for_is_found() -> None:
    wrong = ["(?:a|b)*+", "(?:a)?+", "(a){2,}+", "(a){{2}}+", "(a)++"]
    right = ["(?>(?:a|b)*)", "[ab]*+", r"\)*+", "a{2,}+", "(a)+"]
    assert [one for one in wrong if not POSSESSIVE_GROUP.search(one)] == []
    assert [one for one in right if POSSESSIVE_GROUP.search(one)] == []
