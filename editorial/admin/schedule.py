"""The answer to the button that asks for a time."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from editorial.actions import perform
from editorial.admin import entry_form
from editorial.admin.moves import number, refused, revision_for, user_of
from editorial.forms.schedule import ScheduleForm
from editorial.refusals import Refused, TimeMissing


def schedule(request: HttpRequest, pk: int) -> HttpResponse:
    """Schedule the revision as the person read it, or show its page with what is wrong."""
    revision = revision_for(request, pk)
    revision.version = number(request.POST.get("version"))
    page = reverse("admin:editorial_revision_change", args=[pk])
    form = ScheduleForm(request.POST, revision=revision)
    at = form.cleaned_data["at"] if form.is_valid() else None
    try:
        perform(revision, "schedule", user_of(request), at=at)
    except TimeMissing as refusal:
        if form.is_valid():
            form.add_error("at", str(refusal))
        form.fields["at"].widget.attrs["autofocus"] = True
        return entry_form.show(request, revision_for(request, pk), form)
    except Refused as refusal:
        return refused(request, refusal, back=page)
    messages.success(request, _("“%(headline)s” is scheduled.") % {"headline": revision.headline})
    return HttpResponseRedirect(page)
