"""What an open form asks again and again: who else is here, and is there something newer?"""

from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from editorial.admin.moves import number, revision_for, user_of
from editorial.desk import presence
from editorial.models import Revision
from editorial.refusals import NoRight
from editorial.transitions import EDITABLE


def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Take down that somebody is here, and tell them of the others; or that they have left."""
    revision, user = revision_for(request, pk), user_of(request)
    if "left" in request.POST:
        presence.leave(revision, user)
        return HttpResponse(status=204)
    try:
        presence.arrive(revision, user)
    except NoRight as refusal:
        raise PermissionDenied from refusal
    around = context(revision, user, number(request.POST.get("version")))
    return TemplateResponse(request, "editorial/_presence.html", around)


def context(revision: Revision, user: User, version: int) -> dict[str, Any]:
    """Return what ``_presence.html`` tells this user, whose form shows this version."""
    return {
        "others": presence.others(revision, user),
        "newer": presence.newer(revision, version),
        "still_editable": revision.state in EDITABLE,
        "state": revision.get_state_display(),
    }
