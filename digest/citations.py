"""A paper as reference managers take it: BibTeX, RIS, CSL-JSON and Highwire tags.

Only what is known is said: a venue of which nobody said whether it is a journal is named as one
that may be either, and a date is as exact as it is known.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from digest.bibliography import Author, PartialDate
from digest.markup import UNPRINTABLE, is_linkable, plain, text_of
from digest.models import Article, Paper

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
MOST_NAMED = 6  # authors in a reference for people
_ARXIV_MONTH = re.compile(r"(?:.*/)?(?P<year>[0-9]{2})(?P<month>0[1-9]|1[0-2])")
_ARXIV_BEGAN = 91  # in 1991; what is less is of this century


class Work(NamedTuple):
    """What a citation says; "" or 0 stands for what is not known.

    ``key`` outlives a change of the title, and no two papers share one.  ``venue_kind`` is one of
    ``Paper.VenueKind``.
    """

    key: str
    title: str
    year: int
    month: int
    arxiv: str
    doi: str
    url: str
    day: int = 0
    authors: tuple[Author, ...] = ()
    venue: str = ""
    venue_kind: str = ""

    @property
    def date(self) -> PartialDate | None:
        """When it appeared."""
        return PartialDate(self.year, self.month, self.day) if self.year else None


class Format(NamedTuple):
    """One way to write citations, each by itself, with what stands around and between them."""

    name: str
    media_type: str
    write: Callable[[Work], str]
    before: str = ""
    between: str = ""
    after: str = ""

    def written(self, works: Iterable[Work]) -> Iterator[str]:
        """Yield a file of works piece by piece."""
        yield self.before
        for place, one in enumerate(works):
            yield f"{self.between if place else ''}{self.write(one)}"
        yield self.after


def work_of(article: Article) -> Work | None:
    """Return the work that an article is about, None if it names none."""
    return work(article.paper, text_of(article.title_html)) if article.paper else None


def work(paper: Paper, title: str = "") -> Work:
    """Return what is known of a paper, under a title as somebody writes it or its own."""
    kind, _, value = paper.identity.partition(":")
    arxiv, doi = (value if kind == name else "" for name in ("arxiv", "doi"))
    year, month, day = paper.appeared or (*_submitted(arxiv), 0)
    key = f"arxiv{arxiv.replace('/', '-')}" if arxiv else f"paper{paper.pk}"
    url = paper.url if is_linkable(paper.url) else ""
    if arxiv:
        doi, url = f"10.48550/arXiv.{arxiv}", f"https://arxiv.org/abs/{arxiv}"
    elif doi:
        url = f"https://doi.org/{doi}"
    authors = tuple(Author(_line(family), _line(given)) for family, given in paper.author_list)
    venue = _line(paper.venue)
    return Work(
        key, _line(title or plain(paper.title)), year, month, arxiv, doi, _line(url),
        day, authors, venue, paper.venue_kind if venue else "",
    )  # fmt: skip


# How the formats name works of each kind (``Paper.VenueKind``), and what they appeared in.
_IN_BIBTEX = {"conference": ("inproceedings", "booktitle"), "journal": ("article", "journal")}
_IN_RIS = {"conference": "CONF", "journal": "JOUR"}
_IN_CSL = {"conference": "paper-conference", "journal": "article-journal"}
_IN_HIGHWIRE = {"conference": "citation_conference_title", "journal": "citation_journal_title"}


def bibtex(work: Work) -> str:
    """Write an entry; capitals that a style must not lower stand in braces."""
    kind, venue = _IN_BIBTEX.get(work.venue_kind, ("misc", "howpublished"))
    fields = {
        "author": " and ".join(map(_bibtex_name, work.authors)),
        "title": " ".join(_protected(word) for word in work.title.split()),
        venue: work.venue.translate(_LATEX),
        "year": str(work.year or ""),
        "month": str(work.month or ""),
        "eprint": work.arxiv,
        "archiveprefix": "arXiv" if work.arxiv else "",
        "doi": work.doi.translate(_LATEX),
        "url": work.url.translate(_IN_ADDRESS),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{work.key},", *lines, "}", ""])


def ris(work: Work) -> str:
    """Write a record, in which every line says one thing."""
    fields = [
        ("TY", _IN_RIS.get(work.venue_kind, "GEN")),
        ("ID", work.key),
        *(("AU", author.sorted) for author in work.authors),
        ("TI", work.title),
        ("T2", work.venue),
        ("PY", str(work.year or "")),
        ("DA", work.date.slashed if work.date else ""),
        ("AN", f"arXiv:{work.arxiv}" if work.arxiv else ""),
        ("DO", work.doi),
        ("UR", work.url),
    ]
    lines = [f"{name}  - {value}" for name, value in fields if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def csl_json(work: Work) -> str:
    """Write an item; a preprint is an ``article`` there."""
    item: dict[str, object] = {
        "id": work.key,
        "type": _IN_CSL.get(work.venue_kind, "article" if work.arxiv else "document"),
        "title": work.title,
    }
    if work.authors:
        item["author"] = [_csl_name(author) for author in work.authors]
    if work.date:
        item["issued"] = {"date-parts": [work.date.parts]}
    if work.venue:
        item["container-title"] = work.venue
    if work.arxiv:
        item |= {"publisher": "arXiv", "number": f"arXiv:{work.arxiv}"}
    item |= {name: value for name, value in (("DOI", work.doi), ("URL", work.url)) if value}
    return json.dumps(item, ensure_ascii=False, indent=2)


FORMATS = {
    "bib": Format("BibTeX", "application/x-bibtex", bibtex, between="\n"),
    "ris": Format("RIS", "application/x-research-info-systems", ris),
    "json": Format(
        "CSL-JSON", "application/vnd.citationstyles.csl+json", csl_json, "[\n", ",\n", "\n]\n"
    ),
}


def line(work: Work) -> str:
    """Write a reference that people copy: authors, title, venue, date, address."""
    names = ", ".join(map(str, work.authors[:MOST_NAMED]))
    others = " et al." if len(work.authors) > MOST_NAMED else ""
    said = [f"{names}{others}", work.title, work.venue, str(work.date or "")]
    reference = " ".join(f"{text.rstrip('.')}." for text in said if text)
    return f"{reference} {work.url}".strip()


def highwire(work: Work) -> list[tuple[str, str]]:
    """Return the ``citation_*`` tags that search engines and reference managers read."""
    leads_to = "pdf" if work.url.lower().endswith(".pdf") else "abstract_html"
    tags = (
        ("citation_title", work.title),
        *(("citation_author", author.sorted) for author in work.authors),
        ("citation_publication_date", work.date.slashed if work.date else ""),
        (_IN_HIGHWIRE.get(work.venue_kind, ""), work.venue),
        ("citation_arxiv_id", work.arxiv),
        ("citation_doi", work.doi),
        (f"citation_{leads_to}_url", work.url),
    )
    return [(name, value) for name, value in tags if name and value]


# What parts two names in BibTeX, or the two parts of one.
_AND = re.compile(r"\band\b|,", re.IGNORECASE)
# Inside a field of BibTeX only a brace or a backslash of an address would break it.
_IN_ADDRESS = str.maketrans({"\\": "%5C", "{": "%7B", "}": "%7D"})


def _submitted(arxiv: str) -> tuple[int, int]:
    """Return the year and month in which arXiv took a paper, which its id begins with."""
    match = _ARXIV_MONTH.match(arxiv)
    if match is None:
        return 0, 0
    year = int(match["year"])
    return year + (1900 if year >= _ARXIV_BEGAN else 2000), int(match["month"])


def _bibtex_name(author: Author) -> str:
    """Write a name; one that is not parted is kept whole by braces, and so is an ``and`` in it."""
    family, given = (part.translate(_LATEX) for part in author)
    if not given:
        return f"{{{family}}}"
    return ", ".join(f"{{{part}}}" if _AND.search(part) else part for part in (family, given))


def _csl_name(author: Author) -> dict[str, str]:
    family, given = author
    return {"family": family, "given": given} if given else {"literal": family}


def _protected(word: str) -> str:
    escaped = word.translate(_LATEX)
    return f"{{{escaped}}}" if any(map(str.isupper, word[1:])) else escaped


def _line(text: str) -> str:
    return " ".join(UNPRINTABLE.sub("", text).split())
