"""The articles that a query finds, the best first, at a cost that hardly grows with the list."""

from collections.abc import Sequence
from functools import cached_property
from typing import overload

from django.db.models import QuerySet

from digest.models import Article
from digest.search.query import Query

# More hits than this are neither counted nor shown: who gets so many types another word.
MOST = 1_000


class Hits(Sequence[Article]):
    """What a query finds among these articles, as a paginator takes it.

    Whole words come before beginnings of words, the heading before the summary, and then the newest
    article first.  Each of these steps reads no more of the index than it needs: a database's own
    ranking would score every hit before it shows the first.
    """

    def __init__(self, articles: QuerySet[Article], query: Query) -> None:
        self.articles, self.query = articles, query

    @cached_property
    def keys(self) -> list[int]:
        """The primary keys in order, one more than ``MOST`` at most."""
        found: dict[int, None] = {}
        for query in dict.fromkeys((self.query, self.query.widened())):
            for column in ("heading", "text"):
                matching = self.articles.filter(**{f"search_document__{column}__matches": query})
                newest = matching.order_by("-search_document__article_id")
                found |= dict.fromkeys(newest.values_list("pk", flat=True)[: MOST + 1])
                if len(found) > MOST:
                    return list(found)
        return list(found)

    @property
    def more(self) -> bool:
        """Whether there are hits beyond those counted."""
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
