"""What publishing, taking down and restoring do to the live tables.

Only ``actions`` calls what writes here; a preview fills an article that it never stores.

Each function takes many revisions as easily as one, and stores the HTML that readers get, so that a
page costs no rendering.  The caller has checked everything and holds the list.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.apps import apps as site_apps
from django.apps.registry import Apps
from django.db.models import F, OuterRef, Subquery

from digest import renditions
from digest.markup import block, inline
from digest.models import Article, Readme
from digest.search import index
from editorial.entries import COLUMNS
from editorial.live import breaches, papers, places, tags
from editorial.models import Revision

# What a change of a live article writes.  Not its position: making room may have moved it.
CHANGED = (
    *COLUMNS, "picture", "category", "paper", "revision",
    "headline_html", "title_html", "summary_html", "updated_at",
    "has_code", "has_paper", "has_picture", "picture_width", "picture_height", "picture_widths",
)  # fmt: skip


def keep_row(using: str, apps: Apps = site_apps, **_signal: Any) -> None:
    """Make the README's one row again after a flush, which takes what a migration had made."""
    with suppress(LookupError):  # a migrate that stopped before the row's table
        apps.get_model("digest", "Readme")._default_manager.using(using).get_or_create(pk=1)


def hold(now: datetime) -> None:
    """Count one more change of what readers see, and let other writers of it wait until it is made.

    PostgreSQL locks the row that is updated and SQLite the whole file; so places, papers and tags
    can be looked up and then written without anyone in between.
    """
    Readme.objects.filter(pk=1).update(version=F("version") + 1, updated_at=now)


def publish(revisions: Sequence[Revision], now: datetime) -> dict[int, int]:
    """Make readers see these revisions; return the article of each new one."""
    new = [revision for revision in revisions if revision.article_id is None]
    changed = [revision for revision in revisions if revision.article_id is not None]
    if changed:
        _change(changed, now)
    return _add(new, now) if new else {}


def take_down(revisions: Sequence[Revision], now: datetime) -> dict[int, int]:
    """Hide the articles of these revisions from readers."""
    articles = Article.objects.filter(revision__in=[r.pk for r in revisions])
    articles.update(taken_down_at=now)
    breaches.forget([r.article_id for r in revisions if r.article_id])
    return {}


def restore(revisions: Sequence[Revision], now: datetime) -> dict[int, int]:  # noqa: ARG001 - as its sisters
    """Show the articles of these revisions again."""
    Article.objects.filter(revision__in=[r.pk for r in revisions]).update(taken_down_at=None)
    return {}


def _add(revisions: Sequence[Revision], now: datetime) -> dict[int, int]:
    found = papers.find_or_make(revisions)
    place = places.find(revisions)
    venues = papers.venues(found)
    articles = [
        Article(
            paper_id=paper,
            venue=venues.get(paper, ""),
            position=place[revision.pk],
            published_at=now,
        )
        for revision, paper in zip(revisions, found, strict=True)
    ]
    for article, revision in zip(articles, revisions, strict=True):
        fill(article, revision, now)
    Article.objects.bulk_create(articles)
    own = Article.objects.filter(revision=OuterRef("pk")).order_by().values("pk")
    Revision.objects.filter(pk__in=place).update(article_id=Subquery(own))
    numbers = {article.revision: article.pk for article in articles}
    names = {numbers[r.pk]: r.tag_names for r in revisions if r.tag_names}
    tags.write(names, fresh=True)
    index.write(articles, names, fresh=True)
    breaches.follow(articles)
    return numbers


def _change(revisions: Sequence[Revision], now: datetime) -> None:
    articles = Article.objects.select_related("paper").in_bulk([r.article_id for r in revisions])
    pairs = [(articles[r.article_id], r) for r in revisions if r.article_id]
    place = places.find([revision for article, revision in pairs if moves(article, revision)])
    left: dict[int, int | None] = {}
    joined = []
    for article, revision in pairs:
        paper = papers.follow(article, revision)
        if article.paper_id and article.paper_id != paper:
            left[article.paper_id] = paper
        if article.paper_id != paper:
            joined.append(article.pk)
        article.paper_id = paper
        fill(article, revision, now)
        article.save(update_fields=CHANGED)
        if revision.pk in place:
            Article.objects.filter(pk=article.pk).update(position=place[revision.pk])
    papers.follow_venues(Article.objects.filter(pk__in=joined))
    papers.drop_unused(left)
    names = {article.pk: revision.tag_names for article, revision in pairs}
    tags.write(names, fresh=False)
    changed = [article for article, _ in pairs]
    index.write(changed, names, fresh=False)
    breaches.follow(changed)


def moves(article: Article, revision: Revision) -> bool:
    """Whether the revision takes its article to another place."""
    stays = revision.position in {None, article.position}
    return revision.category_id != article.category_id or not stays


def fill(article: Article, revision: Revision, now: datetime) -> None:
    """Let the article say what the revision says, in the revision's section if that is there."""
    if revision.category_id is not None:
        article.category_id = revision.category_id
    for column in COLUMNS:
        setattr(article, column, getattr(revision, column))
    article.picture = revision.picture.name
    name = revision.picture.name
    sizes = renditions.sizes_of(name) if name else renditions.Sizes()
    article.picture_width, article.picture_height = sizes.width, sizes.height
    article.picture_widths = sizes.widths
    article.revision = revision.pk
    article.headline_html = inline(revision.headline)
    article.title_html = inline(revision.title)
    article.summary_html = block(revision.summary)
    article.updated_at = now
