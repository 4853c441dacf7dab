"""The answer to the form that asks somebody to review a revision."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from editorial import actions
from editorial.admin import entry_form
from editorial.admin.moves import refused, revision_for, user_of
from editorial.forms.review import AssignForm
from editorial.refusals import Invalid, Refused


def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask who was chosen, or show the form again with what is wrong."""
    revision, user = revision_for(request, pk), user_of(request)
    page = reverse("admin:editorial_revision_change", args=[pk])
    form = AssignForm(request.POST, revision=revision)
    if not form.is_valid():
        return entry_form.show(request, revision, assignment=form)
    try:
        actions.assign(revision, user, **form.cleaned_data)
    except Invalid as refusal:
        form.add_error("reviewer", str(refusal))
        return entry_form.show(request, revision, assignment=form)
    except Refused as refusal:
        return refused(request, refusal, back=page)
    if revision.reviewer:
        messages.success(request, _("%(user)s is asked to review.") % {"user": revision.reviewer})
    else:
        messages.success(request, _("Nobody in particular is asked to review."))
    return HttpResponseRedirect(page)
