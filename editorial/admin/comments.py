"""Comments on a revision: said, dealt with, taken up again."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from editorial import actions
from editorial.admin import entry_form
from editorial.admin.moves import answer, refused, revision_for, user_of
from editorial.forms.review import CommentForm
from editorial.models import Comment
from editorial.refusals import Invalid, NoRight


def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what was typed, or show it again with what is wrong."""
    revision, user = revision_for(request, pk), user_of(request)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return entry_form.show(request, revision, comment=form)
    said = form.cleaned_data
    try:
        remark = actions.comment(revision, user, said["text"], said["field"])
    except NoRight as refusal:
        return refused(request, refusal, back=_page(pk), typed=said["text"])
    except Invalid as refusal:
        form.add_error("text", str(refusal))
        return entry_form.show(request, revision, comment=form)
    messages.success(request, _("Your comment was added."))
    return HttpResponseRedirect(f"{_page(pk)}#comment-{remark.pk}")


def resolve(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Mark a comment as dealt with."""
    return _settle(request, pk, number, actions.resolve, _("The comment is resolved."))


def reopen(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Mark a comment as not dealt with after all."""
    return _settle(request, pk, number, actions.reopen, _("The comment is open again."))


def _settle(
    request: HttpRequest,
    pk: int,
    number: int,
    settle: Callable[[Comment, User], Comment],
    done: str,
) -> HttpResponse:
    remark = get_object_or_404(
        Comment.objects.select_related("revision"), pk=number, revision=revision_for(request, pk)
    )

    def act() -> str:
        settle(remark, user_of(request))
        return done

    return answer(request, act, back=f"{_page(pk)}#comments")


def _page(pk: int) -> str:
    return reverse("admin:editorial_revision_change", args=[pk])
