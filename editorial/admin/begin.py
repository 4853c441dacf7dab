"""The buttons that begin a draft: of a live article, or of what an older revision said."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from digest.models import Article
from editorial import actions
from editorial.admin.moves import answer, revision_for, user_of
from editorial.models import Revision


def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a revision of an article and go to its form."""
    article = get_object_or_404(Article, pk=pk)
    back = reverse("admin:digest_article_change", args=[pk])
    return _begin(request, lambda: actions.revise(article, user_of(request)), back)


def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a draft that says what an ended revision said, and go to its form."""
    ended = revision_for(request, pk)
    back = reverse("admin:editorial_revision_change", args=[pk])
    return _begin(request, lambda: actions.revise_from(ended, user_of(request)), back)


def _begin(request: HttpRequest, make: Callable[[], Revision], back: str) -> HttpResponse:
    begun: list[Revision] = []

    def act() -> str:
        begun.append(make())
        if begun[0].article_id:
            return _("Readers keep seeing the article as it is until this revision is published.")
        return _("A new draft has begun.")

    response = answer(request, act, back=back)
    if not begun:
        return response
    return HttpResponseRedirect(reverse("admin:editorial_revision_change", args=[begun[0].pk]))
