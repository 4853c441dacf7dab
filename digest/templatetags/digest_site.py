"""What the templates ask for: the site's name, a page's other languages, safe links."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django import template
from django.conf import settings
from django.template import Engine, RequestContext
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info

from digest import addresses, citations, citing, fragments, markup, renditions
from digest.bibliography import PartialDate
from digest.cards import keeping
from digest.models import Article, Paper
from digest.rows import Row
from digest.scholarly import json_ld
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
def translations(context: RequestContext) -> list[addresses.Translated]:
    """Return this page in each language; for an error page, home."""
    return addresses.translations(context["request"])


# The next two are on every page, and a template takes ten times as long for them.


@register.simple_tag
def alternates(pages: Sequence[addresses.Translated]) -> SafeString:
    """Return the links that tell a search engine how a page goes by in each language."""
    here = get_language()
    own = [page.canonical for page in pages if page.code == here]
    named = [("x-default", pages[0].canonical), *((page.code, page.canonical) for page in pages)]
    canonical = format_html_join("\n  ", '<link rel="canonical" href="{}">', zip(own, strict=True))
    each = format_html_join("", '\n  <link rel="alternate" hreflang="{}" href="{}">', named)
    return canonical + each


@register.simple_tag
def in_other_languages(pages: Sequence[addresses.Translated]) -> SafeString:
    """Return the items of a list with a link to a page in each language but its own."""
    here = get_language()
    others = [
        (page.address, page.code, get_language_info(page.code)["name_local"])
        for page in pages
        if page.code != here
    ]
    return format_html_join(
        "\n          ",
        '<li class="language"><a href="{0}" lang="{1}" hreflang="{1}">{2}</a></li>',
        others,
    )


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
    # Asked for once: it takes longer than to find what is kept.
    language, given = get_language(), (("level", level), ("number", NUMBER))
    for item in items:
        if isinstance(item.article, Row):
            html = fragments.made("entry", item.article, language, given)
            made.append(html.replace(NUMBER, str(item.number)))
        elif item.article:
            made.append(entry(context, item.article, level, item.number))
        elif item.passage:
            made.append(part(context, "passage", html=item.passage.html))
    return mark_safe("".join(made))  # noqa: S308 - each is safe


@register.simple_tag
def contents(sections: Sequence[Section], **given: Any) -> SafeString:
    """Return the table of contents."""
    without = tuple(replace(one, items=()) if one.items else one for one in sections)
    return fragments.html("contents", sections=without, **given)


@register.simple_tag
def picture(article: Any, width: int, height: int) -> renditions.Shown | None:
    """Return an article's picture, if it has one, to be shown within these pixels."""
    return renditions.shown(article, width, height) if article.picture else None


@register.simple_tag
def citation(article: Any) -> dict[str, Any] | None:
    """Return a published article's citation tags and its line; None where there is no work."""
    work = citations.work_of(article) if article.get_absolute_url() else None
    if work is None:
        return None
    return {
        "tags": citations.highwire(work),
        "line": citations.line(work),
        "json_ld": json_ld(work, article),
    }


@register.simple_tag
def json_ld_of(paper: Paper) -> SafeString:
    """Return a paper as JSON-LD."""
    return json_ld(citations.work(paper))


@register.simple_tag(takes_context=True)
def social(
    context: RequestContext,
    article: Row | None = None,
    section: Section | None = None,
    introduction: str = "",
) -> SafeString:
    """Return what an article, a section or, with its introduction, home shows where it is shared.

    What somebody previews is not shared.
    """
    origin = addresses.origin(context["request"])
    if article is not None:
        return fragments.html("social_article", article, origin=origin)
    if section is not None:
        card = keeping.address("section", section.pk, keeping.of_section(section.title))
        shown: dict[str, Any] = {
            "title": section.title,
            "text": "",
            "url": section.get_absolute_url(),
        }
    else:
        card = keeping.address("home", 0, keeping.of_home(introduction))
        text = markup.text_of(introduction)
        shown = {"title": site_title(), "text": text, "url": reverse("digest:home")}
    return fragments.html("social", origin=origin, kind="website", card=card, **shown)


@register.simple_tag
def card_of(article: Article) -> str:
    """Return the path of an article's card, "" where there is none."""
    return keeping.address("article", article.pk, keeping.of_article(article))


@register.simple_tag
def cite_as(name: str, *key: Any, query: str = "", whole: bool = False) -> SafeString:
    """Return the ways to cite what the address of this name and key gives: a work, or a list's."""
    most = citing.MOST if whole else 0
    return fragments.html("cite", route=name, key=key, query=query, most=most)


@register.simple_tag
def formats(name: str, key: Sequence[Any], query: str) -> list[tuple[str, str]]:
    """Return what each format is called, and its address."""
    asked = f"?{query}" if query else ""
    return [
        (one.name, f"{reverse(name, args=[*key, ending])}{asked}")
        for ending, one in citations.FORMATS.items()
    ]


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
