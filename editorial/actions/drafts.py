"""Drafts: new entries, changes of live ones, and what people type into them."""

from collections.abc import Iterable, Sequence
from copy import copy
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from digest.mirror import columns_of
from digest.models import Article, Category
from digest.readme import Entry
from editorial import entries
from editorial.actions.log import log
from editorial.actions.moves import BATCH, beaten
from editorial.live import tags
from editorial.models import Event, Revision
from editorial.refusals import NoRight, Stale, WrongState, refuse_without
from editorial.transitions import EDITABLE, OPEN, State, may_begin_again, may_edit


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
    entries.refuse_unknown_picture(picture)
    return _insert(revision)


def propose_all(user: User, revisions: Sequence[Revision], *, now: datetime | None = None) -> None:
    """Store many drafts of this user at once, as they came: an import keeps what its file says.

    ``now`` is when they were begun, if that was earlier.
    """
    if not user.has_perm("editorial.publish_revision"):
        refuse_without(user, "editorial.submit_revision")
    for revision in revisions:
        revision.author, revision.state, revision.version = user, State.DRAFT, 1
        entries.refuse_nul(entries.texts_of(revision))
    Revision.objects.bulk_create(revisions, batch_size=BATCH)
    if now:
        made = Revision.objects.filter(pk__in=[revision.pk for revision in revisions])
        made.update(created_at=now)


def propose_aside(user: User, revision: Revision, note: str) -> None:
    """Store what somebody outside proposes and nobody follows: withdrawn, with the reason."""
    refuse_without(user, "editorial.submit_revision")
    entries.refuse_nul(entries.texts_of(revision))
    revision.author, revision.state, revision.version = user, State.WITHDRAWN, 2
    with transaction.atomic():
        revision.save(force_insert=True)
        Event.objects.create(
            revision=revision,
            transition="withdraw",
            source=State.DRAFT,
            target=State.WITHDRAWN,
            user=user,
            note=note,
            at=timezone.now(),
        )


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


def revise_from(revision: Revision, user: User) -> Revision:
    """Make a draft that says what an older revision said, of the same article if it has one.

    So an article goes back to what it was, and an entry that was withdrawn gets a second chance.
    """
    refuse_without(user, "editorial.submit_revision")
    if not may_begin_again(revision, user):
        raise WrongState(_("This revision is still open: change it itself."))
    return _insert(
        Revision(
            article=revision.article,
            category_id=revision.category_id,
            section=revision.section,
            tag_names=revision.tag_names,
            picture=revision.picture.name,
            author=user,
            **{name: getattr(revision, name) for name in entries.COLUMNS},
        )
    )


def edit(
    revision: Revision, user: User, version: int, *, note: str = "", **fields: Any
) -> Revision:
    """Change a draft that this user read at this version; the same text again changes nothing.

    ``fields`` are columns of the revision that people may change: what the entry says, its
    category, ``tag_names`` and ``picture``; the log says ``note`` beside it.
    """
    if not may_edit(revision, user):
        raise NoRight(_("Only its author, or who may publish, may change this revision."))
    if revision.state not in EDITABLE:
        raise WrongState(
            _("A revision that is %(state)s cannot be changed.")
            % {"state": revision.get_state_display()}
        )
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
    entries.refuse_unknown_picture(changes.get("picture", ""))
    before = {name: entries.stored(revision, name) for name in changes}
    changes |= {"version": version + 1, "updated_at": timezone.now()}
    with transaction.atomic():
        same = Revision.objects.filter(pk=revision.pk, version=version, state__in=EDITABLE)
        if not same.update(**changes):
            raise beaten([revision])
        log(revision, "edit", user, note=note, version=version + 1, before=before)
    for name, value in changes.items():
        setattr(revision, name, value)
    return revision


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
