"""A name as it is read out, parted into the family's and the given one as far as one may guess.

arXiv tells names in one piece.  The rules are BibTeX's: the last word is the family's, and so are
the small words before it (*van der* Maaten); a name of one word and a group's stay whole.
"""

import re

from digest.bibliography import Author

_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_GROUP = re.compile(
    r"\b(?:team|collaborations?|consortium|groups?|project|initiative|lab|labs|laboratory|institute"
    r"|university|committee|community|research|inc|ai|authors|al)\b|[0-9:&/]",
    re.IGNORECASE,
)
_SUFFIXES = {"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"}


def parted(name: str) -> Author:
    """Return the author of this name."""
    words = name.replace(",", " ").split()
    if len(words) < 2 or not _LATIN.search(name) or _GROUP.search(name):
        return Author(" ".join(name.split()))
    last = len(words) - 1
    if last > 1 and words[last].lower() in _SUFFIXES:
        last -= 1
    start = next((n for n in range(1, last) if words[n][0].islower()), last)
    return Author(" ".join(words[start:]), " ".join(words[:start]))
