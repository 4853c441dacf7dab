"""The Atom feed: the newest entries with their whole text, under ids that never change."""

from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, get_tag_uri
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator

from digest.markup import UNPRINTABLE, text_of
from digest.models import Article
from digest.sections import listed

NEWEST = 50


class _Atom(Atom1Feed):
    """Atom with an entry's text as its content, where Django knows of a summary only."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """Write the entry."""
        permalink = urljoin(item["link"], item["permalink"])
        unique_id = get_tag_uri(permalink, item["pubdate"])
        changes = {"unique_id": unique_id, "description": None}
        super().add_item_elements(handler, {**item, **changes})
        handler.addQuickElement("content", item["description"], {"type": "html"})


class ArticleFeed(Feed):  # type: ignore[type-arg]  # Django's takes no subscript at run time.
    """The newest entries of all sections."""

    feed_type = _Atom
    language = settings.LANGUAGE_CODE

    def title(self) -> str:
        """Return the site's name."""
        return settings.DIGEST_TITLE

    author_name = title  # Atom asks for an author; the list has one voice.

    def subtitle(self) -> str:
        """Say what this is."""
        return _("The newest entries")

    def link(self) -> str:
        """Return the home page."""
        return reverse("digest:home")

    def items(self) -> QuerySet[Article]:
        """Return the newest entries."""
        return listed().order_by("-published_at", "-pk")[:NEWEST]

    def item_title(self, item: Article) -> str:
        """Return the headline without its marks."""
        return text_of(item.headline_html)

    def item_description(self, item: Article) -> str:
        """Return the whole text."""
        return render_to_string("digest/feed_entry.html", {"article": item})

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
