"""The list as readers see it: sections in order, numbered entries, the text around them.

Every function costs the same number of queries at any size of the list.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.core.paginator import Page
from django.db.models import Count, F, Prefetch, QuerySet, Window
from django.db.models.functions import RowNumber

from digest.markup import plain
from digest.models import Article, Category, Passage
from digest.readme import Slugger, ordinal
from digest.remembered import remembered

PER_PAGE = 50
MOST_ON_HOME = 300  # entries, unless the sections are so many that each has its fewest
FEWEST = 3


@dataclass(frozen=True)
class Item:
    """An entry with its number in the section, or a passage."""

    article: Article | None = None
    number: int = 0
    passage: Passage | None = None


@dataclass(frozen=True)
class Section:
    """A category as the contents name it, and on some pages what stands in it."""

    category: Category
    ordinal: str
    title: str
    anchor: str
    items: Sequence[Item] = ()
    total: int = 0

    @property
    def more(self) -> bool:
        """Whether the section has entries that are not among the items."""
        return self.total > sum(item.article is not None for item in self.items)


@dataclass
class _Contents:
    articles: list[Article] = field(default_factory=list)
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
    """Every section without its items, as the contents list it.

    An anchor is the one that GitHub gives the same heading in the canonical README.
    """
    slugger = Slugger()
    sections = []
    for place, category in enumerate(Category.objects.defer("source"), 1):
        heading = f"{ordinal(place)}、{category.title}"
        sections.append(
            Section(category, ordinal(place), plain(category.title), slugger.slug(heading))
        )
    return sections


def front() -> list[Section]:
    """Every section with its entries, a long one with its newest, for the home page."""
    totals, numbers = remembered("front", _totals_and_newest)
    contents: defaultdict[int, _Contents] = defaultdict(_Contents)
    for article in listed().filter(pk__in=numbers):
        contents[article.category_id].articles.append(article)
    for passage in _first_passages():
        contents[passage.category_id or 0].passages.append(passage)
    return [
        _filled(section, contents[section.category.pk], totals.get(section.category.pk, 0), numbers)
        for section in outline()
    ]


def waterline(totals: Sequence[int]) -> int:
    """Return how many entries of a section the home page shows, which then has a bearable size."""
    limit = PER_PAGE
    while limit > FEWEST and sum(min(total, limit) for total in totals) > MOST_ON_HOME:
        limit -= 1
    return limit


def _totals_and_newest() -> tuple[dict[int, int], dict[int, int]]:
    """Count the entries of each section, and number those that the home page shows."""
    published = Article.objects.published().order_by()
    totals = dict(published.values_list("category").annotate(Count("pk")))
    return totals, _newest(waterline(list(totals.values())))


def _newest(limit: int) -> dict[int, int]:
    """Return so many of the newest entries of each section, and the number of each there."""
    newest_first = ["-published_at", "position", "pk"]
    age = Window(RowNumber(), partition_by=F("category_id"), order_by=newest_first)
    numbered = Article.objects.published().numbered().order_by().annotate(age=age)
    return dict(numbered.filter(age__lte=limit).values_list("pk", "number"))


def page_of(category: Category, page: Page[Article]) -> list[Item]:
    """One page of a category: its entries, and the passages among them and before the first."""
    first_number, before = page.start_index() or 1, 0
    if page.has_previous():
        places = Article.objects.published().filter(category=category).order_by("position", "pk")
        before = places.values_list("position", flat=True)[first_number - 2]
    return items(category, list(page.object_list), first_number, before, more=page.has_next())


def items(
    category: Category,
    articles: Sequence[Article],
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


def _filled(
    section: Section, contents: _Contents, total: int, numbers: Mapping[int, int]
) -> Section:
    articles, passages = contents.articles, contents.passages
    if total > len(articles):
        passages = [one for one in passages if one.position < articles[-1].position]
    return replace(section, items=_merged(articles, passages, numbers=numbers), total=total)


def _merged(
    articles: Iterable[Article],
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
