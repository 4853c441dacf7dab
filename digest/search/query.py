"""What a reader typed, as the terms that an article must all have.

Everything is a term: there is no syntax to get wrong but quotation marks, which ask for an exact
sequence.  微调LoRA are two terms, ``gpt-4`` is one of two words in a row.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from digest.search.tokens import folded, is_unspaced, pieces, tokens

LONGEST = 200  # characters that are read
MOST_TERMS = 10

_PART = re.compile(r'["“”]([^"“”]+)["“”]|([^\s,;、。"“”]+)')


@dataclass(frozen=True)
class Term:
    """Unspaced runs and words in a row.

    ``extendable``: the last is a word that a reader may not have typed to its end; ``beginning``:
    it may be the beginning of the word found.
    """

    parts: tuple[str, ...]
    extendable: bool = False
    beginning: bool = False

    @property
    def tokens(self) -> list[str]:
        """What stands in a row in the index.

        Where a run ends in the query it may go on in the text: its last character is no token.
        """
        found = [token for part in self.parts for token in tokens(part)]
        return found[:-1] if is_unspaced(self.parts[-1]) and len(self.parts[-1]) > 1 else found

    @property
    def ends_openly(self) -> bool:
        """Whether the last token may be the beginning of one: a lone character is of its pairs."""
        return self.beginning or (is_unspaced(self.parts[-1]) and len(self.parts[-1]) == 1)


@dataclass(frozen=True)
class Query:
    """The terms of a query; what has none finds nothing."""

    terms: tuple[Term, ...] = ()

    def widened(self) -> "Query":
        """Return the query that also takes its words for the beginnings of longer ones."""
        return Query(tuple(replace(term, beginning=term.extendable) for term in self.terms))


def read(text: str) -> Query:
    """Read what a reader typed; the rest of an endless text is not looked for."""
    terms = dict.fromkeys(_terms(folded(text[:LONGEST])))
    return Query(tuple(terms)[:MOST_TERMS])


def _terms(text: str) -> Iterator[Term]:
    for quoted, word in _PART.findall(text):
        if quoted:
            yield from _phrase(quoted)
        else:
            yield from _loose(word)


def _phrase(text: str) -> Iterator[Term]:
    """Yield the text as one term, unless there is nothing in it to look for."""
    if parts := tuple(pieces(text)):
        yield Term(parts)


def _loose(text: str) -> Iterator[Term]:
    """Yield each unspaced run and each row of words between them."""
    for unspaced, parts in groupby(pieces(text), is_unspaced):
        if unspaced:
            yield from (Term((run,)) for run in parts)
        else:
            words = tuple(parts)
            yield Term(words, extendable=len(words[-1]) > 1)
