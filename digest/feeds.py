"""The feeds, Atom and JSON: the newest entries with their whole text, under ids that never change.

Of all entries, of a section, of a tag, and of what a reader filtered or searched for.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, SyndicationFeed, get_tag_uri
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import condition, require_safe
from taggit.models import Tag

from digest.caching import tag_of
from digest.filters import ArticleFilter
from digest.markup import UNPRINTABLE, plain, text_of
from digest.models import Article, Category
from digest.search.hits import MOST, Hits
from digest.search.query import LONGEST, read
from digest.sections import listed

NEWEST = 50


@dataclass(frozen=True)
class Scope:
    """What a feed is about: its name, the page that shows the same, the entries.

    ``address`` is the feed's own where its path alone does not bring it again; ``complete`` is
    whether the entries are all that was searched for.
    """

    title: str
    link: str
    articles: QuerySet[Article]
    address: str = ""
    complete: bool = True


FindScope = Callable[..., Scope]


def everything(request: HttpRequest) -> Scope:  # noqa: ARG001 - as its sisters
    """All entries."""
    return Scope(settings.DIGEST_TITLE, reverse("digest:home"), listed())


def of_section(request: HttpRequest, slug: str) -> Scope:  # noqa: ARG001
    """The entries of a section."""
    category = get_object_or_404(Category, slug=slug)
    articles = listed().filter(category=category)
    return Scope(_named(plain(category.title)), category.get_absolute_url(), articles)


def of_tag(request: HttpRequest, slug: str) -> Scope:  # noqa: ARG001
    """The entries under a tag."""
    tag = get_object_or_404(Tag, slug=slug)
    articles = listed().filter(tags=tag)
    if not articles.exists():
        raise Http404
    return Scope(_named(f"#{tag.name}"), reverse("digest:tag", args=[slug]), articles)


def of_search(request: HttpRequest) -> Scope:
    """What the list of all entries shows for the same parameters, the newest first."""
    found = ArticleFilter(request.GET, queryset=listed())
    if not found.is_valid():
        raise Http404
    articles = found.qs.order_by()
    typed = request.GET.get("q", "").strip()[:LONGEST]
    complete = True
    if typed:
        keys = Hits(articles, read(typed)).keys
        articles, complete = listed().filter(pk__in=keys), len(keys) <= MOST
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    page = f"{reverse('digest:articles')}{query}"
    name = _named(typed or _("a selection"))
    return Scope(name, page, articles, f"{request.path}{query}", complete)


def _named(name: str) -> str:
    return f"{settings.DIGEST_TITLE} · {UNPRINTABLE.sub('', name)}"


def _id_of(item: dict[str, Any]) -> str:
    """Return the id of an entry, which a new title leaves alone."""
    return get_tag_uri(urljoin(item["link"], item["permalink"]), item["pubdate"])


class Atom(Atom1Feed):
    """Atom with an entry's text as its content, where Django knows of a summary only."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """Write the entry."""
        changes = {"unique_id": _id_of(item), "description": None}
        super().add_item_elements(handler, {**item, **changes})
        handler.addQuickElement("content", item["description"], {"type": "html"})


class Json(SyndicationFeed):
    """JSON Feed 1.1: https://www.jsonfeed.org/version/1.1/"""

    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile: Any, encoding: str) -> None:
        """Write the feed."""
        items = [
            {
                "id": _id_of(item),
                "url": item["link"],
                "title": item["title"],
                "content_html": item["description"],
                "date_published": item["pubdate"].isoformat(),
                "date_modified": item["updateddate"].isoformat(),
                "tags": list(item["categories"]),
            }
            for item in self.items
        ]
        told = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed["title"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "description": self.feed["subtitle"],
            "language": self.feed["language"],
            "authors": [{"name": self.feed["author_name"]}],
            "items": items,
        }
        text = json.dumps(told, ensure_ascii=False, indent=1)
        outfile.write(text.encode(encoding))


class ArticleFeed(Feed):  # type: ignore[type-arg]  # Django's takes no subscript at run time.
    """The newest entries of a scope; ``scope`` finds it, ``feed_type`` says how it is written."""

    feed_type = Atom
    language = settings.LANGUAGE_CODE
    scope = staticmethod(everything)

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Scope:
        """Return what the feed is about."""
        return self.scope(request, *args, **kwargs)

    def title(self, obj: Scope) -> str:
        """Return the name of the feed."""
        return obj.title

    def author_name(self) -> str:
        """Return the site's name: Atom asks for an author, and the list has one voice."""
        return settings.DIGEST_TITLE

    def subtitle(self) -> str:
        """Say what this is."""
        return _("The newest entries")

    def link(self, obj: Scope) -> str:
        """Return the page that shows the same."""
        return obj.link

    def feed_url(self, obj: Scope) -> str:
        """Return the feed's own address, "" where it is its path: programs ask there again."""
        return obj.address

    def items(self, obj: Scope) -> QuerySet[Article]:
        """Return the newest entries."""
        return obj.articles.order_by("-published_at", "-pk")[:NEWEST]

    def item_title(self, item: Article) -> str:
        """Return the headline without its marks."""
        return text_of(item.headline_html)

    def item_description(self, item: Article) -> str:
        """Return the whole text."""
        html = render_to_string("digest/feed_entry.html", {"article": item})
        return UNPRINTABLE.sub("", html)  # a link's label is as its author wrote it

    def item_pubdate(self, item: Article) -> datetime:
        """Return when readers saw it first."""
        return item.published_at

    def item_updateddate(self, item: Article) -> datetime:
        """Return when it was changed last."""
        return item.updated_at

    def item_categories(self, item: Article) -> list[str]:
        """Return the section and the tags."""
        names = [item.category.title, *(tag.name for tag in item.tag_list)]
        return [UNPRINTABLE.sub("", name) for name in names]

    def item_extra_kwargs(self, item: Article) -> dict[str, Any]:
        """Add the address that a change of the title leaves alone."""
        return {"permalink": reverse("digest:permalink", args=[item.pk]).rstrip("/")}


def feed(scope: FindScope, feed_type: type[SyndicationFeed]) -> Callable[..., HttpResponse]:
    """Return the view of a feed; who has it as it is gets 304 for one query."""
    made = type("_Feed", (ArticleFeed,), {"scope": staticmethod(scope), "feed_type": feed_type})()

    @condition(etag_func=lambda request, **_slug: tag_of(request))
    def unless_known(request: HttpRequest, **slug: str) -> HttpResponse:
        response: HttpResponse = made(request, **slug)
        return response

    @require_safe
    def answer(request: HttpRequest, **slug: str) -> HttpResponse:
        response = unless_known(request, **slug)
        response["Cache-Control"] = "public, no-cache"
        response["Access-Control-Allow-Origin"] = "*"  # readers that run in a browser; also for 304
        return response

    return answer
