"""The panels of the home as a filter of the list of revisions."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from editorial.admin.moves import user_of
from editorial.desk.dashboard import panels_of
from editorial.models import Revision


class OnMyDesk(admin.SimpleListFilter):
    """The rows of one panel: those that the home counts, all of them."""

    title = gettext_lazy("on my desk")
    parameter_name = "desk"

    def lookups(
        self,
        request: HttpRequest,
        model_admin: Any,  # noqa: ARG002
    ) -> list[tuple[str, Any]]:
        """Return this person's panels that hold revisions."""
        panels = panels_of(user_of(request))
        return [(panel.name, panel.title) for panel in panels if panel.model is Revision]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Revision]) -> QuerySet[Revision]:
        """Return the rows of the panel that was chosen."""
        user = user_of(request)
        for panel in panels_of(user):
            if panel.name == self.value() and panel.model is Revision:
                return queryset.filter(pk__in=panel.rows(user).order_by().values("pk"))
        return queryset
