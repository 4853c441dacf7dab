"""A run that asks the registries about papers, and says of each what it did not know yet.

It goes on in batches, each of them stored whole: a run that is ended loses one, and the next goes
on where it was, for a paper that was asked about is not due again for a while.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q, QuerySet

from digest.models import Paper, Readme
from editorial.actions.papers import describe_all
from editorial.outline import RIGHT
from editorial.refusals import refuse_without
from editorial.works import arxiv, crossref
from editorial.works.asking import Registry, UnavailableError
from editorial.works.facts import FACTS, tidied
from editorial.works.models import Lookup
from editorial.works.record import Record, is_titled

MOST_FAILURES = 3
AGAIN = timedelta(days=90)  # a preprint that lacks a venue may have one by then
_NOTE_LENGTH = 500
Outcome = Lookup.Outcome
_Found = TypeVar("_Found")
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Manners:
    """How politely we ask: seconds between two requests, the longest wait, papers at a time.

    arXiv asks for three seconds (https://info.arxiv.org/help/api/tou.html).
    """

    arxiv: float = 3.0
    crossref: float = 0.5
    patience: float = 60.0
    batch: int = 50


POLITE = Manners()


@dataclass(frozen=True)
class Told:
    """What came of one paper: which facts it got, which it kept although the registry differs."""

    paper: Paper
    outcome: Lookup.Outcome
    note: str = ""
    filled: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass
class Report:
    """What a run did; the next one asks about ``later`` papers, and ``troubles`` say why."""

    told: list[Told] = field(default_factory=list)
    later: int = 0
    troubles: list[str] = field(default_factory=list)


def due(now: datetime, *, older_than: timedelta = AGAIN, complete: bool = False) -> QuerySet[Paper]:
    """Return the papers to ask about: with an arXiv id or a DOI, and something that is not known.

    ``complete`` ones too, if it is asked for.  Those that were asked about since ``older_than`` are
    left out, and those that wait longest come first.
    """
    papers = Paper.objects.filter(
        Q(identity__startswith="arxiv:") | Q(identity__startswith="doi:"),
        Q(lookup=None)
        | ~Q(lookup__identity=F("identity"))
        | Q(lookup__asked_at__lte=now - older_than),
    )
    if not complete:
        papers = papers.filter(Q(authors="") | Q(published_on="") | Q(venue=""))
    return papers.order_by(F("lookup__asked_at").asc(nulls_first=True), "pk")


def run(
    user: User,
    papers: QuerySet[Paper],
    now: datetime,
    *,
    manners: Manners = POLITE,
    overwrite: bool = False,
    progress: Progress = lambda _done, _of: None,
) -> Report:
    """Ask about these papers and store what is found in this user's name, in pieces.

    Only what is empty is filled; ``overwrite`` also renews what an earlier run found.  What
    somebody wrote stays in any case.
    """
    refuse_without(user, RIGHT)
    report, wanted = Report(), list(papers)
    registries = _Registries(manners)
    for kind in ("arxiv", "doi"):
        of_kind = iter([paper for paper in wanted if paper.identity.startswith(f"{kind}:")])
        while batch := list(islice(of_kind, manners.batch)):
            found = dict(
                registries.of_arxiv(batch) if kind == "arxiv" else registries.of_dois(batch)
            )
            _store(user, batch, found, now, report, overwrite=overwrite)
            progress(len(report.told) + report.later, len(wanted))
    report.troubles += registries.troubles
    return report


class _Registries:
    """The registries; one that fails again and again is left alone for the rest of the run."""

    def __init__(self, manners: Manners) -> None:
        self._arxiv = Registry("arXiv", manners.arxiv, manners.patience)
        self._crossref = Registry("Crossref", manners.crossref, manners.patience)
        self._failures: Counter[Registry] = Counter()  # in a row
        self.troubles: list[str] = []

    def of_arxiv(self, papers: Sequence[Paper]) -> Iterator[tuple[int, Record | None]]:
        """Yield the record of each paper, None where none is known; nothing for who must wait."""
        ids = {paper.pk: _number(paper) for paper in papers}
        found = self._asked(self._arxiv, lambda: arxiv.ask(self._arxiv, list(ids.values())))
        if found is None:
            return
        for key, one in ids.items():
            record = found.get(one)
            if record is None or not record.doi:
                yield key, record
            elif not self._is_away(self._crossref):
                yield key, self._with_published(record)

    def of_dois(self, papers: Sequence[Paper]) -> Iterator[tuple[int, Record | None]]:
        """Yield the same of papers that a DOI stands for."""
        for paper in papers:
            found = self._found(_number(paper))
            if found is not None:
                yield paper.pk, found[0]

    def _with_published(self, record: Record) -> Record:
        """Return a preprint's record with what its publisher says, if that is the same work."""
        published = (self._found(record.doi) or (None,))[0]
        if published is None or not is_titled(published, record.title):
            return record
        preprint = {name: value for name, value in record.facts.items() if name != "venue"}
        facts = (preprint if "venue" in published.facts else record.facts) | published.facts
        withdrawn = record.withdrawn or published.withdrawn
        return Record(record.title, facts, record.doi, withdrawn)

    def _found(self, doi: str) -> tuple[Record | None] | None:
        """Return what Crossref knows of a DOI, which may be nothing; None if it does not say."""
        return self._asked(self._crossref, lambda: (crossref.ask(self._crossref, doi),))

    def _asked(self, registry: Registry, ask: Callable[[], _Found]) -> _Found | None:
        """Return what is found, None where the registry does not say, or is left alone."""
        if self._is_away(registry):
            return None
        try:
            found = ask()
        except UnavailableError as error:
            self.troubles.append(str(error))
            self._failures[registry] += MOST_FAILURES if error.away else 1
            return None
        self._failures[registry] = 0
        return found

    def _is_away(self, registry: Registry) -> bool:
        return self._failures[registry] >= MOST_FAILURES


def _number(paper: Paper) -> str:
    return paper.identity.partition(":")[2]


def _store(
    user: User,
    batch: Sequence[Paper],
    found: dict[int, Record | None],
    now: datetime,
    report: Report,
    *,
    overwrite: bool,
) -> None:
    """Say of each paper what was found, and note that it was asked about."""
    with transaction.atomic():
        Readme.objects.select_for_update().get(pk=1)  # nobody takes a paper away meanwhile
        papers = Paper.objects.select_related("lookup").in_bulk([paper.pk for paper in batch])
        lookups, changes, told = [], [], []
        for paper in batch:
            current = papers.get(paper.pk)
            if current is None or current.identity != paper.identity or paper.pk not in found:
                report.later += current is not None
                continue
            record = found[paper.pk]
            lookup, facts, one = _weighed(current, record, now, overwrite=overwrite)
            lookups.append(lookup)
            changes.append((current, current.version, facts))
            told.append(one)
        describe_all(user, changes)
        Lookup.objects.bulk_create(
            lookups,
            update_conflicts=True,
            unique_fields=["paper"],
            update_fields=["identity", "outcome", "note", "said", "asked_at"],
        )
    report.told += told


def _weighed(
    paper: Paper, record: Record | None, now: datetime, *, overwrite: bool
) -> tuple[Lookup, dict[str, str], Told]:
    """Return what to note, what to say of the paper, and what to tell of that."""
    before = getattr(paper, "lookup", None)
    said = dict(before.said) if before and before.identity == paper.identity else {}
    outcome, note = Outcome.MISSING, ""
    facts: dict[str, str] = {}
    kept: tuple[str, ...] = ()
    if record is not None and not is_titled(record, paper.title):
        outcome, note = Outcome.OTHER, record.title[:_NOTE_LENGTH]
    elif record is not None:
        outcome = Outcome.WITHDRAWN if record.withdrawn else Outcome.FOUND
        news = tidied(record.facts)
        facts, kept = _taken(paper, news, said, overwrite=overwrite)
        said |= facts
    lookup = Lookup(
        paper=paper, identity=paper.identity, outcome=outcome, note=note, said=said, asked_at=now
    )
    return lookup, facts, Told(paper, outcome, note, tuple(facts), kept)


def _taken(
    paper: Paper, news: dict[str, str], said: dict[str, str], *, overwrite: bool
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the facts that the paper takes over, and the names of those that it keeps instead."""
    facts, kept = {}, []
    for name in FACTS:
        old, new = getattr(paper, name), news.get(name, "")
        if not new or new == old:
            continue
        renews = overwrite and old == said.get(name)
        if not old or renews:
            facts[name] = new
        else:
            kept.append(name)
    if "venue" in facts:
        if paper.venue_kind == said.get("venue_kind"):
            facts["venue_kind"] = news.get("venue_kind", "")
    elif paper.venue != news.get("venue"):
        facts.pop("venue_kind", None)  # it is the kind of another venue
    return facts, tuple(kept)
