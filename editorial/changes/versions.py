"""An entry as it stood at one moment: live, proposed, or before some of its edits.

A revision's row holds its newest version; the earlier ones are rebuilt from the log, whose edits
keep what the columns said before them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from digest.models import Article, Category
from digest.readme.grammar import label
from editorial import entries
from editorial.live import tags
from editorial.models import Event, Revision

# The moves after which somebody has read, or is to read, what the revision says.
REVIEWS = ("submit", "approve", "request_changes")
TEXTS = ("headline", "url", "title", "summary", "picture_src", "picture_alt")


@dataclass(frozen=True)
class Version:
    """What an entry says and where it stands, as it is compared.

    ``category`` is the section's title, also of one that the entry still waits for.  ``picture`` is
    the name of the stored file.  ``position`` is None where the entry has not got its place yet.
    Without arguments it says nothing: what a new entry is compared with.
    """

    category: str = ""
    position: int | None = None
    headline: str = ""
    url: str = ""
    title: str = ""
    summary: str = ""
    links: tuple[tuple[str, str], ...] = ()
    picture_src: str = ""
    picture_alt: str = ""
    picture: str = ""
    tags: tuple[str, ...] = ()


def of_article(article: Article) -> Version:
    """Return what readers see."""
    columns = {**_columns(article), "tag_names": tags.names_of(article), "section": ""}
    return _version(columns, article.category.title)


def of_revision(revision: Revision) -> Version:
    """Return what a revision says now."""
    return _version(_proposed(revision), revision.category.title if revision.category else "")


def version_at(revision: Revision, number: int) -> Version:
    """Return what a revision said when its ``version`` was this number."""
    return History(revision).at(number)


def columns_at(wanted: Sequence[tuple[Revision, int]]) -> list[dict[str, Any]]:
    """Return the columns of many revisions as they were at the version beside each."""
    keys = [revision.pk for revision, _number in wanted]
    edits = defaultdict(list)
    for edit in Event.objects.filter(revision__in=keys, transition="edit").order_by("-pk"):
        edits[edit.revision_id].append(edit)
    found = []
    for revision, number in wanted:
        columns = _proposed(revision)
        for edit in edits[revision.pk]:
            if edit.details["version"] > number:
                columns |= edit.details["before"]
        found.append(columns)
    return found


class History:
    """The versions of one revision.  However many are asked for, its log is read once."""

    def __init__(self, revision: Revision) -> None:
        self.revision = revision

    def at(self, number: int) -> Version:
        """Return what the revision said when its ``version`` was this number."""
        return self._before([edit for edit in self.edits if edit.details["version"] > number])

    def when(self, event: Event) -> Version:
        """Return what the revision said when this event happened."""
        return self._before([edit for edit in self.edits if edit.pk > event.pk])

    def begun(self) -> Version:
        """Return what the revision said before its first edit."""
        return self._before(self.edits)

    @cached_property
    def review(self) -> Event | None:
        """The last step of a review that was followed by edits: they are what is new since then."""
        last_edit = self.edits[-1].pk if self.edits else 0
        steps = [event for event in self._log if event.transition in REVIEWS]
        return next((step for step in reversed(steps) if step.pk < last_edit), None)

    @cached_property
    def edits(self) -> list[Event]:
        """The edits, oldest first."""
        return [event for event in self._log if event.transition == "edit"]

    @cached_property
    def _log(self) -> list[Event]:
        events = self.revision.events.filter(transition__in=("edit", *REVIEWS))
        return list(events.select_related("user"))

    def _before(self, edits: Sequence[Event]) -> Version:
        """Return what the revision said before these edits, the newest ones that there are."""
        columns = _proposed(self.revision)
        for edit in reversed(edits):
            columns |= edit.details["before"]
        category = columns["category_id"]
        return _version(columns, self._titles.get(category, "") if category else "")

    @cached_property
    def _titles(self) -> dict[int, str]:
        """The titles of the sections that the revision stood in; one may have been deleted."""
        named = {edit.details["before"].get("category_id") for edit in self.edits}
        numbers = {self.revision.category_id, *named} - {None}
        return dict(Category.objects.filter(pk__in=numbers).values_list("pk", "title"))


def _columns(row: Article | Revision) -> dict[str, Any]:
    same = ("category_id", "position", "links", *TEXTS)
    return {**{column: getattr(row, column) for column in same}, "picture": row.picture.name}


def _proposed(revision: Revision) -> dict[str, Any]:
    own = {"tag_names": revision.tag_names, "section": revision.section}
    return _columns(revision) | own


def _version(columns: Mapping[str, Any], title: str) -> Version:
    return Version(
        category=title or columns["section"],
        position=columns["position"],
        links=tuple((label(name), url) for name, url in entries.tidy(columns["links"])),
        picture=columns["picture"] or "",
        tags=tuple(columns["tag_names"]),
        **{name: entries.tidy(columns[name]) for name in TEXTS},
    )
