"""What the templates ask for: the site's name, a page's other languages, safe links."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import Engine, RequestContext
from django.urls import reverse, translate_url
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from digest import citations, fragments, markup, renditions
from digest.bibliography import PartialDate
from digest.models import Article, Paper
from digest.rows import Row
from digest.search import marks
from digest.search.query import Query
from digest.sections import Item, Section

register = template.Library()

FIRST_AUTHORS, MOST_AUTHORS = 6, 8  # six are named where there are more than eight
NUMBER = "\0"  # where a number goes, which is a place and not part of an entry; no text has it
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
def translations(context: RequestContext) -> list[tuple[str, str]]:
    """Return each language with this page's address in it; for an error page, home's."""
    request: HttpRequest = context["request"]
    page = request.get_full_path() if request.resolver_match else reverse("digest:home")
    here = get_language()
    return [
        (code, page if code == here else translate_url(page, code))
        for code, _native in settings.LANGUAGES
    ]


@register.simple_tag(takes_context=True)
def part(
    context: RequestContext, name: str, article: Row | Article | None = None, **given: Any
) -> SafeString:
    """Return the part of a page that ``digest/_NAME.html`` makes of an article and plain values.

    A row's is kept; an article is what somebody previews.
    """
    if not isinstance(article, Article):
        return fragments.html(name, article, **given)
    with context.push(article=article, **given):
        return Engine.get_default().get_template(f"digest/_{name}.html").render(context)


@register.simple_tag(takes_context=True)
def entry(
    context: RequestContext, article: Row | Article, level: int, number: int = 0
) -> SafeString:
    """Return an entry under a heading of this level, with its number in the section unless 0."""
    made = part(context, "entry", article, level=level, number=NUMBER if number else "")
    return mark_safe(made.replace(NUMBER, str(number)))  # noqa: S308 - only digits are new


@register.simple_tag(takes_context=True)
def entries(context: RequestContext, items: Sequence[Item], level: int) -> SafeString:
    """Return the numbered entries of a section and the text between them."""
    made = []
    language = get_language()  # asked for once: it takes longer than to find what is kept
    for item in items:
        if isinstance(item.article, Row):
            html = fragments.html("entry", item.article, language, level=level, number=NUMBER)
            made.append(html.replace(NUMBER, str(item.number)))
        elif item.article:
            made.append(entry(context, item.article, level, item.number))
        elif item.passage:
            made.append(part(context, "passage", html=item.passage.html))
    return mark_safe("".join(made))  # noqa: S308 - each is safe


@register.simple_tag
def contents(sections: Sequence[Section], **given: Any) -> SafeString:
    """Return the table of contents."""
    return fragments.html(
        "contents", sections=tuple(replace(one, items=()) for one in sections), **given
    )


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
    """Return the names of a paper's authors, where they are many the first of them, and its date.

    ``others`` are those that ``first`` leaves out, and ``number`` says how many.
    """
    names = [str(author) for author in paper.author_list]
    first = names[:FIRST_AUTHORS] if len(names) > MOST_AUTHORS else names
    comma = "、" if names and all(ord(name[0]) >= LATIN for name in names) else ", "
    return {
        "first": comma.join(first),
        "all": comma.join(names),
        "others": comma.join(names[len(first) :]),
        "number": len(names) - len(first),
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
