"""Revisions and the log of their moves."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from digest.models import Category
from editorial import actions
from editorial.admin.moves import buttons_for, move, number, refused, user_of
from editorial.forms import RevisionForm
from editorial.models import Event, Revision
from editorial.refusals import NoRight, Refused, Stale, WrongState
from editorial.transitions import BY_NAME, EDITABLE, may_edit


def state_badge(state: str, label: str) -> SafeString:
    """Show a state as a small coloured word."""
    return format_html('<span class="desk-state desk-{}">{}</span>', state, label)


@admin.register(Revision)
class RevisionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Drafts and their way to readers."""

    list_display = ("short_headline", "state_shown", "category", "author", "updated_at")
    list_filter = ("state", "category", "author")
    list_select_related = ("category", "author")
    search_fields = ("headline", "title", "summary", "url")
    list_per_page = 50

    class Media:
        css: ClassVar = {"all": ["editorial/desk.css"]}

    @admin.display(description=gettext_lazy("headline"), ordering="headline")
    def short_headline(self, revision: Revision) -> str:
        """Return as much of the headline as a list can show."""
        return revision.headline[:80] or "—"

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, revision: Revision) -> SafeString:
        """Return the state as a coloured word."""
        return state_badge(revision.state, revision.get_state_display())

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Offer to add to those whose draft the action would take."""
        return request.user.has_perm("editorial.submit_revision")

    def has_delete_permission(self, request: HttpRequest, obj: Revision | None = None) -> bool:  # noqa: ARG002
        """A revision is withdrawn, never deleted."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Put the moves before Django's last pattern, which would take every address."""
        *urls, catch_all = super().get_urls()
        view = self.admin_site.admin_view(require_POST(move))
        moves = path("<int:pk>/<slug:name>/", view, name="editorial_revision_move")
        return [*urls, moves, catch_all]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",  # noqa: ARG002
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> HttpResponse:
        """Show a revision, or store what was typed through the action."""
        revision = self._find(object_id) if object_id else None
        allowed = (
            self.has_view_permission(request, revision)
            if revision
            else self.has_add_permission(request)
        )
        if not allowed:
            raise PermissionDenied
        form = RevisionForm(request.POST if request.method == "POST" else None, revision=revision)
        if request.method == "POST" and form.is_valid():
            return self._store(request, form, revision)
        return self._page(request, form, revision)

    def _find(self, object_id: str) -> Revision:
        related = ("author", "category", "article")
        return get_object_or_404(Revision.objects.select_related(*related), pk=number(object_id))

    def _store(
        self, request: HttpRequest, form: RevisionForm, revision: Revision | None
    ) -> HttpResponse:
        user, version = user_of(request), form.cleaned_data["version"] or 0
        try:
            if revision is None:
                said = form.changes
                stored = actions.propose(
                    user, category=said["category"], tag_names=said["tag_names"], entry=form.entry
                )
            else:
                stored = actions.edit(revision, user, version, **form.changes)
        except NoRight as refusal:
            return refused(request, refusal, back=reverse("admin:editorial_revision_changelist"))
        except (Stale, WrongState) as refusal:
            return self._conflict(request, revision, refusal)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self._page(request, form, revision)
        changed = stored.version != version
        messages.success(request, _("Saved.") if changed else _("Nothing had changed."))
        return HttpResponseRedirect(reverse("admin:editorial_revision_change", args=[stored.pk]))

    def _conflict(
        self, request: HttpRequest, revision: Revision | None, refusal: Refused
    ) -> HttpResponse:
        """Show what was typed and what is stored beside it; saving again means to replace that."""
        assert revision is not None
        stored = self._find(str(revision.pk))
        typed = request.POST.copy()
        typed["version"] = str(stored.version)
        form = RevisionForm(typed, revision=stored)
        form.add_error(None, str(refusal))
        return self._page(request, form, stored, status=409)

    def _page(
        self,
        request: HttpRequest,
        form: RevisionForm,
        revision: Revision | None,
        status: int = 200,
    ) -> HttpResponse:
        user = user_of(request)
        editable = revision is None or (revision.state in EDITABLE and may_edit(revision, user))
        context = {
            **self.admin_site.each_context(request),
            "title": revision.headline if revision else _("New entry"),
            "opts": self.opts,
            "media": self.media,
            "form": form,
            "fields": _fields(form, revision if status == 409 else None),
            "revision": revision,
            "editable": editable,
            "show_form": editable or form.is_bound,
            "buttons": buttons_for(revision, user) if revision else [],
            "events": _log(revision) if revision else [],
        }
        return TemplateResponse(request, "editorial/revision.html", context, status=status)


def _fields(form: RevisionForm, stored: Revision | None) -> list[dict[str, Any]]:
    """Return the visible fields, and what ``stored`` says where something else was typed."""
    now = RevisionForm(revision=stored) if stored else form
    rows = []
    for field in form.visible_fields():
        value = now[field.name].value()
        differs = now is not form and _shown(field.value()) != _shown(value)
        if field.name == "category":
            value = Category.objects.filter(pk=value).first() if value else None
        rows.append({"field": field, "differs": differs, "value": value})
    return rows


def _shown(value: Any) -> str:
    return str(value or "").replace("\r\n", "\n").strip()


def _log(revision: Revision) -> list[tuple[Event, Any]]:
    events = revision.events.select_related("user")
    return [(event, BY_NAME[event.transition].label) for event in events]


@admin.register(Event)
class EventAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """The log, to read."""

    list_display = ("at", "revision_link", "move", "state_shown", "user", "note")
    list_filter = ("target", "user")
    list_select_related = ("revision", "user")
    list_display_links = None
    ordering = ("-pk",)

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

    @admin.display(description=gettext_lazy("move"), ordering="transition")
    def move(self, event: Event) -> Any:
        """Return the move as its button names it."""
        return BY_NAME[event.transition].label

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        """Leave out what a list does not show."""
        return super().get_queryset(request).defer("revision__summary", "revision__source")

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """The log writes itself."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:  # noqa: ARG002
        """The log is append-only."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:  # noqa: ARG002
        """The log is append-only."""
        return False
