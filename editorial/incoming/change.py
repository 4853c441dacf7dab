"""What a README from outside asks for, entry by entry and around them, as data: a plan's lines."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from typing import Any

from digest.models import Article
from digest.readme import Entry
from editorial.changes.merging import Outcome
from editorial.changes.textdiff import Run, runs
from editorial.incoming.base import Said
from editorial.incoming.layout import Place
from editorial.models import Revision

Row = Article | Revision

_NOTHING: Mapping[str, Outcome] = {}  # one for all: a long list has 100,000 new entries


class Kind(StrEnum):
    """What becomes of an entry.  The values are part of ``import_readme --json``."""

    NEW = "new"
    CHANGED = "changed"
    MOVED = "moved"  # to another section, and nothing else
    MERGED = "merged"  # the desk has changed other fields meanwhile: both changes stay
    CONFLICT = "conflict"  # both sides changed the same field: somebody decides
    AMBIGUOUS = "ambiguous"  # it may be one of several entries: somebody decides
    REMOVED = "removed"  # the README has it no longer: a publisher decides
    RETURNED = "returned"  # taken down here, and in the README again: a publisher decides
    KEPT = "kept"  # only the desk changed it
    WAITING = "waiting"  # a revision says so already


# What becomes a revision without a decision, and what waits for one.
CLEAR = frozenset({Kind.NEW, Kind.CHANGED, Kind.MOVED, Kind.MERGED})
UNDECIDED = frozenset({Kind.CONFLICT, Kind.AMBIGUOUS, Kind.REMOVED, Kind.RETURNED})


class Way(Enum):
    """How what the README says becomes a revision."""

    PROPOSE = auto()  # a new one
    REPLACE = auto()  # a new one; the open one, which an import brought, is withdrawn
    EDIT = auto()  # the open one is changed


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one entry.

    ``place`` and ``entry`` are the README's, empty where it lacks the entry; ``row`` is the article
    that it is, or the draft of one.  ``open`` is the revision of it that somebody has begun.
    ``base``, ``ours`` and ``theirs`` are what the README said before, what the desk says, and what
    the README says now; ``outcomes`` tells, field by field, who changed it.  ``reason`` says in
    words why it waits.
    """

    kind: Kind
    headline: str
    section: str
    line: int = 0
    place: Place | None = None
    entry: Entry | None = None
    row: Row | None = None
    open: Revision | None = None
    way: Way = Way.PROPOSE
    base: Said | None = None
    ours: Said | None = None
    theirs: Said | None = None
    outcomes: Mapping[str, Outcome] = field(default_factory=lambda: _NOTHING)
    candidates: tuple[Row, ...] = ()
    reason: str = ""

    @property
    def article(self) -> Article | None:
        """The article that readers see, or saw, of it."""
        return self.row if isinstance(self.row, Article) else None

    @property
    def key(self) -> str:
        """What tells it from all others of the same README, today and tomorrow."""
        if self.place:
            return f"{self.place.section}.{self.place.position}"
        return key_of(self.row) if self.row else ""

    def fields(self, *outcomes: Outcome) -> list[str]:
        """Return the fields that came out so."""
        return [name for name, outcome in self.outcomes.items() if outcome in outcomes]

    def own(self) -> dict[str, Any]:
        """Return what the desk alone changed, by field."""
        return {name: self.ours[name] for name in self.fields(Outcome.MINE)} if self.ours else {}


def key_of(row: Row) -> str:
    """Return what tells a row from all others."""
    return f"{'article' if isinstance(row, Article) else 'revision'}-{row.pk}"


class Frame(StrEnum):
    """What is framed in another way.  The values are part of ``import_readme --json``."""

    SECTION_NEW = "section-new"
    SECTION_RENAMED = "section-renamed"
    SECTION_MOVED = "section-moved"
    SECTION_REMOVED = "section-removed"
    HEADING = "heading"  # its level, ordinal or emphasis
    TEXT_NEW = "text-new"
    TEXT_CHANGED = "text-changed"
    TEXT_REMOVED = "text-removed"
    ORDER = "order"  # an entry stands elsewhere in its section
    RENUMBERED = "renumbered"
    SPACING = "spacing"  # blank lines, line ends and all else that readers do not see


@dataclass(frozen=True, slots=True)
class FrameChange:
    """One of them; ``line`` is 0 where the README lacks it.  ``before`` is the list's."""

    kind: Frame
    line: int = 0
    name: str = ""
    before: str = ""
    after: str = ""

    @property
    def runs(self) -> tuple[Run, ...]:
        """How the text changed."""
        return runs(self.before, self.after)
