"""Whether this process is alive, and whether it can serve: for load balancers and monitors.

Neither answer says anything that a stranger should not know; why something fails is in the log.
"""

import logging
from collections.abc import Callable
from functools import cache
from uuid import uuid4

from django.core.cache import cache as store
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Say that the process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django's signature
    """Say of each thing that a page needs whether it is there; 503 if one is not."""
    found = {name: _holds(name, check) for name, check in CHECKS.items()}
    status = 200 if all(found.values()) else 503
    return JsonResponse(
        {name: "ok" if holds else "failed" for name, holds in found.items()}, status=status
    )


def _holds(name: str, check: Callable[[], None]) -> bool:
    try:
        check()
    except Exception:
        logger.exception("not ready: %s", name)
        return False
    return True


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@cache  # what is applied stays so while this code runs; a failure is asked again
def _migrations() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise RuntimeError("migrations are not applied; run: manage.py migrate")


def _cache() -> None:
    word = uuid4().hex
    store.set(f"readyz-{word}", word, 10)
    if store.get(f"readyz-{word}") != word:
        raise RuntimeError("the cache does not keep what it is given; see CACHE_URL")


CHECKS: dict[str, Callable[[], None]] = {
    "database": _database,
    "migrations": _migrations,
    "cache": _cache,
}
