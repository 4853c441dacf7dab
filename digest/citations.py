"""A paper as reference managers take it: BibTeX, RIS, CSL-JSON and Highwire tags.

Only what is known is said.  Authors and venue are not: whoever needs them has the arXiv id or DOI,
from which a reference manager fetches the rest.
"""

import json
import re
from collections.abc import Callable
from typing import NamedTuple

from digest.markup import UNPRINTABLE, is_linkable, plain, text_of
from digest.models import Article

# The characters that mean something to LaTeX, as its text mode prints them.
_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "%": r"\%",
        "_": r"\_",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
    }
)
_ARXIV_MONTH = re.compile(r"(?:.*/)?(?P<year>[0-9]{2})(?P<month>0[1-9]|1[0-2])")
_ARXIV_BEGAN = 91  # in 1991; what is less is of this century


class Work(NamedTuple):
    """What a citation says; "" or 0 stands for what is not known.

    ``key`` outlives a change of the title, and no two papers share one.
    """

    key: str
    title: str
    year: int
    month: int
    arxiv: str
    doi: str
    url: str


class Format(NamedTuple):
    """One way to write a citation."""

    name: str
    media_type: str
    write: Callable[[Work], str]


def work_of(article: Article) -> Work | None:
    """Return the work that an article is about, None if it names none."""
    paper = article.paper
    if paper is None:
        return None
    kind, _, value = paper.identity.partition(":")
    arxiv, doi = (value if kind == name else "" for name in ("arxiv", "doi"))
    year, month = _submitted(arxiv)
    key = f"arxiv{arxiv.replace('/', '-')}" if arxiv else f"paper{paper.pk}"
    url = paper.url if is_linkable(paper.url) else ""
    if arxiv:
        doi, url = f"10.48550/arXiv.{arxiv}", f"https://arxiv.org/abs/{arxiv}"
    elif doi:
        url = f"https://doi.org/{doi}"
    title = text_of(article.title_html) or plain(paper.title)
    return Work(key, _line(title), year, month, arxiv, doi, _line(url))


def bibtex(work: Work) -> str:
    """Write an entry of type ``misc``; capitals that a style must not lower stand in braces."""
    fields = {
        "title": " ".join(_protected(word) for word in work.title.split()),
        "year": str(work.year or ""),
        "month": str(work.month or ""),
        "eprint": work.arxiv,
        "archiveprefix": "arXiv" if work.arxiv else "",
        "doi": work.doi.translate(_LATEX),
        "url": work.url.translate(_IN_ADDRESS),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{work.key},", *lines, "}", ""])


def ris(work: Work) -> str:
    """Write a record, in which every line says one thing."""
    fields = {
        "TY": "GEN",
        "ID": work.key,
        "TI": work.title,
        "PY": str(work.year or ""),
        "DA": f"{work.year}/{work.month:02}" if work.year else "",
        "AN": f"arXiv:{work.arxiv}" if work.arxiv else "",
        "DO": work.doi,
        "UR": work.url,
    }
    lines = [f"{name}  - {value}" for name, value in fields.items() if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def csl_json(work: Work) -> str:
    """Write a list of one item; a preprint is an ``article`` there."""
    item: dict[str, object] = {
        "id": work.key,
        "type": "article" if work.arxiv else "document",
        "title": work.title,
    }
    if work.year:
        item["issued"] = {"date-parts": [[work.year, work.month]]}
    if work.arxiv:
        item |= {"publisher": "arXiv", "number": f"arXiv:{work.arxiv}"}
    item |= {name: value for name, value in (("DOI", work.doi), ("URL", work.url)) if value}
    return json.dumps([item], ensure_ascii=False, indent=2) + "\n"


FORMATS = {
    "bib": Format("BibTeX", "application/x-bibtex", bibtex),
    "ris": Format("RIS", "application/x-research-info-systems", ris),
    "json": Format("CSL-JSON", "application/vnd.citationstyles.csl+json", csl_json),
}


def highwire(work: Work) -> list[tuple[str, str]]:
    """Return the ``citation_*`` tags that search engines and reference managers read."""
    date = f"{work.year}/{work.month:02}" if work.year else ""
    leads_to = "pdf" if work.url.lower().endswith(".pdf") else "abstract_html"
    tags = (
        ("citation_title", work.title),
        ("citation_publication_date", date),
        ("citation_arxiv_id", work.arxiv),
        ("citation_doi", work.doi),
        (f"citation_{leads_to}_url", work.url),
    )
    return [(name, value) for name, value in tags if value]


# Inside a field of BibTeX only a brace or a backslash of an address would break it.
_IN_ADDRESS = str.maketrans({"\\": "%5C", "{": "%7B", "}": "%7D"})


def _submitted(arxiv: str) -> tuple[int, int]:
    """Return the year and month in which arXiv took a paper, which its id begins with."""
    match = _ARXIV_MONTH.match(arxiv)
    if match is None:
        return 0, 0
    year = int(match["year"])
    return year + (1900 if year >= _ARXIV_BEGAN else 2000), int(match["month"])


def _protected(word: str) -> str:
    escaped = word.translate(_LATEX)
    return f"{{{escaped}}}" if any(map(str.isupper, word[1:])) else escaped


def _line(text: str) -> str:
    return " ".join(UNPRINTABLE.sub("", text).split())
