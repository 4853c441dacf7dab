"""What was counted stays counted until the list changes: kept in Django's cache, by its version."""

from collections.abc import Callable
from contextvars import ContextVar
from hashlib import sha256
from typing import Any, TypeVar, cast

from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS

from digest.models import Readme
from digest.prepared import Prepared

Version = tuple[Any, ...]

VERSION = Prepared(lambda: Readme.objects.filter(pk=1).values_list("version", "updated_at"))
# The last one that this request was told.
IN_HAND: ContextVar[Version | None] = ContextVar("version_in_hand", default=None)

Counted = TypeVar("Counted")
DAY = 24 * 60 * 60


def version_of_list() -> Version:
    """Return what changes with every change of what readers see.

    The primary is asked, also where a replica is read (``replicas``): it alone knows the newest.
    """
    (version,) = VERSION(using=DEFAULT_DB_ALIAS)
    IN_HAND.set(version)
    return version


def remembered(name: str, count: Callable[[], Counted]) -> Counted:
    """Return what ``count`` found since the last change of the list, or let it count now.

    It costs one query.  What is counted may be newer than its key, never older; a database that was
    restored has another time of its last change.
    """
    version, updated_at = version_of_list()
    key = sha256(f"{version} {updated_at} {name}".encode()).hexdigest()
    return cast("Counted", cache.get_or_set(f"digest.{key}", count, DAY))
