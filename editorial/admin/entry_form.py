"""The form of one revision: shown, saved, and shown again where it cannot be saved."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from digest.mirror import entry_of
from editorial import actions, entries, flaws, scheduling
from editorial.admin import conflict, discussion, presence
from editorial.admin.moves import buttons_for, refused, revision_for, user_of
from editorial.desk import pasting, timeline
from editorial.flaws import Flaw
from editorial.forms import RevisionForm
from editorial.forms.schedule import ScheduleForm
from editorial.models import Revision
from editorial.refusals import Invalid, NoRight, Stale, WrongState
from editorial.transitions import EDITABLE, OPEN, may_begin_again, may_edit


def add(request: HttpRequest) -> HttpResponse:
    """Show an empty form, or propose the new entry that was typed."""
    if not request.user.has_perm("editorial.submit_revision"):
        raise PermissionDenied
    return _answer(request, None)


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a revision, or store what was typed."""
    return _answer(request, revision_for(request, pk))


def show(
    request: HttpRequest,
    revision: Revision,
    asked: ScheduleForm | None = None,
    **review: Any,
) -> HttpResponse:
    """Show a revision again with another of its page's forms, in which something will not do.

    ``asked`` is the one for a time, ``review`` one of those of ``discussion.context``.
    """
    form = RevisionForm(revision=revision)
    return _page(request, form, revision, asked=asked, review=review)


def _answer(request: HttpRequest, revision: Revision | None) -> HttpResponse:
    if request.method != "POST":
        return _page(request, RevisionForm(revision=revision), revision)
    # The form stores a picture before the action asks for the right to store the rest.
    files = request.FILES if request.user.has_perm("editorial.submit_revision") else None
    form = RevisionForm(conflict.settled(request.POST), files, revision=revision)
    valid = form.is_valid()
    if "fill" in request.POST:
        return _fill(request, form, revision)
    if "fix" in request.POST:
        return _fix(request, form, revision)
    if valid:
        return _store(request, form, revision)
    return _page(request, form, revision)


def _fill(request: HttpRequest, form: RevisionForm, revision: Revision | None) -> HttpResponse:
    """Show the form with what the pasted entry says, and what stood there before; store nothing."""
    text = request.POST.get("pasted", "")
    try:
        pasted = pasting.read(text)
    except Invalid as refusal:
        again = RevisionForm(revision=revision, initial=form.typed)
        return _page(request, again, revision, paste={"text": text, "error": refusal})
    category = pasted.category
    filled = form.with_entry(pasted.entry, category)
    paste = {"filled": True, "section": "" if category else pasted.section}
    return _page(request, filled, revision, paste=paste, before=form)


def _fix(request: HttpRequest, form: RevisionForm, revision: Revision | None) -> HttpResponse:
    """Show the form with what a rule finds mended, and what stood there before; store nothing."""
    typed = entry_of(form.draft)
    mended = flaws.fixed(typed, request.POST["fix"])
    if mended == typed:
        return _page(request, RevisionForm(revision=revision, initial=form.typed), revision)
    filled = form.with_entry(mended, None)
    return _page(request, filled, revision, paste={"mended": True}, before=form)


def _store(request: HttpRequest, form: RevisionForm, revision: Revision | None) -> HttpResponse:
    user, version = user_of(request), form.cleaned_data["version"] or 0
    try:
        if revision is None:
            typed = form.changes
            kept = {name: typed[name] for name in ("category", "tag_names", "picture")}
            stored = actions.propose(user, entry=form.entry, **kept)
        else:
            stored = actions.edit(revision, user, version, **form.changes)
    except NoRight as refusal:
        return refused(request, refusal, back=reverse("admin:editorial_revision_changelist"))
    except (Stale, WrongState):
        assert revision is not None  # a new entry cannot come too late
        return conflict.answer(request, form, revision.pk)
    except Invalid as refusal:
        form.show(refusal)
        return _page(request, form, revision)
    said = _("Saved.") if stored.version != version else _("Nothing had changed.")
    # The tag tells static/editorial/keep.js that what it kept is stored.
    messages.success(request, said, extra_tags="saved" if revision else "saved-new")
    return HttpResponseRedirect(reverse("admin:editorial_revision_change", args=[stored.pk]))


def _page(
    request: HttpRequest,
    form: RevisionForm,
    revision: Revision | None,
    *,
    paste: dict[str, Any] | None = None,
    before: RevisionForm | None = None,
    asked: ScheduleForm | None = None,
    review: dict[str, Any] | None = None,
) -> HttpResponse:
    form.focus_on_error()
    user = user_of(request)
    editable = revision is None or (revision.state in EDITABLE and may_edit(revision, user))
    buttons = buttons_for(revision, user, asked) if revision else []
    context = {
        **admin.site.each_context(request),
        "title": revision.headline if revision else _("New entry"),
        "tab": "entry",
        "opts": Revision._meta,
        "form": form,
        "fields": _fields(form, before, flaws.by_field(form.draft) if editable else {}),
        "paste": paste,
        "revision": revision,
        "editable": editable,
        "show_form": editable or form.is_bound,
        "buttons": buttons,
        "schedule": scheduling.schedule_of(revision, timezone.now()) if revision else None,
        "is_locked": revision is not None and revision.state in OPEN - EDITABLE,
        "offered": {button["transition"].name for button in buttons},
        "may_begin_again": bool(revision and may_begin_again(revision, user)),
        "history": timeline.of_revisions([revision])[::-1] if revision else [],
    }
    if revision:
        chosen = request.GET.get("comment", "")
        context |= discussion.context(revision, user, field=chosen, **(review or {}))
        context["discussion"].put_beside(context["fields"])
    if revision and editable:
        context |= presence.context(revision, user, revision.version)
    return TemplateResponse(request, "editorial/revision.html", context)


def _fields(
    form: RevisionForm, before: RevisionForm | None, found: Mapping[str, list[Flaw]]
) -> list[dict[str, Any]]:
    """Return the fields, each with the flaws found in it.

    If something else stood in it before, that is there, too.
    """
    now, then = form.typed, before.typed if before else form.typed
    return [
        {
            "field": form[name],
            "flaws": found.get(name, []),
            "before": before.words(name) if before and not _same(now[name], then[name]) else "",
        }
        for name in entries.FIELDS
    ]


def _same(one: Any, other: Any) -> bool:
    return bool(entries.tidy(str(one or "")) == entries.tidy(str(other or "")))
