"""Live articles with what the rules can mend put right, each in a draft: of one, or of many."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from digest.mirror import entry_of
from digest.models import Article
from editorial import actions
from editorial.admin.moves import user_of
from editorial.flaws import all_fixed, fields_of
from editorial.models import Revision

AT_ONCE = 200  # articles of one request


@dataclass
class Mended:
    """The drafts that were made, the articles that need none, and those that were refused."""

    drafts: list[Revision] = field(default_factory=list)
    same: int = 0
    refused: list[tuple[Article, str]] = field(default_factory=list)


def mend(articles: Iterable[Article], user: User) -> Mended:
    """Make a draft of each article with all that can be mended; what is refused is left."""
    actions.refuse_without(user, "editorial.submit_revision")
    outcome = Mended()
    for article in articles:
        entry = entry_of(article)
        better = all_fixed(entry)
        if better == entry:
            outcome.same += 1
            continue
        try:
            with transaction.atomic():
                draft = actions.revise(article, user)
                actions.edit(draft, user, draft.version, **fields_of(better))
        except actions.Refused as refusal:
            outcome.refused.append((article, str(refusal)))
        else:
            outcome.drafts.append(draft)
    return outcome


def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Mend one article, and show the draft that was made of it."""
    if not request.user.has_perm("editorial.submit_revision"):
        raise PermissionDenied
    article = get_object_or_404(Article.objects.published(), pk=pk)
    outcome = mend([article], user_of(request))
    report(request, outcome)
    if outcome.drafts:
        page = reverse("admin:editorial_revision_change", args=[outcome.drafts[0].pk])
    else:
        page = reverse("admin:digest_article_change", args=[pk])
    return HttpResponseRedirect(page)


def report(request: HttpRequest, outcome: Mended) -> None:
    """Say what came of it."""
    for article, reason in outcome.refused:
        messages.warning(request, f"“{article.headline[:60]}”: {reason}")
    number = len(outcome.drafts)
    if number:
        text = ngettext(
            "%(number)d draft was made: look it over and submit it.",
            "%(number)d drafts were made: look them over and submit them.",
            number,
        )
        messages.success(request, text % {"number": number})
    elif not outcome.refused:
        messages.info(request, _("Nothing here can be put right without a person."))
