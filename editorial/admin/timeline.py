"""The history of an article over all its revisions, and the log as files to keep."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from digest.models import Article
from editorial.desk import tables, timeline
from editorial.models import Event

PER_PAGE = 100


def of_article(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what happened to an article, newest first."""
    article, happenings = _told(request, pk)
    context = {
        **admin.site.each_context(request),
        "title": _("History"),
        "subtitle": article.headline,
        "article": article,
        "page": Paginator(happenings[::-1], PER_PAGE).get_page(request.GET.get("p")),
    }
    return TemplateResponse(request, "editorial/timeline.html", context)


def of_article_as_csv(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Give what happened to an article as a file, oldest first."""
    _article, happenings = _told(request, pk)
    return tables.download(f"article-{pk}", timeline.rows(happenings))


def of_all_as_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Give the whole log as a file, oldest first."""
    _refuse_strangers(request)
    return tables.download("log", timeline.rows(timeline.log(Event.objects.order_by("pk"))))


def _told(request: HttpRequest, pk: int) -> tuple[Article, list[timeline.Happening]]:
    _refuse_strangers(request)
    article = get_object_or_404(Article, pk=pk)
    return article, timeline.of_revisions(list(article.revisions.select_related("author")))


def _refuse_strangers(request: HttpRequest) -> None:
    if not request.user.has_perm("editorial.view_event"):
        raise PermissionDenied
