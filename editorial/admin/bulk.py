"""Acts on many revisions at once, as actions of their list: asked, done, answered row by row."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from editorial.admin.moves import number, user_of
from editorial.desk import bulk
from editorial.desk.bulk import Outcome
from editorial.forms.bulk import BulkPlaceForm, BulkTagForm
from editorial.models import Revision
from editorial.transitions import BY_NAME

LIMIT = 2_000  # rows of one request; the next request goes on after them
LISTED = 100  # rows that are named before they are touched


@dataclass(frozen=True)
class Bulk:
    """An act on many revisions.

    ``right`` is what somebody must have to be offered it at all, ``form`` what they are asked
    first: a form without fields asks only whether they mean it.
    """

    name: str
    label: str | Promise
    right: str
    act: Callable[[Iterable[Revision], User, dict[str, Any]], Outcome]
    form: type[forms.Form] | None = None


def _move(name: str, form: type[forms.Form] | None = None) -> Bulk:
    def act(revisions: Iterable[Revision], user: User, _typed: dict[str, Any]) -> Outcome:
        return bulk.move(revisions, name, user)

    return Bulk(name, BY_NAME[name].label, BY_NAME[name].required_permission, act, form)


def _tag(revisions: Iterable[Revision], user: User, typed: dict[str, Any]) -> Outcome:
    return bulk.tag(revisions, user, typed["tags"])


def _place(revisions: Iterable[Revision], user: User, typed: dict[str, Any]) -> Outcome:
    return bulk.place(revisions, user, typed["category"])


ACTS = (
    _move("submit"),
    _move("approve"),
    _move("publish"),
    _move("withdraw", forms.Form),
    Bulk("tag", gettext_lazy("Add tags"), "editorial.submit_revision", _tag, BulkTagForm),
    Bulk(
        "place",
        gettext_lazy("Move to another category"),
        "editorial.submit_revision",
        _place,
        BulkPlaceForm,
    ),
)


def offered_to(user: User) -> dict[str, tuple[Callable[..., Any], str, str | Promise]]:
    """Return the actions that this person has the right to, as the list of revisions takes them."""
    return {
        act.name: (
            partial(_answer, act),
            act.name,
            format_lazy("{}…", act.label) if act.form else act.label,
        )
        for act in ACTS
        if user.has_perm(act.right)
    }


def _answer(
    act: Bulk, _model_admin: Any, request: HttpRequest, listed: QuerySet[Revision]
) -> HttpResponse | None:
    """Ask what has to be asked, act, and say what came of it; None leads back to the list."""
    rows = _chosen(request, listed)
    form = act.form(request.POST if "confirmed" in request.POST else None) if act.form else None
    if form and not form.is_valid():
        return _ask(request, act, form, rows)
    count = rows.count()
    first = list(Revision.objects.filter(pk__in=rows.values("pk")[:LIMIT]).order_by("pk"))
    outcome = act.act(first, user_of(request), form.cleaned_data if form else {})
    left = count - len(first)
    if outcome.refused or left:
        return _report(request, act, outcome, left, first)
    said = _("%(act)s: %(done)d done.") % {"act": act.label, "done": outcome.done}
    messages.success(request, said)
    return None


def _chosen(request: HttpRequest, listed: QuerySet[Revision]) -> QuerySet[Revision]:
    """Return what was ticked, or all that the list holds after what an earlier request did.

    What was ticked may be in the list no longer, because somebody moved it since; it has its
    answer all the same.
    """
    if request.POST.get("select_across") == "1":
        rows = listed.filter(pk__gt=number(request.POST.get("after")))
    else:
        rows = Revision.objects.filter(pk__in=request.POST.getlist(ACTION_CHECKBOX_NAME))
    return rows.order_by("pk")


def _ask(
    request: HttpRequest, act: Bulk, form: forms.Form, rows: QuerySet[Revision]
) -> HttpResponse:
    """Show what is about to be touched, and ask for what has to be typed."""
    count = rows.count()
    title = ngettext("%(act)s: %(n)d revision", "%(act)s: %(n)d revisions", count)
    context = {
        "title": title % {"act": act.label, "n": count},
        "form": form,
        "rows": rows[:LISTED],
        "more": max(count - LISTED, 0),
        "hidden": [*_hidden(request, act), ("confirmed", "1")],
    }
    return _page(request, act, "editorial/bulk_ask.html", context)


def _report(
    request: HttpRequest, act: Bulk, outcome: Outcome, left: int, handled: Sequence[Revision]
) -> HttpResponse:
    """Name each revision that was refused, and offer to go on with those that are left."""
    title = _("%(act)s: %(done)d done, %(refused)d refused")
    typed = act.form.base_fields if act.form else {}
    context = {
        "title": title % {"act": act.label, "done": outcome.done, "refused": len(outcome.refused)},
        "outcome": outcome,
        "left": left,
        "limit": LIMIT,
        "hidden": [
            *_hidden(request, act),
            *((name, request.POST.get(name, "")) for name in typed),
            ("confirmed", "1"),
            ("after", handled[-1].pk),
        ],
    }
    return _page(request, act, "editorial/bulk_done.html", context)


def _hidden(request: HttpRequest, act: Bulk) -> list[tuple[str, str]]:
    """Return what lets the list's view know the action again, and what was chosen."""
    chosen = [(ACTION_CHECKBOX_NAME, pk) for pk in request.POST.getlist(ACTION_CHECKBOX_NAME)]
    across = request.POST.get("select_across", "")
    return [("action", act.name), ("select_across", across), *chosen]


def _page(request: HttpRequest, act: Bulk, template: str, context: dict[str, Any]) -> HttpResponse:
    site = admin.site.each_context(request)
    desk = {"act": act, "opts": Revision._meta, "back": request.get_full_path()}
    return TemplateResponse(request, template, {**site, **desk, **context})
