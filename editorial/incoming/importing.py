"""A README from outside against the live list: a plan, and what it makes on the desk.

Without ``publish`` each new or changed entry becomes a revision in review and a changed frame (its
sections, text, places) an outline that waits for a publisher.  With ``publish`` all of it is taken
over at once, and with ``take_down_missing`` the list then is the README.  The same README again
changes nothing.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from digest import mirror
from digest.models import Article
from digest.readme import Document, parse
from digest.readme.joining import is_split
from editorial import actions, mail
from editorial.incoming import base
from editorial.incoming.framing import frame_changes
from editorial.incoming.making import Maker, Origin, Progress
from editorial.incoming.plan import Note, Report, make_plan
from editorial.incoming.waiting import overwritten, wait
from editorial.pictures import Album


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
        return _as_it_is(dry_run=dry_run)
    document = parse(text)
    album = Album(folder, dry_run=dry_run)
    with mail.together(), transaction.atomic():
        plan = make_plan(document, user, publish=publish, replace=take_down_missing)
        report = plan.report
        if dry_run:
            report.frame = [*frame_changes(plan)]
            report.frame_changed = plan.frame_changed()
            _look_for_pictures(document, album)
        elif publish:
            Maker(plan, user, album, tag_names, progress).publish(replace=take_down_missing)
            wait(text, user, plan, frame=False)
        else:
            maker = Maker(plan, user, album, tag_names, progress)
            maker.mark_same()
            maker.make_clear("submit")
            frame = plan.frame_changed()
            report.frame_changed = wait(text, user, plan, frame=frame) and frame
    plan.report.notes += _missing_pictures(album)
    return plan.report


def import_version(text: str, user: User, origin: Origin, *, folder: Path | None = None) -> Report:
    """Make the list this version of it, published then and there (see ``import_readme``)."""
    actions.refuse_without(user, "editorial.publish_revision")
    _refuse_split(text)
    if mirror.says(text):
        return _as_it_is(dry_run=False)
    with mail.together(), transaction.atomic():
        plan = make_plan(parse(text), user, publish=True, replace=True)
        desk = Maker(plan, user, Album(folder), origin=origin)
        desk.publish(replace=True)
    return plan.report


def _refuse_split(text: str) -> None:
    """Refuse a README without its archives: their entries would seem to be gone."""
    if is_split(text):
        raise actions.Refused(
            _("Entries of this list are in archives beside it: import it with manage.py.")
        )


def _as_it_is(*, dry_run: bool) -> Report:
    """Note that the README is the live list; nothing is written if that was known."""
    if not dry_run:
        with transaction.atomic():
            base.mark_all_live()
            overwritten()
    return Report(same=Article.objects.published().count())


def _look_for_pictures(document: Document, album: Album) -> None:
    for entry in document.entries:
        if entry.picture:
            album.name_of(entry.picture.src, entry.line)


def _missing_pictures(album: Album) -> Iterator[Note]:
    for src, missing in album.missing.items():
        text = _("The picture %(src)s is not shown: %(reason)s.")
        if missing.times > 1:
            text = _("The picture %(src)s, named %(times)d times, is not shown: %(reason)s.")
        words = {"src": src, "reason": missing.reason, "times": missing.times}
        yield Note(missing.line, text % words)
