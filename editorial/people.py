"""People by what they may do: the rules of ``transitions``, asked of everybody in one query."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.db.models import QuerySet

from editorial.models import Revision
from editorial.transitions import BY_NAME, is_theirs


def who_may(permission: str) -> QuerySet[User]:
    """Return the active people who have this right, by a group, of their own or as superusers."""
    found: QuerySet[User] = ModelBackend().with_perm(permission)
    return found


def reviewers_for(revision: Revision) -> QuerySet[User]:
    """Return those who could approve the revision (see ``transitions.is_reviewer_for``)."""
    approve = BY_NAME["approve"]
    found = who_may(approve.required_permission).order_by("username")
    if is_theirs(approve, revision, revision.author):
        return found
    return found.exclude(pk=revision.author_id)
