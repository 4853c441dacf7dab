"""Sections, text and order that both sides changed: merged line by line, as git merges files.

What entries say is merged field by field when they come in (see ``editorial.incoming``), but a
README frames them as a whole.  Where both sides changed the same lines, the repository's stand.
"""

from django.contrib.auth.models import User
from django.utils import timezone

from digest.readme import Document, Entry, parse
from editorial.git.clone import Clone
from editorial.incoming.making import take_frame
from editorial.incoming.plan import make_plan
from editorial.incoming.waiting import FRAME, close_if_done
from editorial.live import publishing
from editorial.models import Outline


def keep_ours(
    clone: Clone, *, base: str, ours: str, theirs: str, user: User, publish: bool
) -> None:
    """Keep what the desk changed of the frame after a README, ``theirs``, has come in.

    ``base`` is the list at which both sides began, ``ours`` the desk's before the README came.
    When it was published, the frame becomes the merged one.  Otherwise nobody is asked about a
    frame that only the desk has changed.  The caller holds the transaction.
    """
    merged = clone.merged(ours, base, theirs)
    if merged == theirs or not _texts(merged) <= _texts(ours) | _texts(theirs):
        return
    plan = make_plan(parse(merged), user)
    if not plan.frame_changed():
        _ask_no_more(user)
    elif publish:
        publishing.hold(timezone.now())
        take_frame(plan)


def _texts(readme: str) -> set[str]:
    """Return the texts around the entries; a merge must not make new ones of torn entries."""
    document: Document = parse(readme)
    nodes = [*document.preamble, *(node for one in document.sections for node in one.nodes)]
    return {node.source for node in nodes if not isinstance(node, Entry)}


def _ask_no_more(user: User) -> None:
    for outline in Outline.objects.filter(state=Outline.State.WAITING, in_file=True):
        if FRAME in outline.asks:
            del outline.asks[FRAME]
            outline.save(update_fields=["asks"])
            close_if_done(outline, user)
