"""The database as a file of its own kind, and back: SQLite's own copy, PostgreSQL's own tools."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.backends.postgresql.client import DatabaseClient
from django.db.migrations.recorder import MigrationRecorder

_SECONDS = 3600  # no dump of a list takes an hour; a server that hangs would hold a backup forever

_PSQL = ("--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1")

Counts = dict[str, int]


class BackupError(Exception):
    """A backup cannot be made or taken back; the message says why and what to do."""


def dump(path: Path) -> Counts:
    """Write the database, as it is at one moment, into a new file; return the rows of each table.

    Others may read and write meanwhile.  Raises BackupError.
    """
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as copy:
            connection.connection.backup(copy)
            _refuse_damaged(copy)
            return _rows_of(copy)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        _connected("pg_dump", "--format=custom", "--no-owner", "--no-privileges",
                   f"--snapshot={snapshot}", f"--file={path}")  # fmt: skip
        return _rows(cursor)


def load(path: Path) -> None:
    """Replace the database by what ``dump`` wrote, wholly or not at all."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as copy:
            copy.backup(connection.connection)
        return
    script = _script(path)
    connection.close()
    empty = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
    _connected("psql", *_PSQL, "--single-transaction", f"--command={empty}", f"--file={script}")


def rows_when_loaded(path: Path) -> Counts:
    """Load what ``dump`` wrote into a database of its own; return the rows of each table there."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(path)) as copy:
            _refuse_damaged(copy)
            return _rows_of(copy)
    with _scratch_database() as name:
        _connected("psql", *_PSQL, f"--file={_script(path)}", database=name)
        query = " UNION ALL ".join(
            f"SELECT '{table}', COUNT(*) FROM {connection.ops.quote_name(table)}"  # noqa: S608
            for table in _tables()
        )
        found = _connected("psql", *_PSQL, "--tuples-only", "--no-align", f"--command={query}",
                           database=name)  # fmt: skip
        return {
            table: int(rows)
            for table, _, rows in (row.partition("|") for row in found.splitlines())
        }


def is_empty() -> bool:
    """Whether the database has no table yet."""
    return not connection.introspection.table_names()


def migrations() -> list[str]:
    """Return the migrations that the database has, as ``app.name``."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def _tables() -> list[str]:
    """The tables of our models and of those that we build on."""
    models = apps.get_models(include_auto_created=True)
    return sorted({model._meta.db_table for model in models if model._meta.managed})


def _rows(cursor: Any) -> Counts:
    counts = {}
    for table in _tables():
        cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
        (counts[table],) = cursor.fetchone()
    return counts


def _rows_of(copy: sqlite3.Connection) -> Counts:
    with closing(copy.cursor()) as cursor:
        return _rows(cursor)


def _refuse_damaged(copy: sqlite3.Connection) -> None:
    (state,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
    if state != "ok":
        raise BackupError(f"the database file is damaged: {state}")


@contextmanager
def _scratch_database() -> Iterator[str]:
    """Make an empty database beside ours, and drop it again."""
    name = f"digest_verify_{os.getpid()}"
    quoted = connection.ops.quote_name(name)
    with connection.cursor() as cursor:
        try:
            cursor.execute(f"CREATE DATABASE {quoted} TEMPLATE template0")
        except Exception as error:
            raise BackupError(
                f"no database to verify the backup in could be made ({error}); let the user "
                "create databases, or leave --verify out"
            ) from error
        try:
            yield name
        finally:
            cursor.execute(f"DROP DATABASE IF EXISTS {quoted}")


def _script(path: Path) -> Path:
    """Write a dump as the statements that make the database again; return their file."""
    script = path.with_suffix(".sql")
    _run(["pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(path)])
    return script


def _connected(program: str, *options: str, database: str = "") -> str:
    """Run one of PostgreSQL's programs on our database, or on another one of the same server."""
    settings = connection.settings_dict | ({"NAME": database} if database else {})
    (_, *where), environment = DatabaseClient.settings_to_cmd_args_env(settings, [])
    return _run([program, *options, *where], environment or {})


def _run(command: list[str], environment: Mapping[str, str] | None = None) -> str:
    program = command[0]
    if shutil.which(program) is None:
        raise BackupError(f"{program} is not installed; on Debian: apt install postgresql-client")
    done = subprocess.run(  # noqa: S603 - a list of arguments; no shell reads it
        command,
        env=os.environ | (environment or {}),
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode:
        raise BackupError(f"{program}: {done.stderr.strip() or done.returncode}")
    return done.stdout
