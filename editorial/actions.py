"""The only writer: every move of a revision and every change of its text happens here.

Each function checks the right, the state and the text, changes, and logs, in one transaction;
buttons, commands and jobs only call it.  Races are settled by conditional UPDATEs and row counts.
"""

from collections.abc import Iterable, Sequence
from copy import copy
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from digest.mirror import columns_of
from digest.models import Article, Category
from digest.readme import Entry
from editorial import entries, publishing, tags
from editorial.models import Event, Revision
from editorial.refusals import (
    Invalid,
    NoRight,
    NoteMissing,
    Refused,
    Stale,
    WrongState,
    refuse_without,
)
from editorial.transitions import (
    BY_NAME,
    EDITABLE,
    OPEN,
    State,
    Transition,
    Whose,
    is_theirs,
    may_edit,
)

__all__ = [
    "Invalid", "NoRight", "NoteMissing", "Refused", "Stale", "WrongState",
    "edit", "perform", "perform_all", "propose", "propose_all", "refuse_without", "revise",
]  # fmt: skip

BATCH = 2_000
# What a move does to the live tables.
EFFECTS = {
    "publish": publishing.publish,
    "import": publishing.publish,
    "take_down": publishing.take_down,
    "restore": publishing.restore,
}
PUBLISHING = {"publish", "import"}


def perform(revision: Revision, name: str, user: User, note: str = "") -> Revision:
    """Carry out this move of this revision for this user, or raise the Refused that fits."""
    perform_all([revision], name, user, note)
    return revision


def perform_all(revisions: Sequence[Revision], name: str, user: User, note: str = "") -> None:
    """Carry out one move of many revisions: of all of them or, when one is refused, of none."""
    transition = BY_NAME[name]
    if name == "supersede":
        raise ValueError(
            "Only publishing supersedes: alone it would leave an article without a live revision."
        )
    note = entries.tidy(note)
    _refuse_move(revisions, transition, user, note)
    now = timezone.now()
    articles: dict[int, int] = {}
    with transaction.atomic():
        if name in EFFECTS:
            publishing.hold(now)
        for start in range(0, len(revisions), BATCH):
            batch = revisions[start : start + BATCH]
            articles |= _move(batch, transition, user, note, now)
    for revision in revisions:
        revision.state = transition.target
        revision.version += 1
        revision.updated_at = now
        revision.article_id = articles.get(revision.pk, revision.article_id)


def propose(
    user: User,
    *,
    article: Article | None = None,
    category: Category | None = None,
    section: str = "",
    position: int | None = None,
    tag_names: Iterable[str] = (),
    entry: Entry,
    picture: str = "",
) -> Revision:
    """Make a draft of a new entry, or of a change to a live one."""
    refuse_without(user, "editorial.submit_revision")
    columns = columns_of(entry)
    columns |= {name: entries.tidy(columns[name]) for name in entries.SAID}
    revision = Revision(
        article=article,
        category=category,
        section=section,
        position=position,
        tag_names=entries.tidy_tags(tag_names),
        picture=picture,
        author=user,
        **columns,
    )
    entries.refuse_unfit(revision)
    entries.refuse_unsafe(revision)
    return _insert(revision)


def propose_all(user: User, revisions: Sequence[Revision]) -> None:
    """Store many drafts of this user at once, as they came: an import keeps what its file says."""
    if not user.has_perm("editorial.publish_revision"):
        refuse_without(user, "editorial.submit_revision")
    for revision in revisions:
        revision.author, revision.state, revision.version = user, State.DRAFT, 1
        entries.refuse_nul(entries.texts_of(revision))
    Revision.objects.bulk_create(revisions, batch_size=BATCH)


def revise(article: Article, user: User) -> Revision:
    """Make a draft of a change to this article; readers keep what they have meanwhile."""
    refuse_without(user, "editorial.submit_revision")
    revision = Revision(
        article=article,
        category_id=article.category_id,
        tag_names=tags.names_of(article),
        picture=article.picture.name,
        author=user,
        **{name: getattr(article, name) for name in entries.COLUMNS},
    )
    return _insert(revision)


def edit(revision: Revision, user: User, version: int, **fields: Any) -> Revision:
    """Change a draft that this user read at this version; the same text again changes nothing.

    ``fields`` are columns of the revision that people may change: what the entry says, its
    category, ``tag_names`` and ``picture``.
    """
    if not may_edit(revision, user):
        raise NoRight(_("Only its author, or who may publish, may change this revision."))
    if revision.state not in EDITABLE:
        raise WrongState(_("A revision that is %(state)s cannot be changed.") % _words(revision))
    if revision.version != version:
        raise Stale(_("Someone else has changed this revision since you opened it."))
    changes = entries.changes(revision, fields)
    if not changes:
        return revision
    changed = copy(revision)
    for name, value in changes.items():
        setattr(changed, name, value)
    entries.refuse_unfit(changed)
    entries.refuse_unsafe(changed, before=revision)
    changes |= {"version": version + 1, "updated_at": timezone.now()}
    same = Revision.objects.filter(pk=revision.pk, version=version, state__in=EDITABLE)
    if not same.update(**changes):
        raise _beaten([revision])
    for name, value in changes.items():
        setattr(revision, name, value)
    return revision


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
        if transition.name in PUBLISHING and revision.category_id is None:
            raise WrongState(_homeless(revision))
    if transition.needs_note and not note:
        raise NoteMissing(_("Say why in a note."))
    entries.refuse_nul([note])


def _move(
    batch: Sequence[Revision], transition: Transition, user: User, note: str, now: datetime
) -> dict[int, int]:
    """Move, take effect, log; return the article of each revision that became one."""
    superseded = _supersede(batch, now) if transition.name in PUBLISHING else []
    as_read = attrgetter("state", "version")
    for (state, version), group in groupby(sorted(batch, key=as_read), as_read):
        keys = [revision.pk for revision in group]
        same = Revision.objects.filter(pk__in=keys, state=state, version=version)
        if same.update(state=transition.target, version=version + 1, updated_at=now) != len(keys):
            raise _beaten(batch)
    effect = EFFECTS.get(transition.name)
    articles = effect(batch, now) if effect else {}
    moves = [(key, BY_NAME["supersede"], State.PUBLISHED, "") for key in superseded]
    moves += [(revision.pk, transition, State(revision.state), note) for revision in batch]
    Event.objects.bulk_create(
        Event(
            revision_id=key,
            transition=made.name,
            source=source,
            target=made.target,
            user=user,
            note=why,
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


def _insert(revision: Revision) -> Revision:
    """Store a draft; the database allows one open revision of an article."""
    try:
        with transaction.atomic():
            revision.save(force_insert=True)
    except IntegrityError:
        rivals = Revision.objects.filter(article=revision.article_id, state__in=OPEN)
        rival = rivals.select_related("author").first() if revision.article_id else None
        if rival is None:
            raise
        raise WrongState(
            _("%(author)s has already begun a revision of this article; it is %(state)s.")
            % {"author": rival.author, "state": rival.get_state_display()}
        ) from None
    return revision


def _beaten(revisions: Sequence[Revision]) -> Refused:
    """Say which of these is no longer as it was read, and who was first."""
    current = Revision.objects.in_bulk([revision.pk for revision in revisions])
    for revision in revisions:
        now = current.get(revision.pk)
        if now and now.state != revision.state:
            return _not_there(now)
    return Stale(_("Someone else has changed this revision since you opened it."))


def _not_there(revision: Revision) -> WrongState:
    """Say that a move does not start where the revision stands, and who moved it there."""
    last = revision.events.select_related("user").last()
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
