"""How a README frames its entries in another way than the list: sections, text, order, numbers.

These changes are no revisions.  They are taken over as a whole, by those who may publish.
"""

from collections import defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import groupby, zip_longest
from operator import itemgetter
from typing import NamedTuple

from digest.models import Article, Category, Passage
from digest.readme import Entry, house
from digest.readme.document import Node
from editorial.changes.comparing import moved
from editorial.incoming.change import Frame, FrameChange
from editorial.incoming.layout import Place
from editorial.incoming.plan import Plan


class _Numbered(NamedTuple):
    entry: Entry
    section: int
    number: int  # the list's


def frame_changes(plan: Plan) -> Iterator[FrameChange]:
    """Yield what the plan's document frames in another way.

    Numbers alone are nothing to decide about: they follow from what stands before.
    """
    if plan.frame_changed():
        found = [*_sections(plan), *_texts(plan), *_order(plan)]
        yield from found or [FrameChange(Frame.SPACING)]
    yield from _numbers(plan)


def _sections(plan: Plan) -> Iterator[FrameChange]:
    known = [category for category in plan.categories if category is not None]
    out_of_order = moved([category.position for category in known])
    for number, (section, category) in enumerate(
        zip(plan.document.sections, plan.categories, strict=True), 1
    ):
        line, title = section.line, section.title
        if category is None:
            yield FrameChange(Frame.SECTION_NEW, line, title, after=title)
            continue
        if category.title != title:
            yield FrameChange(Frame.SECTION_RENAMED, line, title, category.title, title)
        if category.position in out_of_order:
            yield FrameChange(Frame.SECTION_MOVED, line, title, str(category.position), str(number))
        before = category.source or house.section_heading(category.title, category.depth, number)
        if category.title == title and section.source not in {before, ""}:
            yield FrameChange(Frame.HEADING, line, title, before, section.source)
    gone = Category.objects.exclude(pk__in=[category.pk for category in known])
    for category in gone:
        yield FrameChange(Frame.SECTION_REMOVED, 0, category.title, before=category.title)


def _texts(plan: Plan) -> Iterator[FrameChange]:
    document = plan.document
    after: list[Node] = [node for node in document.preamble if not isinstance(node, Entry)]
    for section in document.sections:
        after += [node for node in section.nodes if not isinstance(node, Entry)]
    order = Passage.objects.order_by("category__position", "position", "pk")
    passages = sorted(order, key=lambda one: one.category_id is not None)
    before = [passage.source for passage in passages]
    matcher = SequenceMatcher(None, before, [node.source for node in after], autojunk=False)
    for tag, start, end, other, other_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        for old, node in zip_longest(before[start:end], after[other:other_end]):
            yield _text(old, node)


def _text(old: str | None, node: Node | None) -> FrameChange:
    if node is None:
        return FrameChange(Frame.TEXT_REMOVED, 0, _beginning(old or ""), before=old or "")
    name = _beginning(node.source)
    if old is None:
        return FrameChange(Frame.TEXT_NEW, node.line, name, after=node.source)
    return FrameChange(Frame.TEXT_CHANGED, node.line, name, old, node.source)


def _order(plan: Plan) -> Iterator[FrameChange]:
    """Yield the entries that another one of their section has passed."""
    for section, staying in groupby(_staying(plan), key=lambda one: one[0].section):
        rows = [(place, article) for place, article in staying]
        out_of_order = moved([article.position for _place, article in rows])
        nodes = plan.document.sections[section].nodes
        for place, article in rows:
            node = nodes[place.position - 1]
            if article.position in out_of_order and isinstance(node, Entry):
                yield FrameChange(Frame.ORDER, node.line, node.headline)


def _staying(plan: Plan) -> Iterator[tuple[Place, Article]]:
    """Yield the articles that stay in their section, in the document's order."""
    for place in sorted(plan.articles):
        article, category = plan.articles[place], plan.categories[place.section]
        live = article.taken_down_at is None
        if live and category is not None and category.pk == article.category_id:
            yield place, article


def _numbers(plan: Plan) -> Iterator[FrameChange]:
    """Yield the runs of entries of one section whose numbers differ from the list's by the same."""
    numbers = _live_numbers(plan)
    shifted = []
    for place, article in _staying(plan):
        node = plan.document.sections[place.section].nodes[place.position - 1]
        if isinstance(node, Entry) and node.number and node.number != numbers[article.pk]:
            shifted.append(_Numbered(node, place.section, numbers[article.pk]))
    for _key, run in groupby(shifted, key=lambda one: (one.section, one.entry.number - one.number)):
        first, *rest = run
        last = rest[-1] if rest else first
        name = plan.document.sections[first.section].title
        yield FrameChange(
            Frame.RENUMBERED,
            first.entry.line,
            name,
            _span(first.number, last.number),
            _span(first.entry.number, last.entry.number),
        )


def _live_numbers(plan: Plan) -> dict[int, int]:
    """Return what the list numbers its articles."""
    known = [*plan.articles.values(), *plan.missing]
    live = [article for article in known if article.taken_down_at is None]
    by_section: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for article in live:
        by_section[article.category_id].append((article.position, article.pk))
    return {
        pk: number
        for rows in by_section.values()
        for number, (_position, pk) in enumerate(sorted(rows, key=itemgetter(0, 1)), 1)
    }


def _span(first: int, last: int) -> str:
    return f"{first}–{last}" if first != last else str(first)


def _beginning(text: str) -> str:
    return " ".join(text[:200].split())[:60]
