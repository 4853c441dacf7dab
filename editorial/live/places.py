"""Where published entries go in their category, and the room made for them there.

Articles and passages of a category share one order.  The caller holds the list (see
``publishing.hold``), so that nobody else moves anything meanwhile.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence

from django.db.models import F

from digest.models import Article, Passage
from editorial.models import Revision


def goes_to(revision: Revision) -> int:
    """Return the place that ``find`` would give this one alone, and move nothing.

    It would stand before all that stands there now or behind.
    """
    return revision.position or _behind_the_last(revision.category_id, 0)


def find(revisions: Sequence[Revision]) -> dict[int, int]:
    """Return each revision's place by its number; what stood there or behind has moved on."""
    by_category: dict[int | None, list[Revision]] = defaultdict(list)
    for revision in revisions:
        by_category[revision.category_id].append(revision)
    places: dict[int, int] = {}
    for category, group in by_category.items():
        given = {r.pk: r.position for r in group if r.position is not None}
        loose = [r.pk for r in group if r.position is None]
        leaving = {r.article_id for r in group if r.article_id}
        if given:
            _clear(category, sorted(given.values()), leaving)
            places |= given
        if loose:
            first = _behind_the_last(category, max(given.values(), default=0))
            behind = {"category": category, "position__gte": first}
            if Passage.objects.filter(**behind).exists():
                make_room(category, first, len(loose))
            places |= {pk: first + index for index, pk in enumerate(loose)}
    return places


def make_room(category: int | None, position: int, count: int = 1) -> None:
    """Move what stands at this place or behind it in the category ``count`` places on."""
    for model in (Article, Passage):
        rows = model._default_manager.filter(category=category, position__gte=position)
        rows.update(position=F("position") + count)


def _clear(category: int | None, positions: Sequence[int], leaving: Collection[int]) -> None:
    """Make room at each of these places, in rising order, where something stands that stays."""
    taken = _taken(category, positions, leaving)
    for position in positions:
        if position in taken:
            make_room(category, position)
            taken = _taken(category, positions, leaving)


def _taken(category: int | None, positions: Sequence[int], leaving: Collection[int]) -> set[int]:
    """Return where, from the first to the last of these, something stands that stays."""
    near = {"category": category, "position__range": (positions[0], positions[-1])}
    articles = Article.objects.filter(**near).exclude(pk__in=leaving).values_list("position")
    passages = Passage.objects.filter(**near).values_list("position")
    return {position for (position,) in (*articles.order_by(), *passages.order_by())}


def _behind_the_last(category: int | None, at_least: int) -> int:
    """Return the place after the last article, or after the introduction where there is none."""
    for model in (Article, Passage):
        # Asked for the first row of an order, both databases read the end of an index; asked for
        # a maximum, both may read all rows of the section.
        places = model._default_manager.filter(category=category).order_by("-position")
        last = places.values_list("position", flat=True).first()
        if last or at_least:
            return max(last or 0, at_least) + 1
    return 1
