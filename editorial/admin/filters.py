"""The list of revisions: what it counts, and by what it can be narrowed besides plain columns."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from editorial.admin.moves import user_of
from editorial.models import Comment, Revision
from editorial.transitions import UNREVIEWED

Choices = list[tuple[str, Any]]

_OPEN_COMMENTS = Comment.objects.filter(revision=OuterRef("pk"), resolved_at=None)


def with_open_comments(revisions: QuerySet[Revision]) -> QuerySet[Revision]:
    """Annotate each revision with ``open_comments``: how many nobody has dealt with yet."""
    counted = _OPEN_COMMENTS.order_by().values("revision").annotate(count=Count("pk"))
    return revisions.annotate(open_comments=Coalesce(Subquery(counted.values("count")), 0))


class PersonFilter(admin.SimpleListFilter):
    """By the person in the column ``parameter_name``; only those who are in it are offered."""

    first: Choices = [("me", _("me"))]

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:  # noqa: ARG002
        """Return the choices: one query, however many revisions there are."""
        theirs = Revision.objects.filter(**{str(self.parameter_name): OuterRef("pk")})
        people = User.objects.filter(Exists(theirs)).order_by("username")
        names = people.values_list("pk", "username")
        return [*self.first, *((str(pk), name) for pk, name in names)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Revision]) -> QuerySet[Revision]:
        """Return the revisions of the person chosen."""
        value = self.value()
        if value is None:
            return queryset
        if value not in dict(self.lookup_choices):
            return queryset.none()
        who = {"me": user_of(request), "nobody": None}.get(value, value)
        return queryset.filter(**{str(self.parameter_name): who})


class AuthorFilter(PersonFilter):
    """By who wrote it."""

    title, parameter_name = _("author"), "author"


class ReviewerFilter(PersonFilter):
    """By who is asked to review it."""

    title, parameter_name = _("reviewer"), "reviewer"
    first: Choices = [*PersonFilter.first, ("nobody", _("nobody"))]


class DueFilter(admin.SimpleListFilter):
    """By the day until which the review is asked for, of those that still wait for it."""

    title, parameter_name = _("review due"), "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:  # noqa: ARG002
        """Return the choices."""
        return [
            ("overdue", _("overdue")),
            ("week", _("in the next seven days")),
            ("none", _("no date")),
        ]

    def queryset(
        self,
        request: HttpRequest,  # noqa: ARG002
        queryset: QuerySet[Revision],
    ) -> QuerySet[Revision]:
        """Return the revisions chosen."""
        today = timezone.localdate()
        chosen = {
            "overdue": Q(due__lt=today),
            "week": Q(due__gte=today, due__lt=today + timedelta(days=7)),
            "none": Q(due=None),
        }.get(self.value() or "")
        return queryset.filter(chosen, state__in=UNREVIEWED) if chosen else queryset


class CommentsFilter(admin.SimpleListFilter):
    """Those with comments that nobody has dealt with yet."""

    title, parameter_name = _("comments"), "comments"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:  # noqa: ARG002
        """Return the choice."""
        return [("open", _("with open comments"))]

    def queryset(
        self,
        request: HttpRequest,  # noqa: ARG002
        queryset: QuerySet[Revision],
    ) -> QuerySet[Revision]:
        """Return the revisions chosen."""
        return queryset.filter(Exists(_OPEN_COMMENTS)) if self.value() == "open" else queryset
