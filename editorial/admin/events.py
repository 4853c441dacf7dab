"""The log, to read."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from editorial.admin.badges import state_badge
from editorial.admin.timeline import of_all_as_csv
from editorial.desk import timeline
from editorial.models import Event


@admin.register(Event)
class EventAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """The log, to read."""

    list_display = ("at", "revision_link", "act", "state_shown", "user", "note")
    list_filter = ("transition", "target", "user")
    list_select_related = ("revision", "user")
    list_display_links = None
    ordering = ("-pk",)
    change_list_template = "editorial/events.html"

    class Media:
        css: ClassVar = {"all": ["editorial/desk.css"]}

    @admin.display(description=gettext_lazy("revision"))
    def revision_link(self, event: Event) -> SafeString:
        """Return the revision's headline, leading to its page."""
        url = reverse("admin:editorial_revision_change", args=[event.revision_id])
        return format_html('<a href="{}">{}</a>', url, event.revision.headline[:80] or "—")

    @admin.display(description=gettext_lazy("to"), ordering="target")
    def state_shown(self, event: Event) -> SafeString:
        """Return the state that the move led to as a coloured word."""
        return state_badge(event.target, event.get_target_display())

    @admin.display(description=gettext_lazy("act"), ordering="transition")
    def act(self, event: Event) -> str:
        """Return what was done, and with what."""
        details = timeline.in_words(event)
        return f"{event.label} ({details})" if details else event.label

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        """Leave out what a list does not show."""
        return super().get_queryset(request).defer("revision__summary", "revision__source")

    def get_urls(self) -> list[URLPattern]:
        """Put the log's file before Django's last pattern, which would take every address."""
        *urls, catch_all = super().get_urls()
        view = self.admin_site.admin_view(of_all_as_csv)
        return [*urls, path("log.csv", view, name="editorial_event_csv"), catch_all]

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """The log writes itself."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:  # noqa: ARG002
        """The log is append-only."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:  # noqa: ARG002
        """The log is append-only."""
        return False
