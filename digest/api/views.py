"""The answers.  Who has one as it is gets 304 for one query; what is wrong is a problem, told."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial, wraps
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.views.decorators.csrf import csrf_exempt

from digest.api import lists, parameters
from digest.api.parameters import Parameter
from digest.api.problems import GONE, NOT_FOUND, Problem
from digest.api.shapes import ARTICLE, PAPER, SECTION, TAG, Shape, said
from digest.caching import CONTROL, tag_of
from digest.models import Article
from digest.sections import listed, outline

Answer = Callable[..., HttpResponse]
METHODS = "GET, HEAD, OPTIONS"
HEADERS = {
    "Access-Control-Allow-Origin": "*",  # also for programs that run in a browser
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Expose-Headers": "ETag, Link",
    "Access-Control-Max-Age": "86400",
    "X-Robots-Tag": "noindex",
}


def endpoint(answer: Answer) -> Answer:
    """Return the view around what answers a GET: methods, problems, 304 and headers."""

    @csrf_exempt  # nothing is changed here, so nothing can be forged
    @wraps(answer)
    def view(request: HttpRequest, **named: Any) -> HttpResponse:
        try:
            response = _answered(request, answer, named)
        except Problem as problem:
            response = problem.response()
        except Http404:
            response = NOT_FOUND.response()
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED or request.method == "OPTIONS":
            response["Allow"] = METHODS
        for name, value in HEADERS.items():
            response[name] = value
        return response

    return view


def _answered(request: HttpRequest, answer: Answer, named: Mapping[str, Any]) -> HttpResponse:
    if request.method == "OPTIONS":
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    if request.method not in {"GET", "HEAD"}:
        raise Problem(HTTPStatus.METHOD_NOT_ALLOWED, f"This can only be read: {METHODS}.")
    tag = tag_of(request)
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = answer(request, **named)
    response["ETag"], response["Cache-Control"] = tag, CONTROL
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def reply(told: Any, content_type: str = "application/json") -> HttpResponse:
    """Return JSON, Chinese as it is."""
    return HttpResponse(json.dumps(told, ensure_ascii=False), content_type=content_type)


def _list(
    request: HttpRequest,
    page_of: Callable[[Mapping[str, str]], lists.Page],
    known: Mapping[str, Parameter],
    shape: Shape,
) -> HttpResponse:
    """Answer with a page of a list."""
    asked = parameters.read(request.GET, known)
    page = page_of(asked)
    following = None
    if page.next is not None:
        query = request.GET.copy()
        query["cursor"] = page.next
        following = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
    items = [said(shape, item, request.build_absolute_uri) for item in page.items]
    response = reply({"items": items, "next": following, "complete": page.complete})
    if following:
        response["Link"] = f'<{following}>; rel="next"'
    return response


def _one(request: HttpRequest, thing: Any, shape: Shape) -> HttpResponse:
    parameters.read(request.GET, {})
    return reply(said(shape, thing, request.build_absolute_uri))


articles, sections, tags, papers = (
    endpoint(partial(_list, page_of=page_of, known=known, shape=shape))
    for page_of, known, shape in (
        (lists.articles, parameters.ARTICLES, ARTICLE),
        (lists.sections, parameters.LIST, SECTION),
        (lists.tag_page, parameters.LIST, TAG),
        (lists.papers, parameters.PAPERS, PAPER),
    )
)


@endpoint
def article(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with an entry; one that was taken down is gone."""
    found = listed().filter(pk=pk).first()
    if found is None and Article.objects.filter(pk=pk).exists():
        raise GONE
    return _one(request, found or get_object_or_404(listed(), pk=pk), ARTICLE)


@endpoint
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with a paper that has an entry."""
    return _one(request, get_object_or_404(lists.all_papers(), pk=pk), PAPER)


@endpoint
def section(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with a section."""
    return _one(request, _named(slug, outline()), SECTION)


@endpoint
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with a tag that has an entry."""
    return _one(request, _named(slug, lists.tags()), TAG)


@endpoint
def nothing(request: HttpRequest, rest: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer at any other address."""
    raise NOT_FOUND


def _named(slug: str, items: Sequence[Any]) -> Any:
    for item in items:
        if item.slug == slug:
            return item
    raise NOT_FOUND
