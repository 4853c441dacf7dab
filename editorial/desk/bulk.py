"""One act on many revisions, each of which answers for itself: done, or refused and why."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from digest.models import Category
from editorial import actions, mail
from editorial.models import Revision
from editorial.refusals import Refused

BATCH = 500  # moved in one transaction; other writers get their turn in between

Act = Callable[[Sequence[Revision]], None]


@dataclass
class Outcome:
    """How many were done, and those that were refused, each with the reason."""

    done: int = 0
    refused: list[tuple[Revision, str]] = field(default_factory=list)


def for_each(revisions: Iterable[Revision], act: Act, size: int = BATCH) -> Outcome:
    """Act on all of these in their order; what is refused is left as it is and named.

    ``act`` does all of what it is given or, raising Refused, none of it.
    """
    outcome, rows = Outcome(), iter(revisions)
    while batch := list(islice(rows, size)):
        _try(batch, act, outcome)
    return outcome


def _try(batch: Sequence[Revision], act: Act, outcome: Outcome) -> None:
    """Act on the batch or, where it is refused, on its halves: a few refusals cost a few tries."""
    try:
        act(batch)
    except Refused as refusal:
        if len(batch) == 1:
            outcome.refused.append((batch[0], str(refusal)))
            return
        half = len(batch) // 2
        _try(batch[:half], act, outcome)
        _try(batch[half:], act, outcome)
    else:
        outcome.done += len(batch)


def move(revisions: Iterable[Revision], name: str, user: User) -> Outcome:
    """Make this move of each revision; whom it concerns is told of all of them in one letter."""
    with mail.together():
        return for_each(revisions, lambda batch: actions.perform_all(batch, name, user))


def tag(revisions: Iterable[Revision], user: User, names: Sequence[str]) -> Outcome:
    """Give each revision these tags beside those that it has."""
    return _edit(revisions, user, lambda was: {"tag_names": [*was.tag_names, *names]})


def place(revisions: Iterable[Revision], user: User, category: Category) -> Outcome:
    """Put each revision into this category."""
    return _edit(revisions, user, lambda _was: {"category": category})


def _edit(
    revisions: Iterable[Revision], user: User, changes: Callable[[Revision], dict[str, Any]]
) -> Outcome:
    """Change each revision as it was read; ``changes`` says the fields for ``actions.edit``.

    They go one by one, because each is told by its version; one transaction makes that quick.
    """

    def act(batch: Sequence[Revision]) -> None:
        for revision in batch:
            actions.edit(revision, user, revision.version, **changes(revision))

    with transaction.atomic():
        return for_each(revisions, act, size=1)
