"""``manage.py export_readme``: the live list as Markdown."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from digest import archiving, exporting, faults, pictures
from digest.archiving import Rule
from digest.readme.rules.whitespace import NEAR, SHOWN
from digest.readme.splitting import SplitError


class Command(BaseCommand):
    help = (
        "Write the published list as README Markdown. What nobody changed comes out byte for byte "
        "as it was imported. The file is replaced whole or not at all; pictures that it names and "
        "that are missing beside it are written, too. With --split a list that is too long for "
        "GitHub keeps its newest entries, and the others go to files beside it; "
        "import_readme reads them back as one list."
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
        add_split_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Run the command."""
        path, rule = options["path"], split_rule(options)
        if options["canonical"] and rule:
            raise CommandError("--canonical writes one file: it does not go with --split")
        if path == "-" and (options["check"] or rule):
            raise CommandError("--check and --split need the PATH of the file")
        version = exporting.version()
        try:
            if path == "-" or options["canonical"]:
                wanted = {Path(path).name: exporting.readme(in_house_style=options["canonical"])}
            else:
                wanted = archiving.files(Path(path).name, rule)
            if rule is None and path != "-":
                archiving.refuse_split(Path(path))
            self.export(path, wanted, check=options["check"])
        except SplitError as refusal:
            raise CommandError(str(refusal)) from None
        except OSError as error:
            raise CommandError(faults.words(error, path)) from None
        self.warn(path, next(iter(wanted.values())))
        if path != "-" and not options["check"] and not options["canonical"]:
            exporting.written.send(type(self), version=version)

    def export(self, path: str, wanted: dict[str, str], *, check: bool) -> None:
        """Compare the files, print the one, or write them all."""
        if check:
            self.check_files(path, wanted)
        elif path == "-":
            sys.stdout.buffer.write("".join(wanted.values()).encode())
            sys.stdout.flush()
        else:
            changes = list(archiving.write(Path(path), wanted))
            for file, change in changes:
                self.stderr.write(f"{file}: {change}")
            if not changes:
                self.stderr.write(f"{path}: already up to date")
            self.write_pictures(Path(path).resolve().parent)

    def write_pictures(self, folder: Path) -> None:
        """Write what is missing beside the README."""
        try:
            for name in pictures.write_missing(folder):
                self.stderr.write(f"{name}: written")
        except OSError as error:
            raise CommandError(faults.words(error)) from None

    def check_files(self, path: str, wanted: dict[str, str]) -> None:
        """Print the differences; refuse if there are any."""
        differences = "".join(archiving.differences(Path(path), wanted))
        if differences:
            sys.stdout.buffer.write(differences.encode(errors="surrogateescape"))
            sys.stdout.flush()
            raise CommandError(
                f"{path} differs from the published list; "
                f"update it with: manage.py export_readme {path}"
            )

    def warn(self, path: str, readme: str) -> None:
        """Say so if GitHub does not show all of the README, or soon will not."""
        size = len(readme.encode())
        if size > NEAR:
            self.stderr.write(
                f"{path}: {size:,} bytes; GitHub shows the first {SHOWN:,} of a README. Move older "
                "entries to archives beside it with --split year or --split section"
            )


def add_split_arguments(parser: CommandParser) -> None:
    """Declare how a long list is split."""
    parser.add_argument(
        "--split",
        choices=["section", "year"],
        help="move the oldest entries to README-SECTION.md or README-YEAR.md beside it until the "
        "README is within the limit",
    )
    parser.add_argument(
        "--limit",
        type=int,
        default=NEAR,
        metavar="BYTES",
        help=f"the README's limit for --split ({NEAR})",
    )


def split_rule(options: dict[str, Any]) -> Rule | None:
    """Return how the list is to be split; None for one file."""
    return Rule(options["split"], options["limit"]) if options["split"] else None
