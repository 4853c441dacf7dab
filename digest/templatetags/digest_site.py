"""What the templates ask for: the site's name, a page's other languages, safe links."""

from datetime import date
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import RequestContext
from django.urls import reverse, translate_url
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe

from digest import citations, markup, renditions
from digest.bibliography import PartialDate
from digest.models import Paper
from digest.search import marks
from digest.search.query import Query

register = template.Library()

FIRST_AUTHORS, MOST_AUTHORS = 6, 8  # six are named where there are more than eight
LATIN = 0x2E80  # the first of the characters that Chinese is written in


@register.simple_tag
def site_title() -> str:
    """Return the name that the site has in the settings."""
    return settings.DIGEST_TITLE


@register.simple_tag
def sends_mail() -> bool:
    """Return whether readers can ask for mail here."""
    return settings.SENDS_MAIL


@register.simple_tag
def list_language() -> str:
    """Return the language that the list is written in, whichever the page around it speaks."""
    return settings.LANGUAGE_CODE


@register.simple_tag(takes_context=True)
def this_page_in(context: RequestContext, language: str) -> str:
    """Return this page's address in another language; for an error page, home's."""
    request: HttpRequest = context["request"]
    page = request.get_full_path() if request.resolver_match else reverse("digest:home")
    return translate_url(page, language)


@register.simple_tag
def picture(article: Any, width: int, height: int) -> renditions.Shown | None:
    """Return an article's picture, if it has one, to be shown within these pixels."""
    return renditions.shown(article, width, height) if article.picture else None


@register.simple_tag
def citation(article: Any) -> dict[str, Any] | None:
    """Return a published article's citation tags and formats; None where there is no work."""
    work = citations.work_of(article) if article.get_absolute_url() else None
    return work and {"tags": citations.highwire(work), "formats": citations.FORMATS}


@register.simple_tag
def byline(paper: Paper) -> dict[str, Any]:
    """Return the names of a paper's authors, the first of them where they are many, and its date.

    ``others`` says how many are left out of ``first``.
    """
    names = [str(author) for author in paper.author_list]
    first = names[:FIRST_AUTHORS] if len(names) > MOST_AUTHORS else names
    comma = "、" if names and all(ord(name[0]) >= LATIN for name in names) else ", "
    return {
        "first": comma.join(first),
        "all": comma.join(names),
        "others": len(names) - len(first),
        "date": _dated(paper.appeared),
    }


def _dated(appeared: PartialDate | None) -> str:
    """Return a date in the page's language, as exactly as it is known."""
    if appeared is None:
        return ""
    day = date(appeared.year, appeared.month or 1, appeared.day or 1)
    if not appeared.month:
        return str(appeared.year)
    return date_format(day, "DATE_FORMAT" if appeared.day else "YEAR_MONTH_FORMAT")


@register.filter
def linkable(url: str) -> bool:
    """Whether a page may link to the address."""
    return markup.is_linkable(url)


@register.filter
def plain(markdown: str) -> str:
    """Return the text without its marks."""
    return markup.plain(markdown)


@register.filter
def text_of(safe_html: str) -> str:
    """Return the text of stored HTML, for a title or a description."""
    return markup.text_of(safe_html)


@register.filter
def stored(safe_html: str) -> SafeString:
    """Let HTML through that ``digest.markup`` made safe when it was stored."""
    return mark_safe(safe_html)  # noqa: S308


@register.filter
def marked(text: str, query: Query) -> SafeString:
    """Return a plain text as HTML with the query's hits marked."""
    return marks.marked(text, query)


@register.filter
def excerpt(text: str, query: Query) -> SafeString:
    """Return the part of a plain text around the first hit, in the same way."""
    return marks.excerpt(text, query)


@register.filter
def language_of(text: str) -> str:
    """Return ``en`` for a title in Latin letters, so that it is set and read out as such."""
    return "en" if all(ord(character) < LATIN for character in text) else settings.LANGUAGE_CODE
