"""Papers that readers suggest: their list, and a page for each to accept, merge or decline it."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from digest.inbox.duplicates import duplicates_of
from digest.models import Article, Suggestion
from editorial import suggestions
from editorial.actions import Refused
from editorial.admin.badges import state_badge
from editorial.admin.moves import number, user_of

SHADES = {
    "waiting": "waiting",
    "accepted": "published",
    "merged": "approved",
    "declined": "withdrawn",
}


class MergeForm(forms.Form):
    """The entry that has the paper already."""

    article = forms.IntegerField(
        label=gettext_lazy("Number of the entry"),
        help_text=gettext_lazy("As in its address: articles/12-…"),
        min_value=1,
    )


@admin.register(Suggestion)
class SuggestionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Suggestions, to read and to decide about."""

    list_display = ("paper", "state_shown", "name", "created_at", "decided_by")
    list_filter = ("state",)
    list_select_related = ("decided_by",)
    search_fields = ("title", "url", "why")
    list_per_page = 50
    ordering = ("-pk",)
    fields = (
        *("title", "url", "why", "name", "state_shown", "created_at"),
        *("answer", "article", "decided_by", "decided_at"),
    )
    readonly_fields = fields
    change_form_template = "editorial/suggestion.html"

    class Media:
        css: ClassVar = {"all": ["editorial/desk.css"]}

    @admin.display(description=gettext_lazy("paper"), ordering="title")
    def paper(self, suggestion: Suggestion) -> str:
        """Return what was suggested, as much as a list can show."""
        return str(suggestion)[:80]

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, suggestion: Suggestion) -> SafeString:
        """Return the state as a coloured word."""
        return state_badge(SHADES[suggestion.state], suggestion.get_state_display())

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Suggestions come from readers."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Suggestion | None = None) -> bool:  # noqa: ARG002
        """Suggestions are decided about, not edited."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Put the desk's address before Django's last pattern, which would take every address."""
        *urls, catch_all = super().get_urls()
        view = self.admin_site.admin_view(require_POST(decide))
        mine = path("<int:pk>/decide/<str:how>/", view, name="digest_suggestion_decide")
        return [*urls, mine, catch_all]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the suggestion with what the list has already, and what can be done."""
        found = Suggestion.objects.filter(pk=number(object_id)).first()
        extra = extra_context or {}
        if found:
            user = user_of(request)
            waits = found.state == Suggestion.State.WAITING
            extra |= {
                "title": str(found),
                "subtitle": None,
                "duplicates": duplicates_of(found.title, found.url).entries if waits else (),
                "may_accept": waits and user.has_perm("editorial.submit_revision"),
                "may_decline": waits and user.has_perm("editorial.review_revision"),
                "merge_form": MergeForm(),
            }
        return super().change_view(request, object_id, form_url, extra)


def decide(request: HttpRequest, pk: int, how: str) -> HttpResponse:
    """Accept, merge or decline a suggestion; an accepted one leads to its draft."""
    found = get_object_or_404(Suggestion, pk=pk)
    page = reverse("admin:digest_suggestion_change", args=[pk])
    user, answer = user_of(request), request.POST.get("answer", "")
    try:
        if how == "accept":
            draft = suggestions.accept(found, user)
            page = reverse("admin:editorial_revision_change", args=[draft.pk])
        elif how == "merge":
            live = Article.objects.published()
            article = live.filter(pk=number(request.POST.get("article"))).first()
            if article is None:
                messages.error(request, _("There is no live entry with this number."))
                return HttpResponseRedirect(page)
            suggestions.merge(found, user, article, answer)
        elif how == "decline":
            suggestions.decline(found, user, answer)
        else:
            raise Http404
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(page)
    messages.success(request, _("Decided. Its sender can read it on their page."))
    return HttpResponseRedirect(page)
