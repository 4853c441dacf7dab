"""Faults made for real: a small file system, a database that nobody reaches."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

import manage


class Disk:
    """A file system of its own in memory, which can be filled and made read-only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, *, leave: int = 0) -> None:
        """Use all of it but for so many bytes."""
        filler = self.folder / ".filler"
        free = shutil.disk_usage(self.folder).free
        with filler.open("wb") as file:
            file.write(b"\0" * max(0, free - leave))

    def clear(self) -> None:
        (self.folder / ".filler").unlink()

    def remount(self, mode: str) -> None:
        """Let it be written to (rw), or not (ro)."""
        _mount("-o", f"remount,{mode}", str(self.folder))

    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir() if path.name != ".filler")


@contextmanager
def disk(folder: Path, size: int) -> Iterator[Disk]:
    """Mount a disk of so many bytes at this folder; whoever may not gets no such test."""
    folder.mkdir()
    _mount("-t", "tmpfs", "-o", f"size={size}", "none", str(folder))
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _mount(*words: str) -> None:
    """Mount; where the machine lets nobody do so, as in most containers, there is no such test."""
    done = subprocess.run(["mount", *words], capture_output=True, text=True, check=False)
    if done.returncode and ("permi" in done.stderr or "must be superuser" in done.stderr):
        pytest.skip(f"Nobody may mount a file system here: {done.stderr.strip()}")
    done.check_returncode()


@contextmanager
def database_away() -> Iterator[None]:
    """Let nobody reach this test's database for a while; who is connected is cut off."""
    name = connection.settings_dict["NAME"]
    connection.close()
    if connection.vendor == "sqlite":
        folder = Path(name).parent
        elsewhere = folder.rename(folder.with_name("elsewhere"))
        try:
            yield
        finally:
            elsewhere.rename(folder)
    else:
        _server(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        cut_off()
        try:
            yield
        finally:
            _server(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


@contextmanager
def database_read_only() -> Iterator[None]:
    """Let nobody write to this test's database for a while."""
    name = connection.settings_dict["NAME"]
    connection.close()
    if connection.vendor == "sqlite":
        folder = Path(name).parent
        _mount("--bind", str(folder), str(folder))
        try:
            _mount("-o", "remount,ro,bind", str(folder))
            yield
        finally:
            connection.close()
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
    else:
        _server(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        try:
            yield
        finally:
            _server(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
            cut_off()


def cut_off() -> None:
    """End every connection to this test's database, as a server does that is started anew."""
    name = connection.settings_dict["NAME"]
    connection.close()
    _server("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", name)


def _server(statement: str, *values: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement, values or None)


def ended_with(monkeypatch: pytest.MonkeyPatch, *words: str) -> str:
    """Run a command as ``manage.py`` does; return what it ends with, nothing if all was well."""
    monkeypatch.setattr(sys, "argv", ["manage.py", *words])
    try:
        manage.main()
    except SystemExit as end:
        return str(end.code)
    return ""
