"""What an entry that the desk knows asks for: a three-way merge, field by field.

*Base* is what the README said before, *theirs* what it says now, and *ours* what the desk says: the
revision that somebody has begun, else what readers see.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from digest import mirror
from digest.models import Article, Category
from digest.readme import Document, Entry
from editorial.changes import merging
from editorial.changes.comparing import label_of
from editorial.changes.merging import Outcome
from editorial.incoming import base
from editorial.incoming.base import Bases, Home, Said
from editorial.incoming.change import Change, Kind, Row, Way
from editorial.incoming.desk import Desk, section_of
from editorial.incoming.layout import Place
from editorial.models import Revision
from editorial.transitions import EDITABLE, OPEN, may_edit


class Question(NamedTuple):
    """An incoming entry, and the row that it is."""

    place: Place
    entry: Entry
    row: Row


class Weighing:
    """Decides about the entries of one document, for one person."""

    def __init__(
        self,
        categories: Sequence[Category | None],
        document: Document,
        desk: Desk,
        user: User,
        *,
        replace: bool,
    ) -> None:
        self.categories = categories
        self.document = document
        self.desk = desk
        self.user = user
        self.replace = replace
        self.homes = {title: pk for pk, title in Category.objects.values_list("pk", "title")}

    def says(self, question: Question) -> bool:
        """Whether an article says, and stands where, the README says."""
        category = self.categories[question.place.section]
        stays = category is not None and category.pk == question.row.category_id
        return stays and mirror.entry_of(question.row) == question.entry

    def begun_alike(self, question: Question) -> Revision | None:
        """Return the open revision that says what the README says, if one does."""
        begun = self._open(question.row)
        if begun is None or mirror.entry_of(begun) != question.entry:
            return None
        return begun if self._home(begun) == self._home_of(question.place) else None

    def new(self, place: Place, entry: Entry) -> Change:
        """Return that an entry is new."""
        return Change(Kind.NEW, entry.headline, self._title(place), entry.line, place, entry)

    def ambiguous(
        self, place: Place, entry: Entry, candidates: tuple[Row, ...], reason: str
    ) -> Change:
        """Return that an entry may be one of these."""
        title = self._title(place)
        return Change(
            Kind.AMBIGUOUS, entry.headline, title, entry.line, place, entry,
            candidates=candidates, reason=reason,
        )  # fmt: skip

    def change(self, kind: Kind, question: Question, **more: Any) -> Change:
        """Return that this becomes of an entry that the desk knows."""
        place, entry, row = question
        title = self._title(place)
        return Change(kind, entry.headline, title, entry.line, place, entry, row, **more)

    def decide(self, questions: Sequence[Question], bases: Bases) -> Iterator[Change]:
        """Yield what becomes of these."""
        articles = bases.of_articles([q.row.pk for q in questions if isinstance(q.row, Article)])
        drafts = bases.of_drafts([q.row for q in questions if isinstance(q.row, Revision)])
        for question in questions:
            row = question.row
            known = (articles if isinstance(row, Article) else drafts).get(row.pk)
            if isinstance(row, Revision) and row.state not in OPEN:
                yield self._declined(question, known)
            elif isinstance(row, Article) and row.taken_down_at and not self.replace:
                yield self._returned(question, known)
            else:
                yield self._weigh(question, known)

    def gone(self, missing: Sequence[Article], bases: Bases) -> Iterator[Change]:
        """Yield what becomes of live articles that the README lacks."""
        known = bases.of_articles([article.pk for article in missing])
        for article in missing:
            ours = base.of_row(article, article.category_id)
            before = known.get(article.pk)
            kind = Kind.REMOVED if before is not None or self.replace else Kind.KEPT
            begun = self.desk.open_revisions.get(article.pk)
            reason = ""
            if kind is Kind.REMOVED and not self.replace and (begun or before != ours):
                reason = _("The desk has changed it since.")
            yield Change(
                kind, article.headline, section_of(article), row=article, open=begun,
                base=before, ours=ours, reason=reason,
            )  # fmt: skip

    def _weigh(self, question: Question, known: Said | None) -> Change:
        begun = self._open(question.row)
        theirs = base.of_entry(question.entry, self._home_of(question.place))
        newest = begun or question.row
        ours = base.of_row(newest, self._home(newest))
        outcomes = merging.merge(known or {}, ours, theirs)
        met = set(outcomes.values())
        sides = {
            "open": begun, "base": known, "ours": ours, "theirs": theirs, "outcomes": outcomes
        }  # fmt: skip
        if self.replace and begun is None:
            lost = _fields(outcomes, {Outcome.MINE, Outcome.CONFLICT}) if known else ""
            reason = _("The README replaces what the desk changed: %(fields)s.")
            reason = reason % {"fields": lost} if lost else ""
            everything = dict.fromkeys(_differing(outcomes), Outcome.THEIRS)
            kind = _kind_of(everything)
            return self.change(kind, question, reason=reason, **{**sides, "outcomes": everything})
        if met <= {Outcome.SAME, Outcome.MINE}:
            return self.change(Kind.KEPT, question, **sides)
        if Outcome.CONFLICT in met:
            return self.change(Kind.CONFLICT, question, reason=_why(begun, outcomes), **sides)
        way = self._way(begun, question, outcomes)
        if way is None:
            return self.change(Kind.CONFLICT, question, reason=_why(begun, outcomes), **sides)
        kind = Kind.MERGED if Outcome.MINE in met else _kind_of(outcomes)
        return self.change(kind, question, way=way, **sides)

    def _declined(self, question: Question, known: Said | None) -> Change:
        """Return what becomes of a new entry that the desk did not want, as it was or is now."""
        theirs = base.of_entry(question.entry, self._home_of(question.place))
        same = known is not None and _texts(known) == _texts(theirs)
        if same:
            return self.change(Kind.KEPT, question, base=known, theirs=theirs)
        return self.new(question.place, question.entry)

    def _returned(self, question: Question, known: Said | None) -> Change:
        """Return what becomes of an entry that was taken down here."""
        row = question.row
        theirs = base.of_entry(question.entry, self._home_of(question.place))
        kind = Kind.KEPT if known == theirs else Kind.RETURNED
        reason = _("This entry was taken down; a publisher may restore it.")
        ours = base.of_row(row, self._home(row))
        return self.change(kind, question, base=known, ours=ours, theirs=theirs, reason=reason)

    def _way(
        self, begun: Revision | None, question: Question, outcomes: Mapping[str, Outcome]
    ) -> Way | None:
        """Return how the change reaches the desk; None if a person must make way for it."""
        if begun is None:
            return Way.PROPOSE
        if begun.author_id == self.user.pk and begun.outside_version:
            return Way.REPLACE if begun.state not in EDITABLE else self._edit(question, outcomes)
        if begun.state in EDITABLE and may_edit(begun, self.user):
            return self._edit(question, outcomes)
        return None

    def _edit(self, question: Question, outcomes: Mapping[str, Outcome]) -> Way | None:
        """A form knows only sections that are there."""
        unknown = self.categories[question.place.section] is None
        return None if unknown and outcomes["category"] is not Outcome.SAME else Way.EDIT

    def _open(self, row: Row) -> Revision | None:
        if isinstance(row, Revision):
            return row if row.state in OPEN else None
        return self.desk.open_revisions.get(row.pk)

    def _home(self, row: Row) -> Home:
        if row.category_id:
            return row.category_id
        title = row.section if isinstance(row, Revision) else ""
        return self.homes.get(title, title)

    def _home_of(self, place: Place) -> Home:
        category = self.categories[place.section]
        return category.pk if category else self._title(place)

    def _title(self, place: Place) -> str:
        return self.document.sections[place.section].title


def _differing(outcomes: Mapping[str, Outcome]) -> list[str]:
    return [name for name, outcome in outcomes.items() if outcome is not Outcome.SAME]


def _kind_of(outcomes: Mapping[str, Outcome]) -> Kind:
    """Tell what only changed its section from what says something else."""
    return Kind.MOVED if _differing(outcomes) == ["category"] else Kind.CHANGED


def _texts(said: Said) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name != "category"}


def _fields(outcomes: Mapping[str, Outcome], wanted: Collection[Outcome]) -> str:
    return ", ".join(label_of(name) for name, one in outcomes.items() if one in wanted)


def _why(begun: Revision | None, outcomes: Mapping[str, Outcome]) -> str:
    """Say why a change of an entry waits for a decision."""
    if begun is None:
        fields = _fields(outcomes, {Outcome.CONFLICT})
        text = _("The desk has changed the same since, so this change of it waits: %(fields)s.")
        return text % {"fields": fields}
    words = {"author": begun.author}
    if begun.article_id is None:
        text = _("%(author)s has a draft of this entry that says something else; it was left.")
    else:
        text = _("%(author)s is revising this entry, so this change of it was left.")
    return text % words
