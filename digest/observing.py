"""What goes on in this process: a line in the log for each request, slow queries, and metrics.

No line and no metric names a person, an address or what somebody typed: a request is told by the
name of its route.
"""

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.db import connections
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare
from django.views.debug import SafeExceptionReporterFilter
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client import REGISTRY as IN_MEMORY

requests = logging.getLogger("digest.requests")
queries = logging.getLogger("digest.queries")

LONGEST_QUERY = 500  # characters of a slow query's SQL that are logged; its parameters never are

SECONDS = Histogram(
    "digest_request_seconds",
    "How long requests took",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
ANSWERS = Counter("digest_requests", "Requests answered", ["route", "method", "status"])
SLOW = Counter("digest_slow_queries", "Queries slower than DIGEST_SLOW_QUERY_MS")

Answer = Callable[[HttpRequest], HttpResponseBase]
_METHODS = {"GET", "HEAD", "POST", "OPTIONS"}


def observing(answer: Answer) -> Answer:
    """Return the middleware that logs and counts each request."""

    def observe(request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        with ExitStack() as watching:
            for connection in connections.all():
                watching.enter_context(connection.execute_wrapper(_watched))
            response = answer(request)
        seconds = time.perf_counter() - began
        route = route_of(request)
        method = str(request.method) if request.method in _METHODS else "other"
        SECONDS.labels(route).observe(seconds)
        ANSWERS.labels(route, method, response.status_code).inc()
        told = {"method": method, "route": route, "status": response.status_code}
        requests.info(
            "%(method)s %(route)s %(status)d",
            told,
            extra={**told, "milliseconds": round(seconds * 1000, 1)},
        )
        return response

    return observe


def route_of(request: HttpRequest) -> str:
    """Return the name of the request's route; "none" where no page is."""
    match = request.resolver_match
    return match.view_name if match else "none"


def _watched(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """Run a query, and log it if it was slow."""
    began = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        milliseconds = (time.perf_counter() - began) * 1000
        if milliseconds >= settings.SLOW_QUERY_MS:
            SLOW.inc()
            queries.warning(
                "slow query, %d ms: %s",
                milliseconds,
                sql[:LONGEST_QUERY],
                extra={"milliseconds": round(milliseconds, 1)},
            )


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer Prometheus, if it shows the token; without a token set there is no such page."""
    token = settings.METRICS_TOKEN
    if not token:
        raise Http404
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def _registry() -> CollectorRegistry:
    """Return this process's figures, or those of all where they share a folder for them."""
    if not settings.METRICS_FOLDER:
        return IN_MEMORY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry, settings.METRICS_FOLDER)  # type: ignore[no-untyped-call]
    return registry


class WithoutForms(SafeExceptionReporterFilter):
    """Leaves what somebody typed out of reports of errors."""

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:  # noqa: ARG002
        """Return nothing."""
        return {}
