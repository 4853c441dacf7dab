"""Links: their list, a page for each, and the two ways to mend one in the entries that have it."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from digest.models import LinkReport
from editorial.actions import Refused
from editorial.admin.badges import state_badge
from editorial.admin.moves import user_of
from editorial.links import mending
from editorial.links.judging import reason_in_words
from editorial.links.models import Link
from editorial.refusals import Invalid

AT_ONCE = 20  # links of one request: each may ask the archive, and somebody waits for it
SHOWN = 60  # characters of an address in the list


def _target(link: Link) -> str:
    if not link.target:
        raise Invalid(_("It does not lead to another address."))
    return link.target


def _archived(link: Link) -> str:
    return mending.archived(link.url)


WAYS: dict[str, Callable[[Link], str]] = {"target": _target, "archive": _archived}


class Reported(admin.SimpleListFilter):
    """Links that readers reported dead and nobody has looked at."""

    title = gettext_lazy("reported by readers")
    parameter_name = "reported"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        """Return the one choice."""
        return [("1", gettext_lazy("reported, not settled"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Link]) -> QuerySet[Link]:  # noqa: ARG002
        """Return the links chosen."""
        return queryset.filter(url__in=reports().values("url")) if self.value() else queryset


@admin.register(Link)
class LinkAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Links, to look at and to mend; the checks write them."""

    list_display = ("state_shown", "short_url", "reason_shown", "places", "checked_at")
    list_display_links = ("short_url",)
    list_filter = ("state", Reported, ("checked_at", admin.DateFieldListFilter))
    search_fields = ("url", "host")
    list_per_page = 50
    ordering = ("-checked_at", "-pk")
    fields = (
        *("address", "state_shown", "reason_shown", "status", "leads_to"),
        *("failures", "failing_since", "checked_at", "next_check_at"),
    )
    readonly_fields = fields
    change_form_template = "editorial/link.html"
    actions = ("replace_by_target", "replace_by_archive")

    class Media:
        css: ClassVar = {"all": ["editorial/desk.css"]}

    @admin.display(description=gettext_lazy("address"), ordering="host")
    def short_url(self, link: Link) -> str:
        """Return as much of the address as a list can show."""
        shown = link.url.partition("://")[2]
        return shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…"

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, link: Link) -> SafeString:
        """Return the state as a coloured word."""
        return state_badge(f"link-{link.state}", link.get_state_display())

    @admin.display(description=gettext_lazy("reason"), ordering="reason")
    def reason_shown(self, link: Link) -> str:
        """Return why it stands so."""
        return reason_in_words(link.reason) or "—"

    @admin.display(description=gettext_lazy("places"))
    def places(self, link: Link) -> int:
        """Return in how many places it stands."""
        number: int = link.places  # type: ignore[attr-defined]  # annotated
        return number

    @admin.display(description=gettext_lazy("address"))
    def address(self, link: Link) -> SafeString:
        """Return the address, to follow."""
        return _outward(link.url)

    @admin.display(description=gettext_lazy("leads to"))
    def leads_to(self, link: Link) -> str:
        """Return where it leads now, if that is another address."""
        return _outward(link.target) if link.target else "—"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Link]:
        """Add in how many places each stands."""
        links: QuerySet[Link] = super().get_queryset(request)
        return links.annotate(places=Count("mentions"))

    @admin.action(description=gettext_lazy("Replace with where it leads"), permissions=["mend"])
    def replace_by_target(self, request: HttpRequest, links: QuerySet[Link]) -> None:
        """Make drafts with the redirects' targets."""
        self._mend(request, links, "target")

    @admin.action(description=gettext_lazy("Use the archive's copy"), permissions=["mend"])
    def replace_by_archive(self, request: HttpRequest, links: QuerySet[Link]) -> None:
        """Make drafts with the archive's copies."""
        self._mend(request, links, "archive")

    def _mend(self, request: HttpRequest, links: QuerySet[Link], way: str) -> None:
        for link in links[:AT_ONCE]:
            mend(request, link, way)
        left = links.count() - AT_ONCE
        if left > 0:
            text = _("%(left)d more were left: at most %(limit)d are handled at a time.")
            messages.warning(request, text % {"left": left, "limit": AT_ONCE})

    def has_mend_permission(self, request: HttpRequest) -> bool:
        """Who may propose changes may mend; the action checks it again."""
        return request.user.has_perm("editorial.submit_revision")

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Links come from entries."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Link | None = None) -> bool:  # noqa: ARG002
        """Links are checked, not edited."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Link | None = None) -> bool:  # noqa: ARG002
        """Links go with the entries that have them."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Put the desk's address before Django's last pattern, which would take every address."""
        *urls, catch_all = super().get_urls()
        view = self.admin_site.admin_view
        pages = [
            path(
                "<int:pk>/mend/<str:way>/",
                view(require_POST(mend_one)),
                name="editorial_link_mend",
            ),
            path("<int:pk>/settle/", view(require_POST(settle)), name="editorial_link_settle"),
        ]
        return [*urls, *pages, catch_all]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the link with its history and the places where it stands."""
        link = self.get_object(request, object_id)
        extra = extra_context or {}
        if link:
            mentions = link.mentions.select_related("article", "revision", "passage")
            extra |= {
                "title": link.url,
                "subtitle": None,
                "checks": [(check, reason_in_words(check.reason)) for check in link.checks.all()],
                "reports": reports().filter(url=link.url).select_related("article"),
                "mentions": mentions.order_by("pk")[:100],
                "may_mend": self.has_mend_permission(request),
            }
        return super().change_view(request, object_id, form_url, extra)


def mend_one(request: HttpRequest, pk: int, way: str) -> HttpResponse:
    """Mend one link from its page, and show the page again."""
    link = get_object_or_404(Link, pk=pk)
    if way not in WAYS:
        raise Http404
    mend(request, link, way)
    return HttpResponseRedirect(reverse("admin:editorial_link_change", args=[pk]))


def reports() -> QuerySet[LinkReport]:
    """Return what readers reported and nobody has settled."""
    return LinkReport.objects.filter(settled_at=None)


def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that what readers reported of a link was looked at."""
    if not request.user.has_perm("editorial.submit_revision"):
        raise PermissionDenied
    link = get_object_or_404(Link, pk=pk)
    reports().filter(url=link.url).update(settled_at=timezone.now())
    messages.success(request, _("Settled."))
    return HttpResponseRedirect(reverse("admin:editorial_link_change", args=[pk]))


def mend(request: HttpRequest, link: Link, way: str) -> None:
    """Make drafts with another address in place of the link's, and say what came of it."""
    try:
        report = mending.replace(link, WAYS[way](link), user_of(request))
    except Refused as refusal:
        messages.error(request, f"{link.url}: {refusal}")
        return
    for headline, reason in report.refused:
        messages.warning(request, f"“{headline[:60]}”: {reason}")
    if report.drafts:
        number = len(report.drafts)
        text = ngettext(
            "%(number)d draft was made with the new address: submit it for review.",
            "%(number)d drafts were made with the new address: submit them for review.",
            number,
        )
        messages.success(request, text % {"number": number})
    elif not report.refused:
        messages.warning(request, _("No live entry has this link; mend it where it stands."))


def _outward(url: str) -> SafeString:
    """Return a link that tells the other side nothing of us."""
    return format_html('<a href="{0}" rel="noreferrer noopener">{0}</a>', url)
