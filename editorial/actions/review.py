"""The discussion of a revision: comments, and who is asked to review it until when."""

from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from editorial import entries, mail
from editorial.actions.log import log
from editorial.models import Comment, Revision
from editorial.refusals import Invalid, NoRight, WrongState, refuse_without
from editorial.transitions import OPEN, is_reviewer_for, may_assign, may_resolve


def comment(revision: Revision, user: User, text: str, field: str = "") -> Comment:
    """Say something about a revision, or about one of its fields, without deciding."""
    refuse_without(user, "editorial.submit_revision")
    text = entries.tidy(text)
    if not text:
        raise Invalid(_("Write the comment first."))
    entries.refuse_nul([text])
    if field and field not in entries.FIELDS:
        raise Invalid(_("There is no such field."))
    remark = Comment.objects.create(
        revision=revision, user=user, text=text, field=field, at=timezone.now()
    )
    mail.commented(remark)
    return remark


def resolve(remark: Comment, user: User) -> Comment:
    """Mark a comment as dealt with."""
    return _settle(remark, user, resolved=True)


def reopen(remark: Comment, user: User) -> Comment:
    """Mark a comment as not dealt with after all."""
    return _settle(remark, user, resolved=False)


def assign(
    revision: Revision, user: User, reviewer: User | None, due: date | None = None
) -> Revision:
    """Ask this person to review an open revision until this day; None takes either back."""
    if not may_assign(revision, user):
        raise NoRight(_("Only its author, or who may review, may ask for a reviewer."))
    if reviewer and not is_reviewer_for(revision, reviewer):
        raise Invalid(_("%(user)s may not review this revision.") % {"user": reviewer})
    if (revision.reviewer_id, revision.due) == (reviewer.pk if reviewer else None, due):
        return revision
    with transaction.atomic():
        still_open = Revision.objects.filter(pk=revision.pk, state__in=OPEN)
        if not still_open.update(reviewer=reviewer, due=due):
            raise WrongState(_("This revision is closed: there is nothing left to review."))
        log(
            revision,
            "assign",
            user,
            reviewer=reviewer.get_username() if reviewer else "",
            due=due.isoformat() if due else "",
        )
    revision.reviewer, revision.due = reviewer, due
    mail.assigned(revision, user)
    return revision


def _settle(remark: Comment, user: User, *, resolved: bool) -> Comment:
    if not may_resolve(remark, user):
        raise NoRight(_("Only who wrote it, its revision's author or a reviewer may do this."))
    by, at = (user, timezone.now()) if resolved else (None, None)
    same = Comment.objects.filter(pk=remark.pk, resolved_at__isnull=resolved)
    if not same.update(resolved_by=by, resolved_at=at):
        raise WrongState(_("Someone else was first: the comment has been settled so already."))
    remark.resolved_by, remark.resolved_at = by, at
    return remark
