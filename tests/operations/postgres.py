"""A PostgreSQL server of a test's own, reached by a socket in a folder."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.needs import missing

AS_POSTGRES = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


class Server:
    """What lies in ``data`` and is reached in ``folder``, which anybody may enter."""

    def __init__(self, data: Path, folder: Path, port: int = 5432) -> None:
        binaries = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
        if binaries is None:
            missing("PostgreSQL")
        self._data, self._folder, self._port, self._binaries = data, folder, port, binaries

    def make(self, *options: str | Path) -> None:
        """Make its tables."""
        self._data.mkdir()
        if AS_POSTGRES:
            shutil.chown(self._data, "postgres")
            self._folder.chmod(0o777)  # its socket lies here
        self._run("initdb", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8", *options)

    def start(self) -> None:
        """Start it."""
        options = f"-c listen_addresses= -p {self._port} -k {self._folder} -c fsync=off"
        self._run("pg_ctl", "-w", "-l", self._folder / "postgres.log", "-o", options, "start")

    def stop(self) -> None:
        """Stop it."""
        self._run("pg_ctl", "-m", "immediate", "stop")

    @property
    def runs(self) -> bool:
        """Whether it runs."""
        return (self._data / "postmaster.pid").exists()

    def _run(self, program: str, *words: str | Path) -> None:
        done = subprocess.run(
            [*AS_POSTGRES, self._binaries / program, "-D", self._data, *words],
            cwd="/", check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
