"""Which work an entry is about.

A new entry joins the paper that has its identity, or brings a new one; it never changes a paper
that others are about.  A paper with a single article follows what that article says, so that a
title put right keeps the paper's address.
"""

from collections.abc import Collection, Sequence

from digest.models import Article, EntryFields, Paper
from digest.readme.identity import identity_of, paper_url

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


def drop_unused(papers: Collection[int]) -> None:
    """Delete those of these papers that no article is about any more."""
    if papers:
        Paper.objects.filter(pk__in=papers, articles__isnull=True).delete()


def _identity(row: EntryFields) -> str:
    return identity_of(row.title, [(label, url) for label, url in row.links])


def _paper(identity: str, row: EntryFields) -> Paper:
    url = paper_url([(label, url) for label, url in row.links])
    return Paper(identity=identity, title=row.title[:TITLE_LENGTH], url=url)
