"""A README from outside against the live list: a plan, and what it makes on the desk.

Without ``publish`` each new or changed entry becomes a revision in review and a changed frame (its
sections, text, places) an outline that waits for a publisher.  With ``publish`` all of it is taken
over at once, and with ``take_down_missing`` the list then is the README.  The same README again
changes nothing.
"""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from digest import mirror
from digest.models import Article, Category
from digest.readme import Entry, parse
from digest.readme.splitting import is_split
from editorial import actions, mail
from editorial.incoming import layout
from editorial.incoming.layout import Place
from editorial.incoming.plan import Note, Plan, Report, make_plan
from editorial.live import publishing, tags
from editorial.models import Outline, Revision
from editorial.pictures import Album

_BATCH = 2_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Origin:
    """Where a README comes from, if not from a file of today.

    ``author`` proposes its revisions, ``at`` is the moment of all that it does, and ``note`` stands
    in the log beside it.
    """

    author: User
    at: datetime | None = None
    note: str = ""


def import_readme(
    text: str,
    user: User,
    *,
    publish: bool = False,
    take_down_missing: bool = False,
    dry_run: bool = False,
    folder: Path | None = None,
    tag_names: Iterable[str] = (),
    progress: Progress | None = None,
) -> Report:
    """Take a README in, in the name of ``user``; all of it or, when refused, nothing.

    ``take_down_missing`` goes with ``publish``: what the README lacks is taken down, and what was
    taken down and stands in it again is restored.
    ``folder`` is where the pictures that it names are, ``tag_names`` go to every new entry, and
    ``progress`` is called with (done, of) as entries are stored.  Raises ``actions.Refused``.
    """
    if take_down_missing and not publish:
        raise ValueError("Only what is published at once can replace the list.")
    actions.refuse_without(
        user, "editorial.publish_revision" if publish else "editorial.submit_revision"
    )
    _refuse_split(text)
    if mirror.says(text):
        return Report(same=Article.objects.published().count())
    document = parse(text)
    album = Album(folder, dry_run=dry_run)
    if dry_run:
        plan = make_plan(document, publish=publish, replace=take_down_missing)
        plan.report.frame_changed = plan.frame_changed()
        for entry in document.entries:
            if entry.picture:
                album.name_of(entry.picture.src, entry.line)
        plan.report.notes += _missing_pictures(album)
        return plan.report
    with mail.together(), transaction.atomic():
        plan = make_plan(document, publish=publish, replace=take_down_missing)
        desk = _Desk(plan, user, album, tag_names, progress)
        if publish:
            desk.publish(replace=take_down_missing)
        else:
            desk.submit()
            plan.report.frame_changed = plan.frame_changed() and _wait(text, user)
    plan.report.notes += _missing_pictures(album)
    return plan.report


def import_version(text: str, user: User, origin: Origin, *, folder: Path | None = None) -> Report:
    """Make the list this version of it, published then and there (see ``import_readme``)."""
    actions.refuse_without(user, "editorial.publish_revision")
    _refuse_split(text)
    if mirror.says(text):
        return Report(same=Article.objects.published().count())
    with mail.together(), transaction.atomic():
        plan = make_plan(parse(text), publish=True, replace=True)
        desk = _Desk(plan, user, Album(folder), origin=origin)
        desk.publish(replace=True)
    return plan.report


def _refuse_split(text: str) -> None:
    """Refuse a README without its archives: their entries would seem to be gone."""
    if is_split(text):
        raise actions.Refused(
            _("Entries of this list are in archives beside it: import it with manage.py.")
        )


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
        album: Album,
        tag_names: Iterable[str] = (),
        progress: Progress | None = None,
        origin: Origin | None = None,
    ) -> None:
        self.plan = plan
        self.user = user
        self.album = album
        self.tag_names = list(tag_names)
        self.progress = progress
        self.origin = origin or Origin(user)
        self.nth = layout.nth_of_their_titles(plan.document)

    def publish(self, *, replace: bool) -> None:
        """Take over the frame, then the entries, as published, and ``replace`` what was there."""
        publishing.hold(self.origin.at or timezone.now())
        plan = self.plan
        plan.report.frame_changed = plan.frame_changed()
        taken = _take_frame(plan)
        plan.categories = [*taken]
        if replace:
            self._move_all(plan.returning, "restore", _("An imported README has it again."))
            self._move_all(plan.missing, "take_down", _("An imported README lacks it."))
        self._make("import")
        (layout.drop_unseen if replace else layout.drop_empty)(taken)

    def _move_all(self, articles: list[Article], transition: str, note: str) -> None:
        """Make this move of the revisions that readers see, or saw last, of these articles."""
        numbers = [article.revision for article in articles]
        batches = (numbers[start : start + _BATCH] for start in range(0, len(numbers), _BATCH))
        revisions = [r for batch in batches for r in Revision.objects.filter(pk__in=batch)]
        if revisions:
            note = f"{note} {self.origin.note}".strip()
            actions.perform_all(revisions, transition, self.user, note, now=self.origin.at)

    def submit(self) -> None:
        """Propose the entries and send them to review."""
        self._make("submit")

    def _make(self, transition: str) -> None:
        plan = self.plan
        made = [(place, entry, plan.articles.get(place)) for place, entry in plan.new]
        made += [(place, entry, plan.articles[place]) for place, entry in plan.changed]
        with _calm_collector():
            for start in range(0, len(made), _BATCH):
                revisions = self._revisions(made[start : start + _BATCH])
                self._store(revisions, transition)
                if self.progress:
                    self.progress(start + len(revisions), len(made))

    def _store(self, revisions: list[Revision], transition: str) -> None:
        origin = self.origin
        actions.propose_all(origin.author, revisions, now=origin.at)
        actions.perform_all(revisions, transition, self.user, origin.note, now=origin.at)

    def _revisions(self, made: list[tuple[Place, Entry, Article | None]]) -> list[Revision]:
        names = tags.names_of_all(article.pk for *_, article in made if article)
        return [
            self._revision(place, entry, article, names[article.pk] if article else self.tag_names)
            for place, entry, article in made
        ]

    def _revision(
        self, place: Place, entry: Entry, article: Article | None, tag_names: list[str]
    ) -> Revision:
        category = self.plan.categories[place.section]
        stays = article is not None and category is not None and category.pk == article.category_id
        return Revision(
            article=article,
            category=category,
            section="" if category else self.plan.document.sections[place.section].title,
            section_nth=self.nth[place.section],
            position=None if stays else place.position,
            tag_names=tag_names,
            picture=self._picture(entry, article),
            **mirror.columns_of(entry),
        )

    def _picture(self, entry: Entry, article: Article | None) -> str:
        if entry.picture is None:
            return ""
        name = self.album.name_of(entry.picture.src, entry.line)
        if not name and article is not None and article.picture_src == entry.picture.src:
            return article.picture.name or ""
        return name


@contextmanager
def _calm_collector() -> Iterator[None]:
    """Keep Python's garbage collector off the plan, and let it run less often.

    The plan of a long list is millions of objects that stay to the end; going through them again
    and again took a fifth of the time.
    """
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


def _missing_pictures(album: Album) -> Iterator[Note]:
    for src, missing in album.missing.items():
        text = _("The picture %(src)s is not shown: %(reason)s.")
        if missing.times > 1:
            text = _("The picture %(src)s, named %(times)d times, is not shown: %(reason)s.")
        words = {"src": src, "reason": missing.reason, "times": missing.times}
        yield Note(missing.line, text % words)
