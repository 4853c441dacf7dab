"""Entries as plain rows: what a page shows of them, read at a third of what models would cost."""

import json
from functools import cache
from typing import Any, NamedTuple

from django.db.models import QuerySet, TextField
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
TagQuery = QuerySet[TaggedItem, tuple[int, str, str]]


@cache
def _published() -> RowQuery:
    """Build the query for rows once: that takes as long as to run it."""
    return Article.objects.published().order_by().values_list(*COLUMNS)


@cache
def _tags() -> TagQuery:
    """Build the query for the tags of any articles."""
    articles = {"content_type__app_label": "digest", "content_type__model": "article"}
    tagged = TaggedItem.objects.filter(**articles).order_by("pk")
    found: TagQuery = tagged.values_list("object_id", "tag__name", "tag__slug")
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
    for pk, name, slug in _tags().filter(object_id__in=tags):
        tags[pk].append((name, slug))
    return [Row(values, tuple(tags[values[PK]])) for values in found]


class Shown:
    """What a query is for, as a paginator takes it; ``total`` if that is known."""

    def __init__(self, query: RowQuery, total: int | None = None) -> None:
        self.query, self.total = query, total

    def __len__(self) -> int:
        if self.total is None:
            self.total = self.query.count()
        return self.total

    def __getitem__(self, place: slice) -> list[Row]:
        return read(self.query[place])
