"""The lists in pages.  A page begins behind an entry, not after a number of them.

So the deepest costs what the first does.  What a search finds is the exception, and is no more than
1,000 entries.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from digest.api.parameters import USUAL
from digest.api.shapes import MOST_ENTRIES, CountedTag
from digest.facets import tags_of
from digest.filters import SORTS, ArticleFilter
from digest.models import Article, Paper
from digest.remembered import remembered
from digest.search.hits import MOST, Hits, everything
from digest.search.query import Query, read
from digest.sections import listed, outline

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
Asked = Mapping[str, str]


class Page(NamedTuple):
    """A part of a list: ``next`` is where the next page begins, None behind the last.

    ``complete``: the list has all that was searched for.
    """

    items: Sequence[Any]
    next: str | None
    complete: bool = True


class Cursor(NamedTuple):
    """The last entry of a page: what each order needs to know of it.

    ``found`` counts the entries of a search up to it.
    """

    microseconds: int = 0  # since 1970, when it was published
    section: int = 0
    position: int = 0
    pk: int = 0
    found: int = 0

    def __str__(self) -> str:
        return ".".join(map(str, self))

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """Read what ``str`` wrote."""
        return cls(*map(int, text.split(".")))

    @classmethod
    def at(cls, article: Article, section: int, found: int) -> "Cursor":
        """Return the cursor behind an article."""
        since = (article.published_at - EPOCH) // MICROSECOND
        return cls(max(since, 0), section, article.position, article.pk, found)

    @property
    def published_at(self) -> datetime:
        """When the entry was published."""
        return EPOCH + self.microseconds * MICROSECOND

    def behind(self, order: str) -> Q:
        """Return the condition that an entry comes after it in an order."""
        if order == "list":
            here = Q(category__position=self.section)
            later = Q(position__gt=self.position) | Q(position=self.position, pk__gt=self.pk)
            return Q(category__position__gt=self.section) | (here & later)
        # The first half alone is what an index serves.
        if order == "oldest":
            same = Q(published_at__gt=self.published_at) | Q(pk__gt=self.pk)
            return Q(published_at__gte=self.published_at) & same
        same = Q(published_at__lt=self.published_at) | Q(pk__lt=self.pk)
        return Q(published_at__lte=self.published_at) & same


def articles(asked: Asked) -> Page:
    """Return the entries that are asked for, filtered as the site filters them."""
    found = ArticleFilter(asked, queryset=listed()).qs.order_by()
    cursor = Cursor.read(asked["cursor"]) if "cursor" in asked else None
    typed = asked.get("q", "").strip()
    if typed:
        return _searched(found, read(typed), asked, cursor or Cursor())
    order, limit = asked.get("sort", "newest"), _limit(asked)
    behind = found.filter(cursor.behind(order)) if cursor else found
    # Sorted are the keys alone, where no index has the order.
    keys = list(behind.order_by(*SORTS[order]).values_list("pk", flat=True)[: limit + 1])
    return _page(found, keys[:limit], len(keys) > limit, 0)


def _searched(articles: QuerySet[Article], query: Query, asked: Asked, cursor: Cursor) -> Page:
    """Return a page of what was found: of the best, in their order, where that is too much."""
    order, start = asked.get("sort"), cursor.found
    columns = ("pk", "published_at", "category__position", "position")
    if order and (hits := everything(articles, query, *columns)) is not None:
        keys = [pk for pk, *_rest in sorted(hits, key=_in(order), reverse=order == "newest")]
    else:
        keys = Hits(articles, query).keys
    complete, stop = len(keys) <= MOST, start + _limit(asked)
    keys = keys[:MOST]
    return _page(articles, keys[start:stop], len(keys) > stop, stop, complete=complete)


def _in(order: str) -> Any:
    if order == "list":
        return lambda hit: (hit[2], hit[3], hit[0])
    return lambda hit: (hit[1], hit[0])


def _page(
    articles: QuerySet[Article],
    keys: Sequence[int],
    more: bool,
    found: int,
    *,
    complete: bool = True,
) -> Page:
    """Return the page with these entries."""
    known = articles.annotate(section=F("category__position")).in_bulk(keys)
    items: list[Any] = [known[key] for key in keys if key in known]
    behind = str(Cursor.at(items[-1], items[-1].section, found)) if more and items else None
    return Page(items, behind, complete)


def sections(asked: Asked) -> Page:
    """Return the sections in their order."""
    return _sliced(outline(), asked)


def tags() -> list[CountedTag]:
    """Return all tags that have an entry, the most used first."""
    found = remembered("all tags", lambda: tags_of(Article.objects.published(), None))
    return [CountedTag(*row) for row in found]


def papers(asked: Asked) -> Page:
    """Return the papers that have an entry, the first known first."""
    found, limit = all_papers(), _limit(asked)
    for name in ("identity", "venue"):
        if asked.get(name):
            found = found.filter(**{name: asked[name]})
    behind = found.filter(pk__gt=int(asked.get("cursor", 0))).order_by("pk")
    items = list(behind[: limit + 1])
    return Page(items[:limit], str(items[limit - 1].pk) if len(items) > limit else None)


def all_papers() -> QuerySet[Paper]:
    """Return the papers that have a published entry, and the first of those as ``shown``."""
    published = Article.objects.published().order_by("pk")
    has_entry = Exists(published.filter(paper=OuterRef("pk")))
    shown = Prefetch("articles", published.only("paper")[:MOST_ENTRIES], to_attr="shown")
    return Paper.objects.filter(has_entry).prefetch_related(shown)


def tag_page(asked: Asked) -> Page:
    """Return a page of the tags."""
    return _sliced(tags(), asked)


def _sliced(items: Sequence[Any], asked: Asked) -> Page:
    """Return a page of what is in memory whole."""
    start = int(asked.get("cursor", 0))
    stop = start + _limit(asked)
    return Page(items[start:stop], str(stop) if stop < len(items) else None)


def _limit(asked: Asked) -> int:
    return int(asked.get("limit", USUAL))
