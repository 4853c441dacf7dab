"""What readers would get of a revision: its page, its place in the list, its lines of the README.

Only reads.  What publishing would do is asked of the code that does it (``publishing``, ``places``,
``papers``, ``tags``), so that a preview promises nothing else.
"""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.utils import timezone

from digest import exporting, mirror, sections, unified
from digest.markup import plain
from digest.models import Article, Category, Passage
from digest.readme import Document, Entry, Slugger, ordinal, render
from digest.readme.render import Writer
from editorial import outline
from editorial.live import papers, places, publishing, tags
from editorial.models import Revision
from editorial.transitions import LIVE, OPEN


@dataclass(frozen=True)
class Place:
    """Where in its section an entry stands: behind so many entries and so many passages."""

    category: int
    entries: int
    passages: int

    @property
    def number(self) -> int:
        """The number that the entry has there."""
        return self.entries + 1

    @property
    def index(self) -> int:
        """Where it stands among the nodes of the section."""
        return self.entries + self.passages


@dataclass(frozen=True)
class Preview:
    """An article as publishing a revision makes it, stored or not.

    ``place`` is missing while its section is not in the list; ``old_place`` is where readers see
    the article now, if they do.
    """

    article: Article
    place: Place | None
    old_place: Place | None


@dataclass(frozen=True)
class Lines:
    """An entry as the README will have it, and the unified diff from the README as it is now."""

    text: str
    hunks: list[str]


def article_of(revision: Revision) -> Article:
    """Return the article that readers get when this revision is published; it is not stored."""
    return preview_of(revision).article


def preview_of(revision: Revision) -> Preview:
    """Return what publishing this revision makes.

    What readers see already, or saw last, is shown as it is.  A revision that has ended otherwise
    is shown as a new draft of it would be published, and that has no place of its own.
    """
    related = Article.objects.select_related("category", "paper")
    stored = related.get(pk=revision.article_id) if revision.article_id else None
    old_place = _place(stored, stays=True) if stored and not stored.taken_down_at else None
    if stored and revision.state in LIVE:
        article, stays = _as_stored(stored), True
    else:
        if revision.state not in OPEN:
            revision = copy(revision)
            revision.position = None
        article, stays = _as_published(revision, stored)
    place = _place(article, stays=stays) if article.category_id else None
    return Preview(article, place, old_place)


def _as_stored(stored: Article) -> Article:
    article = copy(stored)
    article.tag_list = list(stored.tags.all())
    return article


def _as_published(revision: Revision, stored: Article | None) -> tuple[Article, bool]:
    """Return the article, and whether it stays where it is."""
    now = revision.publish_at or timezone.now()
    stays = stored is not None and not publishing.moves(stored, revision)
    article = copy(stored) if stored else Article(published_at=now)
    article.paper = papers.expected(stored, revision)
    publishing.fill(article, revision, now)
    article.tag_list = tags.find(revision.tag_names)
    if revision.category_id is None:
        article.category = _section_to_come(revision)
    elif not stays:
        article.position = places.goes_to(revision)
    return article, stays


def _section_to_come(revision: Revision) -> Category:
    """Return the section that the revision waits for, as the list would have it; not stored."""
    category = Category(title=revision.section)
    category.slug = outline.free_slug(category)
    return category


def _place(article: Article, *, stays: bool) -> Place:
    """Return where the article stands, or would, before all that is at its position or behind."""
    here = {"category": article.category_id}
    before = Q(position__lt=article.position)
    in_order = before | Q(position=article.position, pk__lt=article.pk) if stays else before
    passages = Q(position__lte=article.position) if stays else before
    return Place(
        article.category_id,
        _others(article).filter(in_order, **here).count(),
        Passage.objects.filter(passages, **here).count(),
    )


def _others(article: Article) -> QuerySet[Article]:
    return Article.objects.published().exclude(pk=article.pk)


# --- In the list ---------------------------------------------------------------------------------


def in_the_list(preview: Preview) -> tuple[str, dict[str, Any]]:
    """Return the template and the context of the page of the list where the entry would stand.

    That is the home page, or a page of its section where home does not show so many entries.
    """
    place = preview.place
    if place and place.number > sections.PER_PAGE:
        return "digest/category.html", _section_page(preview, place)
    shown = [_with_change(section, preview) for section in sections.front()]
    if place is None:
        shown.append(_new_section(preview.article, len(shown) + 1))
    return "digest/home.html", {
        "passages": sections.preamble(),
        "sections": shown,
        "marked": preview.article,
    }


def _section_page(preview: Preview, place: Place) -> dict[str, Any]:
    contents = sections.outline()
    section = next(one for one in contents if one.pk == place.category)
    total = _total(section.pk, preview)
    page = Paginator(range(total), sections.PER_PAGE).page(-(-place.number // sections.PER_PAGE))
    return {
        "section": section,
        "sections": contents,
        "items": _items(section.pk, preview, page.start_index()),
        "page_obj": page,
        "paginator": page.paginator,
        "is_paginated": True,
        "marked": preview.article,
    }


def _with_change(section: sections.Section, preview: Preview) -> sections.Section:
    """Return a section of the home page as publishing would leave it."""
    touched = {place.category for place in (preview.place, preview.old_place) if place}
    if section.pk not in touched:
        return section
    return replace(section, items=_items(section.pk, preview), total=_total(section.pk, preview))


def _total(category: int, preview: Preview) -> int:
    others = _others(preview.article).filter(category=category).count()
    return others + (category == preview.article.category_id)


def _items(category: int, preview: Preview, first: int = 1) -> list[sections.Item]:
    """Return a page's items, from the entry with this number on, the preview among them."""
    article, place = preview.article, preview.place
    start, end = max(first - 2, 0), first - 1 + sections.PER_PAGE
    others = sections.listed().filter(category=category).exclude(pk=article.pk)
    # One more on either side: the page begins behind the one before, and whether another follows
    # says where it ends.
    entries = list(others.order_by("position", "pk")[start : end + 1])
    if place and place.category == category:
        entries.insert(place.entries - start, article)
    before = entries[0].position if first > 1 else 0
    shown, more = entries[first - 1 - start : end - start], len(entries) > end - start
    return sections.items(category, shown, first, before, more=more)


def _new_section(article: Article, place: int) -> sections.Section:
    """Return the section that is not in the list yet, behind all that are."""
    category, number = article.category, ordinal(place)
    anchor = Slugger().slug(f"{number}、{category.title}")
    items = [sections.Item(article, 1)]
    return sections.Section(0, category.slug, number, plain(category.title), anchor, 1, items=items)


# --- In the README -------------------------------------------------------------------------------


def in_the_readme(revision: Revision) -> Lines:
    """Return the entry's lines in the export after publishing, and what changes in the export."""
    return exporting.at_one_moment(lambda: _lines(preview_of(revision)))


def _lines(preview: Preview) -> Lines:
    entry, place = mirror.entry_of(preview.article), preview.place
    document = mirror.document()
    writer = Writer(document.newline)
    writer.place = place.entries if place else 0
    text = "".join(writer.node(entry))
    if place is None:
        return Lines(text, [])
    ranks = {pk: rank for rank, pk in enumerate(_categories())}
    after = _with_entry(_without(document, preview.old_place, ranks), place, entry, ranks)
    return Lines(text, list(unified.hunks(render(document), render(after))))


def _categories() -> QuerySet[Category, int]:
    """Return the sections' numbers in the order of the document's sections."""
    return Category.objects.order_by("position", "pk").values_list("pk", flat=True)


def _without(document: Document, place: Place | None, ranks: Mapping[int, int]) -> Document:
    if place is None:
        return document
    rank = ranks[place.category]
    nodes = document.sections[rank].nodes
    return _with_nodes(document, rank, nodes[: place.index] + nodes[place.index + 1 :])


def _with_entry(
    document: Document, place: Place, entry: Entry, ranks: Mapping[int, int]
) -> Document:
    rank = ranks[place.category]
    nodes = document.sections[rank].nodes
    return _with_nodes(document, rank, (*nodes[: place.index], entry, *nodes[place.index :]))


def _with_nodes(document: Document, rank: int, nodes: tuple[Any, ...]) -> Document:
    parts = list(document.sections)
    parts[rank] = replace(parts[rank], nodes=nodes)
    return replace(document, sections=tuple(parts))
