"""The tags of the list, and the entries under one."""

from typing import NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q
from taggit.models import Tag, TaggedItem

from digest.facets import tags_of
from digest.models import Article
from digest.remembered import remembered

# Entries of a tag that is met every few steps on the way through the newest, or through a section.
OFTEN = 2_000


class Counted(NamedTuple):
    """A tag that entries have, and how many."""

    name: str
    slug: str
    total: int


def all_tags() -> list[Counted]:
    """Return all tags that have an entry, the most used first, in one query."""
    tags = remembered("all tags", lambda: tags_of(Article.objects.published(), None))
    return [Counted(*tag) for tag in tags]


def named(name: str) -> list[Counted]:
    """Return the tags of this name, in whichever case."""
    return [tag for tag in all_tags() if tag.name.casefold() == name.casefold()]


def under(tags: list[Counted]) -> Q | Exists:
    """Return the condition that an article has one of these tags.

    Few are looked up and put in order.  Many are not: their order is that of an index anyway, so
    the articles are gone through in it, and each is asked for the tags.
    """
    slugs = [tag.slug for tag in tags]
    if sum(tag.total for tag in tags) <= OFTEN:
        return Q(tags__slug__in=slugs)
    return Exists(
        TaggedItem.objects.filter(
            content_type=ContentType.objects.get_for_model(Article),
            object_id=OuterRef("pk"),
            tag__in=Tag.objects.filter(slug__in=slugs),
        )
    )
