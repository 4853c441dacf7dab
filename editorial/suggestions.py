"""What becomes of the papers that readers suggest: a draft, the entry that has it, or a kind no.

Each is decided once; who came second is told.  The sender reads the answer on a page of their own.
"""

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from digest.models import Article, Suggestion
from digest.readme import Entry, Link
from editorial import actions, entries
from editorial.models import Revision
from editorial.refusals import NoteMissing, WrongState, refuse_without


def accept(suggestion: Suggestion, user: User) -> Revision:
    """Make a draft of what was suggested, with what its sender said of it as a comment."""
    refuse_without(user, "editorial.submit_revision")
    entry = Entry(
        headline=suggestion.title or suggestion.url,
        url=suggestion.url,
        title=suggestion.title,
        links=(Link("paper", suggestion.url),) if suggestion.url else (),
    )
    with transaction.atomic():
        draft = actions.propose(user, entry=entry)
        said = _("A reader suggested this: %(why)s")
        if suggestion.name:
            said = _("%(name)s suggested this: %(why)s")
        words = {"name": suggestion.name, "why": suggestion.why}
        actions.comment(draft, user, said % words)
        _decide(suggestion, user, Suggestion.State.ACCEPTED, revision=draft.pk)
    return draft


def merge(suggestion: Suggestion, user: User, article: Article, answer: str = "") -> None:
    """Say that this entry has it."""
    refuse_without(user, "editorial.submit_revision")
    _decide(suggestion, user, Suggestion.State.MERGED, article=article, answer=answer)


def decline(suggestion: Suggestion, user: User, answer: str) -> None:
    """Say why it does not come into the list."""
    refuse_without(user, "editorial.review_revision")
    if not entries.tidy(answer):
        raise NoteMissing(_("Say why: its sender reads it."))
    _decide(suggestion, user, Suggestion.State.DECLINED, answer=answer)


def _decide(
    suggestion: Suggestion, user: User, state: Suggestion.State, answer: str = "", **columns: Any
) -> None:
    columns |= {
        "state": state,
        "answer": entries.tidy(answer),
        "decided_by": user,
        "decided_at": timezone.now(),
    }
    entries.refuse_nul([answer])
    waiting = Suggestion.objects.filter(pk=suggestion.pk, state=Suggestion.State.WAITING)
    if not waiting.update(**columns):
        raise WrongState(_("Somebody has decided about this suggestion already."))
    for name, value in columns.items():
        setattr(suggestion, name, value)
