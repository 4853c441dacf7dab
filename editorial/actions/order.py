"""The order of the list: of the entries in a section, and of the sections themselves.

Whoever orders says what they saw and what they want instead, each the whole order, so that nothing
that has come, gone or moved meanwhile is ordered unseen.  Text between the entries and articles
taken down keep their places.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from digest.models import Article, Category, Passage
from editorial import outline
from editorial.live import publishing
from editorial.models import Event
from editorial.refusals import Invalid, Stale, refuse_without
from editorial.transitions import State

_BATCH = 200
_PLACED = ("position", "gap")


def order_entries(
    user: User, category: Category, before: Sequence[int], after: Sequence[int]
) -> int:
    """Give a section's published entries another order; return how many of them were moved.

    ``before`` are the numbers (pk) of its published articles in the order that the person saw,
    ``after`` the same in the new order.  Each entry takes over the place of the one that had its
    number, and the spacing there: blank lines stay where they are, in the export only entries and
    digits move, and an order that is taken back gives the old file again.  What an entry says is
    not touched, and no feed tells of it.
    """
    refuse_without(user, outline.RIGHT)
    moved = fewest_moves(before, after)
    if not moved:
        return 0
    now = timezone.now()
    with transaction.atomic():
        publishing.hold(now)
        nodes = _nodes_of(category)
        shown = _shown(nodes)
        _refuse_stale(shown, before)
        _place(nodes, [shown[key] for key in after])
        numbers = {key: number for number, key in enumerate(before, 1)}
        Event.objects.bulk_create(
            Event(
                revision_id=shown[key].revision,
                transition="reorder",
                source=State.PUBLISHED,
                target=State.PUBLISHED,
                user=user,
                details={"from": numbers[key], "to": number},
                at=now,
            )
            for number, key in enumerate(after, 1)
            if key in moved
        )
    return len(moved)


def order_categories(user: User, before: Sequence[int], after: Sequence[int]) -> int:
    """Give the sections another order; return how many of them were moved.

    ``before`` and ``after`` are the numbers (pk) of all sections.  Ordinals and contents follow,
    addresses and the spacing stay.
    """
    refuse_without(user, outline.RIGHT)
    moved = fewest_moves(before, after)
    if not moved:
        return 0
    with transaction.atomic():
        publishing.hold(timezone.now())
        sections = {section.pk: section for section in Category.objects.order_by("position", "pk")}
        _refuse_stale(sections, before)
        gaps = [section.gap for section in sections.values()]
        ordered = [sections[key] for key in after]
        for section, gap in zip(ordered, gaps, strict=True):
            section.gap = gap
        outline.renumber(ordered)
        LogEntry.objects.log_actions(
            user.pk,
            [section for section in ordered if section.pk in moved],
            CHANGE,
            [{"changed": {"fields": ["position"]}}],
        )
    return len(moved)


def fewest_moves(before: Sequence[int], after: Sequence[int]) -> set[int]:
    """Return the fewest rows that must be moved to come from one order to the other."""
    numbers = {key: number for number, key in enumerate(before)}
    if len(numbers) != len(before) or sorted(after) != sorted(before):
        raise Invalid(_("The new order must name each row of the old one, once."))
    staying = _longest_rising([numbers[key] for key in after])
    return {key for key in after if numbers[key] not in staying}


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """Return the numbers of a longest subsequence that rises, found by patience sorting."""
    ends: list[int] = []  # the lowest number that a rising run of each length may end with
    previous: dict[int, int | None] = {}  # within such a run
    for number in numbers:
        length = bisect_left(ends, number)
        previous[number] = ends[length - 1] if length else None
        ends[length : length + 1] = [number]
    run = set()
    last = ends[-1] if ends else None
    while last is not None:
        run.add(last)
        last = previous[last]
    return run


def _refuse_stale(stored: Iterable[int], before: Sequence[int]) -> None:
    if list(stored) != list(before):
        raise Stale(
            _("Someone else has changed this list since you opened it: nothing was moved yet.")
        )


def _nodes_of(category: Category) -> list[Article | Passage]:
    """Return all that stands in the section in the order in which it is written (see mirror)."""
    passages = Passage.objects.filter(category=category).only(*_PLACED)
    articles = Article.objects.filter(category=category)
    articles = articles.only(*_PLACED, "revision", "taken_down_at")
    nodes = [*passages.order_by("position", "-pk"), *articles.order_by("position", "pk")]
    return sorted(nodes, key=lambda node: node.position)


def _shown(nodes: Iterable[Article | Passage]) -> dict[int, Article]:
    """Return the published articles among the nodes by their numbers, in order."""
    articles = (node for node in nodes if isinstance(node, Article))
    return {article.pk: article for article in articles if article.taken_down_at is None}


def _place(nodes: Sequence[Article | Passage], entries: Sequence[Article]) -> None:
    """Store the entries in this order at the places that they hold among the nodes."""
    places = _distinct(node.position for node in nodes)
    slots = [(place, node.gap) for place, node in zip(places, nodes, strict=True)]
    movable, queue = set(entries), iter(entries)
    ordered = [next(queue) if node in movable else node for node in nodes]
    shifts: dict[tuple[type[Article | Passage], int], list[Any]] = defaultdict(list)
    respaced = []
    for node, (place, gap) in zip(ordered, slots, strict=True):
        if node.position != place:
            shifts[type(node), place - node.position].append(node)
            node.position = place
        if isinstance(node, Article) and node.gap != gap:
            respaced.append(node)
            node.gap = gap
    _shift(shifts)
    Article.objects.bulk_update(respaced, ["gap"], batch_size=_BATCH)


def _shift(shifts: Mapping[tuple[type[Article | Passage], int], list[Any]]) -> None:
    """Store new positions: one by one in batches, but many that move on alike with one another.

    An entry taken from one end of a long section to the other moves all others on by one: to spell
    out each place takes ten times as long.
    """
    alone: dict[type[Article | Passage], list[Any]] = defaultdict(list)
    for (model, shift), nodes in shifts.items():
        if len(nodes) <= _BATCH:
            alone[model] += nodes
            continue
        for start in range(0, len(nodes), _BATCH):
            batch = [node.pk for node in nodes[start : start + _BATCH]]
            rows = model._default_manager.filter(pk__in=batch)
            rows.update(position=F("position") + shift)
    for model, nodes in alone.items():
        model._default_manager.bulk_update(nodes, ["position"], batch_size=_BATCH)


def _distinct(positions: Iterable[int]) -> Iterator[int]:
    """Yield rising positions, moved on only where two nodes share one: there pk would decide."""
    last = 0
    for position in positions:
        last = max(position, last + 1)
        yield last
