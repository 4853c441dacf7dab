"""Which work an entry is about.

A new entry joins the paper that has its identity, or brings a new one; it never changes a paper
that others are about.  A paper with a single article follows what that article says, so that a
title put right keeps the paper's address.  What is known of a paper beyond that (authors, date,
venue) stays with it, unless it was looked up by an identity that turned out to be another work's.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from digest.models import Article, EntryFields, Paper
from digest.readme.identity import identity_of, normalised, paper_url
from digest.search import index
from editorial.live import tags
from editorial.works import lookups
from editorial.works.facts import FACTS

TITLE_LENGTH = 1000


def find_or_make(rows: Sequence[EntryFields]) -> list[int | None]:
    """Return the paper of each row, in order; nothing where a row names no work."""
    identities = [_identity(row) for row in rows]
    wanted = {key: row for key, row in zip(identities, rows, strict=True) if key}
    if not wanted:
        return [None] * len(rows)
    papers = dict(Paper.objects.filter(identity__in=wanted).values_list("identity", "pk"))
    missing = [_paper(key, row) for key, row in wanted.items() if key not in papers]
    papers |= {paper.identity: paper.pk for paper in Paper.objects.bulk_create(missing)}
    return [papers.get(key) for key in identities]


def follow(article: Article, revision: EntryFields) -> int | None:
    """Return the paper of an article that is about to say what the revision says."""
    if (article.title, article.links) == (revision.title, revision.links):
        return article.paper_id
    paper = article.paper
    identity = _identity(revision)
    if paper is None or not identity or _is_shared(paper, article, identity):
        return find_or_make([revision])[0]
    renewed = _paper(identity, revision)
    renewed.pk = paper.pk
    if paper.identity != identity:
        lookups.forget(paper)
    renewed.save(update_fields=("identity", "title", "url"))
    return paper.pk


def expected(article: Article | None, revision: EntryFields) -> Paper | None:
    """Return the paper that this revision will be about, if it is there already; write nothing."""
    if article and (article.title, article.links) == (revision.title, revision.links):
        return article.paper
    identity = _identity(revision)
    if not identity:
        return None
    own = article.paper if article else None
    if article and own and not _is_shared(own, article, identity):
        return own
    return Paper.objects.filter(identity=identity).first()


def _is_shared(paper: Paper, article: Article, identity: str) -> bool:
    """Whether others are about this paper, or another paper is the one with this identity."""
    others = paper.articles.exclude(pk=article.pk)
    return others.exists() or Paper.objects.filter(identity=identity).exclude(pk=paper.pk).exists()


def drop_unused(left: Mapping[int, int | None]) -> None:
    """Delete those of these papers that no article is about any more.

    ``left`` says which paper each one's article is about now; if that is the same work by another
    mark, it takes over what it lacks.
    """
    unused = list(Paper.objects.filter(pk__in=left, articles__isnull=True))
    heirs = Paper.objects.in_bulk([left[paper.pk] or 0 for paper in unused])
    for paper in unused:
        heir = heirs.get(left[paper.pk] or 0)
        if heir and normalised(heir.title) == normalised(paper.title):
            _inherit(heir, paper)
    if unused:
        Paper.objects.filter(pk__in=[paper.pk for paper in unused]).delete()


def _inherit(heir: Paper, paper: Paper) -> None:
    lacking = [name for name in FACTS if getattr(paper, name) and not getattr(heir, name)]
    if heir.venue not in {"", paper.venue}:
        lacking = [name for name in lacking if name != "venue_kind"]  # it is of another venue
    if lacking:
        for name in lacking:
            setattr(heir, name, getattr(paper, name))
        heir.version += 1
        heir.save(update_fields=[*lacking, "version"])
        renew([heir])


def venues(papers: Iterable[int | None]) -> dict[int | None, str]:
    """Return the venues of those of these papers that have one."""
    known = Paper.objects.filter(pk__in={pk for pk in papers if pk}).exclude(venue="")
    return dict(known.values_list("pk", "venue"))


def follow_venues(articles: QuerySet[Article]) -> None:
    """Let articles have the venues that their papers have."""
    of_paper = Paper.objects.filter(pk=OuterRef("paper")).values("venue")
    articles.order_by().update(venue=Coalesce(Subquery(of_paper), Value("")))


def renew(papers: Sequence[Paper]) -> None:
    """Let the articles about these papers be found by what is said of the papers now."""
    about = Article.objects.filter(paper__in=papers)
    follow_venues(about)
    articles = list(about)
    index.write(articles, tags.names_of_all(one.pk for one in articles), fresh=False)


def _identity(row: EntryFields) -> str:
    return identity_of(row.title, [(label, url) for label, url in row.links])


def _paper(identity: str, row: EntryFields) -> Paper:
    url = paper_url([(label, url) for label, url in row.links])
    return Paper(identity=identity, title=row.title[:TITLE_LENGTH], url=url)
