"""A work as search engines and reference managers read it in a page: JSON-LD by schema.org."""

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from digest.bibliography import Author
from digest.citations import Work
from digest.markup import text_of
from digest.models import Article

# What could end the script element that it stands in, or what is no JavaScript.
_ESCAPED = {ord(one): f"\\u{ord(one):04x}" for one in "<>&\u2028\u2029"}
_IN = {"journal": "Periodical", "conference": "Event"}


def json_ld(work: Work, article: Article | None = None) -> SafeString:
    """Return the JSON of a work, safe in a script element; an entry about it is its subject's.

    The entry's address is relative to the page.
    """
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle",
        "name": work.title,
        "headline": work.title,
    }
    if work.authors:
        told["author"] = [_person(author) for author in work.authors]
    if work.date:
        told["datePublished"] = str(work.date)
    if work.venue:
        told["isPartOf"] = {"@type": _IN.get(work.venue_kind, "CreativeWork"), "name": work.venue}
    identifiers = (("arXiv", work.arxiv), ("DOI", work.doi))
    known = [
        {"@type": "PropertyValue", "propertyID": name, "value": value}
        for name, value in identifiers
        if value
    ]
    if known:
        told["identifier"] = known
    if work.url:
        told["url"] = work.url
    if article is not None:
        told["subjectOf"] = _post(article)
    text = json.dumps(told, ensure_ascii=False).translate(_ESCAPED)
    return mark_safe(text)  # noqa: S308 - nothing in it is markup any more


def _person(author: Author) -> dict[str, str]:
    if not author.given:
        return {"@type": "Person", "name": str(author)}
    return {
        "@type": "Person",
        "name": str(author),
        "familyName": author.family,
        "givenName": author.given,
    }


def _post(article: Article) -> dict[str, str]:
    return {
        "@type": "Article",
        "headline": text_of(article.headline_html),
        "url": article.get_absolute_url(),
        "inLanguage": settings.LANGUAGE_CODE,
        "datePublished": article.published_at.isoformat(),
        "dateModified": article.updated_at.isoformat(),
    }
