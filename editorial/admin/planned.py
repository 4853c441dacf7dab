"""A change of an incoming README as its page shows it."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from editorial.changes.comparing import label_of
from editorial.incoming import sheet
from editorial.incoming.change import Frame, FrameChange, Kind
from editorial.incoming.plan import NEW
from editorial.incoming.waiting import FRAME
from editorial.models import PlannedChange

# What people call each kind, and what becomes of it; in the order of the page's filters.
KINDS: dict[str, tuple[str | Promise, str | Promise]] = {
    FRAME: (gettext_lazy("Sections, text and order"), gettext_lazy("A publisher decides.")),
    Kind.CONFLICT: (
        gettext_lazy("Conflicts"),
        gettext_lazy("Both sides changed it. Choose a side for each field, and tick it."),
    ),
    Kind.AMBIGUOUS: (
        gettext_lazy("In doubt"),
        gettext_lazy("It may be one of several entries. Choose which, and tick it."),
    ),
    Kind.REMOVED: (
        gettext_lazy("Removed"),
        gettext_lazy("The README has it no longer. Applied, it is taken down."),
    ),
    Kind.RETURNED: (
        gettext_lazy("Taken down here"),
        gettext_lazy("The README has it again. Applied, it is restored."),
    ),
    Kind.NEW: (gettext_lazy("New"), gettext_lazy("Applied, it becomes a revision in review.")),
    Kind.CHANGED: (
        gettext_lazy("Changed"),
        gettext_lazy("Applied, it becomes a revision in review."),
    ),
    Kind.MOVED: (
        gettext_lazy("Moved to another section"),
        gettext_lazy("Applied, it becomes a revision in review."),
    ),
    Kind.MERGED: (
        gettext_lazy("Merged"),
        gettext_lazy("The desk changed other fields meanwhile; both changes stay."),
    ),
}
FRAMES: dict[Frame, str | Promise] = {
    Frame.SECTION_NEW: gettext_lazy("new section"),
    Frame.SECTION_RENAMED: gettext_lazy("section renamed"),
    Frame.SECTION_MOVED: gettext_lazy("section moved"),
    Frame.SECTION_REMOVED: gettext_lazy("section removed"),
    Frame.HEADING: gettext_lazy("heading"),
    Frame.TEXT_NEW: gettext_lazy("new text"),
    Frame.TEXT_CHANGED: gettext_lazy("text changed"),
    Frame.TEXT_REMOVED: gettext_lazy("text removed"),
    Frame.ORDER: gettext_lazy("moved in its section"),
    Frame.RENUMBERED: gettext_lazy("renumbered"),
    Frame.SPACING: gettext_lazy("blank lines or line ends"),
}


class Planned:
    """A change as the page shows it."""

    def __init__(self, row: PlannedChange, sections: Mapping[int, str]) -> None:
        self.row = row
        self.title, self.hint = KINDS.get(row.kind, (row.kind, ""))
        sides = sheet.sides_of(row, sections)
        both = set(sides.both)
        self.outside = [found for found in sides.outside if found.field not in both]
        self.desk = [found for found in sides.desk if found.field not in both]
        theirs = {found.field: found for found in sides.outside}
        ours = {found.field: found for found in sides.desk}
        chosen = row.choice
        self.conflicts = [
            {
                "name": name,
                "label": label_of(name),
                "theirs": theirs.get(name),
                "ours": ours.get(name),
                "chosen": chosen.get(name, ""),
            }
            for name in sides.both
        ]
        self.candidates = [
            {**one, "chosen": one["key"] == chosen.get("row")}
            for one in row.details.get("candidates", [])
        ]
        self.is_new = chosen.get("row") == NEW
        self.by = row.details.get("by", "")

    @property
    def frame(self) -> list[tuple[str | Promise, FrameChange]]:
        """What is framed in another way."""
        return [(FRAMES[Frame(one.kind)], one) for one in sheet.frame_of(self.row)]
