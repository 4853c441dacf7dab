"""Two people at one revision: what the second one typed is kept, and merged with the first's."""

from copy import copy
from functools import cached_property
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from editorial import entries
from editorial.admin.moves import buttons_for, revision_for, user_of
from editorial.changes import comparing, merging, versions
from editorial.changes.comparing import Difference
from editorial.changes.merging import Outcome
from editorial.changes.textdiff import Kind, Run
from editorial.changes.versions import History, Version
from editorial.forms import RevisionForm
from editorial.models import Event, Revision
from editorial.transitions import ACTS, EDITABLE

Side = list[tuple[Run, ...]]  # a text, or each line of a list, with what the other side lacks


def settled(posted: QueryDict) -> QueryDict:
    """Return a form as its author decided on the merge page; any other comes back as it is.

    That page carries both versions of each field that both changed, and says which to take; where
    it says neither, what stands in the field itself counts.
    """
    form = posted.copy()
    for name in entries.FIELDS:
        side = posted.get(f"take-{name}")
        if side in {"mine", "theirs"}:
            form.setlist(name, posted.getlist(f"{side}-{name}"))
    return form


def answer(request: HttpRequest, form: RevisionForm, pk: int) -> HttpResponse:
    """Show what was typed in a form that came too late, and what has become of the revision."""
    stored = revision_for(request, pk)
    typed = copy(stored)
    for column, value in entries.changes(stored, form.changes).items():
        setattr(typed, column, value)
    if stored.state not in EDITABLE:
        return _moved_on(request, stored, typed)
    merge = Merge(stored, typed, form.cleaned_data["version"] or 0)
    if merge.is_stored:
        messages.success(request, _("What you typed is stored already."), extra_tags="saved")
        return HttpResponseRedirect(reverse("admin:editorial_revision_change", args=[pk]))
    return _page(request, stored, {"merge": merge})


def _moved_on(request: HttpRequest, stored: Revision, typed: Revision) -> HttpResponse:
    """Show what was typed, to copy: the revision cannot be changed any more."""
    shown = {**RevisionForm(revision=typed).initial, "category": typed.category}
    differences = comparing.compare(versions.of_revision(stored), versions.of_revision(typed))
    context = {
        "moved": stored.events.exclude(transition__in=ACTS).select_related("user").last(),
        "texts": [(found, shown[found.field]) for found in differences if found.field in shown],
        "buttons": buttons_for(stored, user_of(request)),
    }
    return _page(request, stored, context)


def _page(request: HttpRequest, stored: Revision, context: dict[str, Any]) -> HttpResponse:
    shared = {
        **admin.site.each_context(request),
        "title": stored.headline,
        "opts": Revision._meta,
        "revision": stored,
    }
    return TemplateResponse(request, "editorial/merge.html", shared | context, status=409)


class Choice(NamedTuple):
    """A field that both changed: as each of them wants it, and to be written anew."""

    field: BoundField
    mine: BoundField
    mine_shown: Side
    theirs: BoundField
    theirs_shown: Side


class Merge:
    """What is stored and what was typed, which began as one: this version of the revision."""

    def __init__(self, stored: Revision, typed: Revision, version: int) -> None:
        self.stored, self.typed, self.version = stored, typed, version
        self.mine, self.theirs = versions.of_revision(typed), versions.of_revision(stored)
        self.history = History(stored)

    @cached_property
    def since(self) -> list[Event]:
        """The edits that whoever typed has not seen."""
        return [edit for edit in self.history.edits if edit.details["version"] > self.version]

    @cached_property
    def base(self) -> Version | None:
        """What both began with; None if there was no such version."""
        known = 0 < self.version <= self.stored.version
        return self.history.at(self.version) if known else None

    @cached_property
    def outcomes(self) -> dict[str, Outcome]:
        """What becomes of each field."""
        return merging.merge(
            _said(self.base, self._section_then) if self.base else {},
            _said(self.mine, self.typed.category_id),
            _said(self.theirs, self.stored.category_id),
        )

    @property
    def is_stored(self) -> bool:
        """Whether nothing that was typed is missing from what is stored."""
        return set(self.outcomes.values()) <= {Outcome.SAME, Outcome.THEIRS}

    @cached_property
    def form(self) -> RevisionForm:
        """The merged entry; mine where both changed a field."""
        mine = RevisionForm(revision=self.typed).initial
        own = {Outcome.MINE, Outcome.CONFLICT}
        names = {name for name, outcome in self.outcomes.items() if outcome in own}
        if "picture_src" in names:
            names.add("picture_kept")  # the file that was chosen, stored already
        return RevisionForm(revision=self.stored, initial={name: mine[name] for name in names})

    @property
    def settled(self) -> list[BoundField]:
        """The fields that need no decision."""
        return [
            self.form[name]
            for name, outcome in self.outcomes.items()
            if outcome is not Outcome.CONFLICT
        ]

    @property
    def choices(self) -> list[Choice]:
        """The fields that need one."""
        mine, theirs = RevisionForm(revision=self.typed), RevisionForm(revision=self.stored)
        mine.prefix, theirs.prefix = "mine", "theirs"
        differing = {found.field: found for found in comparing.compare(self.theirs, self.mine)}
        return [
            Choice(
                self.form[name],
                mine[name],
                _side(differing.get(name), Kind.INSERT),
                theirs[name],
                _side(differing.get(name), Kind.DELETE),
            )
            for name, outcome in self.outcomes.items()
            if outcome is Outcome.CONFLICT
        ]

    @property
    def kept(self) -> list[Difference]:
        """What only I changed."""
        return self._changed(self.mine, Outcome.MINE)

    @property
    def taken_over(self) -> list[Difference]:
        """What only they changed."""
        return self._changed(self.theirs, Outcome.THEIRS)

    def _changed(self, after: Version, outcome: Outcome) -> list[Difference]:
        differences = comparing.compare(self.base, after) if self.base else []
        return [found for found in differences if self.outcomes.get(found.field) is outcome]

    @property
    def _section_then(self) -> int | None:
        """The section that both began with: what the first edit that left it says, if one did."""
        left = (edit.details["before"] for edit in self.since)
        return next(
            (before["category_id"] for before in left if "category_id" in before),
            self.stored.category_id,
        )


def _said(version: Version, section: int | None) -> dict[str, Any]:
    """Return what is merged, by the form's fields; sections of one title are told apart."""
    return {name: getattr(version, name) for name in entries.FIELDS} | {"category": section}


def _side(difference: Difference | None, own: Kind) -> Side:
    """Return one side of a difference, line by line: what both have, and what only it has."""
    if difference is None:  # two sections of one title
        return []
    lines = [item.runs for item in difference.items] or [difference.runs]
    sides = [tuple(run for run in line if run.kind in {Kind.EQUAL, own}) for line in lines]
    return [side for side in sides if side]
