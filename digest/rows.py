"""Entries as plain rows: what a page shows of them, read at a third of what models would cost."""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import BigIntegerField, Exists, Model, Q, QuerySet, TextField
from django.db.models.functions import Cast
from taggit.models import Tag, TaggedItem

from digest.models import Article, Category, Paper
from digest.prepared import Prepared, run

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
    """One article with its category and paper as plain values, and its tags by name and slug.

    The values are as the database's driver gives them: few are asked what they mean.
    """

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
        article = _of(Article, OF_ARTICLE, values)
        article.category = _of(Category, OF_CATEGORY, values)
        if article.paper_id:
            article.paper = _of(Paper, OF_PAPER, values)
        article.tag_list = [Tag(name=name, slug=slug) for name, slug in self.tags]
        return article


Made = TypeVar("Made", bound=Model)


def _of(model: type[Made], names: Sequence[str], values: Iterator[Any]) -> Made:
    """Make an object of the next values, as Django would."""
    read = zip(_readers(model, names), values, strict=False)
    return model.from_db("default", names, [reader(value) for reader, value in read])


@cache
def _readers(model: type[Model], names: Sequence[str]) -> list[Callable[[Any], Any]]:
    """Return for each field what makes its value of the driver's."""
    return [_reader(model._meta.get_field(name)) for name in names]


def _reader(field: Any) -> Callable[[Any], Any]:
    if field.name in JSON:
        return json.loads
    column = field.cached_col
    converters = [
        *connection.ops.get_db_converters(column),
        *column.get_db_converters(connection),
    ]

    def read(value: Any) -> Any:
        for convert in converters:
            value = convert(value, column, connection)
        return value

    return read


RowQuery = QuerySet[Article, tuple[Any, ...]]


@cache
def _published() -> RowQuery:
    """Build the query for rows once: that takes as long as to run it."""
    return Article.objects.published().order_by().values_list(*COLUMNS)


def published() -> RowQuery:
    """Return a query for the published articles that :func:`read` takes, in no order."""
    return _published().all()


def _tags_of(kind: int, *keys: int) -> QuerySet[Any, Any]:
    tagged = TaggedItem.objects.filter(content_type=kind, object_id__in=keys)
    found: QuerySet[Any, Any] = tagged.order_by()
    return found.values_list("pk", "object_id", "tag__name", "tag__slug")


_tags = Prepared(_tags_of)
_keyed = Prepared(lambda *keys: published().filter(pk__in=keys))


def rows(articles: QuerySet[Article]) -> list[Row]:
    """Read articles as rows: two queries."""
    return read(articles.prefetch_related(None).values_list(*COLUMNS))


def read(query: RowQuery) -> list[Row]:
    """Read what a query that began with :func:`published` is for: two queries."""
    return with_tags(run(query))


def with_tags(found: Sequence[tuple[Any, ...]]) -> list[Row]:
    """Return what was read as rows: one query."""
    tags: dict[int, list[tuple[str, str]]] = {values[PK]: [] for values in found}
    # Sorted here: SQLite would read the tags of all articles to have them in order.
    kind = ContentType.objects.get_for_model(Article).pk
    for _, pk, name, slug in sorted(_tags(kind, *tags)) if tags else ():
        tags[pk].append((name, slug))
    return [Row(values, tuple(tags[values[PK]])) for values in found]


def of_keys(keys: Sequence[int]) -> list[Row]:
    """Read the published articles with these primary keys, in their order: two queries."""
    possible = [key for key in keys if key <= BigIntegerField.MAX_BIGINT]  # SQLite fails at others
    found = {row.pk: row for row in with_tags(_keyed(*possible))} if possible else {}
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
        return self._near(place)

    def _near(self, place: slice) -> list[Row]:
        return read(self._among(published())[place])

    def _among(self, articles: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        return articles.filter(self.condition).order_by(*self.order)


IN_SECTION = ("position", "pk")
_in_section = Prepared(lambda pk: published().filter(category=pk).order_by(*IN_SECTION))


class InSection(Shown):
    """The published articles of a section, in its order."""

    def __init__(self, section: int, total: int) -> None:
        super().__init__(Q(category=section), IN_SECTION, total)
        self.section = section

    def _near(self, place: slice) -> list[Row]:
        return with_tags(_in_section(self.section, place=place))
