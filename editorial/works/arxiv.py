"""arXiv's API: what it knows of many papers, in one Atom feed (https://info.arxiv.org/help/api/)."""

import re
from collections.abc import Sequence
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.conf import settings

from digest.bibliography import date_of, text_of_authors
from editorial.works.asking import Registry, UnavailableError
from editorial.works.names import parted
from editorial.works.record import Record, text_of

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_ID = re.compile(r"/abs/(.+?)(?:v[0-9]+)?$")
_SUBJECT = re.compile(r"^([a-z-]+)\.[A-Z]{2}/")
_WITHDRAWN = re.compile(r"^withdrawn\b|\b(?:been|is|was) withdrawn\b|withdrawn by", re.IGNORECASE)
_VENUE_LENGTH = 300


def ask(registry: Registry, ids: Sequence[str]) -> dict[str, Record]:
    """Return what arXiv knows of these ids (without version); those that it does not know lack.

    It refuses a whole query for one id that it cannot read, so that one is looked for by halves.
    Raises UnavailableError.
    """
    query = urlencode({"id_list": ",".join(map(_as_asked, ids)), "max_results": len(ids)})
    answer = registry.ask(f"{settings.ARXIV_API}?{query}", "xml")
    found = None if answer.status == 400 else _read(answer.body, answer.status)
    if found is not None:
        return {one: found[_as_asked(one)] for one in ids if _as_asked(one) in found}
    if len(ids) == 1:
        return {}
    half = len(ids) // 2
    return ask(registry, ids[:half]) | ask(registry, ids[half:])


def _read(body: bytes, status: int) -> dict[str, Record] | None:
    """Return the records of a feed by their ids, None if it is one that tells of an error."""
    try:
        feed = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise UnavailableError(f"arXiv: HTTP {status}, no feed: {error}") from None
    if feed.tag != f"{_ATOM}feed":
        raise UnavailableError(f"arXiv: HTTP {status}, no feed but {feed.tag}")
    records = {}
    for entry in feed.iter(f"{_ATOM}entry"):
        address = _text(entry, f"{_ATOM}id")
        if "/api/errors" in address:
            return None
        if (match := _ID.search(address)) and (record := _record(entry)):
            records[match[1]] = record
    return records


def _record(entry: Element) -> Record | None:
    """Return what an entry says; None where it is an empty one, as of an id that is not there."""
    names = [text_of(name.text) for name in entry.iterfind(f"{_ATOM}author/{_ATOM}name")]
    title = _text(entry, f"{_ATOM}title")
    if not title or not any(names):
        return None
    facts = {
        "authors": text_of_authors(parted(name) for name in names if name),
        "published_on": _date(_text(entry, f"{_ATOM}published")[:10]),
        "venue": _text(entry, f"{_ARXIV}journal_ref")[:_VENUE_LENGTH],
    }
    return Record(
        title,
        {name: value for name, value in facts.items() if value},
        _text(entry, f"{_ARXIV}doi"),
        bool(_WITHDRAWN.search(_text(entry, f"{_ARXIV}comment"))),
    )


def _date(text: str) -> str:
    try:
        return str(date_of(text) or "")
    except ValueError:
        return ""


def _text(entry: Element, tag: str) -> str:
    return text_of(entry.findtext(tag))


def _as_asked(one: str) -> str:
    """Return an old id without its subject class, for arXiv knows it so: math/0309136."""
    return _SUBJECT.sub(r"\1/", one)
