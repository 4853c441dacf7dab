"""What a revision's page shows of its discussion, and of who is asked to review it."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User

from editorial.admin.badges import due_note
from editorial.forms import RevisionForm
from editorial.forms.review import AssignForm, CommentForm
from editorial.models import Comment, Revision
from editorial.transitions import OPEN, may_assign, may_resolve


class Remark:
    """A comment as somebody sees it: the words for its field, and whether they may settle it."""

    def __init__(self, comment: Comment, user: User) -> None:
        field = RevisionForm.base_fields.get(comment.field)
        self.comment = comment
        self.label = field.label if field else ""
        self.may_settle = may_resolve(comment, user)


class Discussion:
    """All comments on a revision in their order, read once; those dealt with apart."""

    def __init__(self, revision: Revision, user: User) -> None:
        comments = revision.comments.select_related("user", "resolved_by")
        remarks = [Remark(comment, user) for comment in comments]
        self.open = [remark for remark in remarks if remark.comment.resolved_at is None]
        self.resolved = [remark for remark in remarks if remark.comment.resolved_at is not None]

    def put_beside(self, rows: Iterable[dict[str, Any]]) -> None:
        """Give each row of a form the open comments on its field."""
        for row in rows:
            name = row["field"].name
            row["remarks"] = [remark for remark in self.open if remark.comment.field == name]


def context(
    revision: Revision,
    user: User,
    *,
    field: str = "",
    comment: CommentForm | None = None,
    assignment: AssignForm | None = None,
) -> dict[str, Any]:
    """Return what the page needs; ``field`` is chosen beforehand, the forms are those sent back."""
    may_comment = user.has_perm("editorial.submit_revision")
    is_assignable = revision.state in OPEN and may_assign(revision, user)
    return {
        "discussion": Discussion(revision, user),
        "comment_form": (comment or CommentForm(field=field)) if may_comment else None,
        "assign_form": (assignment or AssignForm(revision=revision)) if is_assignable else None,
        "due": due_note(revision),
    }
