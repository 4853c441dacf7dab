"""Mail to those whom a move, a comment or a request for a review concerns.

Actions call these functions inside their transaction; whom to tell is asked when it is committed
(see ``postbox``).  Nobody gets mail of what they did themselves.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from digest.markup import plain
from editorial.changes.comparing import label_of
from editorial.models import Comment, Revision
from editorial.people import who_may
from editorial.postbox import REACHABLE, deliver, post
from editorial.transitions import BY_NAME, Transition

LISTED = 20  # revisions that one letter names
TOLD = 50  # people that one act writes to, those named by the revisions first
# Who can make the next move waits for this one.
NEXT = {"submit": "approve", "approve": "publish"}


@dataclass(frozen=True, slots=True)
class Item:
    """What a letter says of a revision, as it was when the act was done."""

    pk: int
    markdown: str
    author: int
    reviewer: int | None

    @property
    def headline(self) -> str:
        """Its headline in one line of plain text: it goes into headers."""
        return plain(self.markdown)[:80]

    @property
    def url(self) -> str:
        """The address of its page; without DIGEST_SITE_URL the path alone."""
        return settings.DIGEST_SITE_URL + reverse("admin:editorial_revision_change", args=[self.pk])

    @property
    def named(self) -> set[int]:
        """The people who have to do with it by name."""
        return {self.author, *([self.reviewer] if self.reviewer else [])}


@dataclass(frozen=True)
class Act:
    """A move by somebody, of however many revisions."""

    move: Transition
    user: User
    note: str
    at: datetime | None


_gathered: ContextVar[dict[Act, list[Item]] | None] = ContextVar("gathered", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Tell of the moves that this block makes and commits in one letter a person and kind."""
    gathered: dict[Act, list[Item]] = {}
    token = _gathered.set(gathered)
    try:
        yield
    finally:
        _gathered.reset(token)
        for act, items in gathered.items():
            post(partial(_of_moves, act, items))


def moved(
    revisions: Sequence[Revision],
    move: Transition,
    user: User,
    note: str = "",
    at: datetime | None = None,
) -> None:
    """Tell author and reviewer of a move made by hand, and those who can make the next one.

    Of revisions that were moved at once each person gets one letter.  Where a reviewer is asked
    nobody else is told that the revision waits.
    """
    if not move.by_hand:
        return
    act, items = Act(move, user, note, at), [_item(revision) for revision in revisions]

    def tell() -> None:
        gathered = _gathered.get()
        if gathered is None:
            deliver(partial(_of_moves, act, items))
        else:
            gathered.setdefault(act, []).extend(items)

    transaction.on_commit(tell, robust=True)


def commented(comment: Comment) -> None:
    """Tell author, reviewer and all who have taken part in the discussion of a comment."""
    item = _item(comment.revision)

    def letters() -> Iterator[EmailMessage]:
        subject = _("Comment on “%(headline)s”") % {"headline": item.headline}
        field = label_of(comment.field) if comment.field else ""
        earlier = Comment.objects.filter(revision=item.pk).values("user")
        concerned = Q(pk__in=item.named) | Q(pk__in=earlier)
        for person in REACHABLE.filter(concerned).exclude(pk=comment.user_id):
            yield _letter(person, subject, "commented", item=item, comment=comment, field=field)

    post(letters)


def assigned(revision: Revision, user: User) -> None:
    """Tell the reviewer that the review is asked of them, or until another day."""
    item, reviewer, due = _item(revision), revision.reviewer_id, revision.due
    if reviewer is None:
        return

    def letters() -> Iterator[EmailMessage]:
        subject = _("Please review “%(headline)s”") % {"headline": item.headline}
        for person in REACHABLE.filter(pk=reviewer).exclude(pk=user.pk):
            yield _letter(person, subject, "assigned", item=item, user=user, due=due)

    post(letters)


def schedule_failed(revision: Revision, user: User, reason: str) -> None:
    """Tell who scheduled a revision why it was not published."""
    item, at = _item(revision), revision.publish_at

    def letters() -> Iterator[EmailMessage]:
        subject = _("“%(headline)s” was not published") % {"headline": item.headline}
        for person in REACHABLE.filter(pk=user.pk):
            yield _letter(person, subject, "schedule_failed", item=item, at=at, reason=reason)

    post(letters)


def _item(revision: Revision) -> Item:
    """Keep what is told: the revision itself may have moved on by then."""
    return Item(
        pk=revision.pk,
        markdown=revision.headline,
        author=revision.author_id,
        reviewer=revision.reviewer_id,
    )


def _of_moves(act: Act, items: Sequence[Item]) -> Iterator[EmailMessage]:
    for person, theirs in _concerned(act, items):
        yield _letter(
            person,
            _what_moved(act, theirs),
            "moved",
            act=act,
            items=theirs[:LISTED],
            more=len(theirs[LISTED:]),
        )


def _concerned(act: Act, items: Sequence[Item]) -> Iterator[tuple[User, list[Item]]]:
    """Yield each person to tell, with what concerns them."""
    named = set().union(*(item.named for item in items))
    people, concerned = REACHABLE.exclude(pk=act.user.pk), Q(pk__in=named)
    following = NEXT.get(act.move.name)
    if following:
        able = who_may(BY_NAME[following].required_permission).filter(pk=OuterRef("pk"))
        people, concerned = people.annotate(waits=Exists(able)), concerned | Q(waits=True)
    found = sorted(people.filter(concerned), key=lambda person: person.pk not in named)
    for person in found[:TOLD]:
        waits = getattr(person, "waits", False)
        theirs = [
            item
            for item in items
            if person.pk in item.named
            or (waits and not (act.move.name == "submit" and item.reviewer))
        ]
        if theirs:
            yield person, theirs


def _what_moved(act: Act, items: Sequence[Item]) -> str:
    count, state = len(items), act.move.target.label
    if count == 1:
        words = {"headline": items[0].headline, "state": state}
        return _("“%(headline)s” is now %(state)s") % words
    text = ngettext(
        "%(count)d revision is now %(state)s", "%(count)d revisions are now %(state)s", count
    )
    return text % {"count": count, "state": state}


def _letter(person: User, subject: str, template: str, **words: Any) -> EmailMessage:
    return EmailMessage(
        f"[{settings.DIGEST_TITLE}] {subject}",
        render_to_string(f"editorial/mail/{template}.txt", words).strip() + "\n",
        to=[person.email],
        headers={"Auto-Submitted": "auto-generated"},  # so that absent people's machines are silent
    )
