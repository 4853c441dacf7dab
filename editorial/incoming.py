"""A README from outside against the live list: a plan, and what it makes on the desk.

Without ``publish`` each new or changed entry becomes a revision in review and a changed frame (its
sections, text, places) an outline that waits for a publisher.  With ``publish`` all of it is taken
over at once.  The same README again changes nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from digest import mirror
from digest.models import Article, Category
from digest.readme import Document, Entry, Unread, parse, unread
from editorial import actions, layout, pictures, publishing
from editorial.layout import Place
from editorial.matching import Placed, pair
from editorial.models import Outline, Revision
from editorial.transitions import OPEN

_BATCH = 2_000

Progress = Callable[[int, int], None]


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
class _Plan:
    """Which entry of the document is which article, and what follows from that."""

    document: Document
    categories: list[Category | None]
    articles: dict[Place, Article]
    same: dict[Place, Article]
    new: list[tuple[Place, Entry]]
    changed: list[tuple[Place, Entry]]
    report: Report

    def frame_changed(self) -> bool:
        return layout.differs(self.document, self.categories, self.articles, self.same)


def import_readme(
    text: str,
    user: User,
    *,
    publish: bool = False,
    dry_run: bool = False,
    folder: Path | None = None,
    tag_names: Iterable[str] = (),
    progress: Progress | None = None,
) -> Report:
    """Take a README in, in the name of ``user``; all of it or, when refused, nothing.

    ``folder`` is where the pictures that it names are, ``tag_names`` go to every new entry, and
    ``progress`` is called with (done, of) as entries are stored.  Raises ``actions.Refused``.
    """
    actions.refuse_without(
        user, "editorial.publish_revision" if publish else "editorial.submit_revision"
    )
    if mirror.says(text):
        return Report(same=Article.objects.published().count())
    document = parse(text)
    if dry_run:
        plan = _plan(document)
        plan.report.frame_changed = plan.frame_changed()
        plan.report.notes += _picture_notes(document, folder)
        return plan.report
    with transaction.atomic():
        plan = _plan(document)
        desk = _Desk(plan, user, folder, list(tag_names), progress)
        if publish:
            desk.publish()
        else:
            desk.submit()
            plan.report.frame_changed = plan.frame_changed() and _wait(text, user)
    return plan.report


def accept_outline(waiting: Outline, user: User) -> None:
    """Take over the frame of a README that came in for review; its entries wait for theirs."""
    _decide(waiting, user, Outline.State.ACCEPTED)


def decline_outline(waiting: Outline, user: User) -> None:
    """Leave the list's frame as it is."""
    _decide(waiting, user, Outline.State.DECLINED)


def _decide(waiting: Outline, user: User, state: Outline.State) -> None:
    actions.refuse_without(user, "editorial.publish_revision")
    with transaction.atomic():
        decided = {"state": state, "decided_by": user, "decided_at": timezone.now()}
        same = Outline.objects.filter(pk=waiting.pk, state=Outline.State.WAITING)
        if not same.update(**decided):
            raise actions.WrongState(_("This outline has been decided already."))
        if state is Outline.State.ACCEPTED:
            publishing.hold(timezone.now())
            _take_frame(_plan(parse(waiting.text)))


def _wait(text: str, user: User) -> bool:
    """Let the README's frame wait for a publisher; False if it waits already."""
    if Outline.objects.filter(state=Outline.State.WAITING, text=text).exists():
        return False
    Outline.objects.filter(state=Outline.State.WAITING).update(state=Outline.State.DECLINED)
    Outline.objects.create(text=text, author=user)
    return True


def _take_frame(plan: _Plan) -> list[Category]:
    categories = layout.take_sections(plan.document, plan.categories)
    layout.take_passages(plan.document, categories)
    layout.take_places(plan.document, categories, plan.articles, plan.same)
    layout.take_edges(plan.document)
    return categories


def _plan(document: Document) -> _Plan:
    report = Report(notes=[_unread_note(found) for found in unread(document)])
    places = list(layout.places(document))
    incoming = [Placed(document.sections[place.section].title, entry) for place, entry in places]
    articles = list(
        Article.objects.select_related("category").defer(
            "headline_html", "title_html", "summary_html"
        )
    )
    drafts = list(
        Revision.objects.filter(article=None, state__in=OPEN).select_related("category", "author")
    )
    known = [Placed(row.category.title, mirror.entry_of(row)) for row in articles]
    known += [
        Placed(row.category.title if row.category else row.section, mirror.entry_of(row))
        for row in drafts
    ]
    pairs, doubtful = pair(incoming, known)
    paired = {
        places[index][0]: articles[other] for index, other in pairs.items() if other < len(articles)
    }
    plan = _Plan(document, layout.categories_for(document, paired), paired, {}, [], [], report)
    revisions = (
        {
            row.article_id: row
            for row in Revision.objects.filter(
                article__in=paired.values(), state__in=OPEN
            ).select_related("author")
        }
        if paired
        else {}
    )
    for index, (place, entry) in enumerate(places):
        other = pairs.get(index)
        if other is None and index in doubtful:
            report.notes.append(
                Note(entry.line, _("This may be one of several known entries: left."))
            )
        elif other is None:
            plan.new.append((place, entry))
        elif other >= len(articles):
            _weigh_draft(plan, entry, drafts[other - len(articles)])
        else:
            _weigh(plan, place, entry, articles[other], revisions.get(articles[other].pk))
    report.new, report.changed, report.same = len(plan.new), len(plan.changed), len(plan.same)
    live = {article.pk for article in articles if article.taken_down_at is None}
    report.kept = len(live - {article.pk for article in paired.values()})
    return plan


def _weigh(
    plan: _Plan, place: Place, entry: Entry, article: Article, revision: Revision | None
) -> None:
    """Decide what an entry that is a known article asks for."""
    category = plan.categories[place.section]
    stays = category is not None and category.pk == article.category_id
    if article.taken_down_at:
        plan.report.notes.append(
            Note(entry.line, _("This entry was taken down; a publisher may restore it."))
        )
    elif stays and mirror.entry_of(article) == entry:
        plan.same[place] = article
    elif revision is None:
        plan.changed.append((place, entry))
    elif mirror.entry_of(revision) == entry:
        plan.report.waiting += 1
    else:
        plan.report.notes.append(
            Note(
                entry.line,
                _("%(author)s is revising this entry, so this change of it was left.")
                % {"author": revision.author},
            )
        )


def _weigh_draft(plan: _Plan, entry: Entry, draft: Revision) -> None:
    """Decide what an entry that is on the desk already, and not yet live, asks for."""
    if mirror.entry_of(draft) == entry:
        plan.report.waiting += 1
        return
    plan.report.notes.append(
        Note(
            entry.line,
            _("%(author)s has a draft of this entry that says something else; it was left.")
            % {"author": draft.author},
        )
    )


class _Desk:
    """Makes the plan's revisions, batch by batch."""

    def __init__(
        self,
        plan: _Plan,
        user: User,
        folder: Path | None,
        tag_names: list[str],
        progress: Progress | None,
    ) -> None:
        self.plan = plan
        self.user = user
        self.folder = folder
        self.tag_names = tag_names
        self.progress = progress

    def publish(self) -> None:
        """Take over the frame, then the entries, as published."""
        publishing.hold(timezone.now())
        plan = self.plan
        plan.report.frame_changed = plan.frame_changed()
        plan.categories = [*_take_frame(plan)]
        self._make("import")

    def submit(self) -> None:
        """Propose the entries and send them to review."""
        self._make("submit")

    def _make(self, transition: str) -> None:
        plan = self.plan
        made = [(place, entry, plan.articles.get(place)) for place, entry in plan.new]
        made += [(place, entry, plan.articles[place]) for place, entry in plan.changed]
        for start in range(0, len(made), _BATCH):
            revisions = [self._revision(*one) for one in made[start : start + _BATCH]]
            actions.propose_all(self.user, revisions)
            actions.perform_all(revisions, transition, self.user)
            if self.progress:
                self.progress(start + len(revisions), len(made))

    def _revision(self, place: Place, entry: Entry, article: Article | None) -> Revision:
        category = self.plan.categories[place.section]
        stays = article is not None and category is not None and category.pk == article.category_id
        return Revision(
            article=article,
            category=category,
            section="" if category else self.plan.document.sections[place.section].title,
            position=None if stays else place.position,
            tag_names=self._tags(article),
            picture=self._picture(entry, article),
            **mirror.columns_of(entry),
        )

    def _tags(self, article: Article | None) -> list[str]:
        return self.tag_names if article is None else sorted(article.tags.names())

    def _picture(self, entry: Entry, article: Article | None) -> str:
        if entry.picture is None:
            return ""
        try:
            return pictures.store(entry.picture.src, self.folder)
        except pictures.NotTakenError as reason:
            self.plan.report.notes.append(_picture_note(entry, reason))
        if article is not None and article.picture_src == entry.picture.src:
            return article.picture.name or ""
        return ""


def _picture_notes(document: Document, folder: Path | None) -> Iterator[Note]:
    for entry in document.entries:
        if entry.picture:
            try:
                pictures.read(entry.picture.src, folder)
            except pictures.NotTakenError as reason:
                yield _picture_note(entry, reason)


def _picture_note(entry: Entry, reason: pictures.NotTakenError) -> Note:
    src = entry.picture.src if entry.picture else ""
    return Note(
        entry.line,
        _("The picture %(src)s is not shown: %(reason)s.") % {"src": src, "reason": reason},
    )


def _unread_note(found: Unread) -> Note:
    messages = {
        "no-section": _("An entry before the first section heading is kept as text: “%(text)s”."),
        "no-entry": _("This begins like an entry but is none, and is kept as text: “%(text)s”."),
        "stray": _("Text behind an entry is kept in its place: “%(text)s”."),
    }
    return Note(found.line, messages[found.code] % {"text": found.text})
