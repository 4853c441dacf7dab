"""What a reader typed, as the terms that an article must all have.

Everything is a term: there is no syntax to get wrong but quotation marks, which ask for an exact
sequence.  微调LoRA are two terms, ``gpt-4`` is one of two words in a row.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from digest.search.tokens import folded, pairs, pieces, tokens

LONGEST = 200  # characters that are read
MOST_TERMS = 10

_PART = re.compile(r'["“”]([^"“”]+)["“”]|([^\s,;、。"“”]+)')


@dataclass(frozen=True)
class Term:
    """Tokens in a row.  ``beginning``: the last one may be the beginning of the token found.

    ``extendable``: it is a word that a reader may not have typed to its end.
    """

    tokens: tuple[str, ...]
    beginning: bool = False
    extendable: bool = False


@dataclass(frozen=True)
class Query:
    """The terms of a query; what has none finds nothing."""

    terms: tuple[Term, ...] = ()

    def widened(self) -> "Query":
        """Return the query that also takes its words for the beginnings of longer ones."""
        return Query(
            tuple(replace(term, beginning=term.beginning or term.extendable) for term in self.terms)
        )


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
    parts = pieces(text)
    if not parts:
        return
    last_run, _ = parts[-1]
    if len(last_run) > 1:  # its last character is the end of a run only in the query
        yield Term(tuple(tokens(text)[:-1]))
    else:
        yield Term(tuple(tokens(text)), beginning=bool(last_run))


def _loose(text: str) -> Iterator[Term]:
    """Yield each unspaced run and each sequence of words between them."""
    words: list[str] = []
    for run, word in [*pieces(text), ("", "")]:
        if word:
            words.append(word)
            continue
        if words:
            yield Term(tuple(words), extendable=len(words[-1]) > 1)
            words = []
        if len(run) > 1:
            yield Term(tuple(pairs(run)[:-1]))
        elif run:
            yield Term((run,), beginning=True)
