"""``manage.py backup``: database and media in one file."""

import sqlite3
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from digest import backup, faults


class Command(BaseCommand):
    help = (
        "Write the database and the media into one file, while the site runs. The file appears "
        "whole or not at all, and only its owner may read it: it holds password hashes. The secret "
        "key and the settings are not in it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("path", type=Path, help="the file to write, such as digest.tar.gz")
        parser.add_argument(
            "--verify",
            action="store_true",
            help="then restore it into a database of its own and compare, table by table; on "
            "PostgreSQL the user must be allowed to create databases",
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Run the command."""
        path: Path = options["path"]
        try:
            with tqdm(unit=" files", disable=None, leave=False, file=self.stderr) as bar:
                made = backup.write(path, timezone.now(), lambda _name: bar.update())
            if options["verify"]:
                backup.verify(path)
        except backup.BackupError as error:
            raise CommandError(str(error)) from None
        except (OSError, sqlite3.Error) as error:
            raise CommandError(faults.words(error, path)) from None
        verified = ", verified by restoring it" if options["verify"] else ""
        self.stdout.write(f"{path}: {described(made)}{verified}")


def described(made: backup.Manifest) -> str:
    """Return what a backup holds, in a few words."""
    rows = sum(made.rows.values())
    return f"{rows} rows of {len(made.rows)} tables, {made.pictures} media files"
