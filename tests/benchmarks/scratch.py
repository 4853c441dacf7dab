"""A database to measure on, made for it and gone after it; the user's own is never opened."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import connection


@contextmanager
def database() -> Iterator[Path]:
    """Make an empty database like the one in DATABASE_URL, and a folder for files beside it.

    SQLite's lies in that folder.  Processes started meanwhile inherit its address.
    """
    configured = connection.settings_dict["NAME"]
    address = os.environ.get("DATABASE_URL")
    with TemporaryDirectory(prefix="digest-bench-") as folder:
        if connection.vendor == "sqlite":
            name = f"{folder}/bench.sqlite3"
            own_address = f"sqlite:///{name}"
        else:
            name = f"digest_bench_{os.getpid()}"
            own_address = urlsplit(address or "")._replace(path=f"/{name}").geturl()
        connection.settings_dict["TEST"]["NAME"] = name
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        os.environ["DATABASE_URL"] = own_address
        try:
            yield Path(folder)
        finally:
            connection.creation.destroy_test_db(configured, verbosity=0)
            if address is None:
                del os.environ["DATABASE_URL"]
            else:
                os.environ["DATABASE_URL"] = address


def publish(path: Path, user: str) -> None:
    """Import this README as ``import_readme --publish`` does, quietly."""
    quiet: dict[str, Any] = {"stdout": io.StringIO(), "stderr": io.StringIO()}
    call_command("import_readme", str(path), publish=True, by=user, tag=["NLP"], **quiet)


def analyse() -> None:
    """Let PostgreSQL look at what is in its tables, as it does by itself after a while."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def person(role: str) -> User:
    """Make somebody who has this role, and its name."""
    user = User.objects.create(username=role)
    user.groups.add(Group.objects.get(name=role))
    return user
