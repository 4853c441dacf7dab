"""Which work a paper is: its arXiv id without version, its DOI, else its normalised title.

An equal address alone is no proof: lists carry wrong addresses, and two papers may share one.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from urllib.parse import unquote

# The two forms of an arXiv id, https://info.arxiv.org/help/arxiv_identifier.html
_ARXIV_ID = r"(?P<id>[0-9]{4}\.[0-9]{4,5}|[a-z-]+(?:\.[A-Z]{2})?/[0-9]{7})(?:v[0-9]+)?"
_ARXIV = re.compile(
    r"(?:arxiv\.org/(?:abs|pdf|html|format|ps)/|huggingface\.co/papers/|papers\.cool/arxiv/"
    r"|alphaxiv\.org/(?:abs|pdf)/|10\.48550/arxiv\.|^arxiv:)" + _ARXIV_ID + r"(?![0-9])",
    re.IGNORECASE,
)
# https://www.crossref.org/blog/dois-and-matching-regular-expressions/
_DOI = re.compile(r"\b(?P<id>10\.[0-9]{4,9}/[-._;()/:a-z0-9]+)", re.IGNORECASE)
_PAPER_LABELS = frozenset(("paper", "pdf", "arxiv", "论文", "abs", "preprint"))
_LENGTH = 600  # what Paper.identity holds

Links = Sequence[tuple[str, str]]


def identity_of(title: str, links: Links) -> str:
    """Return the identity of the work so titled and linked; "" if there is nothing to go by."""
    addresses = [unquote(url) for _, url in _papers_first(links)]
    for address in addresses:
        if match := _ARXIV.search(address):
            return f"arxiv:{match['id']}"
    for address in addresses:
        if match := _DOI.search(address):
            return f"doi:{match['id'].rstrip('.').lower()}"[:_LENGTH]
    normal = normalised(title)
    return f"title:{normal}"[:_LENGTH] if normal else ""


def paper_url(links: Links) -> str:
    """Return the address of the work itself, "" if no link says that it leads there."""
    return next((url for label, url in links if label.lower() in _PAPER_LABELS), "")


def normalised(title: str) -> str:
    """Return a title without what retyping changes: case, width, marks, punctuation and spaces."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    return "".join(filter(str.isalnum, folded))


def _papers_first(links: Links) -> Iterable[tuple[str, str]]:
    return sorted(links, key=lambda link: link[0].lower() not in _PAPER_LABELS)
