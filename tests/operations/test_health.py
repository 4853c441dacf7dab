"""Monitors are told whether a process lives and can serve, and nothing else."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from digest import health


@pytest.fixture(autouse=True)
def _asked_anew() -> None:
    health._migrations.cache_clear()


def test_a_process_that_answers_is_alive_without_a_database(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_it_is_ready_when_all_that_a_page_needs_is_there(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"database": "ok", "migrations": "ok", "cache": "ok"}


@pytest.mark.django_db
def test_asking_again_costs_one_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/readyz")
    with django_assert_num_queries(1):
        client.get("/readyz")


@pytest.mark.django_db
def test_it_is_not_ready_before_it_is_migrated(client: Client) -> None:
    (newest,) = MigrationLoader(connection).graph.leaf_nodes("editorial")
    MigrationRecorder(connection).record_unapplied(*newest)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["migrations"] == "failed"


@pytest.mark.django_db
def test_it_is_not_ready_without_a_cache(client: Client, settings: Settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"database": "ok", "migrations": "ok", "cache": "failed"}
    cache.clear()


def test_it_says_so_when_the_database_is_gone(client: Client, tmp_path: object) -> None:
    """A connection of its own, to a database that is not there: what a page would meet."""
    response = client.get("/readyz")  # without the database's mark no query is let through
    assert response.status_code == 503
    assert response.json()["database"] == "failed"
    assert b"Error" not in response.content


def test_only_reading_is_answered(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
    assert client.post("/readyz").status_code == 405
