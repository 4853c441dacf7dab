"""THE RULE: which move leads from which state to which, who may make it, and who must say why.

Read it top-down.  Everything else (buttons, commands, the chart in the README, the tests) is made
from this table; ``actions.perform`` is the only code that carries a move out.
"""
# ruff: noqa: E501 - a table is read across.

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Literal

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User

    from editorial.models import Comment, Revision


class State(models.TextChoices):
    """Where a revision stands."""

    DRAFT = "draft", pgettext_lazy("state", "draft")
    IN_REVIEW = "in_review", pgettext_lazy("state", "in review")
    CHANGES_REQUESTED = "changes_requested", pgettext_lazy("state", "changes requested")
    APPROVED = "approved", pgettext_lazy("state", "approved")
    SCHEDULED = "scheduled", pgettext_lazy("state", "scheduled")
    PUBLISHED = "published", pgettext_lazy("state", "published")
    SUPERSEDED = "superseded", pgettext_lazy("state", "superseded")
    TAKEN_DOWN = "taken_down", pgettext_lazy("state", "taken down")
    WITHDRAWN = "withdrawn", pgettext_lazy("state", "withdrawn")


D, R, C, A = State.DRAFT, State.IN_REVIEW, State.CHANGES_REQUESTED, State.APPROVED
Q, P, S, T, W = (
    State.SCHEDULED, State.PUBLISHED, State.SUPERSEDED, State.TAKEN_DOWN, State.WITHDRAWN,
)  # fmt: skip

OPEN = frozenset({D, R, C, A, Q})  # still on its way; at most one an article
EDITABLE = frozenset({D, C})  # its text may be changed
UNREVIEWED = frozenset({D, R, C})  # its review is still to come, and may be overdue
LIVE = frozenset({P, T})  # what an article shows or showed last; exactly one an article


class Whose(Enum):
    """Whose revision a person may move."""

    OWN = "own"
    OTHERS = "others'"  # the four-eyes rule; EDITORIAL_FOUR_EYES=0 lifts it
    ANY = "any"


@dataclass(frozen=True)
class Transition:
    """One row of the table.

    ``needs`` is "note" (why) or "time" (the moment at which readers shall see it), or empty;
    ``by_hand`` says whether people are offered the move as a button.
    """

    name: str
    sources: frozenset[State]
    target: State
    permission: str
    whose: Whose
    needs: Literal["", "note", "time"]
    by_hand: bool
    label: str | Promise

    @property
    def required_permission(self) -> str:
        """The permission as Django names it."""
        return f"editorial.{self.permission}"


def _row(
    name: str,
    sources: set[State],
    target: State,
    permission: str,
    whose: Whose,
    label: str | Promise,
    *,
    needs: Literal["", "note", "time"] = "",
    by_hand: bool = True,
) -> Transition:
    return Transition(
        name=name,
        sources=frozenset(sources),
        target=target,
        permission=permission,
        whose=whose,
        needs=needs,
        by_hand=by_hand,
        label=label,
    )


# fmt: off
TABLE: tuple[Transition, ...] = (
    #    name               from             to permission          whose         button
    _row("submit",          {D, C},          R, "submit_revision",  Whose.OWN,    _("Submit for review")),
    _row("approve",         {R},             A, "review_revision",  Whose.OTHERS, _("Approve")),
    _row("publish",         {A, Q},          P, "publish_revision", Whose.ANY,    _("Publish")),
    _row("schedule",        {A, Q},          Q, "publish_revision", Whose.ANY,    _("Schedule"), needs="time"),
    _row("unschedule",      {Q},             A, "publish_revision", Whose.ANY,    _("Cancel the schedule")),
    _row("request_changes", {R, A, Q},       C, "review_revision",  Whose.ANY,    _("Request changes"), needs="note"),
    _row("withdraw",        {D, R, C, A, Q}, W, "submit_revision",  Whose.OWN,    _("Withdraw")),
    _row("decline",         {D, R, C, A, Q}, W, "review_revision",  Whose.ANY,    _("Decline"), needs="note"),
    _row("take_down",       {P},             T, "publish_revision", Whose.ANY,    _("Take down"), needs="note"),
    _row("restore",         {T},             P, "publish_revision", Whose.ANY,    _("Restore"), needs="note"),
    # Made by code: the import of text that was public already, and what publishing does to the revision before.
    _row("import",          {D},             P, "publish_revision", Whose.ANY,    _("Import as published"), by_hand=False),
    _row("supersede",       {P},             S, "publish_revision", Whose.ANY,    _("Supersede"), by_hand=False),
)
# fmt: on

BY_NAME = {transition.name: transition for transition in TABLE}

# What else the log tells of a revision.  These acts leave its state as it is.
ACTS: dict[str, str | Promise] = {
    "edit": _("Edited"),
    "assign": _("Assigned"),
    "reorder": _("Moved in its section"),
}


def is_theirs(
    transition: Transition, revision: "Revision", user: "User | AbstractBaseUser | AnonymousUser"
) -> bool:
    """Whether the revision is one that this user may move this way, going by who wrote it."""
    if transition.whose is Whose.OWN:
        return revision.author_id == user.pk
    if transition.whose is Whose.OTHERS and settings.EDITORIAL_FOUR_EYES:
        return revision.author_id != user.pk
    return True


def theirs(transition: Transition, user: "User") -> models.Q:
    """``is_theirs`` as a condition: the revisions that this user may move this way."""
    if transition.whose is Whose.OWN:
        return models.Q(author=user)
    if transition.whose is Whose.OTHERS and settings.EDITORIAL_FOUR_EYES:
        return ~models.Q(author=user)
    return models.Q()


def may_edit(revision: "Revision", user: "User") -> bool:
    """Whether this user may change the revision's text, while its state allows it."""
    if user.has_perm("editorial.publish_revision"):
        return True
    return revision.author_id == user.pk and user.has_perm("editorial.submit_revision")


def may_begin_again(revision: "Revision", user: "User") -> bool:
    """Whether this user may make a new draft of what an ended revision says."""
    return revision.state not in OPEN and user.has_perm("editorial.submit_revision")


def may_share(revision: "Revision", user: "User") -> bool:
    """Whether this user may show the revision's preview to people without an account."""
    return revision.state in OPEN and user.has_perm("editorial.submit_revision")


def is_reviewer_for(revision: "Revision", user: "User") -> bool:
    """Whether this user could approve the revision once it is in review."""
    approve = BY_NAME["approve"]
    return user.has_perm(approve.required_permission) and is_theirs(approve, revision, user)


def is_overdue(revision: "Revision", today: date) -> bool:
    """Whether the day until which a review was asked for has passed without it."""
    return revision.state in UNREVIEWED and revision.due is not None and revision.due < today


def may_assign(revision: "Revision", user: "User") -> bool:
    """Whether this user may ask somebody to review the revision."""
    own = revision.author_id == user.pk and user.has_perm("editorial.submit_revision")
    return own or user.has_perm("editorial.review_revision")


def may_resolve(comment: "Comment", user: "User") -> bool:
    """Whether this user may say that a comment is dealt with, or that it is not."""
    if user.has_perm("editorial.review_revision"):
        return True
    concerned = user.pk in {comment.user_id, comment.revision.author_id}
    return concerned and user.has_perm("editorial.submit_revision")


def available_for(revision: "Revision", user: "User") -> list[Transition]:
    """The moves to offer this user for this revision, in the table's order."""
    return [
        transition
        for transition in TABLE
        if transition.by_hand
        and revision.state in transition.sources
        and user.has_perm(transition.required_permission)
        and is_theirs(transition, revision, user)
    ]
