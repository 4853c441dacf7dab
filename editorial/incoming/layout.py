"""The frame of an incoming README taken over: sections, text around entries, places, spacing.

What entries say is not touched here; that goes through revisions.  The caller holds the list (see
``publishing.hold``) and has checked the right.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import NamedTuple

from django.db.models import F, Max, QuerySet

from digest import mirror
from digest.markup import block
from digest.models import Article, Category, Passage, Readme
from digest.readme import Contents, Document, Entry, Section, Text, house
from digest.readme.render import renumbered
from editorial import outline

_BATCH = 2_000
# What the README says of where and how an article stands, rather than what it says.
PLACED = ("position", "source", "source_place", "gap")


class Place(NamedTuple):
    """Where a node stands: its section (0 is the first) and its place in that, from 1."""

    section: int
    position: int


def places(document: Document) -> Iterator[tuple[Place, Entry]]:
    """Yield the entries of a document with their places, in order."""
    for index, section in enumerate(document.sections):
        for position, node in enumerate(section.nodes, 1):
            if isinstance(node, Entry):
                yield Place(index, position), node


def categories_for(document: Document, articles: Mapping[Place, Article]) -> list[Category | None]:
    """Return the category that each section is; None for a new one.

    A section is the category with its title, else the one that most of its entries come from and
    that no other section is: then it was renamed.
    """
    by_title: dict[str, deque[Category]] = defaultdict(deque)
    for category in Category.objects.all():
        by_title[category.title].append(category)
    found = [
        by_title[section.title].popleft() if by_title[section.title] else None
        for section in document.sections
    ]
    free = {category.pk: category for queue in by_title.values() for category in queue}
    for index, section_is in enumerate(found):
        if section_is is None:
            origins = Counter(
                article.category_id for place, article in articles.items() if place.section == index
            )
            origin = max(origins.keys() & free.keys(), key=origins.__getitem__, default=None)
            found[index] = free.pop(origin) if origin is not None else None
    return found


def nth_of_their_titles(document: Document) -> list[int]:
    """Return for each section which one of its title it is: 1 for the first, 2 for the next."""
    seen: Counter[str] = Counter()
    numbers = []
    for section in document.sections:
        seen[section.title] += 1
        numbers.append(seen[section.title])
    return numbers


def take_sections(document: Document, known: list[Category | None]) -> list[Category]:
    """Make the sections those of the document, in its order; return the category of each.

    What the document lacks goes behind them, see ``drop_empty``.
    """
    taken = []
    titled = zip(document.sections, known, nth_of_their_titles(document), strict=True)
    for position, (section, category, nth) in enumerate(titled, 1):
        taken.append(_take_section(section, category or Category(), position))
        outline.adopt_waiting(taken[-1], nth)
    drop_empty(taken)
    for position, category in enumerate(_others(taken), len(taken) + 1):
        if category.position != position:
            category.position = position
            category.save(update_fields=["position"])
    return taken


def drop_empty(taken: list[Category]) -> None:
    """Delete the sections that the document lacks and where nothing stands."""
    for category in _others(taken):
        if not outline.is_in_use(category):
            outline.drop(category)


def drop_unseen(taken: list[Category]) -> None:
    """Delete the sections that the document lacks and where readers see nothing.

    An article that was taken down must stand somewhere: it goes behind those of the last section.
    """
    for category in _others(taken):
        if taken and not category.articles.published().exists():
            last = taken[-1].articles.aggregate(Max("position", default=0))["position__max"]
            category.articles.update(category=taken[-1], position=F("position") + last)
            outline.drop(category)


def _others(taken: list[Category]) -> QuerySet[Category]:
    return Category.objects.exclude(pk__in=[category.pk for category in taken])


def _take_section(section: Section, category: Category, position: int) -> Category:
    wanted = {
        "title": section.title[: outline.TITLE_LENGTH],
        "depth": section.depth,
        "source": section.source,
        "gap": section.gap,
        "position": position,
    }
    if category.pk and all(getattr(category, name) == value for name, value in wanted.items()):
        return category
    for name, value in wanted.items():
        setattr(category, name, value)
    if not category.slug:
        category.slug = outline.free_slug(category)
    category.save()
    return category


def take_passages(document: Document, categories: list[Category]) -> None:
    """Make the text around the entries that of the document."""
    wanted = list(_passages(document, categories))
    fields = ("category_id", "position", "kind", "source", "gap")
    current = Passage.objects.order_by("category__position", "position", "pk").values_list(*fields)
    order: dict[int | None, int] = {None: 0}
    order |= {category.pk: category.position for category in categories}
    if sorted(current, key=lambda row: (order.get(row[0], 0), row[1])) == [
        tuple(getattr(passage, field) for field in fields) for passage in wanted
    ]:
        return
    Passage.objects.all().delete()
    for passage in wanted:
        passage.html = block(passage.source)
    Passage.objects.bulk_create(wanted, batch_size=_BATCH)


def _passages(document: Document, categories: list[Category]) -> Iterator[Passage]:
    for category, nodes in (
        (None, document.preamble),
        *((c, s.nodes) for c, s in zip(categories, document.sections, strict=True)),
    ):
        for position, node in enumerate(nodes, 1):
            if not isinstance(node, Entry):
                kind = Passage.Kind.CONTENTS if isinstance(node, Contents) else Passage.Kind.TEXT
                yield Passage(
                    category=category,
                    position=position,
                    kind=kind,
                    source=node.source,
                    gap=node.gap,
                )


def take_places(
    document: Document,
    categories: list[Category],
    articles: Mapping[Place, Article],
    same: Mapping[Place, Article],
) -> int:
    """Put the articles where the document has them; return how many rows that changed.

    Those that say the ``same`` take over the document's text and spacing too.  Articles that the
    document lacks move behind the others of their category.
    """
    changed = []
    for place, entry in places(document):
        article = articles.get(place)
        if article is None or article.category_id != categories[place.section].pk:
            continue
        wanted: dict[str, object] = {"position": place.position}
        if place in same:
            wanted |= {"source": entry.source, "source_place": entry.place, "gap": entry.gap}
        if any(getattr(article, name) != value for name, value in wanted.items()):
            for name, value in wanted.items():
                setattr(article, name, value)
            changed.append(article)
    changed += _left_behind(document, categories, articles)
    Article.objects.bulk_update(changed, PLACED, batch_size=200)
    return len(changed)


def _left_behind(
    document: Document, categories: list[Category], articles: Mapping[Place, Article]
) -> Iterator[Article]:
    """Yield the articles that must make room, already moved behind the document's nodes."""
    paired = {article.pk for article in articles.values()}
    for section, category in zip(document.sections, categories, strict=True):
        size = len(section.nodes)
        staying = Article.objects.filter(category=category, position__lte=size).only(*PLACED)
        others = [article for article in staying if article.pk not in paired]
        for position, article in enumerate(others, size + 1):
            article.position = position
            yield article


def differs(
    document: Document,
    known: list[Category | None],
    articles: Mapping[Place, Article],
    same: Mapping[Place, Article],
) -> bool:
    """Whether the document frames what both sides have in another way than the list does.

    Numbers do not count: they follow from what stands before.
    """
    readme = Readme.objects.get(pk=1)
    edges = (document.lead, document.tail, document.newline)
    if (readme.lead, readme.tail, readme.newline) != edges:
        return True
    staying = {
        place: article
        for place, article in articles.items()
        if article.taken_down_at is None and _stays(article, known[place.section])
    }
    return _incoming_shape(document, staying, same) != _live_shape(staying, same)


_Shape = list[tuple[object, ...]]


def _stays(article: Article, category: Category | None) -> bool:
    return category is not None and category.pk == article.category_id


def _incoming_shape(
    document: Document, staying: Mapping[Place, Article], same: Mapping[Place, Article]
) -> _Shape:
    shape = [_passage_shape(node) for node in document.preamble if not isinstance(node, Entry)]
    for index, section in enumerate(document.sections):
        shape.append(_section_shape(section, index + 1))
        for position, node in enumerate(section.nodes, 1):
            place = Place(index, position)
            if not isinstance(node, Entry):
                shape.append(_passage_shape(node))
            elif place in staying:
                entry = node if place in same else None
                shape.append(_article_shape(staying[place].pk, entry))
    return shape


def _live_shape(staying: Mapping[Place, Article], same: Mapping[Place, Article]) -> _Shape:
    rows: dict[int | None, list[tuple[int, int, tuple[object, ...]]]] = defaultdict(list)
    for passage in Passage.objects.all():
        placed = (passage.position, 0, _passage_shape(mirror.node_of(passage)))
        rows[passage.category_id].append(placed)
    for place, article in staying.items():
        entry = mirror.entry_of(article) if place in same else None
        placed = (article.position, article.pk, _article_shape(article.pk, entry))
        rows[article.category_id].append(placed)
    shape = [row[2] for row in sorted(rows[None], key=itemgetter(0, 1))]
    for number, category in enumerate(Category.objects.all(), 1):
        shape.append(_section_shape(mirror.section_of(category), number))
        shape += [row[2] for row in sorted(rows[category.pk], key=itemgetter(0, 1))]
    return shape


def _section_shape(section: Section, place: int) -> tuple[object, ...]:
    heading = section.source or house.section_heading(section.title, section.depth, place)
    return "section", section.gap or house.SECTION_GAP, heading


def _passage_shape(node: Text | Contents) -> tuple[object, ...]:
    return "passage", node.gap or house.BLOCK_GAP, node.source


def _article_shape(pk: int, entry: Entry | None) -> tuple[object, ...]:
    if entry is None:
        return "article", pk
    written = entry.source or house.entry(entry, 0)
    return "article", pk, entry.gap or house.BLOCK_GAP, renumbered(written, 0)


def take_edges(document: Document) -> None:
    """Take over what stands before the first and behind the last node, and the newline."""
    Readme.objects.filter(pk=1).update(
        lead=document.lead, tail=document.tail, newline=document.newline
    )
