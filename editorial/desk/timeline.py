"""Who did what to an article and when, over all its revisions: the log, told as a story.

Read from the log, from the revisions' beginnings and from the comments; nothing is stored for it.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from editorial.changes import comparing
from editorial.models import Comment, Event, Revision
from editorial.transitions import BY_NAME, State

COLUMNS = ("at", "article", "revision", "user", "act", "from", "to", "note", "details")


@dataclass(frozen=True)
class Happening:
    """Something that somebody did: ``act`` in words, ``details`` in words, ``note`` as written.

    ``source`` and ``target`` are equal, or both empty, for what moves nothing.
    """

    at: datetime
    user: User
    act: str
    revision: int
    article: int | None
    source: str = ""
    target: str = ""
    note: str = ""
    details: str = ""

    @property
    def moved(self) -> bool:
        """Whether the revision's state changed."""
        return self.source != self.target

    @property
    def state(self) -> str:
        """The state that it led to, in words."""
        return str(State(self.target).label) if self.target else ""


def of_revisions(revisions: Collection[Revision]) -> list[Happening]:
    """Return all that happened to these revisions (with their authors loaded), oldest first."""
    keys = [revision.pk for revision in revisions]
    events = _logged(Event.objects.filter(revision__in=keys))
    comments = Comment.objects.filter(revision__in=keys)
    remarks = comments.select_related("user", "resolved_by", "revision")
    happenings = [
        *(_begun(revision) for revision in revisions),
        *map(_happened, events),
        *(told for remark in remarks for told in _said(remark)),
    ]
    return sorted(happenings, key=attrgetter("at"))  # stable: an event follows what it follows


def log(events: QuerySet[Event]) -> Iterator[Happening]:
    """Yield events in order, read as they are needed: the log may be long."""
    return map(_happened, _logged(events).iterator(chunk_size=2_000))


def rows(happenings: Iterable[Happening]) -> Iterator[Sequence[str]]:
    """Yield what happened as the rows of a table, headed by the names of its columns."""
    yield COLUMNS
    for told in happenings:
        yield (
            told.at.isoformat(timespec="seconds"),
            str(told.article or ""),
            str(told.revision),
            told.user.get_username(),
            told.act,
            told.source,
            told.target,
            told.note,
            told.details,
        )


def _logged(events: QuerySet[Event]) -> QuerySet[Event]:
    few = ("revision__article_id", "revision__headline")
    related = events.select_related("user", "revision")
    return related.only(*few, *(f"user__{name}" for name in _NAMES), *_COLUMNS)


_NAMES = ("username", "first_name", "last_name")
_COLUMNS = ("transition", "source", "target", "note", "details", "at")


def _begun(revision: Revision) -> Happening:
    return Happening(
        revision.created_at, revision.author, _("Began the draft"), revision.pk, revision.article_id
    )


def _happened(event: Event) -> Happening:
    return Happening(
        at=event.at,
        user=event.user,
        act=event.label,
        revision=event.revision_id,
        article=event.revision.article_id,
        source=event.source,
        target=event.target,
        note=event.note,
        details=in_words(event),
    )


def _said(remark: Comment) -> Iterator[Happening]:
    said = Happening(
        at=remark.at,
        user=remark.user,
        act=_("Commented"),
        revision=remark.revision_id,
        article=remark.revision.article_id,
        note=remark.text,
        details=comparing.label_of(remark.field) if remark.field else "",
    )
    yield said
    if remark.resolved_by and remark.resolved_at:
        act = _("Resolved a comment")
        yield replace(said, at=remark.resolved_at, user=remark.resolved_by, act=act)


def in_words(event: Event) -> str:
    """Say what an event's details are about."""
    tell = _TOLD.get(event.transition)
    return tell(event.details) if tell and event.details else ""


def _edited(details: dict[str, Any]) -> str:
    """Name the fields that were changed, each once, as people know them."""
    fields = {"category_id": "category", "tag_names": "tags"}
    named = [fields.get(column, column) for column in details["before"]]
    shown = [field for field in comparing.FIELDS if field in named]
    comma = pgettext("between the names of fields", ", ")
    return comma.join(comparing.label_of(field) for field in shown)


def _assigned(details: dict[str, Any]) -> str:
    who = details["reviewer"] or _("nobody")
    return (
        _("%(who)s, due %(day)s") % {"who": who, "day": details["due"]} if details["due"] else who
    )


def _reordered(details: dict[str, Any]) -> str:
    return _("from number %(from)s to number %(to)s") % details


def _scheduled(details: dict[str, Any]) -> str:
    at = parse_datetime(details["publish_at"])
    assert at is not None
    return _("for %(time)s") % {"time": f"{timezone.localtime(at):%Y-%m-%d %H:%M %Z}"}


_TOLD = {"edit": _edited, "assign": _assigned, "reorder": _reordered, "schedule": _scheduled}
assert _TOLD.keys() & BY_NAME.keys() == {"schedule"}
