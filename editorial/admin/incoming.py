"""READMEs from outside: brought here, shown as a plan, decided change by change.

The page is one form.  Whatever is pressed on it stores the ticks first, so they outlive paging and
filters; nothing of it needs a script.
"""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from editorial import incoming
from editorial.admin.badges import state_badge
from editorial.admin.moves import answer, number, refused, user_of
from editorial.admin.planned import KINDS, Planned
from editorial.forms.incoming import IncomingForm
from editorial.incoming import deciding, sheet, showing
from editorial.incoming.deciding import OURS, THEIRS, Done, Tick
from editorial.incoming.waiting import FRAME
from editorial.models import Outline, PlannedChange
from editorial.refusals import Refused

PUBLISH = "editorial.publish_revision"
SUBMIT = "editorial.submit_revision"
PER_PAGE = 50
OPEN = (Outline.State.PLANNED, Outline.State.WAITING)


@admin.register(Outline)
class OutlineAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """READMEs from outside: bring one, and decide about its changes."""

    list_display = ("created_at", "state_shown", "author", "decided_by", "decided_at")
    list_filter = ("state",)
    list_select_related = ("author", "decided_by")
    actions = None

    class Media:
        css: ClassVar = {"all": ["editorial/desk.css"]}

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, obj: Outline) -> SafeString:
        """Return the state as a coloured word."""
        return state_badge(obj.state, obj.get_state_display())

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever may submit may bring one."""
        return request.user.has_perm(SUBMIT)

    def has_change_permission(self, request: HttpRequest, obj: Outline | None = None) -> bool:  # noqa: ARG002
        """It is decided, not changed."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Outline | None = None) -> bool:  # noqa: ARG002
        """It is declined, not deleted."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Outline]:
        """Leave the texts out: they are long."""
        return super().get_queryset(request).defer("text", "asks")

    def get_urls(self) -> list[URLPattern]:
        """Put the decisions before Django's last pattern, which would take every address."""
        *urls, catch_all = super().get_urls()
        decide = self.admin_site.admin_view(require_POST(self.decide))
        made = [
            path(f"<int:pk>/{verb}/", decide, {"verb": verb}, name=f"editorial_outline_{verb}")
            for verb in ("accept", "decline")
        ]
        return [*urls, *made, catch_all]

    def decide(self, request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        """Accept the frame, or decline all of it."""
        waiting = get_object_or_404(Outline, pk=pk)

        def act() -> str:
            if verb == "accept":
                incoming.accept_outline(waiting, user_of(request))
                return _("Sections, text and order are taken over: readers see them.")
            incoming.decline_outline(waiting, user_of(request))
            return _("The incoming README is declined.")

        return answer(request, act, back=_page_of(pk))

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",  # noqa: ARG002 - Django's signature
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Take a file or a text, and show its plan."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        posted = (request.POST, request.FILES) if request.method == "POST" else ()
        form = IncomingForm(*posted)
        if request.method == "POST" and form.is_valid():
            outline = sheet.bring(form.cleaned_data["readme"], user_of(request))
            return HttpResponseRedirect(_page_of(outline.pk))
        context = {"form": form, "title": _("Bring a README"), **(extra_context or {})}
        return self._render(request, "editorial/incoming_add.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002 - Django's signature
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the plan, and do what was pressed on it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        related = Outline.objects.select_related("author", "decided_by")
        outline = get_object_or_404(related, pk=number(object_id))
        if request.method == "POST":
            return _press(request, outline)
        if outline.state in OPEN:
            sheet.refresh(outline, user_of(request))
        return self._render(
            request, "editorial/incoming.html", {**_plan(request, outline), **(extra_context or {})}
        )

    def _render(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        site = self.admin_site.each_context(request)
        return TemplateResponse(request, template, {**site, "opts": Outline._meta, **context})


def _page_of(pk: int, kind: str = "", page: int = 1) -> str:
    url = reverse("admin:editorial_outline_change", args=[pk])
    query = QueryDict(mutable=True)
    query.update({name: str(value) for name, value in (("kind", kind), ("p", page)) if value})
    return f"{url}?{query.urlencode()}" if kind or page > 1 else url


def _plan(request: HttpRequest, outline: Outline) -> dict[str, Any]:
    """Return what a page of the plan shows: as many queries for a long one as for a short one."""
    kind = request.GET.get("kind", "")
    counts = _counts(outline)
    kind = kind if kind in counts else ""
    rows = outline.planned.filter(kind=kind) if kind else outline.planned.all()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))
    sections = showing.titles()
    may_publish = request.user.has_perm(PUBLISH)
    return {
        "title": _("Incoming README"),
        "outline": outline,
        "is_open": outline.state in OPEN,
        "kinds": [
            {"name": name, "title": KINDS[name][0], "count": counts[name]["count"]}
            for name in KINDS
            if name in counts
        ],
        "kind": kind,
        "kind_title": KINDS[kind][0] if kind else "",
        "total": sum(one["count"] for one in counts.values()),
        "ticked": sum(one["ticked"] for one in counts.values()),
        "page": page,
        "rows": [Planned(row, sections) for row in page],
        "may_submit": request.user.has_perm(SUBMIT),
        "may_publish": may_publish,
        "may_accept": may_publish and outline.state in OPEN and FRAME in outline.asks,
        "may_decline": may_publish or outline.author_id == request.user.pk,
        "may_hand_over": outline.state == Outline.State.PLANNED,
    }


def _counts(outline: Outline) -> dict[str, dict[str, Any]]:
    groups = (
        outline.planned.order_by()
        .values("kind")
        .annotate(count=Count("pk"), ticked=Count("pk", filter=Q(ticked=True)))
    )
    return {group["kind"]: dict(group) for group in groups}


def _press(request: HttpRequest, outline: Outline) -> HttpResponse:
    """Store the ticks of the page that was left, and do what was asked for."""
    user, posted = user_of(request), request.POST
    kind, page = posted.get("kind", ""), number(posted.get("p")) or 1
    verb = posted.get("do", "")
    try:
        _store(outline, posted)
        if verb.startswith("go "):
            kind, _space, there = verb[3:].rpartition(" ")
            return HttpResponseRedirect(_page_of(outline.pk, kind, number(there) or 1))
        if verb in {"all", "none"}:
            rows = outline.planned.filter(kind=kind) if kind else outline.planned.all()
            rows.update(ticked=verb == "all")
        elif verb in {"apply", "keep"}:
            decide = deciding.apply if verb == "apply" else deciding.keep_ours
            ticks = {
                row.key: Tick(row.kind, row.choice)
                for row in outline.planned.filter(ticked=True).defer("details")
            }
            _say(request, decide(outline, user, ticks))
        elif verb == "hand":
            deciding.hand_over(outline, user)
            messages.success(request, _("What is left waits for a publisher now."))
        elif verb == "discard":
            deciding.discard(outline, user)
            messages.success(request, _("This README is closed; what you made of it stays."))
    except Refused as refusal:
        return refused(request, refusal, back=_page_of(outline.pk, kind, page))
    return HttpResponseRedirect(_page_of(outline.pk, kind, page))


def _store(outline: Outline, posted: QueryDict) -> None:
    """Keep what is ticked and chosen on the page that was shown."""
    rows = list(outline.planned.filter(key__in=posted.getlist("row")).defer("details"))
    ticked = set(posted.getlist("tick"))
    for row in rows:
        row.ticked = row.key in ticked
        sides = {
            name.removeprefix(f"take-{row.key}-"): side
            for name, side in posted.items()
            if name.startswith(f"take-{row.key}-") and side in {OURS, THEIRS}
        }
        entry = str(posted.get(f"entry-{row.key}", ""))
        row.choice = {**sides, "row": entry} if entry else sides
    PlannedChange.objects.bulk_update(rows, ["ticked", "choice"], batch_size=PER_PAGE)


def _say(request: HttpRequest, done: Done) -> None:
    """Tell what was done, and what was not and why."""
    if done.done or not done.refused:
        text = ngettext("%(n)d change is settled.", "%(n)d changes are settled.", done.done)
        messages.success(request, text % {"n": done.done})
    if done.left:
        text = _("%(n)d are left and still ticked: press the same button again.")
        messages.warning(request, text % {"n": done.left})
    for headline, reason in done.refused[:20]:
        messages.error(request, f"“{headline[:60]}”: {reason}")
    if len(done.refused) > 20:
        messages.error(request, _("and %(n)d more") % {"n": len(done.refused) - 20})
