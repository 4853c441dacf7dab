"""PostgreSQL with a replica that streams from it, on loopback, and the site on both."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import psycopg

from tests.needs import missing
from tests.operations.machine import free_ports, reachable, wait_for
from tests.operations.postgres import AS_POSTGRES
from tests.transfer.conftest import ROOT

PRIMARY, REPLICA = "primary", "replica"
OPTIONS = "-c listen_addresses=127.0.0.1 -k '' -c fsync=off -c log_statement=all"


class Replicated:
    """Two servers in a folder; ``with replicated() as …`` starts and ends them."""

    def __init__(self, folder: Path, binaries: Path) -> None:
        self.folder, self._binaries = folder, binaries
        self.ports = dict(zip((PRIMARY, REPLICA), free_ports(2), strict=True))
        self._read: dict[str, int] = {}
        self.variables = os.environ | {
            "DATABASE_URL": self._address(PRIMARY),
            "DATABASE_REPLICA_URL": self._address(REPLICA),
            "DIGEST_CONN_MAX_AGE": "600",
            "DIGEST_MEDIA_ROOT": str(folder / "media"),
        }

    def begin(self) -> None:
        """Make both servers and start them."""
        self._run("initdb", "-D", self.folder / PRIMARY, "-U", "digest", "-A", "trust", "-E",
                  "UTF8", "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        self.start(PRIMARY)
        self._run("pg_basebackup", "-D", self.folder / REPLICA, "-h", "127.0.0.1", "-p",
                  self.ports[PRIMARY], "-U", "digest", "-c", "fast", "--no-sync", "-R")  # fmt: skip
        self.start(REPLICA)

    def start(self, server: str) -> None:
        """Start one of them; the log has each statement that it is given."""
        options = f"{OPTIONS} -p {self.ports[server]}"
        self._control(server, "-w", "-l", self._log(server), "-o", options, "start")

    def kill(self, server: str) -> None:
        """End one of them without a word to anybody."""
        if reachable(self.ports[server]):
            self._control(server, "-m", "immediate", "stop")

    def ask(self, server: str, statement: str) -> Any:
        """Return the first value that one of them answers."""
        with psycopg.connect(self._address(server), autocommit=True) as connection:
            row = connection.execute(statement.encode()).fetchone()
        return row and row[0]

    @contextmanager
    def behind(self) -> Iterator[None]:
        """Let the replica take nothing in for a while; then it catches up."""
        self.ask(REPLICA, "SELECT pg_wal_replay_pause()")
        state = "SELECT pg_get_wal_replay_pause_state()"
        wait_for(lambda: self.ask(REPLICA, state) == "paused")
        yield
        self.ask(REPLICA, "SELECT pg_wal_replay_resume()")
        wait_for(self.caught_up)

    def caught_up(self) -> bool:
        """Say whether the replica has all that was written."""
        position = self.ask(PRIMARY, "SELECT pg_current_wal_lsn()")
        behind = f"SELECT pg_wal_lsn_diff('{position}', pg_last_wal_replay_lsn()) <= 0"
        return bool(self.ask(REPLICA, behind))

    def forget(self) -> None:
        """Forget what was read so far."""
        self._read = {server: self._log(server).stat().st_size for server in self.ports}

    def read(self, server: str) -> set[str]:
        """Return the tables that were read from one of them since then."""
        with self._log(server).open() as log:
            log.seek(self._read[server])
            return set(re.findall(r'(?:FROM|JOIN) "(\w+)"', log.read()))

    def manage(self, *words: str) -> str:
        """Run one of the site's commands."""
        return self.python("manage.py", *words)

    def python(self, *words: str) -> str:
        """Run Python with the site's settings; return what it printed."""
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=self.variables,
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def serve(self) -> Iterator[httpx.Client]:
        """Serve the site with one process, in which a request knows what an earlier one found."""
        (port,) = free_ports(1)
        with (self.folder / "site.log").open("wb") as log:
            server = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "digest.wsgi", "--no-control-socket",
                 f"--bind=127.0.0.1:{port}", "--log-level=critical"],
                cwd=ROOT, env=self.variables, stderr=log,
            )  # fmt: skip
        try:
            wait_for(lambda: reachable(port))
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
                yield client
        finally:
            server.terminate()
            server.wait(30)

    def said(self) -> str:
        """Return what the site logged about the replica."""
        lines = (self.folder / "site.log").read_text().splitlines()
        return "\n".join(line for line in lines if "the replica" in line)

    def _address(self, server: str) -> str:
        return f"postgres://digest@127.0.0.1:{self.ports[server]}/postgres"

    def _log(self, server: str) -> Path:
        return self.folder / f"{server}.log"

    def _control(self, server: str, *words: str | Path) -> None:
        self._run("pg_ctl", "-D", self.folder / server, *words)

    def _run(self, program: str, *words: str | Path | int) -> None:
        command = [*AS_POSTGRES, self._binaries / program, *words]
        # Not captured: a server that is started keeps what it was given to write to.
        with (self.folder / "programs.log").open("ab") as log:
            done = subprocess.run(
                [str(word) for word in command],
                cwd=self.folder, check=False, stdout=log, stderr=log,
            )  # fmt: skip
        assert done.returncode == 0, (self.folder / "programs.log").read_text()


@contextmanager
def replicated() -> Iterator[Replicated]:
    """Start both servers; end them afterwards."""
    binaries = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
    if binaries is None:
        missing("PostgreSQL")
    # Not in a folder of the test's, which nobody but its owner may enter.
    with TemporaryDirectory(prefix="digest-", dir="/tmp") as name, ExitStack() as stack:
        folder = Path(name)
        if AS_POSTGRES:
            shutil.chown(folder, "postgres")
        servers = Replicated(folder, binaries)
        for server in (PRIMARY, REPLICA):
            stack.callback(servers.kill, server)
        servers.begin()
        yield servers
