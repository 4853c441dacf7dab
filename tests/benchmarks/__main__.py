"""``python -m tests.benchmarks [SUBJECT …] [--entries N]``: what Digest costs, against its limits.

Each subject is a module here that says in its first lines what it is measured against, and gives
its figures one by one.  A limit is always a ratio to something measured in the same run, or a rate
with a wide margin; a missed one is printed and fails nothing, because a busy machine is no bug.
"""

import argparse
import os
import platform
import sqlite3
from importlib import import_module

import django

SUBJECTS = (
    "codec",
    "rules",
    "links",
    "transfer",
    "publishing",
    "pages",
    "static",
    "search",
    "venues",
    "mail",
)


def main() -> None:
    """Measure all subjects, or those that were named."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=", ".join(SUBJECTS))
    parser.add_argument("--entries", type=int, default=100_000, help="at most so many (100,000)")
    options = parser.parse_args()
    if unknown := set(options.subjects) - {*SUBJECTS}:
        parser.error(f"no such subject: {', '.join(sorted(unknown))}; there are {SUBJECTS}")
    # Whatever the caller's environment says, this is no production site and keeps no SQL in memory.
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "digest.settings",
        "DIGEST_ENV": "development",
        "DIGEST_DEBUG": "0",
    }
    django.setup()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
          f"Django {django.get_version()}, {_database()}")  # fmt: skip
    for name in options.subjects or SUBJECTS:
        subject = import_module(f"tests.benchmarks.{name}")
        print(f"\n{(subject.__doc__ or name).splitlines()[0]}  [load {os.getloadavg()[0]:.1f}]")
        for figure in subject.measure(options.entries):
            print(figure, flush=True)


def _database() -> str:
    """Return the kind and version of the database, without opening the user's own."""
    from django.db import connection  # noqa: PLC0415 - once the settings are known

    if connection.vendor == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}"
    return connection.display_name


if __name__ == "__main__":
    main()
