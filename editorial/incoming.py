"""A README from outside against the live list: a plan, and what it makes on the desk.

Without ``publish`` each new or changed entry becomes a revision in review and a changed frame (its
sections, text, places) an outline that waits for a publisher.  With ``publish`` all of it is taken
over at once.  The same README again changes nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from digest import mirror
from digest.models import Article, Category
from digest.readme import Document, Entry, parse
from editorial import actions, layout, pictures, publishing
from editorial.layout import Place
from editorial.models import Outline, Revision
from editorial.plan import Note, Plan, Report, make_plan

_BATCH = 2_000

Progress = Callable[[int, int], None]


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
        plan = make_plan(document)
        plan.report.frame_changed = plan.frame_changed()
        plan.report.notes += _picture_notes(document, folder)
        return plan.report
    with transaction.atomic():
        plan = make_plan(document)
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
            _take_frame(make_plan(parse(waiting.text)))


def _wait(text: str, user: User) -> bool:
    """Let the README's frame wait for a publisher; False if it waits already."""
    if Outline.objects.filter(state=Outline.State.WAITING, text=text).exists():
        return False
    Outline.objects.filter(state=Outline.State.WAITING).update(state=Outline.State.DECLINED)
    Outline.objects.create(text=text, author=user)
    return True


def _take_frame(plan: Plan) -> list[Category]:
    categories = layout.take_sections(plan.document, plan.categories)
    layout.take_passages(plan.document, categories)
    layout.take_places(plan.document, categories, plan.articles, plan.same)
    layout.take_edges(plan.document)
    return categories


class _Desk:
    """Makes the plan's revisions, batch by batch."""

    def __init__(
        self,
        plan: Plan,
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
