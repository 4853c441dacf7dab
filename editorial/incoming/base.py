"""What the README outside last said of each entry: where both sides of a merge began.

No text is kept twice.  All that a README said is a revision (proposed, published or withdrawn), and
``outside_version`` marks the one that it said last, at that version.  An article has at most one
mark; one without is not in the README, as far as the desk knows.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import F, Q

from digest.models import EntryFields
from digest.readme import Entry
from editorial import entries
from editorial.changes.versions import columns_at
from editorial.models import Revision
from editorial.transitions import State

_BATCH = 500

# The fields that are merged, by name.  "category" is the section's number or, as long as the list
# lacks it, its title.
Said = Mapping[str, Any]
Home = int | str


def of_entry(entry: Entry, home: Home) -> Said:
    """Return what an entry of the README says."""
    picture = entry.picture
    return {
        "category": home,
        "headline": entry.headline,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "links": tuple((link.label, link.url) for link in entry.links),
        "picture_src": picture.src if picture else "",
        "picture_alt": picture.alt if picture else "",
    }


def of_row(row: EntryFields, home: Home) -> Said:
    """Return what an article or a revision says now."""
    return _said({name: getattr(row, name) for name in entries.SAID}, home)


def _said(columns: Mapping[str, Any], home: Home) -> Said:
    said = {name: columns[name] for name in entries.SAID}
    return {**said, "category": home, "links": tuple((label, url) for label, url in said["links"])}


class Bases:
    """What the README last said of the entries that are in question.

    ``fixed`` are the marks (revision, version) of articles that count instead of today's; (0, 0) is
    none.
    """

    def __init__(
        self, homes: Mapping[str, int], fixed: Mapping[int, tuple[int, int]] | None = None
    ) -> None:
        self.homes = homes
        self.fixed = fixed or {}
        self.marks: dict[int, tuple[int, int]] = {}

    def of_articles(self, articles: Sequence[int]) -> dict[int, Said]:
        """Return what was last said of these; one that was never there is left out."""
        found: dict[int, Said] = {}
        for batch in _batches(articles):
            fixed = {pk: self.fixed[pk] for pk in batch if pk in self.fixed}
            marked = Revision.objects.filter(article__in=batch, outside_version__isnull=False)
            rows = [row for row in marked if row.article_id not in fixed]
            wanted = [(row, row.outside_version or 0) for row in rows]
            numbers = Revision.objects.in_bulk([number for number, _ in fixed.values()])
            wanted += [(numbers[number], at) for number, at in fixed.values() if number in numbers]
            for row, version in wanted:
                if row.article_id:
                    self.marks[row.article_id] = row.pk, version
            said = self._said_at(wanted)
            found |= {
                row.article_id: one
                for (row, _), one in zip(wanted, said, strict=True)
                if row.article_id
            }
        return found

    def of_drafts(self, drafts: Sequence[Revision]) -> dict[int, Said]:
        """Return what was last said of these entries that readers do not see yet."""
        marked = [(row, row.outside_version) for row in drafts if row.outside_version]
        said = self._said_at(marked)
        return {row.pk: one for (row, _), one in zip(marked, said, strict=True)}

    def _said_at(self, wanted: Sequence[tuple[Revision, int]]) -> list[Said]:
        return [
            _said(columns, columns["category_id"] or self.home(columns["section"]))
            for columns in columns_at(wanted)
        ]

    def home(self, title: str) -> Home:
        """Return the section of this title, if the list has it by now."""
        return self.homes.get(title, title)


def mark_live(articles: Mapping[int, int]) -> None:
    """Let the README have said last what readers see of these: article → its revision."""
    behind = set(_behind().values_list("pk", flat=True))
    stale = {article: number for article, number in articles.items() if number in behind}
    forget(stale)
    for batch in _batches(list(stale.values())):
        Revision.objects.filter(pk__in=batch).update(outside_version=F("version"))


def mark(revisions: Iterable[Revision]) -> None:
    """Let the README have said last what these open revisions say now."""
    stale = [row for row in revisions if row.outside_version != row.version]
    forget([row.article_id for row in stale if row.article_id])
    for batch in _batches([row.pk for row in stale]):
        Revision.objects.filter(pk__in=batch).update(outside_version=F("version"))


def mark_all_live() -> None:
    """Let the README be the live list, to the letter: it was written from it, or equals it."""
    Revision.objects.filter(outside_version__isnull=False).exclude(state=State.PUBLISHED).update(
        outside_version=None
    )
    _behind().update(outside_version=F("version"))


def forget(articles: Collection[int]) -> None:
    """Forget what the README said of these articles."""
    for batch in _batches(list(articles)):
        marked = Revision.objects.filter(article__in=batch, outside_version__isnull=False)
        marked.update(outside_version=None)


def unmark(revisions: Iterable[Revision]) -> None:
    """Forget that the README ever said what these say."""
    Revision.objects.filter(pk__in=[row.pk for row in revisions]).update(outside_version=None)


def _behind() -> Any:
    unmarked = Q(outside_version__isnull=True) | Q(outside_version__lt=F("version"))
    return Revision.objects.filter(unmarked, state=State.PUBLISHED)


def _batches(items: Sequence[int]) -> Iterator[Sequence[int]]:
    return (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))
