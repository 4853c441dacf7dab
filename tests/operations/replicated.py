"""PostgreSQL with a replica that streams from it, on loopback, and the site on both."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import psycopg

from tests.operations.machine import free_ports, wait_for
from tests.operations.postgres import Server
from tests.operations.processes import python, served

PRIMARY, REPLICA = "primary", "replica"
OPTIONS = "-c listen_addresses=127.0.0.1 -c log_statement=all"


class Replicated:
    """Two servers in a folder; ``with replicated() as …`` starts and ends them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = dict(zip((PRIMARY, REPLICA), free_ports(2), strict=True))
        self._servers = {
            name: Server(folder / name, folder, port, OPTIONS) for name, port in self.ports.items()
        }
        self._read: dict[str, int] = {}
        self._more = {
            "DATABASE_REPLICA_URL": self._address(REPLICA),
            "DIGEST_MEDIA_ROOT": str(folder / "media"),
        }

    def begin(self) -> None:
        """Make both servers and start them; the logs have each statement that they are given."""
        self._servers[PRIMARY].make("-U", "digest", "-A", "trust")
        self.start(PRIMARY)
        primary = str(self.ports[PRIMARY])
        self._servers[REPLICA].copy("-h", "127.0.0.1", "-p", primary, "-U", "digest")
        self.start(REPLICA)

    def start(self, server: str) -> None:
        """Start one of them."""
        self._servers[server].start()

    def kill(self, server: str) -> None:
        """End one of them without a word to anybody."""
        if self._servers[server].runs:
            self._servers[server].stop()

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
        self._read = {server: one.log.stat().st_size for server, one in self._servers.items()}

    def read(self, server: str) -> set[str]:
        """Return the tables that were read from one of them since then."""
        with self._servers[server].log.open() as log:
            log.seek(self._read[server])
            return set(re.findall(r'(?:FROM|JOIN) "(\w+)"', log.read()))

    def manage(self, *words: str) -> str:
        """Run one of the site's commands."""
        return self.python("manage.py", *words)

    def python(self, *words: str) -> str:
        """Run Python with the site's settings; return what it printed."""
        kept = {"DIGEST_CONN_MAX_AGE": "600"}
        done = python(self._address(PRIMARY), *words, **self._more, **kept)
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def serve(self) -> Iterator[httpx.Client]:
        """Serve the site with one process, in which a request knows what an earlier one found."""
        with (
            (self.folder / "site.log").open("wb") as log,
            served(self._address(PRIMARY), kept=600, errors=log, **self._more) as client,
        ):
            yield client

    def said(self) -> str:
        """Return what the site logged about the replica."""
        lines = (self.folder / "site.log").read_text().splitlines()
        return "\n".join(line for line in lines if "the replica" in line)

    def _address(self, server: str) -> str:
        return f"postgres://digest@127.0.0.1:{self.ports[server]}/postgres"


@contextmanager
def replicated() -> Iterator[Replicated]:
    """Start both servers; end them afterwards."""
    # Not in a folder of the test's, which nobody but its owner may enter.
    with TemporaryDirectory(prefix="digest-", dir="/tmp") as name, ExitStack() as stack:
        servers = Replicated(Path(name))
        for server in (PRIMARY, REPLICA):
            stack.callback(servers.kill, server)
        servers.begin()
        yield servers
