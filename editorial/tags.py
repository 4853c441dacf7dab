"""Tags of live articles, written many at a time (django-taggit's own manager writes one by one)."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import count

from django.contrib.contenttypes.models import ContentType
from taggit.models import Tag, TaggedItem

from digest.models import Article


def names_of(article: Article) -> list[str]:
    """Return the article's tags in the order in which they were given."""
    return names_of_all([article.pk])[article.pk]


def names_of_all(articles: Iterable[int]) -> dict[int, list[str]]:
    """Return the tags of each article (by its number) in the order in which they were given."""
    names: dict[int, list[str]] = {article: [] for article in articles}
    items = _items(names).order_by("pk").values_list("object_id", "tag__name") if names else ()
    for article, name in items:
        names[article].append(name)
    return names


def write(names: Mapping[int, Sequence[str]], *, fresh: bool) -> None:
    """Give each article (by its number) these tags and no others; ``fresh`` ones have none yet."""
    tags = _find_or_make({name for wanted in names.values() for name in wanted})
    wanted = {article: [tags[_fold(name)] for name in some] for article, some in names.items()}
    if not fresh:
        present: dict[int, list[int]] = {article: [] for article in names}
        for article, tag in _items(names).order_by("pk").values_list("object_id", "tag_id"):
            present[article].append(tag)
        wanted = {article: some for article, some in wanted.items() if some != present[article]}
        if wanted:
            _items(wanted).delete()
    rows = [(article, tag) for article, some in wanted.items() for tag in some]
    if rows:
        kind = ContentType.objects.get_for_model(Article)
        TaggedItem.objects.bulk_create(
            TaggedItem(object_id=article, content_type=kind, tag_id=tag) for article, tag in rows
        )


def _items(articles: Iterable[int]):  # type: ignore[no-untyped-def]  # django-taggit has no types
    kind = ContentType.objects.get_for_model(Article)
    return TaggedItem.objects.filter(content_type=kind, object_id__in=list(articles))


def _fold(name: str) -> str:
    return name.casefold()


def _find_or_make(names: set[str]) -> dict[str, int]:
    """Return the number of each tag by its folded name.

    Tags written exactly so are found by their index.  Only for an unseen spelling are all tags
    read, because the databases differ in which letters' case they fold.
    """
    if not names:
        return {}
    exact = Tag.objects.filter(name__in=names).values_list("name", "pk")
    known = {_fold(name): pk for name, pk in exact}
    unseen = {_fold(name): name for name in sorted(names) if _fold(name) not in known}
    if not unseen:
        return known
    slugs = set()
    for pk, name, slug in Tag.objects.values_list("pk", "name", "slug"):
        known.setdefault(_fold(name), pk)
        slugs.add(slug)
    new = [_tag(name, slugs) for folded, name in unseen.items() if folded not in known]
    return known | {_fold(tag.name): tag.pk for tag in Tag.objects.bulk_create(new)}


def _tag(name: str, slugs: set[str]) -> Tag:
    """Return a new tag with a slug of its own, even where its name leaves nothing for one."""
    tag = Tag(name=name)
    base = tag.slugify(name)[:90] or "tag"
    tag.slug = next(
        slug
        for number in count(1)
        if (slug := base if number == 1 else f"{base}-{number}") not in slugs
    )
    slugs.add(tag.slug)
    return tag
