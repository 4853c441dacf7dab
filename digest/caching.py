"""Whole pages kept until the list changes: by its version, so that a publish shows at once.

A page of the site says the same to everybody: it knows no session, and its language is in its
address.  So an unchanged page costs one query, the one that asks for the list's version, and a
browser or CDN that has it already gets 304.
"""

import re
from collections.abc import Callable
from functools import cache as once
from hashlib import blake2b
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import get_language_from_path, override

from digest.remembered import version_of_list

SECONDS = 60 * 60
# What says the same to everybody.  Not the forms for readers, and nothing of the desk.
ROUTES = {
    "home", "category", "article", "paper", "archive", "year", "month", "figures", "tags", "tag",
    "issues", "issue", "api",
}  # fmt: skip
# The README is too long to be kept; but who has it need not load it again.
FILES = {"readme", "sitemap", "django.contrib.sitemaps.views.sitemap"}
PAGED = re.compile(r"(?:page|p)=[0-9]{1,6}")  # other parameters have no end of variants
# To be asked for again each time, which costs 304: so nobody waits for a change.
CONTROL = "public, no-cache"
KEPT = ("Content-Type", "Content-Language", "Last-Modified", "X-Robots-Tag")

Answer = Callable[[HttpRequest], HttpResponseBase]


def keeping(answer: Answer) -> Answer:
    """Return the middleware that keeps pages, and answers 304 to who has them."""

    def keep(request: HttpRequest) -> HttpResponseBase:
        if not _is_kept(request):
            return answer(request)
        tag = tag_of(request)
        if tag in _known(request):
            return _with_headers(HttpResponseNotModified(), tag)
        key = f"digest.page.{tag}"
        kept = cache.get(key)
        if kept is not None:
            content, headers = kept
            return _with_headers(HttpResponse(content, headers=headers), tag)
        response = answer(request)
        if response.status_code != 200:
            return response
        if isinstance(response, HttpResponse):
            headers = {name: response[name] for name in KEPT if name in response}
            cache.set(key, (response.content, headers), SECONDS)
        return _with_headers(response, tag)

    return keep


def _is_kept(request: HttpRequest) -> bool:
    if request.method not in {"GET", "HEAD"}:
        return False
    query = request.META.get("QUERY_STRING", "")
    if query and not PAGED.fullmatch(query):
        return False
    language = get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
    try:
        with override(language):  # in which addresses are read
            match = resolve(request.path_info)
    except Resolver404:
        return False
    return match.url_name in {"digest": ROUTES, "": FILES}.get(match.namespace, ())


def _known(request: HttpRequest) -> set[str]:
    """Return the tags of what a browser has; a proxy that compresses a page makes its tag weak."""
    tags = parse_etags(request.headers.get("If-None-Match", ""))
    return {tag.removeprefix("W/") for tag in tags}


def tag_of(request: HttpRequest) -> str:
    """Return what stands for this page as it is now: its address, the list, and this code."""
    # Raises DisallowedHost before anything is looked up under a name that is not ours.
    parts = (request.method, request.build_absolute_uri(), *version_of_list(), _code())
    return f'"{blake2b(repr(parts).encode(), digest_size=16).hexdigest()}"'


@once
def _code() -> str:
    """Return what stands for the templates, styles, texts and settings that pages are made of."""
    said = (
        *(settings.DIGEST_TITLE, settings.DIGEST_SITE_URL, settings.MEDIA_URL),
        *(settings.TIME_ZONE, settings.SENDS_MAIL, settings.SHARE_FONT),
    )
    found = blake2b(repr(said).encode(), digest_size=16)
    for folder in ("templates", "static", "digest"):
        for path in sorted(Path(settings.BASE_DIR, folder).rglob("*")):
            if path.suffix in {".html", ".css", ".js", ".svg", ".py", ".mo"}:
                found.update(path.read_bytes())
    return found.hexdigest()


def _with_headers(response: HttpResponseBase, tag: str) -> HttpResponseBase:
    response["ETag"], response["Cache-Control"] = tag, CONTROL
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
