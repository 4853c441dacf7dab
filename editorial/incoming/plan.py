"""A README from outside against the live list: which entry is which, and what follows from that."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from digest.models import Article, Category
from digest.readme import Document, Entry, Unread, unread
from editorial.incoming import layout
from editorial.incoming.base import Bases
from editorial.incoming.calm import calm_collector
from editorial.incoming.candidates import Placed
from editorial.incoming.change import CLEAR, UNDECIDED, Change, FrameChange, Kind
from editorial.incoming.desk import Desk
from editorial.incoming.layout import Place
from editorial.incoming.matching import pair
from editorial.incoming.weighing import Question, Weighing
from editorial.models import Revision

NEW = "new"  # what an entry in doubt may be, beside one of its candidates


@dataclass
class Note:
    """Something in the README that a person should look at; ``line`` counts from 1."""

    line: int
    text: str


@dataclass
class Report:
    """What an import did, or would do.

    ``changed`` counts the entries that only the README changed, ``merged`` those that the desk
    changed too, in other fields.  ``kept`` are live entries that the README lacks and that stay;
    for ``removed`` of them, which it had before, that is to be decided.  ``desk_only`` are entries
    that only the desk changed.  ``changes`` has them one by one, without those that say the same,
    and ``frame`` what changed around them, of a dry run.
    """

    new: int = 0
    changed: int = 0
    merged: int = 0
    same: int = 0
    waiting: int = 0
    desk_only: int = 0
    conflicts: int = 0
    ambiguous: int = 0
    kept: int = 0
    removed: int = 0
    taken_down: int = 0
    restored: int = 0
    frame_changed: bool = False
    notes: list[Note] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    frame: list[FrameChange] = field(default_factory=list)

    @property
    def writes(self) -> bool:
        """Whether anything was, or would be, written."""
        made = self.new or self.changed or self.merged or self.taken_down or self.restored
        return bool(made or self.frame_changed)

    def named(self, *kinds: Kind) -> list[str]:
        """Return the headlines of what became this."""
        return [change.headline for change in self.changes if change.kind in kinds]


@dataclass
class Plan:
    """Which entry of a document is which article, and what is to be done with the others.

    ``articles`` are all that were recognised, ``same`` those of them that say what they said, and
    ``waiting`` the open revisions that say what the document says.  ``changes`` are in the order of
    the document, what it lacks behind.  If it is to replace the list, ``missing`` are the live
    articles that it lacks and ``returning`` those that it has and that were taken down.
    """

    document: Document
    categories: list[Category | None]
    articles: dict[Place, Article]
    same: dict[Place, Article] = field(default_factory=dict)
    waiting: list[Revision] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    missing: list[Article] = field(default_factory=list)
    returning: list[Article] = field(default_factory=list)
    marks: dict[int, tuple[int, int]] = field(default_factory=dict)
    report: Report = field(default_factory=Report)

    def frame_changed(self) -> bool:
        """Whether sections, text, order or spacing differ from the live list's."""
        return layout.differs(self.document, self.categories, self.articles, self.same)

    @property
    def clear(self) -> list[Change]:
        """What becomes a revision without a decision."""
        return [change for change in self.changes if change.kind in CLEAR]

    @property
    def undecided(self) -> list[Change]:
        """What waits for one."""
        return [change for change in self.changes if change.kind in UNDECIDED]

    def leave(self, change: Change, reason: str) -> None:
        """Let somebody decide about a change that seemed clear and cannot be made."""
        place = next(index for index, one in enumerate(self.changes) if one is change)
        self.changes[place] = replace(change, kind=Kind.CONFLICT, reason=reason)
        self.report.conflicts += 1
        if change.kind is Kind.MERGED:
            self.report.merged -= 1
        else:
            self.report.changed -= 1
        self.note(change.line, reason)

    def note(self, line: int, text: str) -> None:
        """Report something about what stands in this line."""
        self.report.notes.append(Note(line, text))


@calm_collector()
def make_plan(
    document: Document,
    user: User,
    *,
    publish: bool = False,
    replace: bool = False,
    marks: Mapping[int, tuple[int, int]] | None = None,
    assigned: Mapping[str, str] | None = None,
) -> Plan:
    """Compare a document with the live list and with what is on the desk; nothing is written.

    To ``publish`` it, what is in doubt counts as new, so that none of its text is lost; and if it
    is to ``replace`` the list, what it lacks goes and what it has again comes back.  ``marks`` say
    what the README had said of some articles before (see ``Bases``), and ``assigned`` what somebody
    decided of entries in doubt: the change's key → the key of a row, or ``NEW``.
    """
    planner = _Planner(document, user, publish=publish, replace=replace, assigned=assigned or {})
    return planner.plan(Bases(planner.weighing.homes, marks))


class _Planner:
    """Goes through the entries of a document, once it is known which entry is which."""

    def __init__(
        self,
        document: Document,
        user: User,
        *,
        publish: bool,
        replace: bool,
        assigned: Mapping[str, str],
    ) -> None:
        self.publish = publish
        self.replace = replace
        self.desk = Desk(publish=publish)
        self.places = list(layout.places(document))
        titles = [section.title for section in document.sections]
        incoming = [Placed(titles[place.section], entry) for place, entry in self.places]
        matches = pair(incoming, self.desk.known())
        self.found, self.doubts = dict(matches.pairs), dict(matches.doubts)
        self._assign(assigned)
        rows = {index: self.desk.rows[other] for index, other in self.found.items()}
        self.rows = rows
        articles = {
            self.places[index][0]: row for index, row in rows.items() if isinstance(row, Article)
        }
        self.made = Plan(document, layout.categories_for(document, articles), articles)
        self.weighing = Weighing(self.made.categories, document, self.desk, user, replace=replace)
        self.questions: list[Question] = []

    def _assign(self, assigned: Mapping[str, str]) -> None:
        """Let entries in doubt be what somebody decided, if no other entry is that already."""
        taken = set(self.found.values())
        for index in [*self.doubts]:
            section, position = self.places[index][0]
            chosen = assigned.get(f"{section}.{position}")
            row = self.desk.by_key.get(chosen) if chosen else None
            if row is not None and row not in taken:
                self.found[index] = row
                taken.add(row)
            if chosen == NEW or index in self.found:
                del self.doubts[index]

    def plan(self, bases: Bases) -> Plan:
        """Return what becomes of each entry."""
        plan = self.made
        plan.report.notes += [_unread_note(one) for one in unread(plan.document)]
        for index, (place, entry) in enumerate(self.places):
            if index in self.rows:
                self._settle(Question(place, entry, self.rows[index]))
            elif index in self.doubts:
                self._doubt(place, entry, [one.index for one in self.doubts[index]])
            else:
                plan.changes.append(self.weighing.new(place, entry))
        known = {row.pk for row in plan.articles.values()}
        plan.missing = [article for article in self.desk.live if article.pk not in known]
        plan.changes += self.weighing.decide(self.questions, bases)
        plan.changes.sort(key=lambda change: change.line)
        plan.changes += self.weighing.gone(plan.missing, bases)
        plan.marks = bases.marks
        for change in plan.changes:
            if change.reason and change.line:
                plan.note(change.line, change.reason)
        _sum_up(plan, replace=self.replace)
        return plan

    def _settle(self, question: Question) -> None:
        """Note what says the same as readers see, or as the desk has begun; ask about all else."""
        row = question.row
        if isinstance(row, Article) and row.taken_down_at:
            if not self.replace:
                self.questions.append(question)
                return
            self.made.returning.append(row)
        begun = self.weighing.begun_alike(question)
        if isinstance(row, Article) and self.weighing.says(question):
            self.made.same[question.place] = row
        elif begun is not None:
            self.made.waiting.append(begun)
            self.made.changes.append(self.weighing.change(Kind.WAITING, question, open=begun))
        else:
            self.questions.append(question)

    def _doubt(self, place: Place, entry: Entry, candidates: list[int]) -> None:
        """Name what an entry may be; to publish it, it is new."""
        named = {"candidates": self.desk.in_words(candidates)}
        if self.publish:
            text = _("This may be one of these, and was taken as new: %(candidates)s.")
            self.made.note(entry.line, text % named)
            self.made.changes.append(self.weighing.new(place, entry))
        else:
            reason = _("This may be one of these, so it was left: %(candidates)s.") % named
            rows = tuple(self.desk.rows[index] for index in candidates)
            self.made.changes.append(self.weighing.ambiguous(place, entry, rows, reason))


def _sum_up(plan: Plan, *, replace: bool) -> None:
    report = plan.report
    report.changes = plan.changes

    def count(*kinds: Kind) -> int:
        return sum(change.kind in kinds for change in plan.changes)

    report.new, report.same = count(Kind.NEW), len(plan.same)
    report.changed, report.merged = count(Kind.CHANGED, Kind.MOVED), count(Kind.MERGED)
    report.conflicts, report.ambiguous = count(Kind.CONFLICT), count(Kind.AMBIGUOUS)
    report.waiting = count(Kind.WAITING)
    report.desk_only = sum(bool(one.place) for one in plan.changes if one.kind is Kind.KEPT)
    report.restored = len(plan.returning)
    if replace:
        report.taken_down = len(plan.missing)
    else:
        report.kept, report.removed = len(plan.missing), count(Kind.REMOVED)


def _unread_note(found: Unread) -> Note:
    messages = {
        "no-section": _("An entry before the first section heading is kept as text: “%(text)s”."),
        "no-entry": _("This begins like an entry but is none, and is kept as text: “%(text)s”."),
        "stray": _("Text behind an entry is kept in its place: “%(text)s”."),
    }
    return Note(found.line, messages[found.code] % {"text": found.text})
