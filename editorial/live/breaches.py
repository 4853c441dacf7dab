"""Which rules live articles break, kept beside them so that the desk can count and list them.

Publishing a few articles looks at each at once.  Publishing many, as an import does, leaves that to
``manage.py check_entries``: the rules would take as long as all else.
"""

from collections.abc import Iterator, Sequence

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet

from digest.mirror import entry_of
from digest.models import Article, Readme
from editorial.flaws import LIST_RULES, flaws_of
from editorial.models import Breach, Examination

AT_ONCE = 20  # articles; so many take some hundredths of a second
_BATCH = 500
_AMONG = [rule.code for rule in LIST_RULES]


def follow(articles: Sequence[Article]) -> None:
    """Look at articles that were just published, if they are few."""
    if len(articles) <= AT_ONCE:
        examine(articles)


def forget(articles: Sequence[int]) -> None:
    """Know nothing of these articles (by their numbers) any more."""
    Breach.objects.filter(article__in=articles).delete()
    Examination.objects.filter(article__in=articles).delete()


def examine(articles: Sequence[Article]) -> None:
    """Look at these live articles by the rules that each can break by itself."""
    numbers = [article.pk for article in articles]
    Breach.objects.filter(article__in=numbers).exclude(code__in=_AMONG).delete()
    Breach.objects.bulk_create(
        Breach(article=article, code=code)
        for article in articles
        for code in sorted({flaw.code for flaw in flaws_of(entry_of(article))})
    )
    Examination.objects.bulk_create(
        (Examination(article=article, revision=article.revision) for article in articles),
        update_conflicts=True,
        unique_fields=["article"],
        update_fields=["revision"],
    )


def unexamined() -> QuerySet[Article]:
    """Return the live articles that say something else than when they were looked at last."""
    known = Examination.objects.filter(article=OuterRef("pk"), revision=OuterRef("revision"))
    return Article.objects.published().filter(~Exists(known)).order_by("pk")


def examine_all(*, anew: bool = False) -> Iterator[int]:
    """Look at all live articles that changed, ``anew`` at every one; yield the size of each batch.

    What is about several articles (a paper twice) is looked up for the whole list at the end.
    """
    if anew:
        Examination.objects.all().delete()
    while True:
        with transaction.atomic():
            Readme.objects.select_for_update().get(pk=1)  # nobody publishes meanwhile
            articles = list(unexamined()[:_BATCH])
            examine(articles)
        if not articles:
            break
        yield len(articles)
    with transaction.atomic():
        Readme.objects.select_for_update().get(pk=1)
        _examine_the_list()


def _examine_the_list() -> None:
    live = Article.objects.published().order_by()
    papers = live.exclude(paper=None).values("paper").annotate(number=Count("pk"))
    several = papers.filter(number__gt=1).values("paper")
    places: dict[int, list[tuple[int, int]]] = {}
    rows = live.filter(paper__in=several).order_by("category__position", "position", "pk")
    for pk, paper, category in rows.values_list("pk", "paper", "category"):
        places.setdefault(paper, []).append((category, pk))
    # Of several, the first one is in order.
    found = [
        Breach(article_id=pk, code=code) for ours in places.values() for pk, code in _among(ours)
    ]
    Breach.objects.filter(code__in=_AMONG).delete()
    Breach.objects.bulk_create(found, batch_size=_BATCH)


def _among(places: Sequence[tuple[int, int]]) -> Iterator[tuple[int, str]]:
    """Yield what the later ones of the articles about a paper break, given as (category, pk)."""
    seen = {places[0][0]}
    for category, pk in places[1:]:
        yield pk, "paper-repeated" if category in seen else "paper-elsewhere"
        seen.add(category)


def counts() -> QuerySet[Breach, tuple[str, int]]:
    """Return how many live articles break each rule."""
    return Breach.objects.order_by().values_list("code").annotate(number=Count("pk"))
