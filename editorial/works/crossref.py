"""Crossref's REST API: what publishers say of a DOI (https://api.crossref.org/)."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings

from digest.bibliography import Author, PartialDate, date_of, text_of_authors
from editorial.works.asking import Registry, UnavailableError
from editorial.works.record import Record, text_of

_KINDS = {"proceedings-article": "conference", "journal-article": "journal"}
_DATES = ("published", "published-print", "published-online", "issued")
_VENUE_LENGTH = 300


def ask(registry: Registry, doi: str) -> Record | None:
    """Return what is known of a DOI, None if nothing is; raises UnavailableError."""
    # Whoever says how to reach them is served in a pool of its own.
    contact = f"?{urlencode({'mailto': settings.CONTACT_MAIL})}" if settings.CONTACT_MAIL else ""
    answer = registry.ask(f"{settings.CROSSREF_API}/{quote(doi, safe='')}{contact}", "json")
    if answer.status == 404:
        return None
    try:
        message = json.loads(answer.body)["message"]
        return _record(message)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise UnavailableError(
            f"Crossref: HTTP {answer.status}, no work: {type(error).__name__} {error}"
        ) from None


def _record(message: Mapping[str, Any]) -> Record:
    parts = [text_of(_first(message.get(name))) for name in ("title", "subtitle")]
    venue = text_of(_first(message.get("container-title")))[:_VENUE_LENGTH]
    facts = {
        "authors": text_of_authors(_authors(message.get("author") or ())),
        "published_on": _date(message),
        "venue": venue,
        "venue_kind": _KINDS.get(message.get("type", ""), "") if venue else "",
    }
    updates = message.get("updated-by") or ()
    return Record(
        ": ".join(filter(None, parts)),
        {name: value for name, value in facts.items() if value},
        withdrawn=any(one.get("type") in {"retraction", "withdrawal"} for one in updates),
    )


def _authors(people: Iterable[Mapping[str, Any]]) -> Iterable[Author]:
    for person in people:
        family, given = text_of(person.get("family")), text_of(person.get("given"))
        if suffix := text_of(person.get("suffix")):
            family = f"{family} {suffix}"
        if family:
            yield Author(family, given)
        elif name := given or text_of(person.get("name")):
            yield Author(name)


def _date(message: Mapping[str, Any]) -> str:
    """Return when it appeared, as exactly as that is told; "" where it is no date."""
    for name in _DATES:
        parts = [int(part) for part in (message.get(name) or {}).get("date-parts", [[]])[0] if part]
        if parts:
            try:
                return str(date_of(str(PartialDate(*parts[:3]))) or "")
            except ValueError:
                continue
    return ""


def _first(values: Any) -> Any:
    return values[0] if values else ""
