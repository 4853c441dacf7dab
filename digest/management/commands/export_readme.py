"""``manage.py export_readme``: the live list as Markdown."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from digest import exporting, pictures


class Command(BaseCommand):
    help = (
        "Write the published list as README Markdown. What nobody changed comes out byte for byte "
        "as it was imported. The file is replaced whole or not at all; pictures that it names and "
        "that are missing beside it are written, too."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "path",
            nargs="?",
            default="-",
            help="the file to write; - (the default): standard output",
        )
        parser.add_argument(
            "--canonical",
            action="store_true",
            help="write everything in the house style: anchors, ordinals, numbers, labels, bold",
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="write nothing; print how PATH differs from the list, and exit with 1 if it does",
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Run the command."""
        text = exporting.readme(in_house_style=options["canonical"])
        path = options["path"]
        try:
            if options["check"]:
                self.check_file(path, text)
            elif path == "-":
                sys.stdout.buffer.write(text.encode())
                sys.stdout.flush()
            else:
                written = exporting.write(Path(path), text)
                self.stderr.write(f"{path}: {'written' if written else 'already up to date'}")
                self.write_pictures(Path(path).resolve().parent)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror or error}") from None

    def write_pictures(self, folder: Path) -> None:
        """Write what is missing beside the README."""
        try:
            for name in pictures.write_missing(folder):
                self.stderr.write(f"{name}: written")
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from None

    def check_file(self, path: str, text: str) -> None:
        """Print the differences; refuse if there are any."""
        if path == "-":
            raise CommandError("--check needs the PATH of the file to compare with")
        differences = "".join(exporting.differences(Path(path), text))
        if differences:
            sys.stdout.buffer.write(differences.encode(errors="surrogateescape"))
            sys.stdout.flush()
            raise CommandError(
                f"{path} differs from the published list; "
                f"update it with: manage.py export_readme {path}"
            )
