"""A README from outside against the live list: which entry is which, and what follows from that."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count

from django.utils.translation import gettext as _

from digest import mirror
from digest.models import Article, Category
from digest.readme import Document, Entry, Unread, unread
from editorial.incoming import layout
from editorial.incoming.candidates import Placed
from editorial.incoming.layout import Place
from editorial.incoming.matching import Candidate, pair
from editorial.models import Revision
from editorial.transitions import OPEN

_NAMED = 3  # so many candidates are named where an entry may be one of them


@dataclass
class Note:
    """Something in the README that a person should look at; ``line`` counts from 1."""

    line: int
    text: str


@dataclass
class Report:
    """What an import did, or would do.

    ``kept`` are live entries that the README lacks and that stay.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    waiting: int = 0
    kept: int = 0
    taken_down: int = 0
    restored: int = 0
    frame_changed: bool = False
    notes: list[Note] = field(default_factory=list)

    @property
    def writes(self) -> bool:
        """Whether anything was, or would be, written."""
        entries = self.new or self.changed or self.taken_down or self.restored
        return bool(entries or self.frame_changed)


@dataclass
class Plan:
    """Which entry of a document is which article, and what is to be done with the others.

    ``articles`` are all that were recognised, ``same`` those of them that say what they said.
    ``missing`` are the live articles that the document lacks, ``returning`` those that it has and
    that were taken down, if it is to replace the list.
    """

    document: Document
    categories: list[Category | None]
    articles: dict[Place, Article]
    same: dict[Place, Article] = field(default_factory=dict)
    new: list[tuple[Place, Entry]] = field(default_factory=list)
    changed: list[tuple[Place, Entry]] = field(default_factory=list)
    missing: list[Article] = field(default_factory=list)
    returning: list[Article] = field(default_factory=list)
    report: Report = field(default_factory=Report)

    def frame_changed(self) -> bool:
        """Whether sections, text, order or spacing differ from the live list's."""
        return layout.differs(self.document, self.categories, self.articles, self.same)

    def note(self, entry: Entry, text: str) -> None:
        """Report something about an entry, with its line."""
        self.report.notes.append(Note(entry.line, text))


def make_plan(document: Document, *, publish: bool = False, replace: bool = False) -> Plan:
    """Compare a document with the live list and with what is on the desk; nothing is written.

    To ``publish`` it, what is in doubt counts as new, so that none of its text is lost; and if it
    is to ``replace`` the list, what it lacks goes and what it has again comes back.
    """
    desk = _Desk()
    places = list(layout.places(document))
    incoming = [Placed(document.sections[place.section].title, entry) for place, entry in places]
    matches = pair(incoming, desk.known())
    rows = {places[index][0]: desk.rows[other] for index, other in matches.pairs.items()}
    articles = {place: row for place, row in rows.items() if isinstance(row, Article)}
    plan = Plan(document, layout.categories_for(document, articles), articles)
    plan.report.notes += [_unread_note(found) for found in unread(document)]
    for index, (place, entry) in enumerate(places):
        row = rows.get(place)
        if isinstance(row, Article):
            if row.taken_down_at and not replace:
                plan.note(entry, _("This entry was taken down; a publisher may restore it."))
            else:
                _weigh(plan, place, row, entry, desk.open_revisions.get(row.pk))
        elif row is not None:
            _weigh_draft(plan, row, entry)
        elif index in matches.doubts:
            plan.note(entry, desk.doubt_in_words(matches.doubts[index], publish=publish))
            plan.new += [(place, entry)] if publish else []
        else:
            plan.new.append((place, entry))
    found = {row.pk for row in articles.values()}
    plan.missing = [article for article in desk.live if article.pk not in found]
    _sum_up(plan, replace=replace)
    return plan


def _sum_up(plan: Plan, *, replace: bool) -> None:
    report = plan.report
    report.new, report.changed, report.same = len(plan.new), len(plan.changed), len(plan.same)
    report.restored = len(plan.returning)
    if replace:
        report.taken_down = len(plan.missing)
    else:
        report.kept = len(plan.missing)


class _Desk:
    """What the desk knows: articles, drafts of new entries, open revisions of articles."""

    def __init__(self) -> None:
        articles = Article.objects.select_related("category")
        drafts = Revision.objects.filter(state__in=OPEN).select_related("category", "author")
        articles = articles.defer("headline_html", "title_html", "summary_html")
        self.live = [row for row in articles if not row.taken_down_at]
        self.taken_down = [row for row in articles if row.taken_down_at]
        self.drafts = [*drafts.filter(article=None)]
        self.rows: list[Article | Revision] = [*self.live, *self.drafts, *self.taken_down]
        self.open_revisions = {row.article_id: row for row in drafts.exclude(article=None)}

    def known(self) -> list[Placed]:
        """Return the rows as entries in their sections."""
        first_hidden = len(self.live) + len(self.drafts)
        return [
            Placed(_section_of(row), mirror.entry_of(row), hidden=index >= first_hidden)
            for index, row in enumerate(self.rows)
        ]

    def doubt_in_words(self, candidates: Sequence[Candidate], *, publish: bool) -> str:
        """Name the known entries that an incoming one may be, and say what became of it."""
        named = ", ".join(self._in_words(one.index) for one in candidates[:_NAMED])
        if publish:
            text = _("This may be one of these, and was taken as new: %(candidates)s.")
        else:
            text = _("This may be one of these, so it was left: %(candidates)s.")
        return text % {"candidates": named}

    def _in_words(self, index: int) -> str:
        row = self.rows[index]
        words = {"headline": row.headline[:60], "section": _section_of(row)}
        if index < len(self.live):
            text = _("“%(headline)s” (number %(number)d in “%(section)s”)")
            return text % {**words, "number": self._numbers[index]}
        if isinstance(row, Revision):
            return _("“%(headline)s” (a draft by %(author)s)") % {**words, "author": row.author}
        return _("“%(headline)s” (taken down, in “%(section)s”)") % words

    @cached_property
    def _numbers(self) -> list[int]:
        """The numbers of the live articles in their sections."""
        counts: dict[int, Iterator[int]] = defaultdict(lambda: count(1))
        return [next(counts[row.category_id]) for row in self.live]


def _section_of(row: Article | Revision) -> str:
    if row.category is not None:
        return row.category.title
    return row.section if isinstance(row, Revision) else ""


def _weigh(
    plan: Plan, place: Place, article: Article, entry: Entry, revision: Revision | None
) -> None:
    """Decide what an entry that is a known article asks for."""
    category = plan.categories[place.section]
    stays = category is not None and category.pk == article.category_id
    if article.taken_down_at:
        plan.returning.append(article)
    if stays and mirror.entry_of(article) == entry:
        plan.same[place] = article
    elif revision is None:
        plan.changed.append((place, entry))
    elif mirror.entry_of(revision) == entry:
        plan.report.waiting += 1
    else:
        message = _("%(author)s is revising this entry, so this change of it was left.")
        plan.note(entry, message % {"author": revision.author})


def _weigh_draft(plan: Plan, draft: Revision, entry: Entry) -> None:
    """Decide what an entry that is on the desk already, and not yet live, asks for."""
    if mirror.entry_of(draft) == entry:
        plan.report.waiting += 1
    else:
        message = _("%(author)s has a draft of this entry that says something else; it was left.")
        plan.note(entry, message % {"author": draft.author})


def _unread_note(found: Unread) -> Note:
    messages = {
        "no-section": _("An entry before the first section heading is kept as text: “%(text)s”."),
        "no-entry": _("This begins like an entry but is none, and is kept as text: “%(text)s”."),
        "stray": _("Text behind an entry is kept in its place: “%(text)s”."),
    }
    return Note(found.line, messages[found.code] % {"text": found.text})
