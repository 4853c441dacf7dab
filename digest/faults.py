"""What the machine can do to us, told apart from faults of ours: a full disk, a database that went.

Whoever meets one is told what is wrong and what to do: a page answers 503, a command says so in a
line.  Nothing is half done by then: what was begun is a transaction, or a file not in its place.
"""

import errno
import sqlite3
import sys
from enum import Enum

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

RETRY_SECONDS = 60


class Fault(Enum):
    """A fault of the machine, with its remedy."""

    FULL = "free some space, then run the same command again"
    READ_ONLY = "let this user write there, then run the same command again"
    LOCKED = "another process keeps it to itself: wait until that ends, then run the same again"
    AWAY = "see that the database runs and that DATABASE_URL leads to it"
    UNMIGRATED = "run first: manage.py migrate"


_BY_ERRNO = {
    errno.ENOSPC: Fault.FULL,
    errno.EDQUOT: Fault.FULL,
    errno.EROFS: Fault.READ_ONLY,
}
# By the beginnings of SQLite's names and of PostgreSQL's codes; the longer ones first.
_BY_CODE = {
    "SQLITE_FULL": Fault.FULL,
    "SQLITE_READONLY": Fault.READ_ONLY,
    "SQLITE_BUSY": Fault.LOCKED,
    "SQLITE_LOCKED": Fault.LOCKED,
    "SQLITE_CANTOPEN": Fault.AWAY,
    "SQLITE_IOERR": Fault.AWAY,
    "53100": Fault.FULL,
    "25006": Fault.READ_ONLY,
    "40P01": Fault.LOCKED,
    "55P03": Fault.LOCKED,
    "42P01": Fault.UNMIGRATED,
    "08": Fault.AWAY,
    "53": Fault.AWAY,
    "57P": Fault.AWAY,
    "58": Fault.AWAY,
}


def of(error: BaseException | None) -> Fault | None:
    """Return what of the machine failed; None if it was not the machine."""
    if isinstance(error, OSError):
        return _BY_ERRNO.get(error.errno or 0)
    if not isinstance(error, DatabaseError | InterfaceError | sqlite3.Error):
        return None
    cause = error if isinstance(error, sqlite3.Error) else error.__cause__
    code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
    if code is None:  # there is no connection, and so no answer with a code
        return Fault.AWAY if isinstance(error, OperationalError | InterfaceError) else None
    if "no such table" in str(error):  # SQLite has no code for it
        return Fault.UNMIGRATED
    return next((fault for begin, fault in _BY_CODE.items() if code.startswith(begin)), None)


def words(error: BaseException, path: object = "") -> str:
    """Return in one line what failed, of which file, and what to do about it."""
    said = str(error)
    if isinstance(error, OSError):
        said, path = error.strerror or said, path or error.filename
    fault = of(error)
    told = f"{path}: {said}" if path else said
    return " ".join(told.split()) + (f"; {fault.value}" if fault else "")


def answer(request: HttpRequest) -> HttpResponse:
    """Answer a request that failed: where the machine is at fault it may be tried again, so 503."""
    if of(sys.exc_info()[1]) is None:
        return server_error(request)
    headers = {"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"}
    return HttpResponse(render_to_string("503.html"), status=503, headers=headers)
