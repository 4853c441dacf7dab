"""The articles that a query finds, the best first, at a cost that hardly grows with the list."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, overload

from django.db.models import QuerySet

from digest.models import Article
from digest.search.query import Query

# More hits than this are neither counted nor shown: who gets so many types another word.
MOST = 1_000


class Keyed(Sequence[Article]):
    """The articles with these primary keys, in their order, as a paginator takes them."""

    def __init__(self, articles: QuerySet[Article], keys: Sequence[int]) -> None:
        self.articles, self.keys = articles, keys

    @property
    def more(self) -> bool:
        """Whether there are more than are counted and shown."""
        return len(self.keys) > MOST

    def __len__(self) -> int:
        return min(len(self.keys), MOST)

    @overload
    def __getitem__(self, place: int) -> Article: ...
    @overload
    def __getitem__(self, place: slice) -> list[Article]: ...
    def __getitem__(self, place: int | slice) -> Article | list[Article]:
        if isinstance(place, int):
            return self[place : place + 1][0]
        keys = self.keys[:MOST][place]
        articles = self.articles.order_by().in_bulk(keys)
        return [articles[key] for key in keys if key in articles]


class Hits(Keyed):
    """What a query finds among these articles.

    Whole words come before beginnings of words, the heading before the summary, and then the newest
    article first.  Each of these steps reads no more of the index than it needs: a database's own
    ranking would score every hit before it shows the first.  ``whole`` are the keys of all hits,
    the newest first, where they are known: the last step is not asked for then.
    """

    def __init__(
        self, articles: QuerySet[Article], query: Query, whole: Sequence[int] | None = None
    ) -> None:
        self.articles, self.query, self.whole = articles, query, whole

    @cached_property
    def keys(self) -> list[int]:  # type: ignore[override]  # made when they are asked for
        """The primary keys in order, one more than ``MOST`` at most."""
        found: dict[int, None] = {}
        steps = [
            (query, column)
            for query in dict.fromkeys((self.query, self.query.widened()))
            for column in ("heading", "text")
        ]
        for query, column in steps if self.whole is None else steps[:-1]:
            matching = self.articles.filter(**{f"search_document__{column}__matches": query})
            newest = matching.order_by("-search_document__article_id")
            found |= dict.fromkeys(newest.values_list("pk", flat=True)[: MOST + 1])
            if len(found) > MOST:
                return list(found)
        return list(found | dict.fromkeys(self.whole or ()))


def everything(
    articles: QuerySet[Article], query: Query, *columns: str
) -> list[tuple[Any, ...]] | None:
    """Return these columns of all that a query finds, in no order; None if it is too much."""
    matching = articles.order_by().filter(search_document__text__matches=query.widened())
    rows = list(matching.values_list(*columns)[: MOST + 1])
    return rows if len(rows) <= MOST else None
