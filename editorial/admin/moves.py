"""The buttons: each is a POST of its own, answered by an action or by a page that says why not."""

from collections.abc import Callable
from typing import Any, TypedDict

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from editorial.actions import perform
from editorial.forms.schedule import ScheduleForm
from editorial.models import Revision
from editorial.refusals import Invalid, NoRight, NoteMissing, Refused
from editorial.transitions import BY_NAME, Transition, available_for


class Button(TypedDict):
    """A move to offer, where to post it, and the form of one that asks for a time."""

    transition: Transition
    url: str
    form: ScheduleForm | None


def user_of(request: HttpRequest) -> User:
    """Return who is signed in; the admin lets nobody else come this far."""
    assert isinstance(request.user, User)
    return request.user


def revision_for(request: HttpRequest, pk: int) -> Revision:
    """Return the revision, to those who may see revisions."""
    if not any(request.user.has_perm(f"editorial.{verb}_revision") for verb in ("view", "change")):
        raise PermissionDenied
    related = ("author", "reviewer", "category", "article")
    return get_object_or_404(Revision.objects.select_related(*related), pk=pk)


def buttons_for(revision: Revision, user: User, asked: ScheduleForm | None = None) -> list[Button]:
    """Return the moves that this user may make now; ``asked`` is a form that came back wrong."""
    form = asked or ScheduleForm(revision=revision)
    return [
        {
            "transition": move,
            "url": reverse("admin:editorial_revision_move", args=[revision.pk, move.name]),
            "form": form if move.needs == "time" else None,
        }
        for move in available_for(revision, user)
    ]


def move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Make a move of the revision as the person read it, and go back to where they came from."""
    if name not in BY_NAME or not BY_NAME[name].by_hand:
        raise Http404
    revision = get_object_or_404(Revision, pk=pk)
    revision.version = number(request.POST.get("version"))
    note = request.POST.get("note", "")
    back = reverse("admin:editorial_revision_change", args=[pk])

    def act() -> str:
        moved = perform(revision, name, user_of(request), note)
        return _("“%(headline)s” is now %(state)s.") % {
            "headline": moved.headline,
            "state": moved.get_state_display(),
        }

    return answer(request, act, back=back, typed=note)


def answer(
    request: HttpRequest, act: Callable[[], str], *, back: str, typed: str = ""
) -> HttpResponse:
    """Act and say what was done, or show the refusal; nobody sees a traceback."""
    after = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(after, request.get_host()):
        after = back
    try:
        messages.success(request, act())
    except (NoteMissing, Invalid) as refusal:
        messages.error(request, str(refusal))
    except Refused as refusal:
        return refused(request, refusal, back=after, typed=typed)
    return HttpResponseRedirect(after)


def refused(request: HttpRequest, refusal: Refused, *, back: str, typed: str = "") -> HttpResponse:
    """Explain a refusal, keep what was typed in sight, and lead back."""
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("This was not done"),
        "refusal": refusal,
        "typed": typed,
        "back": back,
    }
    status = 403 if isinstance(refusal, NoRight) else 409
    return TemplateResponse(request, "editorial/refused.html", context, status=status)


def number(text: Any) -> int:
    """Return a version as a form gave it; 0, which none has, for anything else."""
    text = str(text)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
