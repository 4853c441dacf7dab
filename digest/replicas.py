"""Public pages read from a replica of the database, where there is one that is not behind.

The version of the list that a request has in hand is the primary's (see ``remembered``).  A view
reads from the replica only if that has the same version: its rows may then be newer than what
was kept or counted by the version, never older.  All else is read from the primary: the desk, what
is streamed after the view, and whatever the replica does not answer.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from time import monotonic
from typing import Any

from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.models import Model
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from taggit.models import Tag, TaggedItem

from digest import faults
from digest.models import Article, Category, Paper, Passage, SearchDocument
from digest.remembered import IN_HAND, VERSION, Version, version_of_list

logger = logging.getLogger(__name__)

REPLICA = "replica"
PAUSE = 10  # seconds in which a replica that failed is not asked
# What readers see changes together with the list's version, in one transaction.
PUBLIC = {Article, Category, Paper, Passage, SearchDocument, Tag, TaggedItem}

Answer = Callable[[HttpRequest], HttpResponseBase]


class Replica:
    """What this process knows of the replica; the log has each change of it once."""

    def __init__(self) -> None:
        self.state, self.paused_until = "read", 0.0

    def has(self, version: Version) -> bool:
        """Say whether it has the list at this version: one query."""
        if monotonic() < self.paused_until:
            return False
        if self.state == "away":
            self._pause()  # one request tries it, and the others do not wait for that
        try:
            found = VERSION(using=REPLICA)
        except Error as error:
            self.failed(error)
            return False
        self.paused_until = 0.0
        self._turn("read" if found == [version] else "behind")
        return found == [version]

    def failed(self, error: Error) -> None:
        """Leave it alone for a while."""
        self._pause()
        self._turn("away", f", the primary is read: {' '.join(str(error).split())}")

    def _pause(self) -> None:
        self.paused_until = monotonic() + PAUSE

    def _turn(self, state: str, why: str = "") -> None:
        """Log a change; that a replica is behind for a moment after a publish is no news."""
        if state != self.state:
            level = logging.WARNING if "away" in {state, self.state} else logging.INFO
            logger.log(level, "the replica is %s%s", state, why)
            self.state = state


replica = Replica()


class Visit:
    """One run of a view: whether it may read from the replica."""

    def __init__(self) -> None:
        self._asked: Version | None = None
        self._may = False

    def may(self) -> bool:
        """Ask again only after the request was told of another version."""
        version = IN_HAND.get() or version_of_list()
        if version != self._asked:
            self._asked, self._may = version, replica.has(version)
        return self._may


_visit: ContextVar[Visit | None] = ContextVar("visit", default=None)


class Router:
    """Django's router: all that a view does not read from the replica is the primary's."""

    def db_for_read(self, model: type[Model], **_hints: Any) -> str:
        """Return the replica for what readers see, while a public page is made."""
        visit = _visit.get()
        if visit is None or model not in PUBLIC or connections[DEFAULT_DB_ALIAS].in_atomic_block:
            return DEFAULT_DB_ALIAS
        return REPLICA if visit.may() else DEFAULT_DB_ALIAS

    def db_for_write(self, _model: type[Model], **_hints: Any) -> str:
        """Return the primary."""
        return DEFAULT_DB_ALIAS

    def allow_relation(self, _one: Model, _other: Model, **_hints: Any) -> bool:
        """Both databases are one."""
        return True

    def allow_migrate(self, db: str, _app_label: str, **_hints: Any) -> bool:
        """The replica gets its tables from the primary."""
        return db != REPLICA


class Reading:
    """The middleware that lets the views of public pages read from the replica.

    It stands before the one that keeps pages, to know the version that this was told.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Forget what an earlier request was told."""
        IN_HAND.set(None)
        return self.answer(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
    ) -> HttpResponseBase | None:
        """Run the view of a public page; where the replica fails it, Django runs it anew.

        The middleware behind this one has nothing to say of a view that is only read (CSRF's).
        """
        match = request.resolver_match
        if request.method not in {"GET", "HEAD"} or match is None or "admin" in match.app_names:
            return None
        begun = _visit.set(Visit())
        try:
            response = view(request, *args, **kwargs)
            if isinstance(response, SimpleTemplateResponse):
                response.render()
        except Error as error:
            if not connections[REPLICA].errors_occurred:
                raise  # the primary's
            if faults.of(error):  # not a query that only came in the way of what is replayed
                replica.failed(error)
            return None
        finally:
            _visit.reset(begun)
        return response
