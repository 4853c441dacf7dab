"""The page that compares a revision with another version of its entry, field by field."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from editorial.admin.moves import revision_for
from editorial.changes import comparing, versions
from editorial.changes.versions import History, Version
from editorial.models import Revision
from editorial.transitions import State


class Base(NamedTuple):
    """What a revision can be compared with: its name for people, and how to get it."""

    label: str
    version: Callable[[], Version]


@require_safe
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how a revision differs from what ``?with=`` names: one of ``_bases``."""
    revision = revision_for(request, pk)
    history, siblings = History(revision), _siblings(revision)
    bases = _bases(revision, history, siblings)
    chosen = request.GET.get("with") or _default(revision, history, siblings)
    if chosen not in bases:
        raise Http404
    after = versions.of_revision(revision)
    differences = comparing.compare(bases[chosen].version(), after)
    context = {
        **admin.site.each_context(request),
        "title": revision.headline,
        "tab": "compare",
        "opts": Revision._meta,
        "revision": revision,
        "bases": bases,
        "chosen": chosen,
        "before": bases[chosen].label,
        "differences": differences,
        "unchanged": comparing.unchanged(after, differences),
    }
    return TemplateResponse(request, "editorial/compare.html", context)


def _siblings(revision: Revision) -> Sequence[Revision]:
    """Return the other revisions of the same article, the one that changed last first."""
    if not revision.article_id:
        return []
    others = Revision.objects.filter(article=revision.article_id).exclude(pk=revision.pk)
    return list(others.select_related("author").only("state", "updated_at", "author__username"))


def _bases(revision: Revision, history: History, siblings: Sequence[Revision]) -> dict[str, Base]:
    """Return all that the revision can be compared with, by its name in the address."""
    bases = {}
    if article := revision.article:
        label = _("what readers saw last") if article.taken_down_at else _("what readers see now")
        bases["live"] = Base(label, partial(versions.of_article, article))
    if review := history.review:
        what = _("this revision as it was last reviewed")
        label = _named(what, review.label, review.user, _day(review.at))
        bases["review"] = Base(label, partial(history.when, review))
    for other in siblings:
        state = other.get_state_display()
        label = _named(f"#{other.pk}", other.author, _day(other.updated_at), state)
        bases[str(other.pk)] = Base(label, partial(_stored, other.pk))
    bases["start"] = Base(_("this revision as it was begun"), history.begun)
    bases["nothing"] = Base(_("nothing, as if it were new"), Version)
    return bases


def _default(revision: Revision, history: History, siblings: Sequence[Revision]) -> str:
    """Return what people most likely ask for: what the revision changes for readers.

    One that they see already made another one give way.  For a new entry it is what is new since
    its last review.
    """
    if revision.article and revision.article.revision != revision.pk:
        return "live"
    gave_way = (str(other.pk) for other in siblings if other.state == State.SUPERSEDED)
    return next(gave_way, "review" if history.review else "nothing")


def _stored(pk: int) -> Version:
    return versions.of_revision(Revision.objects.select_related("category").get(pk=pk))


def _day(moment: datetime) -> str:
    return timezone.localdate(moment).isoformat()


def _named(*parts: object) -> str:
    return " · ".join(map(str, parts))
