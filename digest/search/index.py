"""The index: what of an article is searched, written with each publish, and made anew at will."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from digest.markup import text_of
from digest.models import Article, Paper, Readme, SearchDocument
from digest.readme.identity import identity_of
from digest.search.fields import MOST_TOKENS
from digest.search.tokens import folded, tokens

BATCH = 1_000
BREAK = "."  # stands between two texts, so that no sequence goes from one into the other
READ = ("headline_html", "title", "title_html", "summary_html", "links")


def contents(article: Any, tag_names: Iterable[str], of_work: Iterable[str] = ()) -> dict[str, Any]:
    """Return the columns of an article's document, for any object with the columns ``READ``.

    The heading is what names the article: headline, paper title, tags.  The labels of its links
    (“paper”, “code”) are nearly every article's; of their addresses a reader may know the number.
    ``of_work`` is what is known of the work that it is about (see ``works``).
    """
    names = sorted(map(folded, tag_names))
    named = (text_of(article.headline_html), text_of(article.title_html), *names)
    kind, _, number = identity_of(article.title, article.links).partition(":")
    told = (text_of(article.summary_html), "" if kind == "title" else number, *of_work)
    heading, body = _joined(named), _joined(told)
    of_heading = " ".join(heading[:MOST_TOKENS])
    of_all = " ".join((heading + body)[:MOST_TOKENS])
    digest = blake2b(f"{of_heading}\n{of_all}".encode(), digest_size=8).digest()
    return {
        "heading": of_heading,
        "text": of_all,
        "fingerprint": int.from_bytes(digest, signed=True),
    }


def works(articles: Iterable[Article]) -> dict[int | None, list[str]]:
    """Return the texts of each article's work that are searched: its authors and its venue."""
    papers = Paper.objects.filter(pk__in={one.paper_id for one in articles if one.paper_id})
    known = papers.exclude(authors="", venue="").only("authors", "venue")
    return {paper.pk: [*map(str, paper.author_list), paper.venue] for paper in known}


def _joined(texts: Iterable[str]) -> list[str]:
    """Return the tokens of all texts; what lies beyond the first 16,000 is not searched."""
    found: list[str] = []
    for text in texts:
        found += tokens(folded(text[:MOST_TOKENS])[:MOST_TOKENS])
        found.append(BREAK)
    return found


def write(
    articles: Sequence[Article], tag_names: Mapping[int, Sequence[str]], *, fresh: bool
) -> None:
    """Let search find these articles by what they say; ``fresh`` ones are not known to it yet.

    Called in the transaction that changes the articles, so that search is never behind the pages.
    """
    if not fresh:
        SearchDocument.objects.filter(pk__in=[article.pk for article in articles]).delete()
    of = works(articles)
    SearchDocument.objects.bulk_create(
        SearchDocument(
            article=article,
            **contents(article, tag_names.get(article.pk, ()), of.get(article.paper_id, ())),
        )
        for article in articles
    )


# --- The whole index -----------------------------------------------------------------------------


@dataclass
class Difference:
    """How many articles search does not know, knows as they were, or knows although they went."""

    missing: int = 0
    outdated: int = 0
    left_over: int = 0

    def __bool__(self) -> bool:
        return bool(self.missing or self.outdated or self.left_over)


def rebuild() -> Iterator[int]:
    """Read every article anew; yield the size of each batch once it is stored.

    Searching goes on meanwhile.  A batch holds the list, so no publish comes in between its reading
    and its writing.
    """
    with transaction.atomic():
        _left_over().delete()
    last = 0
    while True:
        with transaction.atomic():
            Readme.objects.select_for_update().get(pk=1)
            articles = list(_readable().filter(pk__gt=last)[:BATCH])
            write(articles, {one.pk: _names(one) for one in articles}, fresh=False)
        if not articles:
            return
        last = articles[-1].pk
        yield len(articles)


def difference() -> Difference:
    """Compare the index with what the articles say now; it writes nothing."""
    found = Difference(left_over=_left_over().count())
    known = dict(SearchDocument.objects.values_list("pk", "fingerprint"))
    articles = _readable().iterator(BATCH)
    while batch := list(islice(articles, BATCH)):
        of = works(batch)
        for article in batch:
            said = contents(article, _names(article), of.get(article.paper_id, ()))
            if article.pk not in known:
                found.missing += 1
            elif known[article.pk] != said["fingerprint"]:
                found.outdated += 1
    return found


def _readable() -> QuerySet[Article]:
    """Every article, also those taken down: one that is restored is found at once."""
    return (
        Article.objects.only(*READ, "paper")
        .order_by("pk")
        .prefetch_related(Prefetch("tags", to_attr="tag_list"))  # type: ignore[no-redef]
    )


def _names(article: Article) -> list[str]:
    return [tag.name for tag in article.tag_list]


def _left_over() -> QuerySet[SearchDocument]:
    return SearchDocument.objects.exclude(pk__in=Article.objects.values("pk"))
