"""The one address that a page goes by in each language, whatever address it was asked for at."""

from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.urls import ResolverMatch, reverse
from django.utils.translation import override

from digest.filters import ArticleFilter

# What stands in an address and makes another page of it, in this order.  An order does not.
SAID = {"articles": ["q", *(name for name in ArticleFilter.base_filters if name != "sort")]}


class Translated(NamedTuple):
    """A page in one language: the address that leads there, and the whole one that it goes by."""

    code: str
    address: str
    canonical: str


def translations(request: HttpRequest) -> list[Translated]:
    """Return a page in each language; for an error page, home."""
    match = request.resolver_match
    before, query = origin(request), canonical_query(request)
    asked = request.META.get("QUERY_STRING", "") if match else ""
    found = []
    for code, _native in settings.LANGUAGES:
        with override(code):
            path = _path(match)
        address = f"{path}?{asked}" if asked else path
        found.append(Translated(code, address, f"{before}{path}{query}"))
    return found


def _path(match: ResolverMatch | None) -> str:
    if match and match.url_name:
        return reverse(match.view_name, args=match.args, kwargs=match.kwargs)
    return reverse("digest:home")


def origin(request: HttpRequest) -> str:
    """Return what stands before a path of ours in a whole address."""
    return f"{request.scheme}://{request.get_host()}"


def canonical_query(request: HttpRequest) -> str:
    """Return what of a page's query says which page it is, with its question mark, or ""."""
    if not request.GET or not request.resolver_match:
        return ""
    kept = QueryDict(mutable=True)
    for name in SAID.get(request.resolver_match.url_name or "", ()):
        if value := request.GET.get(name, "").strip():
            kept[name] = value
    page = request.GET.get("page", "")
    if page.isdecimal() and page != "1":
        kept["page"] = page
    return f"?{kept.urlencode()}" if kept else ""
