"""Three-way merge of what two people changed in one entry at the same time, field by field.

Pure: it compares values by the names of their fields and knows nothing else of them.
"""

from collections.abc import Mapping
from enum import Enum, auto


class Outcome(Enum):
    """What becomes of one field."""

    SAME = auto()  # both say the same, changed or not
    MINE = auto()  # only I changed it
    THEIRS = auto()  # only they changed it
    CONFLICT = auto()  # both changed it, to different values: a person decides


def merge(
    base: Mapping[str, object], mine: Mapping[str, object], theirs: Mapping[str, object]
) -> dict[str, Outcome]:
    """Return what becomes of each field of mine, going by what both began with.

    A field that ``base`` lacks has an unknown beginning: both are taken to have changed it.
    """
    unknown = object()
    return {
        name: _outcome(base.get(name, unknown), value, theirs[name]) for name, value in mine.items()
    }


def _outcome(base: object, mine: object, theirs: object) -> Outcome:
    if mine == theirs:
        return Outcome.SAME
    if mine == base:
        return Outcome.THEIRS
    if theirs == base:
        return Outcome.MINE
    return Outcome.CONFLICT
