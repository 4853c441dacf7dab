"""Import and export of a whole list, against raw inserts and a raw read of the same rows.

The import is the command itself, in a process of its own: it reads the file, parses it, and in one
transaction writes revisions, events, papers, articles with their HTML, and tags.  Limits: 1,000
entries a second, 1 GB (10⁹ bytes) of resident memory, and for the export 3 times the raw read.
"""

import re
import resource
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import process_time
from typing import Any

import django
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from digest import exporting, mirror
from digest.models import Article
from digest.readme import parse
from editorial.incoming import sheet
from editorial.models import Event, Outline, Revision
from tests.benchmarks import scratch
from tests.benchmarks.figures import Figure, amount, at_least, at_most, best, seconds
from tests.benchmarks.lists import generated

FILLED = (
    "auth.User", "digest.Category", "digest.Passage", "digest.Paper", "digest.Article",
    "digest.SearchDocument",
    "editorial.Revision", "editorial.Event", "taggit.Tag", "taggit.TaggedItem",
)  # fmt: skip
Rows = list[tuple[Any, ...]]


def measure(entries: int) -> Iterator[Figure]:
    """Take a list of so many entries in, twice, and out again."""
    text = generated(entries)
    with scratch.database() as folder:
        user = scratch.person("publisher")
        path = folder / "README.md"
        path.write_bytes(text.encode())
        taken, busy, peak = _in_own_process(path, user.username)
        yield Figure(f"import --publish of {entries:,} entries", amount(taken, "s"))
        yield Figure("  of it on the processor, in Python", amount(busy, "s"))
        yield at_least("  entries a second", entries / taken, 1_000, "/s")
        yield at_most("  resident memory at its peak", peak / 1e6, 1_000, "MB")
        yield from _second_import(path, text, user.username)
        yield from _export(text)
        yield from _one_change(path, text, user.username)
        yield from _long_plan(text)
        tables = {label: _rows(label) for label in FILLED}
    with scratch.database():
        raw = seconds(partial(_insert, tables))
        count = sum(len(rows) for rows in tables.values())
        yield Figure(f"raw inserts of the same {count:,} rows", amount(raw, "s"))
        yield Figure("  import : raw inserts", amount(taken / raw, "×"))


def _second_import(path: Path, text: str, user: str) -> Iterator[Figure]:
    again, *_ = _in_own_process(path, user)
    bare = best(lambda: parse(text))
    yield Figure("the same import again, which writes nothing", amount(again, "s"))
    yield at_most("  again : a bare parse of the file", again / bare, 2)


def _export(text: str) -> Iterator[Figure]:
    if exporting.readme() != text:
        raise AssertionError("The export is not the list that was imported.")
    yield Figure("export is the import, byte for byte", "yes")
    out = best(exporting.readme)
    columns = ", ".join(map(connection.ops.quote_name, mirror.COLUMNS))
    table = Article._meta.db_table
    statement = f"SELECT {columns} FROM {table} WHERE taken_down_at IS NULL"  # noqa: S608
    raw = best(partial(_fetch, statement))
    yield Figure("export", amount(out, "s"))
    yield Figure("raw read of the entries' columns", amount(raw, "s"))
    yield at_most("  export : raw read", out / raw, 3)


def _one_change(path: Path, text: str, user: str) -> Iterator[Figure]:
    """Import the list with one entry changed: one revision is all that is written."""
    changed = text.replace("QLoRA是一种", "QLoRA 是一种", 1)
    path.write_bytes(changed.encode())
    before = Revision.objects.count(), Event.objects.count()
    taken, *_ = _in_own_process(path, user)
    made = Revision.objects.count() - before[0], Event.objects.count() - before[1]
    bare = best(lambda: parse(changed))
    yield Figure("one entry changed: revisions, events written", f"{made[0]}, {made[1]}")
    yield Figure("  in", amount(taken, "s"))
    yield Figure("  : a bare parse of the file", amount(taken / bare, "×"))


def _long_plan(text: str) -> Iterator[Figure]:
    """Bring a README with 10,000 changes, and go through its plan's pages."""
    lines = text.splitlines(keepends=True)
    heads = [entry.line - 1 for entry in parse(text).entries[:10_000]]
    for head in heads:
        lines[head] = lines[head].replace("](http", "（新）](http", 1)
    user = User.objects.get()
    user.is_staff = True
    user.save()
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    taken = seconds(lambda: sheet.bring("".join(lines), user))
    page = reverse("admin:editorial_outline_change", args=[Outline.objects.latest("pk").pk])
    first = seconds(lambda: client.get(page))
    later = best(lambda: client.get(f"{page}?p=100"))
    yield Figure(f"plan of a README with {len(heads):,} changes", amount(taken, "s"))
    yield Figure("  its first page", amount(first, "s"))
    yield Figure("  any other page", amount(later, "s"))
    yield Figure("  all ticked", amount(seconds(lambda: client.post(page, {"do": "all"})), "s"))
    yield Figure("  2,000 of them applied", amount(seconds(partial(_apply, client, page)), "s"))


def _apply(client: Client, page: str) -> None:
    before = Revision.objects.count()
    client.post(page, {"do": "apply"})
    if not Revision.objects.count() - before:
        raise AssertionError("Nothing was applied.")


def _fetch(statement: str) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows: Rows = cursor.fetchall()
        return rows


def _in_own_process(path: Path, user: str) -> tuple[float, float, int]:
    """Import in a new process; return its seconds, by clock and processor, and its peak."""
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=django.setup) as pool:
        return pool.submit(_import, path, user).result()


def _import(path: Path, user: str) -> tuple[float, float, int]:
    busy = process_time()
    taken = seconds(partial(scratch.publish, path, user))
    return taken, process_time() - busy, _peak()


def _peak() -> int:
    """Return the largest resident size in bytes; getrusage on Linux counts the parent's, too."""
    status = Path("/proc/self/status")
    if status.exists() and (found := re.search(r"VmHWM:\s+(\d+) kB", status.read_text())):
        return int(found[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _rows(label: str) -> Rows:
    columns, table = _table(label)
    return _fetch(f"SELECT {columns} FROM {table}")  # noqa: S608 - the models' own names


def _insert(tables: dict[str, Rows]) -> None:
    """Insert the rows as fast as the database takes them: executemany, on PostgreSQL COPY."""
    with transaction.atomic(), connection.cursor() as cursor:
        for label, rows in tables.items():
            columns, table = _table(label)
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                marks = ", ".join(["%s"] * len(rows[0]))
                statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608
                cursor.executemany(statement, rows)


def _table(label: str) -> tuple[str, str]:
    """Return the columns and the name of a model's table, as SQL."""
    meta = apps.get_model(label)._meta
    columns = [field.column for field in meta.concrete_fields]
    return ", ".join(map(connection.ops.quote_name, columns)), meta.db_table
