"""``python -m tests.operations.visits NAME``: a visit of a page, and what happens on the way.

It runs as a process of its own, on a database with a replica, and prints what came of it.
"""

import sys
from typing import Any

import django
import psycopg
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve


def told_of_a_publish() -> str:
    """Say where a view reads from, and where once it was told of what a paused replica has not."""
    from django.db.models import F  # noqa: PLC0415 - once Django is set up

    from digest.models import Article, Readme  # noqa: PLC0415
    from digest.remembered import version_of_list  # noqa: PLC0415
    from digest.replicas import Reading  # noqa: PLC0415

    def view(_request: HttpRequest) -> HttpResponse:
        first = Article.objects.all().db
        Readme.objects.filter(pk=1).update(version=F("version") + 1)
        version_of_list()
        return HttpResponse(f"{first}, then {Article.objects.all().db}")

    request = RequestFactory().get("/feed.atom")
    request.resolver_match = resolve(request.path)
    response = Reading(view).process_view(request, view, (), {})
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def cut_off() -> str:
    """Say what a reader gets whose view loses the replica in the middle, and how often it did."""
    lost = []

    def cut(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if 'FROM "digest_article"' in sql:
            info = context["connection"].connection.info
            lost.append(info.backend_pid)
            with psycopg.connect(info.dsn) as other:
                other.execute("SELECT pg_terminate_backend(%s)", [info.backend_pid])
        return execute(sql, params, many, context)

    with connections["replica"].execute_wrapper(cut):
        response = Client(headers={"host": "localhost"}).get("/en/")
    return f"{response.status_code}, cut off {len(lost)} times"


if __name__ == "__main__":
    django.setup()
    visit = {"told_of_a_publish": told_of_a_publish, "cut_off": cut_off}[sys.argv[1]]
    sys.stdout.write(visit())
