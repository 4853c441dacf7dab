"""A revision as readers would get it: for the desk, and by a signed link for people without one."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from editorial.admin.moves import number, refused, revision_for, user_of
from editorial.desk import sharing
from editorial.desk.preview import in_the_list, in_the_readme, preview_of
from editorial.models import Revision
from editorial.refusals import Refused
from editorial.transitions import OPEN, State, may_share

VIEWS = {
    "article": gettext_lazy("Article page"),
    "home": gettext_lazy("In the list"),
    "readme": gettext_lazy("In the README"),
}
KINDS = {"+": "added", "-": "removed", "@": "hunk"}
LINES_SHOWN = 400
# A link is for whoever got it: no cache keeps the page, no search engine lists it, and the pages
# that it leads to are not told its address.
PRIVATE = {
    "Cache-Control": "no-store, private",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
}


def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the revision in a frame as readers would see it; on a POST, make a link to that."""
    revision = revision_for(request, pk)
    view, link = _view(request), ""
    if request.method == "POST":
        days = number(request.POST.get("days"))
        try:
            token = sharing.share(revision, user_of(request), days)
        except Refused as refusal:
            back = reverse("admin:editorial_revision_preview", args=[pk])
            return refused(request, refusal, back=back)
        link = request.build_absolute_uri(reverse("admin:editorial_revision_shared", args=[token]))
    context = {
        **admin.site.each_context(request),
        **_about(revision, view),
        "title": revision.headline,
        "tab": "preview",
        "opts": Revision._meta,
        "days": sharing.DAYS,
        "may_share": may_share(revision, user_of(request)),
        "link": link,
    }
    if view == "readme":
        context |= _readme(revision)
    return TemplateResponse(request, "editorial/preview.html", context)


@xframe_options_sameorigin
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the page that stands in the frame."""
    return _page(request, revision_for(request, pk), _view(request))


@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """Show the preview to whoever has a link that still works."""
    try:
        share = sharing.read(token)
    except sharing.UnknownLink:
        raise Http404 from None
    revisions = Revision.objects.select_related("author", "category", "article")
    revision = get_object_or_404(revisions, pk=share.revision)
    response = _shared(request, share, revision)
    for name, value in PRIVATE.items():
        response[name] = value
    return response


def _shared(request: HttpRequest, share: sharing.Share, revision: Revision) -> HttpResponse:
    if share.has_expired or revision.state == State.WITHDRAWN:
        return render(request, "editorial/preview_gone.html", {"share": share}, status=410)
    if revision.state not in OPEN and revision.article:
        return HttpResponseRedirect(revision.article.get_absolute_url())
    return _page(request, revision, _view(request), share=share)


def _view(request: HttpRequest) -> str:
    asked = request.GET.get("as", "")
    return asked if asked in VIEWS else "article"


def _about(revision: Revision, view: str) -> dict[str, Any]:
    """Return what the notice and the tabs of every preview need."""
    return {
        "revision": revision,
        "is_open": revision.state in OPEN,
        "view": view,
        "views": VIEWS,
    }


def _page(request: HttpRequest, revision: Revision, view: str, **extra: Any) -> HttpResponse:
    """Show the page of the site that the view names, with a notice above it."""
    if view == "readme":
        layout, context = "editorial/preview_readme.html", _readme(revision)
    elif view == "home":
        layout, context = in_the_list(preview_of(revision))
    else:
        layout, context = "digest/article.html", {"article": preview_of(revision).article}
    context |= {**_about(revision, view), "layout": layout, **extra}
    return render(request, "editorial/preview_page.html", context)


def _readme(revision: Revision) -> dict[str, Any]:
    lines = in_the_readme(revision)
    return {
        "lines": lines,
        "rows": list(_rows(lines.hunks[:LINES_SHOWN])),
        "rows_left": max(len(lines.hunks) - LINES_SHOWN, 0),
    }


def _rows(hunks: list[str]) -> Iterator[tuple[str, str]]:
    """Yield each line of a diff with what it is."""
    for line in hunks:
        yield KINDS.get(line[0], ""), line.removesuffix("\n")
