"""Live tables → Document: the bridge between the rows and the codec.

The only place that knows both an entry's fields and its columns.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import merge
from itertools import groupby, islice
from typing import Any

from django.db.models import QuerySet

from digest.models import Article, Category, EntryFields, Passage, Readme
from digest.readme import Contents, Document, Entry, Link, Picture, Section, Text
from digest.readme.document import Node
from digest.readme.grammar import label
from digest.readme.render import Writer

_BATCH = 2_000
# The columns that an entry's fields are kept in, in the order in which entry_from takes them.
COLUMNS = (
    "headline",
    "url",
    "title",
    "summary",
    "links",
    "picture_src",
    "picture_alt",
    "picture_source",
    "source_place",
    "gap",
    "source",
)
# The order of the list's articles.
ORDER = ("category__position", "category_id", "position", "pk")
_Placed = tuple[int, int, int, Node]  # section, position, row, node


def document() -> Document:
    """Return the live list."""
    readme = Readme.objects.get(pk=1)
    preamble: tuple[Node, ...] = ()
    sections = []
    for section, nodes in _sections(_articles):
        if section is None:
            preamble = tuple(nodes)
        else:
            sections.append(_with_nodes(section, tuple(nodes)))
    return Document(preamble, tuple(sections), readme.lead, readme.tail, readme.newline)


def chunks() -> Iterator[str]:
    """Yield the live list as README text; the rows are read as they are needed."""
    readme = Readme.objects.get(pk=1)
    writer = Writer(readme.newline)
    yield readme.lead
    place = 0
    for section, nodes in _sections(_articles_as_written):
        if section is not None:
            place += 1
            yield from writer.heading(section, place)
        for node in nodes:
            yield from writer.node(node)
    yield readme.tail


def entry_of(row: EntryFields) -> Entry:
    """Return the entry in a row of articles or revisions."""
    return entry_from([getattr(row, column) for column in COLUMNS])


def columns_of(entry: Entry) -> dict[str, Any]:
    """Return an entry's fields as the columns of such a row."""
    picture = entry.picture or Picture("")
    return {
        "headline": entry.headline,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "links": [[label(link.label), link.url] for link in entry.links],
        "picture_src": picture.src,
        "picture_alt": picture.alt,
        "picture_source": picture.source,
        "source_place": entry.place,
        "gap": entry.gap,
        "source": entry.source,
    }


def section_of(category: Category) -> Section:
    """Return the section that a category is, without its nodes."""
    return Section(category.title, category.depth, gap=category.gap, source=category.source)


def node_of(passage: Passage) -> Text | Contents:
    """Return the node in a row of passages."""
    make = Contents if passage.kind == Passage.Kind.CONTENTS else Text
    return make(passage.source, gap=passage.gap)


def entry_from(columns: Sequence[Any]) -> Entry:
    """Return the entry in the values of ``COLUMNS``."""
    headline, url, title, summary, links, src, alt, wrapper, place, gap, source = columns
    picture = Picture(src, alt, wrapper) if src else None
    pairs = tuple([Link(label, address) for label, address in links])
    return Entry(headline, url, title, summary, pairs, picture, 0, place, 0, gap, source)


def says(text: str) -> bool:
    """Whether the live list is this text, to the byte; no more is read than needed to tell."""
    position = 0
    for chunk in chunks():
        if not text.startswith(chunk, position):
            return False
        position += len(chunk)
    return position == len(text)


def _sections(
    articles: Callable[[dict[int | None, int]], Iterator[_Placed]],
) -> Iterator[tuple[Section | None, Iterator[Node]]]:
    """Yield each section with its nodes in order; first None, with what stands before them all."""
    categories = list(Category.objects.order_by("position", "pk"))
    ranks: dict[int | None, int] = {None: 0}
    ranks |= {category.pk: rank for rank, category in enumerate(categories, 1)}
    nodes = groupby(merge(_passages(ranks), articles(ranks)), key=lambda placed: placed[0])
    rank, group = next(nodes, (-1, iter(())))
    for expected, category in enumerate([None, *categories]):
        section = section_of(category) if category else None
        if rank != expected:
            yield section, iter(())
            continue
        yield section, (placed[3] for placed in group)
        rank, group = next(nodes, (-1, iter(())))


def _with_nodes(section: Section, nodes: tuple[Node, ...]) -> Section:
    return Section(section.title, section.depth, nodes, 0, section.gap, section.source)


def _passages(ranks: dict[int | None, int]) -> Iterable[_Placed]:
    """Return the passages in order; there are few, so they are all read at once."""
    return sorted(
        (
            (ranks[passage.category_id], passage.position, -passage.pk, node_of(passage))
            for passage in Passage.objects.all()
        ),
        key=lambda placed: placed[:3],
    )


def _articles(ranks: dict[int | None, int]) -> Iterator[_Placed]:
    """Yield the articles in order, each with all that it says."""
    rows = _in_order().values_list("category_id", "position", "pk", *COLUMNS)
    for category, position, pk, *columns in rows.iterator(chunk_size=_BATCH):
        yield ranks[category], position, pk, entry_from(columns)


def _articles_as_written(ranks: dict[int | None, int]) -> Iterator[_Placed]:
    """Yield the articles in order, each with what the writer needs of it.

    Nothing but the source of one that has a source; reading all columns of 100,000 rows would take
    twice as long.
    """
    rows = _in_order().values_list("category_id", "position", "pk", "source_place", "gap", "source")
    rows_left = rows.iterator(chunk_size=_BATCH)
    while batch := list(islice(rows_left, _BATCH)):
        without_source = Article.objects.in_bulk([row[2] for row in batch if not row[5]])
        for category, position, pk, place, gap, source in batch:
            if source:
                entry = Entry("", "", place=place, gap=gap, source=source)
            else:
                entry = entry_of(without_source[pk])
            yield ranks[category], position, pk, entry


def _in_order() -> QuerySet[Article]:
    return Article.objects.published().order_by(*ORDER)
