"""The articles that a query finds, the best first, at a cost that hardly grows with the list."""

from collections.abc import Sequence
from typing import Any, overload

from django.db.models import BigIntegerField, QuerySet, Subquery

from digest.models import TAKEN_DOWN, Article, SearchDocument
from digest.search.query import Query

# More hits than this are neither counted nor shown: who gets so many types another word.
MOST = 1_000
# So few of many hits are sought among so many of the newest articles before all hits are sorted:
# a page or two of a word that one in twenty to forty articles has.
FEW, RECENT = 100, 2_000

Step = tuple[Query, str]


class Keyed(Sequence[Article]):
    """The articles with these primary keys, in their order, as a paginator takes them."""

    def __init__(self, articles: QuerySet[Article], keys: Sequence[int]) -> None:
        self.articles, self.keys = articles, keys

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, place: int) -> Article: ...
    @overload
    def __getitem__(self, place: slice) -> list[Article]: ...
    def __getitem__(self, place: int | slice) -> Article | list[Article]:
        if isinstance(place, int):
            return self[place : place + 1][0]
        start, stop, _ = place.indices(len(self))
        keys = self.first(stop)[start:]
        articles = self.articles.order_by().in_bulk(keys)
        return [articles[key] for key in keys if key in articles]

    def first(self, number: int) -> Sequence[int]:
        """Return so many of the keys."""
        return self.keys[:number]


class Hits(Keyed):
    """What a query finds among these articles.

    Whole words come before beginnings of words, the heading before the summary, and then the newest
    article first.  Each of these steps reads no more of the index than it needs: a database's own
    ranking would score every hit before it shows the first.
    """

    def __init__(self, articles: QuerySet[Article], query: Query) -> None:
        self.articles = articles
        queries = dict.fromkeys((query, query.widened()))
        self.steps = [(one, column) for one in queries for column in ("heading", "text")]
        self._some: dict[Step, Sequence[int]] = {}

    def __len__(self) -> int:
        return MOST if self.more else len(set(self.some(self.steps[-1])))

    @property
    def soon_many(self) -> bool:
        """Whether there are more than are counted and shown, as is known before the last step."""
        return any(map(self._is_much, self.steps[:-1]))

    @property
    def more(self) -> bool:
        """Whether there are more than are counted and shown."""
        return any(map(self._is_much, self.steps))

    @property
    def keys(self) -> list[int]:  # type: ignore[override]  # made when they are asked for
        """The primary keys in order, one more than ``MOST`` at most."""
        return self.first(MOST + 1)

    def are_all(self, keys: Sequence[int]) -> None:
        """Take these for the keys of all hits, which the last step then need not find again."""
        self._some[self.steps[-1]] = keys

    def first(self, number: int) -> list[int]:
        """Return so many of the primary keys, the best first."""
        found: dict[int, None] = {}
        for step in self.steps:
            keys = self._newest(step, number) if self._is_much(step) else self.some(step)
            found |= dict.fromkeys(sorted(keys, reverse=True))
            if len(found) >= number:
                break
        return list(found)[:number]

    def some(self, step: Step) -> Sequence[int]:
        """Return what a step finds, in no order: all of it unless it is more than ``MOST``."""
        if step not in self._some:
            self._some[step] = list(_matching(self.articles, *step)[: MOST + 1])
        return self._some[step]

    def _is_much(self, step: Step) -> bool:
        return len(self.some(step)) > MOST

    def _newest(self, step: Step, number: int) -> list[int]:
        """Return so many of the newest of a step that finds many, or some more."""
        if number <= FEW:
            last = SearchDocument.objects.order_by("-pk").values("pk")[:1]
            recent = Subquery(last, output_field=BigIntegerField()) - RECENT
            found = _matching(self.articles, *step, "scanned").filter(pk__gt=recent)
            keys = list(_newest_first(found)[:number])
            if len(keys) == number:
                return keys
        return list(_newest_first(_matching(self.articles, *step))[: MOST + 1])


def everything(
    articles: QuerySet[Article], query: Query, *columns: str
) -> list[tuple[Any, ...]] | None:
    """Return these columns of all that a query finds, in no order; None if it is too much."""
    keys = _matching(articles, query.widened(), "text")[: MOST + 1]
    rows = list(articles.order_by().filter(pk__in=keys).values_list(*columns))
    return rows if len(rows) <= MOST else None


def _matching(
    articles: QuerySet[Article], query: Query, column: str, lookup: str = "matches"
) -> QuerySet[Any, Any]:
    """Return a query for the keys of the articles that match.

    Where no filter is on, the documents are asked alone, but for those of articles that were taken
    down: these are few, and to look up the articles of all others costs more than the search.
    """
    condition = f"{column}__{lookup}"
    if articles.query.where == Article.objects.published().query.where:
        down = Article.objects.filter(TAKEN_DOWN).values("pk")
        documents = SearchDocument.objects.exclude(pk__in=down).filter(**{condition: query})
        return documents.values_list("pk", flat=True)
    found = articles.order_by().filter(**{f"search_document__{condition}": query})
    return found.values_list("pk", flat=True)


def _newest_first(found: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """Order by the documents, as both databases' indexes have them."""
    is_of_documents = found.model is SearchDocument
    return found.order_by("-article_id" if is_of_documents else "-search_document__article_id")
