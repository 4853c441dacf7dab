"""A database that went: pages answer 503 and commands one line; back again, all goes on."""

import sqlite3
from contextlib import AbstractContextManager, closing
from pathlib import Path

import httpx
import pytest
from django.contrib.auth.models import User
from django.db import connection, connections
from django.test import Client

from digest import exporting
from editorial.incoming import import_readme
from tests.databases import address
from tests.operations.faults import cut_off, database_away, ended_with
from tests.operations.processes import served

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def root(db: None, seed: str) -> User:
    user = User.objects.create_superuser("root")
    import_readme(seed, user, publish=True)
    return user


def site() -> AbstractContextManager[httpx.Client]:
    """Serve this test's database."""
    connections.close_all()
    # A file that is open is not gone, wherever it is moved to.
    return served(address(), kept=600 if connection.vendor == "postgresql" else 0)


def test_pages_say_so_and_come_back_by_themselves(root: User) -> None:
    with site() as client:
        assert client.get("/").status_code == 200
        if connection.vendor == "postgresql":
            cut_off()  # a server that was started anew: nobody notices
            assert client.get("/en/").status_code == 200
        with database_away():
            for path in ("/", "/en/articles/", "/feed.atom", "/README.md"):
                response = client.get(path)
                assert response.status_code == 503, path
                assert response.headers["Retry-After"] == "60"
                assert "no-store" in response.headers["Cache-Control"]
            assert client.get("/healthz").status_code == 200
            assert client.get("/readyz").json()["database"] == "failed"
        for path in ("/", "/en/articles/", "/feed.atom", "/README.md"):
            assert client.get(path).status_code == 200, path


@pytest.mark.parametrize(
    "words",
    [
        ("import_readme", "fixtures/README.md", "--by", "root"),
        ("export_readme",),
        ("doctor",),
        ("check_entries",),
    ],
)
def test_a_command_says_so_in_one_line(
    words: tuple[str, ...],
    root: User,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with database_away():
        said = ended_with(monkeypatch, *words)
    assert said.startswith("digest: ")
    assert said.endswith("; see that the database runs and that DATABASE_URL leads to it")
    assert "\n" not in said
    assert capfd.readouterr().out == ""
    assert ended_with(monkeypatch, *words) == ""


def test_without_tables_it_says_what_to_run(root: User, monkeypatch: pytest.MonkeyPatch) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE digest_readme RENAME TO elsewhere")
    try:
        assert ended_with(monkeypatch, "export_readme").endswith("; run first: manage.py migrate")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE elsewhere RENAME TO digest_readme")


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL lets others wait")
def test_a_database_that_another_process_keeps_is_given_up_in_time(
    root: User, seed: str, tmp_path: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "README.md"
    path.write_text(seed.replace("QLoRA：", "QLoRA 2："), encoding="utf-8")
    words = ("import_readme", str(path), "--by", "root", "--publish")
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.2)
    connection.close()
    client.raise_request_exception = False
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as other:
        other.execute("BEGIN IMMEDIATE")
        said = ended_with(monkeypatch, *words)
        assert said.startswith("digest: database is locked; another process keeps it to itself")
        assert client.get("/").status_code == 200  # readers do not wait for writers
        response = client.post("/admin/login/", {"username": "root", "password": "x"})
        assert response.status_code == 503
        other.rollback()
    assert "QLoRA 2：" not in exporting.readme()
    assert ended_with(monkeypatch, *words) == ""
    assert "QLoRA 2：" in exporting.readme()
