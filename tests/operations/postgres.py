"""A PostgreSQL server of a test's own."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.needs import missing

AS_POSTGRES = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


class Server:
    """What lies in ``data`` and is reached by a socket in ``folder``, which anybody may enter.

    Its log is there, too.  ``options`` say if it is to be reached in another way.
    """

    def __init__(self, data: Path, folder: Path, port: int = 5432, options: str = "") -> None:
        binaries = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
        if binaries is None:
            missing("PostgreSQL")
        self._data, self._folder, self._binaries = data, folder, binaries
        self._options = f"-c listen_addresses= -p {port} -k {folder} -c fsync=off {options}"
        self.log = folder / f"{data.name}.log"

    def make(self, *options: str | Path) -> None:
        """Make its tables."""
        self._data.mkdir()
        if AS_POSTGRES:
            shutil.chown(self._data, "postgres")
            self._folder.chmod(0o777)  # its socket lies here
        self._run("initdb", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8", *options)

    def copy(self, *options: str) -> None:
        """Make it a replica of the one that the options name."""
        self._run("pg_basebackup", "-c", "fast", "--no-sync", "-R", *options)

    def start(self) -> None:
        """Start it."""
        self._run("pg_ctl", "-w", "-l", self.log, "-o", self._options, "start")

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
