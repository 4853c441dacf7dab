"""Two versions of an entry, field by field: what differs, in runs of text and items of lists.

Nothing here knows pages: the same differences can be shown by the desk and on a terminal.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from editorial.changes.textdiff import Budget, Kind, Run, matches, runs
from editorial.changes.versions import Version
from editorial.models import Revision

T = TypeVar("T")
Link = tuple[str, str]


@dataclass(frozen=True)
class Item:
    """A link or a tag, with its places before and after, counted from 1; 0 is nowhere.

    One that moved has passed another; those whose place differs because others came or went have
    not.
    """

    runs: tuple[Run, ...]
    before: int
    after: int
    moved: bool = False

    @property
    def change(self) -> Literal["added", "removed", "changed", ""]:
        """What became of it, its place aside."""
        if not self.before:
            return "added"
        if not self.after:
            return "removed"
        return "changed" if any(run.kind is not Kind.EQUAL for run in self.runs) else ""


@dataclass(frozen=True)
class Difference:
    """How two versions differ in one field, named as the form names it.

    A list has ``items``, in the order of the newer version with what it lacks in between; all else
    has ``runs``.  ``pictures`` are the addresses of the stored files, empty where there is none.
    """

    field: str
    label: str
    runs: tuple[Run, ...] = ()
    items: tuple[Item, ...] = ()
    pictures: tuple[str, ...] = ()


def compare(before: Version, after: Version) -> list[Difference]:
    """Return the fields that differ, in the form's order."""
    found = []
    for field, differ in FIELDS.items():
        old, new = getattr(before, field), getattr(after, field)
        if old != new and (difference := differ(field, old, new)):
            found.append(difference)
    return found


def unchanged(version: Version, differences: Iterable[Difference]) -> list[str]:
    """Return the labels of the fields that say something in this version and do not differ."""
    differing = {difference.field for difference in differences}
    same = (field for field in FIELDS if field not in differing and getattr(version, field))
    return [label_of(field) for field in same]


def label_of(field: str) -> str:
    """Return what people call this field."""
    if field == "position":
        return _("place")
    column = {"tags": "tag_names"}.get(field, field)
    return str(Revision._meta.get_field(column).verbose_name)  # type: ignore[union-attr]  # a column


def _text(field: str, before: str, after: str) -> Difference:
    """Compare what is read word by word."""
    return Difference(field, label_of(field), runs(before, after))


def _name(field: str, before: object, after: object) -> Difference:
    """Compare what is replaced as a whole."""
    sides = ((Kind.DELETE, before), (Kind.INSERT, after))
    whole = tuple(Run(kind, str(name)) for kind, name in sides if name)
    return Difference(field, label_of(field), whole)


def _place(field: str, before: int | None, after: int | None) -> Difference | None:
    """Compare places; one that is not given yet differs from none."""
    return _name(field, before, after) if before and after else None


def _picture(field: str, before: str, after: str) -> Difference:
    """Compare stored files, which are named for what is in them."""
    addresses = tuple(default_storage.url(name) if name else "" for name in (before, after))
    return Difference(field, label_of(field), _name(field, before, after).runs, pictures=addresses)


def _links(field: str, before: Sequence[Link], after: Sequence[Link]) -> Difference:
    """Compare links; one with another label or another address is the same link, changed."""
    same = (tuple, lambda link: link[1], lambda link: link[0])
    items = _items(before, after, _paired(before, after, same), " ".join)
    return Difference(field, label_of(field), items=items)


def _tags(field: str, before: Sequence[str], after: Sequence[str]) -> Difference:
    """Compare tags; one that is spelled with other capitals is the same tag, changed."""
    items = _items(before, after, _paired(before, after, (str, str.casefold)), str)
    return Difference(field, label_of(field), items=items)


def _paired(
    before: Sequence[T], after: Sequence[T], same: Iterable[Callable[[T], Hashable]]
) -> dict[int, int]:
    """Return where each item of ``after`` stood in ``before``, by the first likeness that holds."""
    pairs: dict[int, int] = {}
    for likeness in same:
        taken = set(pairs.values())
        free: defaultdict[Hashable, deque[int]] = defaultdict(deque)
        for place, item in enumerate(before):
            if place not in taken:
                free[likeness(item)].append(place)
        for place, item in enumerate(after):
            if place not in pairs and free[likeness(item)]:
                pairs[place] = free[likeness(item)].popleft()
    return pairs


def _items(
    before: Sequence[T], after: Sequence[T], pairs: dict[int, int], text: Callable[[T], str]
) -> tuple[Item, ...]:
    """Return what became of each item of two lists."""
    passed = moved([pairs[place] for place in sorted(pairs)])
    items = []
    for place, item in enumerate(after):
        old = pairs.get(place)
        if old is None:
            items.append(Item((Run(Kind.INSERT, text(item)),), 0, place + 1))
        else:
            changed = runs(text(before[old]), text(item))
            items.append(Item(changed, old + 1, place + 1, old in passed))
    left = sorted(set(range(len(before))) - set(pairs.values()))
    items += [Item((Run(Kind.DELETE, text(before[old])),), old + 1, 0) for old in left]
    return tuple(sorted(items, key=lambda item: (item.after or item.before, item.after)))


def moved(order: Sequence[int]) -> set[int]:
    """Return which of these numbers stand out of order, as few as explain it."""
    stay = matches(sorted(order), order, Budget())
    return set(order) - {number for _i, j, size in stay for number in order[j : j + size]}


# The fields, in the form's order, and how each is compared.
FIELDS: dict[str, Callable[..., Difference | None]] = {
    "category": _name,
    "position": _place,
    "headline": _text,
    "url": _text,
    "title": _text,
    "summary": _text,
    "links": _links,
    "picture_src": _text,
    "picture_alt": _text,
    "picture": _picture,
    "tags": _tags,
}
