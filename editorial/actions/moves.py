"""Moves: what leads a revision from one state to the next, and what that does for readers."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from editorial import entries, flaws, mail
from editorial.live import publishing
from editorial.models import Event, Revision
from editorial.refusals import (
    NoRight,
    NoteMissing,
    Refused,
    Stale,
    TimeMissing,
    WrongState,
    refuse_without,
)
from editorial.transitions import ACTS, BY_NAME, State, Transition, Whose, is_theirs

BATCH = 2_000
# What a move does to the live tables.
EFFECTS = {
    "publish": publishing.publish,
    "import": publishing.publish,
    "take_down": publishing.take_down,
    "restore": publishing.restore,
}
PUBLISHING = {"publish", "import"}
NEED_A_PLACE = PUBLISHING | {"schedule"}


def perform(
    revision: Revision, name: str, user: User, note: str = "", at: datetime | None = None
) -> Revision:
    """Carry out this move of this revision for this user, or raise the Refused that fits.

    ``at`` is the moment, with its zone, that the move ``schedule`` asks for.
    """
    perform_all([revision], name, user, note, at)
    return revision


def perform_all(
    revisions: Sequence[Revision],
    name: str,
    user: User,
    note: str = "",
    at: datetime | None = None,
    *,
    now: datetime | None = None,
) -> None:
    """Carry out one move of many revisions: of all of them or, when one is refused, of none.

    ``now`` is when it was made, if that was earlier: a history that is replayed keeps its times,
    and nobody gets a letter.
    """
    transition = BY_NAME[name]
    if name == "supersede":
        raise ValueError(
            "Only publishing supersedes: alone it would leave an article without a live revision."
        )
    note = entries.tidy(note)
    _refuse_move(revisions, transition, user, note)
    moment = now or timezone.now()
    _refuse_time(transition, at, moment)
    articles: dict[int, int] = {}
    with transaction.atomic():
        if name in EFFECTS:
            publishing.hold(moment)
        for start in range(0, len(revisions), BATCH):
            batch = revisions[start : start + BATCH]
            articles |= _move(batch, transition, user, note, moment, at)
        if now is None:
            mail.moved(revisions, transition, user, note, at)
    for revision in revisions:
        revision.state, revision.publish_at, revision.failure = transition.target, at, ""
        revision.version += 1
        revision.updated_at = moment
        revision.article_id = articles.get(revision.pk, revision.article_id)


def _refuse_move(
    revisions: Sequence[Revision], transition: Transition, user: User, note: str
) -> None:
    """Refuse for want of right, then for the state, then for what is missing."""
    refuse_without(user, transition.required_permission)
    for revision in revisions:
        if not is_theirs(transition, revision, user):
            raise NoRight(
                _("Only its author may do this.")
                if transition.whose is Whose.OWN
                else _("You wrote this revision: someone else must approve it.")
            )
    for revision in revisions:
        if revision.state not in transition.sources:
            raise _not_there(revision)
        if transition.name == "submit":
            entries.refuse_unfit(revision)
            flaws.refuse_errors(revision)
        if transition.name in NEED_A_PLACE and revision.category_id is None:
            raise WrongState(_homeless(revision))
    if transition.needs == "note" and not note:
        raise NoteMissing(_("Say why in a note."))
    entries.refuse_nul([note])


def _refuse_time(transition: Transition, at: datetime | None, now: datetime) -> None:
    if transition.needs == "time" and (at is None or at <= now):
        raise TimeMissing(_("Choose a time that is still to come."))
    if at and transition.needs != "time":
        raise ValueError(f"{transition.name} happens at once.")


def _move(
    batch: Sequence[Revision],
    transition: Transition,
    user: User,
    note: str,
    now: datetime,
    at: datetime | None,
) -> dict[int, int]:
    """Move, take effect, log; return the article of each revision that became one."""
    superseded = _supersede(batch, now) if transition.name in PUBLISHING else []
    as_read = attrgetter("state", "version")
    for (state, version), group in groupby(sorted(batch, key=as_read), as_read):
        keys = [revision.pk for revision in group]
        same = Revision.objects.filter(pk__in=keys, state=state, version=version)
        moved = same.update(
            state=transition.target,
            version=version + 1,
            publish_at=at,
            failure="",
            updated_at=now,
        )
        if moved != len(keys):
            raise beaten(batch)
    effect = EFFECTS.get(transition.name)
    articles = effect(batch, now) if effect else {}
    moves = [(key, BY_NAME["supersede"], State.PUBLISHED, "") for key in superseded]
    moves += [(revision.pk, transition, State(revision.state), note) for revision in batch]
    details = {"publish_at": at.isoformat()} if at else {}
    Event.objects.bulk_create(
        Event(
            revision_id=key,
            transition=made.name,
            source=source,
            target=made.target,
            user=user,
            note=why,
            details=details,
            at=now,
        )
        for key, made, source, why in moves
    )
    return articles


def _supersede(batch: Sequence[Revision], now: datetime) -> list[int]:
    """Make way for changes of live articles; return the revisions that readers saw until now."""
    articles = [revision.article_id for revision in batch if revision.article_id]
    if not articles:
        return []
    live = Revision.objects.filter(article__in=articles, state=State.PUBLISHED)
    keys = list(live.values_list("pk", flat=True))
    moved = live.update(state=State.SUPERSEDED, version=F("version") + 1, updated_at=now)
    if not len(articles) == len(keys) == moved:
        raise WrongState(
            _("The article is taken down: restore it before you publish a change of it.")
        )
    return keys


def beaten(revisions: Sequence[Revision]) -> Refused:
    """Say which of these is no longer as it was read, and who was first."""
    current = Revision.objects.in_bulk([revision.pk for revision in revisions])
    for revision in revisions:
        now = current.get(revision.pk)
        if now and now.state != revision.state:
            return _not_there(now)
    return Stale(_("Someone else has changed this revision since you opened it."))


def _not_there(revision: Revision) -> WrongState:
    """Say that a move does not start where the revision stands, and who moved it there."""
    moves = revision.events.exclude(transition__in=ACTS)
    last = moves.select_related("user").last()
    if last is None:
        message = _("“%(headline)s” is %(state)s: this step cannot be taken from there.")
    else:
        message = _(
            "“%(headline)s” is %(state)s, by %(user)s: this step cannot be taken from there."
        )
    return WrongState(message % {**_words(revision), "user": last.user if last else ""})


def _homeless(revision: Revision) -> str:
    if not revision.section:
        return _("“%(headline)s” has no category yet.") % _words(revision)
    return _(
        "“%(headline)s” waits for the section “%(section)s”: a publisher accepts the outline first."
    ) % {**_words(revision), "section": revision.section}


def _words(revision: Revision) -> dict[str, Any]:
    return {"headline": revision.headline[:60], "state": revision.get_state_display()}
