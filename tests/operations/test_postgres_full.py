"""PostgreSQL without room, for its tables or for its log: said in one line; with room all goes on.

Without room for the log it ends itself, and does not come up again by itself.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.db import connection

from digest.faults import Fault
from tests.benchmarks.lists import generated
from tests.operations.faults import Disk, disk
from tests.operations.postgres import Server
from tests.operations.processes import manage, served

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="It is PostgreSQL's disk that is full"
)
SIGN_IN = {"username": "nobody", "password": "x", "csrfmiddlewaretoken": "a" * 32}


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not in a folder of the test's, which nobody but its owner may enter.
    with TemporaryDirectory(prefix="digest-", dir="/tmp") as name:
        yield Path(name)


@pytest.fixture
def small(folder: Path) -> Iterator[Disk]:
    with disk(folder / "small", 96 << 20) as made:
        made.folder.chmod(0o777)
        yield made


@pytest.mark.parametrize(
    ("full", "remedy", "home"),
    [("tables", Fault.FULL.value, 200), ("log", Fault.AWAY.value, 503)],
)
def test_it_takes_all_or_nothing(
    full: str, remedy: str, home: int, small: Disk, folder: Path
) -> None:
    places = {"tables": folder / "tables", "log": folder / "log", full: small.folder / full}
    server = Server(places["tables"], folder)
    server.make("-A", "trust", "-U", "digest", "-X", places["log"], "--wal-segsize=1")
    database = f"postgres://digest@/postgres?host={folder}"
    path = folder / "README.md"
    words = ("import_readme", str(path), "--by", "root", "--publish")
    with ExitStack() as stack:
        server.start()
        stack.callback(server.stop)
        assert manage(database, "migrate").returncode == 0
        root = {"DJANGO_SUPERUSER_USERNAME": "root", "DJANGO_SUPERUSER_EMAIL": "r@example.org"}
        manage(database, "createsuperuser", "--no-input", **root, DJANGO_SUPERUSER_PASSWORD="x")
        path.write_text(generated(20), encoding="utf-8")
        manage(database, *words)
        before = manage(database, "export_readme").stdout
        assert before == generated(20)
        path.write_text(generated(1_000), encoding="utf-8")

        small.fill()
        refused = manage(database, *words)
        assert refused.returncode == 1
        assert refused.stderr.startswith("digest: ")
        assert refused.stderr.endswith(f"; {remedy}\n")
        assert refused.stderr.count("\n") == 1
        with served(database, kept=600) as client:
            assert client.get("/").status_code == home
            client.cookies["csrftoken"] = "a" * 32
            answer = client.post("/admin/login/", data=SIGN_IN)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
            small.clear()
            if not server.runs:
                server.start()
            assert client.get("/").status_code == 200
            assert client.post("/admin/login/", data=SIGN_IN).status_code == 200
        assert manage(database, "export_readme").stdout == before
        assert manage(database, "doctor").returncode == 0
        assert "980 new" in manage(database, *words).stdout
        assert manage(database, "export_readme").stdout == path.read_text(encoding="utf-8")
