"""What a person decides about an incoming README: which changes are made, and which are not.

The plan is made anew; what has become something else since the person looked is refused and named.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from editorial import actions, mail
from editorial.changes.merging import Outcome
from editorial.incoming import base
from editorial.incoming.change import CLEAR, Change, Kind, Way
from editorial.incoming.making import Maker, take_frame
from editorial.incoming.waiting import (
    FRAME,
    Asked,
    asked,
    close,
    refuse_decided,
)
from editorial.live import publishing
from editorial.models import Outline, Revision
from editorial.pictures import Album

LIMIT = 2_000  # changes of one request; those that are left stay ticked
PUBLISH = "editorial.publish_revision"
OURS, THEIRS = "ours", "theirs"  # the sides that somebody may choose of a field


@dataclass(frozen=True)
class Tick:
    """A change that somebody wants made (or not): its kind when they looked, and their choices.

    ``choice`` has a side for each field of a conflict, and under "row" which entry one in doubt is.
    """

    kind: str
    choice: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Done:
    """How many were done, how many are left for another time, and what was refused and why."""

    done: int = 0
    left: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def apply(outline: Outline, user: User, ticks: Mapping[str, Tick]) -> Done:
    """Make these changes: revisions in review, removals and the frame at once."""
    return _decide(outline, user, ticks, _Applying)


def keep_ours(outline: Outline, user: User, ticks: Mapping[str, Tick]) -> Done:
    """Stay with what the desk says: these changes are not asked for again."""
    return _decide(outline, user, ticks, _Keeping)


def hand_over(outline: Outline, user: User) -> None:
    """Let what is left wait for a publisher."""
    actions.refuse_without(user, "editorial.submit_revision")
    with transaction.atomic():
        refuse_decided(outline)
        Outline.objects.filter(pk=outline.pk).update(state=Outline.State.WAITING)


def discard(outline: Outline, user: User) -> None:
    """Close a README that somebody looked at; what they made of it stays."""
    actions.refuse_without(user, "editorial.submit_revision")
    with transaction.atomic():
        refuse_decided(outline)
        if outline.state != Outline.State.PLANNED or outline.author_id != user.pk:
            actions.refuse_without(user, PUBLISH)
        close(outline, user, Outline.State.DECLINED)


def _decide(
    outline: Outline, user: User, ticks: Mapping[str, Tick], deciding: "type[_Deciding]"
) -> Done:
    actions.refuse_without(user, "editorial.submit_revision")
    first = dict(islice(ticks.items(), LIMIT))
    rows = {key: tick.choice["row"] for key, tick in first.items() if "row" in tick.choice}
    with mail.together(), transaction.atomic():
        publishing.hold(timezone.now())  # before the outline, as an import does
        refuse_decided(outline)
        outline.refresh_from_db(fields=["asks"])
        now = asked(outline, user, rows)
        made = deciding(outline, user, now)
        made.run(first)
        for key in made.settled:
            outline.asks.pop(key, None)
        outline.save(update_fields=["asks"])
        if made.is_last:
            close(outline, user, Outline.State.ACCEPTED)
    made.done.left = len(ticks) - len(first)
    return made.done


class _Deciding:
    """One decision about many changes; each answers for itself."""

    def __init__(self, outline: Outline, user: User, now: Asked) -> None:
        self.outline = outline
        self.user = user
        self.now = now
        self.done = Done()
        self.settled: list[str] = []
        self.maker = Maker(now.plan, user, Album(None))

    @property
    def is_last(self) -> bool:
        """Whether nothing of the README is left to decide."""
        left = {change.key for change in self.now.changes} | ({FRAME} if self.now.frame else set())
        return left <= set(self.settled)

    def run(self, ticks: Mapping[str, Tick]) -> None:
        changes = {change.key: change for change in self.now.changes}
        if FRAME in ticks and self.now.frame:
            self._each([FRAME], lambda _keys: self.frame(), lambda _key: _("sections and text"))
        wanted = []
        for key, tick in ticks.items():
            change = changes.get(key)
            if change is not None and self._is_as_seen(change, tick):
                wanted.append(change)
            elif key != FRAME:
                name = change.headline if change else key
                reason = _("It has changed since you looked: look again.")
                self.done.refused.append((name, reason))
        clear = [change for change in wanted if change.kind in CLEAR]
        self._each(clear, self.clear, _headline)
        for change in wanted:
            if change.kind not in CLEAR:
                self._each([change], partial(self._alone, ticks), _headline)

    def _alone(self, ticks: Mapping[str, Tick], changes: Sequence[Change]) -> None:
        for change in changes:
            self.one(change, ticks[change.key].choice)

    def _is_as_seen(self, change: Change, tick: Tick) -> bool:
        if "row" in tick.choice:
            return change.kind is not Kind.AMBIGUOUS
        return change.kind == tick.kind

    def _each(
        self, items: Sequence[Any], act: Callable[[Sequence[Any]], None], name: Callable[[Any], str]
    ) -> None:
        """Act on all of these or, where that is refused, on their halves."""
        if not items:
            return
        try:
            with transaction.atomic():
                act(items)
        except actions.Refused as refusal:
            if len(items) == 1:
                self.done.refused.append((name(items[0]), str(refusal)))
                return
            half = len(items) // 2
            self._each(items[:half], act, name)
            self._each(items[half:], act, name)
        else:
            self.done.done += len(items)
            self.settled += [one if isinstance(one, str) else one.key for one in items]

    def frame(self) -> None:
        raise NotImplementedError

    def clear(self, changes: Sequence[Change]) -> None:
        raise NotImplementedError

    def one(self, change: Change, choice: Mapping[str, str]) -> None:
        raise NotImplementedError


class _Applying(_Deciding):
    def frame(self) -> None:
        actions.refuse_without(self.user, PUBLISH)
        self.now.plan.categories = [*take_frame(self.now.plan)]

    def clear(self, changes: Sequence[Change]) -> None:
        self.maker.make(changes, "submit")

    def one(self, change: Change, choice: Mapping[str, str]) -> None:
        if change.kind is Kind.AMBIGUOUS:
            raise actions.Invalid(_("Choose which entry it is."))
        if change.kind is Kind.CONFLICT:
            self._resolve(resolved(change, choice))
        elif change.article:
            live = Revision.objects.get(pk=change.article.revision)
            if change.kind is Kind.REMOVED:
                note = _("An incoming README has it no longer.")
                actions.perform(live, "take_down", self.user, note)
                base.forget([change.article.pk])
            else:
                note = _("An incoming README has it again.")
                actions.perform(live, "restore", self.user, note)

    def _resolve(self, change: Change) -> None:
        if change.kind is Kind.KEPT and change.way is Way.PROPOSE:
            self.maker.set_aside(change)
        else:
            self.maker.make([change], "submit")


class _Keeping(_Deciding):
    def frame(self) -> None:
        actions.refuse_without(self.user, PUBLISH)

    def clear(self, changes: Sequence[Change]) -> None:
        if self.outline.state == Outline.State.WAITING:
            for change in changes:
                self.maker.set_aside(replace(change, way=Way.PROPOSE))

    def one(self, change: Change, choice: Mapping[str, str]) -> None:  # noqa: ARG002 - as its sister
        if change.kind in {Kind.REMOVED, Kind.RETURNED}:
            actions.refuse_without(self.user, PUBLISH)
        if change.kind is Kind.REMOVED and change.article:
            base.forget([change.article.pk])
        elif change.kind is not Kind.AMBIGUOUS:
            self.maker.set_aside(change)


def resolved(change: Change, choice: Mapping[str, str]) -> Change:
    """Return what a conflict becomes when each field is of the side that somebody chose."""
    outcomes = {}
    for name, outcome in change.outcomes.items():
        if outcome is Outcome.CONFLICT:
            if choice.get(name) not in {OURS, THEIRS}:
                raise actions.Invalid(_("Choose a side for each field that both changed."))
            outcomes[name] = Outcome.MINE if choice[name] == OURS else Outcome.THEIRS
        else:
            outcomes[name] = outcome
    met = set(outcomes.values())
    kind = Kind.MERGED if met >= {Outcome.MINE, Outcome.THEIRS} else Kind.CHANGED
    kind = kind if Outcome.THEIRS in met else Kind.KEPT
    way = Way.EDIT if change.open else Way.PROPOSE
    return replace(change, kind=kind, way=way, outcomes=outcomes)


def _headline(change: Change) -> str:
    return change.headline
