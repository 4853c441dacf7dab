"""An import that is killed halfway leaves nothing; the same command again does the whole."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.benchmarks.lists import generated
from tests.transfer.conftest import ROOT


class Desk:
    """A desk of its own, used through manage.py alone."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "desk.sqlite3"
        self.readme = folder / "README.md"
        self.environment = os.environ | {
            "DATABASE_URL": f"sqlite:///{self.file}",
            "DIGEST_MEDIA_ROOT": str(folder / "media"),
            "DJANGO_SUPERUSER_PASSWORD": "x",
        }

    def start(self, *args: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "manage.py", *args],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def run(self, *args: str) -> bytes:
        out, _ = self.start(*args).communicate(timeout=120)
        return out

    def rows(self, table: str) -> int:
        connection = sqlite3.connect(self.file)
        try:
            (count,) = connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()  # noqa: S608
        finally:
            connection.close()
        return int(count)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.run("migrate", "-v0")
    desk.run("createsuperuser", "--noinput", "--username", "root", "--email", "r@example.org")
    desk.readme.write_text(generated(6_000), encoding="utf-8")
    return desk


def test_a_killed_import_leaves_nothing_and_the_next_one_does_it_all(desk: Desk) -> None:
    command = ("import_readme", str(desk.readme), "--by", "root", "--publish")
    process = desk.start(*command)
    deadline = time.monotonic() + 60
    journal = Path(f"{desk.file}-wal")
    while time.monotonic() < deadline and process.poll() is None:
        if journal.exists() and journal.stat().st_size > 4_000_000:  # well within the writing
            break
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL, "it was killed at work, not after it"
    for table in ("digest_article", "editorial_revision", "editorial_event", "digest_category"):
        assert desk.rows(table) == 0, table
    assert b"6000 new" in desk.run(*command)
    assert desk.run("export_readme") == desk.readme.read_bytes()
