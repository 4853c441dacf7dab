"""``manage.py restore``: a backup back in its place."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from digest import backup, faults
from digest.management.commands.backup import described


class Command(BaseCommand):
    help = (
        "Restore what `manage.py backup` wrote: the database wholly or not at all, and the media "
        "files that are missing or differ. Stop the site first. A backup of an older version is "
        "brought up to date by `manage.py migrate` afterwards."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("path", type=Path, help="the backup")
        parser.add_argument(
            "--replace", action="store_true", help="replace a database that is not empty"
        )
        parser.add_argument(
            "--verify", action="store_true", help="only try it, in a database of its own"
        )
        parser.add_argument(
            "--no-input", action="store_false", dest="ask", help="replace without asking"
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Run the command."""
        path: Path = options["path"]
        try:
            if options["verify"]:
                self.stdout.write(f"{path}: {described(backup.verify(path))}, as it was made")
                return
            if options["replace"] and options["ask"] and not self.is_sure():
                raise CommandError("nothing was changed")
            with tqdm(unit=" files", disable=None, leave=False, file=self.stderr) as bar:
                made = backup.restore(
                    path, replace=options["replace"], progress=lambda _name: bar.update()
                )
        except backup.BackupError as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(faults.words(error, path)) from None
        self.stdout.write(f"{path}: restored {described(made)}; now run: manage.py migrate")

    def is_sure(self) -> bool:
        """Ask whether all that is there may go."""
        question = "All that the database holds now will be lost. Type “replace” to go on: "
        return input(question).strip() == "replace"
