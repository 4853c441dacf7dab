"""The list as readers see it: sections in order, numbered entries, the text around them.

Every function costs the same number of queries at any size of the list.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, F, Prefetch, QuerySet, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from digest.markup import plain
from digest.models import Article, Category, Passage
from digest.readme import Slugger, ordinal
from digest.remembered import remembered
from digest.rows import Row, rows

PER_PAGE = 50
MOST_ON_HOME = 300  # entries, unless the sections are so many that each has its fewest
FEWEST = 3


@dataclass(frozen=True)
class Item:
    """An entry with its number in the section, or a passage."""

    article: Article | Row | None = None
    number: int = 0
    passage: Passage | None = None


@dataclass(frozen=True)
class Section:
    """A category as the contents name it, and on some pages what stands in it.

    ``total`` counts its entries, ``has_text`` is whether other text stands in it, and the anchor is
    the one that GitHub gives the same heading in the canonical README.
    """

    pk: int
    slug: str
    ordinal: str
    title: str
    anchor: str
    total: int = 0
    has_text: bool = False
    items: Sequence[Item] = field(default=(), compare=False)

    def get_absolute_url(self) -> str:
        """The section's page."""
        return reverse("digest:category", args=[self.slug])

    @property
    def more(self) -> bool:
        """Whether the section has entries that are not among the items."""
        return self.total > sum(item.article is not None for item in self.items)


@dataclass
class _Contents:
    articles: list[Row] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)


def listed() -> QuerySet[Article]:
    """The published articles with all that a page shows, and without the texts behind that."""
    return (
        Article.objects.published()
        .select_related("category", "paper")
        # A list costs a third of what taggit's managers do.
        .prefetch_related(Prefetch("tags", to_attr="tag_list"))  # type: ignore[no-redef]
        .defer("source", "summary", "picture_source")
    )


def preamble() -> QuerySet[Passage]:
    """The text before the first section; the contents are made anew and not shown as written."""
    return _passages().filter(category=None)


def outline() -> list[Section]:
    """Every section without its items, as the contents list it."""
    return [Section(*known) for known in remembered("outline", _outline)]


def _outline() -> list[tuple[Any, ...]]:
    """Read the sections' fields; plain tuples are what a cache gives back fastest."""
    slugger, totals = Slugger(), dict(_totals())
    with_text = set(_passages().values_list("category", flat=True).distinct())
    found = []
    for place, (pk, slug, title) in enumerate(
        Category.objects.values_list("pk", "slug", "title"), 1
    ):
        anchor = slugger.slug(f"{ordinal(place)}、{title}")
        total = totals.get(pk, 0)
        found.append((pk, slug, ordinal(place), plain(title), anchor, total, pk in with_text))
    return found


def _totals() -> QuerySet[Article, tuple[int, int]]:
    published = Article.objects.published().order_by()
    return published.values_list("category").annotate(Count("pk"))


def front() -> list[Section]:
    """Every section with its entries, a long one with its newest, for the home page."""
    sections = outline()
    limit = waterline([section.total for section in sections])
    numbers = remembered("newest", lambda: _newest(limit))
    contents: defaultdict[int, _Contents] = defaultdict(_Contents)
    for article in rows(listed().filter(pk__in=numbers)):
        contents[article.category_id].articles.append(article)
    for passage in _first_passages():
        contents[passage.category_id or 0].passages.append(passage)
    return [_filled(section, contents[section.pk], numbers) for section in sections]


def waterline(totals: Sequence[int]) -> int:
    """Return how many entries of a section the home page shows, which then has a bearable size."""
    limit = PER_PAGE
    while limit > FEWEST and sum(min(total, limit) for total in totals) > MOST_ON_HOME:
        limit -= 1
    return limit


def _newest(limit: int) -> dict[int, int]:
    """Return so many of the newest entries of each section, and the number of each there."""
    newest_first = ["-published_at", "position", "pk"]
    age = Window(RowNumber(), partition_by=F("category_id"), order_by=newest_first)
    numbered = Article.objects.published().numbered().order_by().annotate(age=age)
    return dict(numbered.filter(age__lte=limit).values_list("pk", "number"))


def in_list_order(
    articles: QuerySet[Article], totals: Iterable[tuple[int, int]], place: slice
) -> tuple[QuerySet[Article], slice]:
    """Narrow articles down to the sections that a slice of them, in the list's order, touches.

    Return them, and the slice's place among them.  ``totals`` has how many of them each section
    has, in the sections' order.  No index has the whole order; one section's articles have one.
    """
    asked, skipped, before = [], 0, 0
    for key, total in totals:
        end = before + total
        if end <= place.start:
            skipped = end
        elif before < place.stop:
            asked.append(key)
        before = end
    order = ["position", "pk"] if len(asked) == 1 else ["category__position", "position", "pk"]
    within = articles.filter(category__in=asked).order_by(*order)
    return within, slice(place.start - skipped, place.stop - skipped)


def page_of(section: Section, page: Page[Row]) -> list[Item]:
    """One page of a section: its entries, and the passages among them and before the first."""
    if not section.has_text:
        return _merged(page.object_list, [], first_number=page.start_index())
    first_number, before = page.start_index() or 1, 0
    if page.has_previous():
        places = Article.objects.published().filter(category=section.pk).order_by("position", "pk")
        before = places.values_list("position", flat=True)[first_number - 2]
    return items(section.pk, list(page.object_list), first_number, before, more=page.has_next())


def items(
    category: int,
    articles: Sequence[Article | Row],
    first_number: int = 1,
    before: int = 0,
    *,
    more: bool = False,
) -> list[Item]:
    """Entries that follow each other in a category, and the passages among them.

    Where these do not begin with the first, ``before`` is the position of the one before; ``more``
    says that others follow.
    """
    passages = _passages().filter(category=category, position__gt=before)
    if more:
        passages = passages.filter(position__lt=articles[-1].position)
    return _merged(articles, passages, first_number=first_number)


def _passages() -> QuerySet[Passage]:
    return Passage.objects.exclude(kind=Passage.Kind.CONTENTS).exclude(html="").defer("source")


def _first_passages() -> QuerySet[Passage]:
    """The first passages of every section, for one may hold nothing but text."""
    place = Window(RowNumber(), partition_by="category_id", order_by=["position", "pk"])
    return _passages().exclude(category=None).annotate(place=place).filter(place__lte=PER_PAGE)


def _filled(section: Section, contents: _Contents, numbers: Mapping[int, int]) -> Section:
    articles, passages = contents.articles, contents.passages
    if section.total > len(articles):
        passages = [one for one in passages if one.position < articles[-1].position]
    return replace(section, items=_merged(articles, passages, numbers=numbers))


def _merged(
    articles: Iterable[Article | Row],
    passages: Iterable[Passage],
    *,
    first_number: int = 1,
    numbers: Mapping[int, int] | None = None,
) -> list[Item]:
    known = numbers or {}
    items = [
        Item(article, known.get(article.pk, number))
        for number, article in enumerate(articles, first_number)
    ]
    items += [Item(passage=passage) for passage in passages]
    return sorted(items, key=_position)


def _position(item: Item) -> int:
    node = item.article or item.passage
    assert node is not None
    return node.position
