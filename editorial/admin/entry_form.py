"""The form of one revision: shown, saved, and shown again where it cannot be saved."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from digest.models import Category
from editorial import actions, timeline
from editorial.admin.moves import buttons_for, refused, revision_for, user_of
from editorial.forms import RevisionForm
from editorial.models import Revision
from editorial.refusals import NoRight, Refused, Stale, WrongState
from editorial.transitions import EDITABLE, may_begin_again, may_edit


def add(request: HttpRequest) -> HttpResponse:
    """Show an empty form, or propose the new entry that was typed."""
    if not request.user.has_perm("editorial.submit_revision"):
        raise PermissionDenied
    return _answer(request, None)


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a revision, or store what was typed."""
    return _answer(request, revision_for(request, pk))


def _answer(request: HttpRequest, revision: Revision | None) -> HttpResponse:
    form = RevisionForm(request.POST if request.method == "POST" else None, revision=revision)
    if request.method == "POST" and form.is_valid():
        return _store(request, form, revision)
    return _page(request, form, revision)


def _store(request: HttpRequest, form: RevisionForm, revision: Revision | None) -> HttpResponse:
    user, version = user_of(request), form.cleaned_data["version"] or 0
    try:
        if revision is None:
            said = form.changes
            stored = actions.propose(
                user, category=said["category"], tag_names=said["tag_names"], entry=form.entry
            )
        else:
            stored = actions.edit(revision, user, version, **form.changes)
    except NoRight as refusal:
        return refused(request, refusal, back=reverse("admin:editorial_revision_changelist"))
    except (Stale, WrongState) as refusal:
        return _conflict(request, revision, refusal)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, revision)
    changed = stored.version != version
    messages.success(request, _("Saved.") if changed else _("Nothing had changed."))
    return HttpResponseRedirect(reverse("admin:editorial_revision_change", args=[stored.pk]))


def _conflict(request: HttpRequest, revision: Revision | None, refusal: Refused) -> HttpResponse:
    """Show what was typed and what is stored beside it; saving again means to replace that."""
    assert revision is not None
    stored = revision_for(request, revision.pk)
    typed = request.POST.copy()
    typed["version"] = str(stored.version)
    form = RevisionForm(typed, revision=stored)
    form.add_error(None, str(refusal))
    return _page(request, form, stored, status=409)


def _page(
    request: HttpRequest, form: RevisionForm, revision: Revision | None, status: int = 200
) -> HttpResponse:
    user = user_of(request)
    editable = revision is None or (revision.state in EDITABLE and may_edit(revision, user))
    context = {
        **admin.site.each_context(request),
        "title": revision.headline if revision else _("New entry"),
        "opts": Revision._meta,
        "form": form,
        "fields": _fields(form, revision if status == 409 else None),
        "revision": revision,
        "editable": editable,
        "show_form": editable or form.is_bound,
        "buttons": buttons_for(revision, user) if revision else [],
        "may_begin_again": bool(revision and may_begin_again(revision, user)),
        "history": timeline.of_revisions([revision])[::-1] if revision else [],
    }
    return TemplateResponse(request, "editorial/revision.html", context, status=status)


def _fields(form: RevisionForm, stored: Revision | None) -> list[dict[str, Any]]:
    """Return the visible fields, and what ``stored`` says where something else was typed."""
    now = RevisionForm(revision=stored) if stored else form
    rows = []
    for field in form.visible_fields():
        value = now[field.name].value()
        differs = now is not form and _shown(field.value()) != _shown(value)
        if field.name == "category":
            value = Category.objects.filter(pk=value).first() if value else None
        rows.append({"field": field, "differs": differs, "value": value})
    return rows


def _shown(value: Any) -> str:
    return str(value or "").replace("\r\n", "\n").strip()
