"""Tags of live articles, written many at a time (django-taggit's own manager writes one by one)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import count

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q
from taggit.models import Tag, TaggedItem

from digest.models import Article

COUNTED = 100  # how many tags are compared by their use
SUGGESTED = 10


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


def find(names: Iterable[str]) -> list[Tag]:
    """Return the tags that an article with these names will have; new ones are not stored."""
    wanted = list(names)
    known: dict[str, Tag] = {}
    for tag in _candidates(wanted):
        known.setdefault(_fold(tag.name), tag)
    return [known.get(_fold(name)) or Tag(name=name) for name in wanted]


def suggest(letters: str) -> list[tuple[str, int]]:
    """Return tags that hold these letters in whatever case, and how many articles have each.

    Those that begin with them come first, then the most used.
    """
    wanted = _fold(letters.strip())
    known = Tag.objects.exclude(name="").values_list("pk", "name")
    found = {pk: name for pk, name in known if wanted in _fold(name)} if wanted else {}
    nearest = sorted(found, key=lambda pk: (not _begins(found[pk], wanted), len(found[pk])))
    uses = _uses(nearest[:COUNTED])
    best = sorted(uses, key=lambda pk: (not _begins(found[pk], wanted), -uses[pk], found[pk]))
    return [(found[pk], uses[pk]) for pk in best[:SUGGESTED]]


def _begins(name: str, wanted: str) -> bool:
    return _fold(name).startswith(wanted)


def _uses(tags: Sequence[int]) -> dict[int, int]:
    """Return how many published articles have each tag (by its number)."""
    published = Q(article__in=Article.objects.published())
    counted = Tag.objects.filter(pk__in=tags).annotate(uses=Count("article", filter=published))
    return dict(counted.values_list("pk", "uses"))


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


def _candidates(names: Collection[str]) -> list[Tag]:
    """Return the tags among which those with these names are, whatever their letters' case.

    Tags written exactly so are found by their index.  Only for an unseen spelling are all tags
    read, because the databases differ in which letters' case they fold.
    """
    exact = list(Tag.objects.filter(name__in=names)) if names else []
    if {_fold(name) for name in names} <= {_fold(tag.name) for tag in exact}:
        return exact
    return [*exact, *Tag.objects.all()]


def _find_or_make(names: set[str]) -> dict[str, int]:
    """Return the number of each tag by its folded name."""
    known: dict[str, int] = {}
    slugs = set()
    for tag in _candidates(names):
        known.setdefault(_fold(tag.name), tag.pk)
        slugs.add(tag.slug)
    unseen = {_fold(name): name for name in sorted(names) if _fold(name) not in known}
    new = [_tag(name, slugs) for name in unseen.values()]
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
