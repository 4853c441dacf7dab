"""What the API says of a thing: each field with its schema and where it comes from, in one place.

So an answer and its schema cannot disagree.  An address that readers cannot follow is null.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.http import urlencode

from digest.bibliography import Author
from digest.citations import FORMATS, Work, work
from digest.markup import is_linkable, text_of
from digest.models import Article, Category, Paper
from digest.sections import Section

Absolute = Callable[[str], str]  # a path of ours as a whole address
Schema = Mapping[str, Any]


class Field(NamedTuple):
    """A field: its schema, and how it is read of a thing."""

    schema: Schema
    read: Callable[[Any, Absolute], Any]


Shape = Mapping[str, Field]


def schema_of(shape: Shape) -> dict[str, Any]:
    """Return the schema of what :func:`said` returns for this shape."""
    return {
        "type": "object",
        "properties": {name: field.schema for name, field in shape.items()},
        "required": list(shape),
        "additionalProperties": False,
    }


def said(shape: Shape, thing: Any, absolute: Absolute) -> dict[str, Any]:
    """Return what is said of a thing."""
    return {name: field.read(thing, absolute) for name, field in shape.items()}


def _a(kind: str, description: str = "", **more: Any) -> dict[str, Any]:
    return {"type": kind, **({"description": description} if description else {}), **more}


def _maybe(kind: str, description: str = "") -> dict[str, Any]:
    return {"type": [kind, "null"], **({"description": description} if description else {})}


def _many(of: Schema, description: str = "") -> dict[str, Any]:
    return _a("array", description, items=of)


PAGE = _a("string", "The page that shows it to people.", format="uri")
HERE = _a("string", "Where the API has it.", format="uri")
MOST_ENTRIES = 100  # that a paper names; few papers have more than two


def _one_of(name: str, key: str) -> Callable[[Any, Absolute], str]:
    def read(thing: Any, absolute: Absolute) -> str:
        return absolute(reverse(f"api:{name}", args=[getattr(thing, key)]))

    return read


def _page(thing: Any, absolute: Absolute) -> str:
    return absolute(thing.get_absolute_url())


def _linkable(url: str) -> str | None:
    return url if is_linkable(url) else None


_article = _one_of("article", "pk")

# --- Papers --------------------------------------------------------------------------------------

AUTHOR: Shape = {
    "name": Field(_a("string", "The name as it is read out."), lambda author, _: str(author)),
    "family": Field(_a("string"), lambda author, _: author.family),
    "given": Field(
        _maybe("string", "Null where the name is not parted."), lambda a, _: a.given or None
    ),
}


def _authors(paper: Paper, absolute: Absolute) -> list[dict[str, Any]]:
    authors: Sequence[Author] = paper.author_list
    return [said(AUTHOR, author, absolute) for author in authors]


def _of_work(name: str) -> Callable[[Paper, Absolute], str | None]:
    def read(paper: Paper, absolute: Absolute) -> str | None:  # noqa: ARG001
        known: Work = work(paper)
        return getattr(known, name) or None

    return read


NAMED_PAPER: Shape = {
    "id": Field(_a("integer"), lambda paper, _: paper.pk),
    "self": Field(HERE, _one_of("paper", "pk")),
    "page": Field(PAGE, _page),
    "identity": Field(
        _a("string", "Which work it is: arxiv:…, doi:… or title:…"), lambda paper, _: paper.identity
    ),
    "title": Field(_a("string"), _of_work("title")),
    "authors": Field(_many(schema_of(AUTHOR)), _authors),
    "appeared": Field(
        _maybe("string", "2023, 2023-05 or 2023-05-23, as exactly as it is known."),
        lambda paper, _: paper.published_on or None,
    ),
    "venue": Field(_maybe("string"), lambda paper, _: paper.venue or None),
    "venue_kind": Field(
        {"enum": [*Paper.VenueKind.values, None]}, lambda paper, _: paper.venue_kind or None
    ),
    "arxiv": Field(_maybe("string"), _of_work("arxiv")),
    "doi": Field(_maybe("string"), _of_work("doi")),
    "url": Field(_maybe("string"), _of_work("url")),
}
PAPER: Shape = {
    **NAMED_PAPER,
    "articles": Field(
        _many(HERE, f"The entries about it, the first {MOST_ENTRIES} where there are more."),
        lambda paper, absolute: [_article(one, absolute) for one in paper.shown],
    ),
}

# --- Sections and tags ---------------------------------------------------------------------------

NAMED_SECTION: Shape = {
    "slug": Field(_a("string"), lambda section, _: section.slug),
    "title": Field(_a("string"), lambda section, _: text_of(section.title)),
    "self": Field(HERE, _one_of("section", "slug")),
    "page": Field(PAGE, _page),
}
TOTAL = _a("integer", "How many entries it has.", minimum=0)


def _filtered(name: str, value: str, absolute: Absolute) -> str:
    return f"{absolute(reverse('api:articles'))}?{urlencode({name: value})}"


SECTION: Shape = {
    **NAMED_SECTION,
    "ordinal": Field(_a("string", "一, 二, … by its place."), lambda section, _: section.ordinal),
    "total": Field(TOTAL, lambda section, _: section.total),
    "articles": Field(HERE, lambda section, at: _filtered("category", section.slug, at)),
}


class CountedTag(NamedTuple):
    """A tag, and how many entries have it."""

    name: str
    slug: str
    total: int = 0

    def get_absolute_url(self) -> str:
        """The tag's page."""
        return reverse("digest:tag", args=[self.slug])


NAMED_TAG: Shape = {
    "name": Field(_a("string"), lambda tag, _: tag.name),
    "slug": Field(_a("string"), lambda tag, _: tag.slug),
}
TAG: Shape = {
    **NAMED_TAG,
    "self": Field(HERE, _one_of("tag", "slug")),
    "page": Field(PAGE, _page),
    "total": Field(TOTAL, lambda tag, _: tag.total),
    "articles": Field(HERE, lambda tag, at: _filtered("tag", tag.name, at)),
}

# --- Articles ------------------------------------------------------------------------------------

LINK: Shape = {
    "label": Field(_a("string"), lambda link, _: link[0]),
    "url": Field(_maybe("string"), lambda link, _: _linkable(link[1])),
}
PICTURE: Shape = {
    "url": Field(_a("string", format="uri"), lambda one, absolute: absolute(one.picture.url)),
    "alt": Field(_a("string"), lambda one, _: one.picture_alt),
    "width": Field(_maybe("integer"), lambda one, _: one.picture_width or None),
    "height": Field(_maybe("integer"), lambda one, _: one.picture_height or None),
}
CITED = {"type": "string", "format": "uri"}


def _section(article: Article, absolute: Absolute) -> dict[str, Any]:
    category: Category | Section = article.category
    return said(NAMED_SECTION, category, absolute)


def _cited(article: Article, absolute: Absolute) -> dict[str, str] | None:
    if article.paper is None:
        return None
    return {ending: absolute(reverse("cite", args=[article.pk, ending])) for ending in FORMATS}


ARTICLE: Shape = {
    "id": Field(_a("integer"), lambda one, _: one.pk),
    "self": Field(HERE, _article),
    "page": Field(PAGE, _page),
    "headline": Field(
        _a("string", "Without its marks."), lambda one, _: text_of(one.headline_html)
    ),
    "post": Field(
        _maybe("string", "The long post that the headline leads to."),
        lambda one, _: _linkable(one.url),
    ),
    "title": Field(
        _a("string", "The paper's title as the entry writes it."),
        lambda one, _: text_of(one.title_html),
    ),
    "summary": Field(_a("string", "As text."), lambda one, _: text_of(one.summary_html)),
    "summary_html": Field(_a("string", "As safe HTML."), lambda one, _: one.summary_html),
    "links": Field(
        _many(schema_of(LINK)), lambda one, at: [said(LINK, link, at) for link in one.links]
    ),
    "section": Field(schema_of(NAMED_SECTION), _section),
    "tags": Field(
        _many(schema_of(NAMED_TAG)),
        lambda one, at: [said(NAMED_TAG, tag, at) for tag in one.tag_list],
    ),
    "picture": Field(
        {"oneOf": [schema_of(PICTURE), {"type": "null"}]},
        lambda one, at: said(PICTURE, one, at) if one.picture else None,
    ),
    "paper": Field(
        {"oneOf": [schema_of(NAMED_PAPER), {"type": "null"}]},
        lambda one, at: said(NAMED_PAPER, one.paper, at) if one.paper else None,
    ),
    "citations": Field(
        {
            "oneOf": [
                {
                    "type": "object",
                    "properties": dict.fromkeys(FORMATS, CITED),
                    "required": list(FORMATS),
                    "additionalProperties": False,
                },
                {"type": "null"},
            ]
        },
        _cited,
    ),
    "published_at": Field(
        _a("string", format="date-time"), lambda one, _: one.published_at.isoformat()
    ),
    "updated_at": Field(
        _a("string", format="date-time"), lambda one, _: one.updated_at.isoformat()
    ),
}
