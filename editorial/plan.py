"""A README from outside against the live list: which entry is which, and what follows from that."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from digest import mirror
from digest.models import Article, Category
from digest.readme import Document, Entry, Unread, unread
from editorial import layout
from editorial.layout import Place
from editorial.matching import Placed, pair
from editorial.models import Revision
from editorial.transitions import OPEN


@dataclass
class Note:
    """Something in the README that a person should look at; ``line`` counts from 1."""

    line: int
    text: str


@dataclass
class Report:
    """What an import did, or would do.

    ``kept`` are live entries that the README lacks: they stay; take them down by hand.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    waiting: int = 0
    kept: int = 0
    frame_changed: bool = False
    notes: list[Note] = field(default_factory=list)

    @property
    def writes(self) -> bool:
        """Whether anything was, or would be, written."""
        return bool(self.new or self.changed or self.frame_changed)


@dataclass
class Plan:
    """Which entry of a document is which article, and what is to be done with the others.

    ``articles`` are all that were recognised, ``same`` those of them that say what they said.
    """

    document: Document
    categories: list[Category | None]
    articles: dict[Place, Article]
    same: dict[Place, Article] = field(default_factory=dict)
    new: list[tuple[Place, Entry]] = field(default_factory=list)
    changed: list[tuple[Place, Entry]] = field(default_factory=list)
    report: Report = field(default_factory=Report)

    def frame_changed(self) -> bool:
        """Whether sections, text, order or spacing differ from the live list's."""
        return layout.differs(self.document, self.categories, self.articles, self.same)

    def note(self, entry: Entry, text: str) -> None:
        """Report something about an entry, with its line."""
        self.report.notes.append(Note(entry.line, text))


def make_plan(document: Document) -> Plan:
    """Compare a document with the live list and with what is on the desk; nothing is written."""
    desk = _Desk()
    places = list(layout.places(document))
    incoming = [Placed(document.sections[place.section].title, entry) for place, entry in places]
    pairs, doubtful = pair(incoming, desk.known())
    rows = {places[index][0]: desk.rows[other] for index, other in pairs.items()}
    articles = {place: row for place, row in rows.items() if isinstance(row, Article)}
    plan = Plan(document, layout.categories_for(document, articles), articles)
    plan.report.notes += [_unread_note(found) for found in unread(document)]
    for index, (place, entry) in enumerate(places):
        row = rows.get(place)
        if isinstance(row, Article):
            _weigh(plan, place, row, entry, desk.open_revisions.get(row.pk))
        elif row is not None:
            _weigh_draft(plan, row, entry)
        elif index in doubtful:
            plan.note(entry, _("This may be one of several known entries, so it was left."))
        else:
            plan.new.append((place, entry))
    report = plan.report
    report.new, report.changed, report.same = len(plan.new), len(plan.changed), len(plan.same)
    report.kept = desk.live_articles() - sum(not a.taken_down_at for a in articles.values())
    return plan


class _Desk:
    """What the desk knows: articles, drafts of new entries, open revisions of articles."""

    def __init__(self) -> None:
        articles = Article.objects.select_related("category")
        drafts = Revision.objects.filter(state__in=OPEN).select_related("category", "author")
        self.rows: list[Article | Revision] = [
            *articles.defer("headline_html", "title_html", "summary_html"),
            *drafts.filter(article=None),
        ]
        self.open_revisions = {row.article_id: row for row in drafts.exclude(article=None)}

    def known(self) -> list[Placed]:
        """Return the rows as entries in their sections."""
        return [Placed(_section_of(row), mirror.entry_of(row)) for row in self.rows]

    def live_articles(self) -> int:
        """Count the articles that readers see."""
        return sum(isinstance(row, Article) and not row.taken_down_at for row in self.rows)


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
        plan.note(entry, _("This entry was taken down; a publisher may restore it."))
    elif stays and mirror.entry_of(article) == entry:
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
