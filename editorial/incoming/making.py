"""What a plan makes: revisions of its changes, batch by batch, and the list's frame."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from digest import mirror
from digest.models import Article, Category
from digest.readme import Entry
from editorial import actions, entries
from editorial.changes.comparing import label_of
from editorial.changes.merging import Outcome
from editorial.incoming import base, layout
from editorial.incoming.calm import calm_collector
from editorial.incoming.change import Change, Kind, Way
from editorial.incoming.plan import Plan
from editorial.live import publishing, tags
from editorial.models import Revision
from editorial.pictures import Album

_BATCH = 2_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Origin:
    """Where a README comes from, if not from a file of today.

    ``author`` proposes its revisions, ``at`` is the moment of all that it does, and ``note`` stands
    in the log beside it.
    """

    author: User
    at: datetime | None = None
    note: str = ""


class Maker:
    """Makes what a plan says, in the name of one person."""

    def __init__(
        self,
        plan: Plan,
        user: User,
        album: Album,
        tag_names: Iterable[str] = (),
        progress: Progress | None = None,
        origin: Origin | None = None,
    ) -> None:
        self.plan = plan
        self.user = user
        self.album = album
        self.tag_names = list(tag_names)
        self.progress = progress
        self.origin = origin or Origin(user)
        self.nth = layout.nth_of_their_titles(plan.document)

    def publish(self, *, replace: bool) -> None:
        """Take over the frame, then the entries, as published, and ``replace`` what was there."""
        publishing.hold(self.origin.at or timezone.now())
        plan = self.plan
        plan.report.frame_changed = plan.frame_changed()
        taken = take_frame(plan)
        plan.categories = [*taken]
        if replace:
            self._move_all(plan.returning, "restore", _("An imported README has it again."))
            self._move_all(plan.missing, "take_down", _("An imported README lacks it."))
            base.forget([article.pk for article in plan.missing])
        self.mark_same()
        self.make_clear("import")
        (layout.drop_unseen if replace else layout.drop_empty)(taken)

    def _move_all(self, articles: list[Article], transition: str, note: str) -> None:
        """Make this move of the revisions that readers see, or saw last, of these articles."""
        numbers = [article.revision for article in articles]
        batches = (numbers[start : start + _BATCH] for start in range(0, len(numbers), _BATCH))
        revisions = [r for batch in batches for r in Revision.objects.filter(pk__in=batch)]
        if revisions:
            note = f"{note} {self.origin.note}".strip()
            actions.perform_all(revisions, transition, self.user, note, now=self.origin.at)

    def make_clear(self, transition: str) -> None:
        """Make all that needs no decision; what the desk would refuse waits for one."""
        clear = self.plan.clear
        self.make([change for change in clear if not _is_edited(change)], transition)
        for change in filter(_is_edited, clear):
            try:
                with transaction.atomic():
                    self.make([change], transition)
            except actions.Refused as refusal:
                self.plan.leave(change, str(refusal))

    def make(self, changes: Sequence[Change], transition: str) -> None:
        """Make revisions of these changes and move them on; remember what the README said."""
        proposed = [change for change in changes if change.way is not Way.EDIT]
        with calm_collector():
            for start in range(0, len(proposed), _BATCH):
                batch = proposed[start : start + _BATCH]
                self._make_way(batch)
                self._store(batch, self._revisions(batch), transition)
                if self.progress:
                    self.progress(start + len(batch), len(changes))
        for change in changes:
            if change.way is Way.EDIT:
                self._edit(change)

    def mark_same(self) -> None:
        """Remember that the README says what readers see, or what the desk has begun."""
        base.mark_live({article.pk: article.revision for article in self.plan.same.values()})
        base.mark(self.plan.waiting)

    def _make_way(self, batch: Sequence[Change]) -> None:
        """Let go of the open revisions that are replaced, and of what the README said before."""
        base.forget([change.article.pk for change in batch if change.article])
        replaced = [change.open for change in batch if change.way is Way.REPLACE and change.open]
        if replaced:
            note = _("The README says something else by now.")
            actions.perform_all(replaced, "withdraw", self.user, note)
            base.unmark(replaced)

    def _store(self, batch: Sequence[Change], revisions: list[Revision], transition: str) -> None:
        origin = self.origin
        actions.propose_all(origin.author, revisions, now=origin.at)
        for change, revision in zip(batch, revisions, strict=True):
            if change.kind is Kind.MERGED:
                self._merge(change, revision)
        actions.perform_all(revisions, transition, self.user, origin.note, now=origin.at)

    def _edit(self, change: Change) -> None:
        """Change the open revision: to what the README says and, where the desk differs, back."""
        revision = change.open
        assert revision is not None
        if change.theirs is not None:
            note = _("The README says this now.")
            fields = self._columns(change, change.theirs)
            actions.edit(revision, self.user, revision.version, note=note, **fields)
        base.mark([revision])
        if change.own():
            self._merge(change, revision)

    def set_aside(self, change: Change) -> None:
        """Remember what the README says without following it: a revision that is withdrawn."""
        self._make_way([change])
        (revision,) = self._revisions([change])
        # The article may have an open revision; one that is withdrawn may stand beside it.
        actions.propose_aside(self.user, revision, _("The desk stays with its own words."))

    def _merge(self, change: Change, revision: Revision) -> None:
        """Keep what the desk alone changed, in a revision that says what the README says."""
        note = _("Merged: the README changed %(theirs)s, the desk %(ours)s.") % {
            "theirs": _labels(change.fields(Outcome.THEIRS)),
            "ours": _labels(change.fields(Outcome.MINE)),
        }
        fields = self._columns(change, change.own())
        actions.edit(revision, self.user, revision.version, note=note, **fields)

    def _columns(self, change: Change, said: Mapping[str, Any]) -> dict[str, Any]:
        """Return these fields as ``actions.edit`` takes them."""
        fields = {name: said[name] for name in entries.SAID if name in said}
        if "links" in fields:
            fields["links"] = [list(link) for link in fields["links"]]
        home = said.get("category")
        if isinstance(home, int):
            fields["category"] = Category.objects.get(pk=home)
        if "picture_src" in fields:
            fields["picture"] = self._picture_named(change, fields["picture_src"])
        return fields

    def _picture_named(self, change: Change, src: str) -> str:
        """Return the stored picture that one of the sides has under this address."""
        for row in (change.open, change.row):
            if row is not None and row.picture_src == src:
                return row.picture.name or ""
        return self._picture(change.entry, change.article) if change.entry else ""

    def _revisions(self, batch: Sequence[Change]) -> list[Revision]:
        names = tags.names_of_all(change.article.pk for change in batch if change.article)
        return [
            self._revision(change, names[change.article.pk] if change.article else self.tag_names)
            for change in batch
        ]

    def _revision(self, change: Change, tag_names: list[str]) -> Revision:
        place, entry, article = change.place, change.entry, change.article
        assert place is not None
        assert entry is not None
        category = self.plan.categories[place.section]
        stays = article is not None and category is not None and category.pk == article.category_id
        return Revision(
            article=article,
            category=category,
            section="" if category else self.plan.document.sections[place.section].title,
            section_nth=self.nth[place.section],
            position=None if stays else place.position,
            tag_names=tag_names,
            picture=self._picture(entry, article),
            # It is moved at once, which makes it its second version, if it is not merged before.
            outside_version=1 if change.kind is Kind.MERGED else 2,
            **mirror.columns_of(entry),
        )

    def _picture(self, entry: Entry, article: Article | None) -> str:
        if entry.picture is None:
            return ""
        name = self.album.name_of(entry.picture.src, entry.line)
        if not name and article is not None and article.picture_src == entry.picture.src:
            return article.picture.name or ""
        return name


def _is_edited(change: Change) -> bool:
    """Whether a person's words are changed for it: the desk checks these as if they were typed."""
    return change.way is Way.EDIT or change.kind is Kind.MERGED


def take_frame(plan: Plan) -> list[Category]:
    """Make the list's sections, text and order those of the plan's document."""
    categories = layout.take_sections(plan.document, plan.categories)
    layout.take_passages(plan.document, categories)
    layout.take_places(plan.document, categories, plan.articles, plan.same)
    layout.take_edges(plan.document)
    return categories


def _labels(fields: Iterable[str]) -> str:
    return ", ".join(map(label_of, fields))
