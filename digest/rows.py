"""Entries as plain rows: what a page shows of them, read at a third of what models would cost."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, Q, QuerySet, TextField
from django.db.models.functions import Cast
from taggit.models import Tag, TaggedItem

from digest.models import Article, Category, Paper

# What pages do not show of an article: the texts behind its HTML, and what only counts.
HIDDEN = {
    "source", "source_place", "gap", "summary", "picture_src", "picture_source", "revision",
    "month", "week", "has_code", "has_paper", "has_picture", "taken_down_at",
}  # fmt: skip
JSON = {"links", "picture_widths"}  # read as text, which can be compared
OF_CATEGORY = ("id", "title", "slug")
OF_PAPER = tuple(field.attname for field in Paper._meta.concrete_fields)
OF_ARTICLE = tuple(
    field.attname for field in Article._meta.concrete_fields if field.attname not in HIDDEN
)
PK, POSITION, CATEGORY, HEADLINE = map(
    OF_ARTICLE.index, ("id", "position", "category_id", "headline_html")
)

COLUMNS = (
    *(Cast(name, TextField()) if name in JSON else name for name in OF_ARTICLE),
    *(f"category__{name}" for name in OF_CATEGORY),
    *(f"paper__{name}" for name in OF_PAPER),
)


FAR = 1_000  # articles that cost more to pass over than one more query


class Row(NamedTuple):
    """One article with its category and paper as plain values, and its tags by name and slug."""

    values: tuple[Any, ...]
    tags: tuple[tuple[str, str], ...]

    @property
    def pk(self) -> int:
        """Which article it is."""
        return self.values[PK]  # type: ignore[no-any-return]

    @property
    def position(self) -> int:
        """Where in its category it stands."""
        return self.values[POSITION]  # type: ignore[no-any-return]

    @property
    def category_id(self) -> int:
        """In which category."""
        return self.values[CATEGORY]  # type: ignore[no-any-return]

    @property
    def headline_html(self) -> str:
        """What it is called."""
        return self.values[HEADLINE]  # type: ignore[no-any-return]

    def article(self) -> Article:
        """Return the row as an article with all that templates ask for, and nothing else."""
        values = iter(self.values)
        own = [json.loads(next(values)) if name in JSON else next(values) for name in OF_ARTICLE]
        category = [next(values) for _ in OF_CATEGORY]
        article = Article.from_db("default", OF_ARTICLE, own)
        article.category = Category.from_db("default", OF_CATEGORY, category)
        if article.paper_id:
            article.paper = Paper.from_db("default", OF_PAPER, list(values))
        article.tag_list = [Tag(name=name, slug=slug) for name, slug in self.tags]
        return article


RowQuery = QuerySet[Article, tuple[Any, ...]]
TagQuery = QuerySet[TaggedItem, tuple[int, int, str, str]]


@cache
def _published() -> RowQuery:
    """Build the query for rows once: that takes as long as to run it."""
    return Article.objects.published().order_by().values_list(*COLUMNS)


@cache
def _tags() -> TagQuery:
    """Build the query for the tags of anything."""
    columns = ("pk", "object_id", "tag__name", "tag__slug")
    found: TagQuery = TaggedItem.objects.order_by().values_list(*columns)
    return found


def published() -> RowQuery:
    """Return a query for the published articles that :func:`read` takes, in no order."""
    return _published().all()


def rows(articles: QuerySet[Article]) -> list[Row]:
    """Read articles as rows: two queries."""
    return read(articles.prefetch_related(None).values_list(*COLUMNS))


def read(query: RowQuery) -> list[Row]:
    """Read what a query that began with :func:`published` is for: two queries."""
    found = list(query)
    tags: dict[int, list[tuple[str, str]]] = {values[PK]: [] for values in found}
    # Sorted here: SQLite would read the tags of all articles to have them in order.
    kind = ContentType.objects.get_for_model(Article).pk
    for _, pk, name, slug in sorted(_tags().filter(content_type=kind, object_id__in=tags)):
        tags[pk].append((name, slug))
    return [Row(values, tuple(tags[values[PK]])) for values in found]


def of_keys(keys: Sequence[int]) -> list[Row]:
    """Read the published articles with these primary keys, in their order."""
    found = {row.pk: row for row in read(published().filter(pk__in=keys))}
    return [found[key] for key in keys if key in found]


def far_in(articles: QuerySet[Any, Any], place: slice) -> list[Row]:
    """Read a slice that begins far from the first, without reading what it passes over."""
    return of_keys(list(articles.values_list("pk", flat=True)[place]))


class Shown:
    """The published articles that meet a condition, in an order, as a paginator takes them.

    ``total`` is how many there are.
    """

    def __init__(self, condition: Q | Exists, order: Sequence[str], total: int) -> None:
        self.condition, self.order, self.total = condition, order, total

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, place: slice) -> list[Row]:
        if place.start >= FAR:
            return far_in(self._among(Article.objects.published()), place)
        return read(self._among(published())[place])

    def _among(self, articles: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        return articles.filter(self.condition).order_by(*self.order)
