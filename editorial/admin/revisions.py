"""The list of revisions, and the addresses of all that the desk does with one."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from editorial.admin import (
    assign,
    begin,
    bulk,
    comments,
    compare,
    editor,
    entry_form,
    moves,
    presence,
    preview,
    schedule,
)
from editorial.admin.badges import due_note, schedule_note, state_badge
from editorial.admin.filters import (
    AuthorFilter,
    CommentsFilter,
    DueFilter,
    ReviewerFilter,
    with_open_comments,
)
from editorial.admin.panels import OnMyDesk
from editorial.models import Revision


@admin.register(Revision)
class RevisionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Drafts and their way to readers."""

    list_display = (
        *("short_headline", "state_shown", "category", "author", "review"),
        *("comments_shown", "changed"),
    )
    list_filter = (
        *(OnMyDesk, "state", AuthorFilter, ReviewerFilter, DueFilter),
        *(CommentsFilter, "category"),
    )
    list_select_related = ("category", "author", "reviewer")
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
        """Return the state as a coloured word, and the time of one that is scheduled."""
        badge = state_badge(revision.state, revision.get_state_display())
        return badge + schedule_note(revision)

    @admin.display(description=gettext_lazy("review"), ordering="due")
    def review(self, revision: Revision) -> SafeString | str:
        """Return who is asked to review it, and until when."""
        reviewer = revision.reviewer or ("" if revision.due else "—")
        return format_html("{} {}", reviewer, due_note(revision))

    @admin.display(description=gettext_lazy("comments"), ordering="open_comments")
    def comments_shown(self, revision: Any) -> SafeString | str:
        """Return how many comments are open, leading to them."""
        if not revision.open_comments:
            return "—"
        url = reverse("admin:editorial_revision_change", args=[revision.pk])
        return format_html('<a href="{}#comments">{}</a>', url, revision.open_comments)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Revision]:
        """Count the open comments."""
        return with_open_comments(super().get_queryset(request))

    @admin.display(description=gettext_lazy("changed"), ordering="updated_at")
    def changed(self, revision: Revision) -> SafeString:
        """Return when it was changed, in few words; the whole time is its title."""
        at = timezone.localtime(revision.updated_at)
        whole = date_format(at, "DATETIME_FORMAT")
        return format_html('<span title="{}">{}</span>', whole, date_format(at, "Y-m-d H:i"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Offer to add to those whose draft the action would take."""
        return request.user.has_perm("editorial.submit_revision")

    def has_delete_permission(self, request: HttpRequest, obj: Revision | None = None) -> bool:  # noqa: ARG002
        """A revision is withdrawn, never deleted."""
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer what this person may do to many at once; each row is refused by itself."""
        return bulk.offered_to(moves.user_of(request))

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        """Refuse rows that cannot be, which Django would look up all the same."""
        if not all(map(moves.number, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            raise BadRequest("A row of the list is named by its number.")
        return super().response_action(request, queryset, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        """Put the desk's pages before Django's last pattern, which would take every address."""
        *urls, catch_all = super().get_urls()
        view = self.admin_site.admin_view
        pages = [
            # For people without an account, so not the admin's: the token says what it may show.
            path("shared/<str:token>/", preview.shared, name="editorial_revision_shared"),
            # What the form asks for while people type.
            path("tags/", view(editor.suggest_tags), name="editorial_revision_tags"),
            path("typed/", view(require_POST(editor.typed)), name="editorial_revision_typed"),
            path(
                "<int:pk>/typed/", view(require_POST(editor.typed)), name="editorial_revision_typed"
            ),
            path("<int:pk>/preview/", view(preview.preview), name="editorial_revision_preview"),
            path(
                "<int:pk>/preview/page/",
                view(preview.page),
                name="editorial_revision_preview_page",
            ),
            path("<int:pk>/compare/", view(compare.compare), name="editorial_revision_compare"),
            path(
                "<int:pk>/presence/",
                view(require_POST(presence.note)),
                name="editorial_revision_presence",
            ),
            path(
                "<int:pk>/assign/",
                view(require_POST(assign.assign)),
                name="editorial_revision_assign",
            ),
            path(
                "<int:pk>/comment/",
                view(require_POST(comments.add)),
                name="editorial_revision_comment",
            ),
            path(
                "<int:pk>/comments/<int:number>/resolve/",
                view(require_POST(comments.resolve)),
                name="editorial_comment_resolve",
            ),
            path(
                "<int:pk>/comments/<int:number>/reopen/",
                view(require_POST(comments.reopen)),
                name="editorial_comment_reopen",
            ),
            path(
                "<int:pk>/again/", view(require_POST(begin.again)), name="editorial_revision_again"
            ),
            path(
                "<int:pk>/schedule/",
                view(require_POST(schedule.schedule)),
                name="editorial_revision_schedule",
            ),
            # The last takes every other move by its name.
            path(
                "<int:pk>/<slug:name>/",
                view(require_POST(moves.move)),
                name="editorial_revision_move",
            ),
        ]
        return [*urls, *pages, catch_all]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",  # noqa: ARG002
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> HttpResponse:
        """Leave the form to its own page."""
        if object_id is None:
            return entry_form.add(request)
        if not moves.number(object_id):
            raise Http404
        return entry_form.change(request, moves.number(object_id))
