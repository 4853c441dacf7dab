"""What is cited, as files for reference managers: one work, or all that a list shows."""

from collections.abc import Callable, Iterator
from itertools import islice

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import condition, require_safe

from digest.caching import CONTROL, tag_of
from digest.citations import FORMATS, Format, Work, work, work_of
from digest.feeds import FindScope
from digest.models import Article, Paper
from digest.sections import listed

MOST = 5_000  # works in a file
BATCH = 200


@require_safe
def entry(request: HttpRequest, pk: int, ending: str) -> HttpResponse:  # noqa: ARG001
    """Give the work that an entry is about, under the title that the entry gives it."""
    found = work_of(get_object_or_404(listed(), pk=pk))
    if found is None:
        raise Http404
    return _one(found, ending)


@require_safe
def paper(request: HttpRequest, pk: int, ending: str) -> HttpResponse:  # noqa: ARG001
    """Give a work that has an entry."""
    papers = Paper.objects.filter(pk__in=Article.objects.published().values("paper"))
    return _one(work(get_object_or_404(papers, pk=pk)), ending)


def listing(scope: FindScope) -> Callable[..., HttpResponseBase]:
    """Return the view that gives every work that the entries of a scope are about, each once.

    It is streamed; who has it as it is gets 304 for one query.
    """

    @require_safe
    @condition(etag_func=lambda request, **_named: tag_of(request))
    def view(request: HttpRequest, ending: str, **slug: str) -> HttpResponseBase:
        form, found = _format(ending), scope(request, **slug)
        about = found.articles.order_by().values("paper")
        papers = Paper.objects.filter(pk__in=about).order_by("pk")
        complete = found.complete and not papers[MOST : MOST + 1].exists()
        response = StreamingHttpResponse(
            _text(form, papers), content_type=f"{form.media_type}; charset=utf-8"
        )
        name = f"papers.{ending}" if complete else f"papers-not-all.{ending}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"], response["X-Robots-Tag"] = CONTROL, "noindex"
        return response

    return view


def _text(form: Format, papers: QuerySet[Paper]) -> Iterator[str]:
    """Yield the file in pieces that are worth sending."""
    works = map(work, papers[:MOST].iterator(BATCH))
    pieces = form.written(works)
    while piece := "".join(islice(pieces, BATCH)):
        yield piece


def _one(work: Work, ending: str) -> HttpResponse:
    form = _format(ending)
    named = {"Content-Disposition": f'attachment; filename="{work.key}.{ending}"'}
    content_type = f"{form.media_type}; charset=utf-8"
    return HttpResponse("".join(form.written([work])), content_type=content_type, headers=named)


def _format(ending: str) -> Format:
    """Return the format of a file's ending, or answer that there is none."""
    if ending not in FORMATS:
        raise Http404
    return FORMATS[ending]
