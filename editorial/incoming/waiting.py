"""READMEs that wait for decisions, which only people make; planned anew whenever they are asked.

An outline keeps the whole text of its README and the keys of what it asks for; all else of it was
settled when it came.  Nobody decides about something stale: the plan is made of the text and of
what the desk says at that moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from digest.models import Readme
from digest.readme import parse
from editorial import actions, entries
from editorial.incoming import base
from editorial.incoming.change import CLEAR, UNDECIDED, Change
from editorial.incoming.making import take_frame
from editorial.incoming.plan import Plan, make_plan
from editorial.live import publishing
from editorial.models import Outline

ASKING = CLEAR | UNDECIDED
FRAME = "frame"  # the key of sections, text and order
State = Outline.State


@dataclass(frozen=True)
class Asked:
    """What an outline still asks for."""

    plan: Plan
    changes: list[Change]
    frame: bool

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to decide."""
        return not self.changes and not self.frame


def wait(text: str, user: User, plan: Plan, *, frame: bool) -> bool:
    """Let what nobody has decided about wait; False if it waits already, or nothing does.

    What the same file asked for before makes way: by now the file says something else.
    """
    asks = _asks(plan, plan.undecided, frame=frame)
    waiting = Outline.objects.filter(state=State.WAITING, in_file=True)
    if asks and waiting.filter(text=text, asks=asks).exists():
        return False
    waiting.update(state=State.DECLINED, decided_at=timezone.now())
    if asks:
        Outline.objects.create(text=text, author=user, asks=asks)
    return bool(asks)


def overwritten() -> None:
    """Keep what waits although the file that it came from has it no longer."""
    Outline.objects.filter(state=State.WAITING, in_file=True).update(in_file=False)


def exported(version: int, **_signal: Any) -> None:
    """Note that the README outside is the live list as it was at this version of it."""
    with transaction.atomic():
        same = Readme.objects.filter(pk=1, version=version)
        if same.update(version=version):  # nobody publishes until this is done
            base.mark_all_live()
            overwritten()


def look_at(text: str, user: User) -> tuple[Outline, Asked]:
    """Keep a README for this person, who decides which of its changes become revisions."""
    actions.refuse_without(user, "editorial.submit_revision")
    entries.refuse_nul([text])
    plan = make_plan(parse(text), user)
    changes = [change for change in plan.changes if change.kind in ASKING]
    frame = plan.frame_changed()
    outline = Outline.objects.create(
        text=text,
        author=user,
        asks=_asks(plan, changes, frame=frame),
        state=State.PLANNED,
        in_file=False,
    )
    return outline, Asked(plan, changes, frame)


def asked(outline: Outline, user: User, assigned: Mapping[str, str] | None = None) -> Asked:
    """Plan anew what this outline asks for; ``assigned`` as ``make_plan`` takes it."""
    marks = {mark[0]: (mark[1], mark[2]) for mark in outline.asks.values() if mark}
    plan = make_plan(parse(outline.text), user, marks=marks, assigned=assigned)
    changes = [
        change for change in plan.changes if change.key in outline.asks and change.kind in ASKING
    ]
    return Asked(plan, changes, FRAME in outline.asks and plan.frame_changed())


def accept_outline(waiting: Outline, user: User) -> None:
    """Take over the frame of a README that came in for review; its entries wait for theirs."""
    actions.refuse_without(user, "editorial.publish_revision")
    with transaction.atomic():
        publishing.hold(timezone.now())
        refuse_decided(waiting)
        take_frame(make_plan(parse(waiting.text), user))
        close_if_done(waiting, user)


def decline_outline(waiting: Outline, user: User) -> None:
    """Leave all that it asks for as it is."""
    actions.refuse_without(user, "editorial.publish_revision")
    with transaction.atomic():
        refuse_decided(waiting)
        close(waiting, user, State.DECLINED)


def close_if_done(waiting: Outline, user: User) -> None:
    """Close an outline that asks for nothing any more."""
    if asked(waiting, user).is_done:
        close(waiting, user, State.ACCEPTED)


def refuse_decided(waiting: Outline) -> None:
    """Refuse one that is decided, and hold it until the transaction ends."""
    open_states = (State.WAITING, State.PLANNED)
    same = Outline.objects.filter(pk=waiting.pk, state__in=open_states)
    if not same.update(decided_at=None):
        raise actions.WrongState(_("This outline has been decided already."))


def close(waiting: Outline, user: User, state: Outline.State) -> None:
    """Note who settled it and how; its planned rows go."""
    decided = {"state": state, "decided_by": user, "decided_at": timezone.now()}
    Outline.objects.filter(pk=waiting.pk).update(**decided)
    waiting.planned.all().delete()


def _asks(plan: Plan, changes: list[Change], *, frame: bool) -> dict[str, list[int] | None]:
    asks: dict[str, list[int] | None] = {FRAME: None} if frame else {}
    for change in changes:
        article = change.article
        mark = plan.marks.get(article.pk, (0, 0)) if article else None
        asks[change.key] = [article.pk, *mark] if article and mark else None
    return asks
