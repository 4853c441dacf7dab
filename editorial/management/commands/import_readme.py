"""``manage.py import_readme``: a Markdown list onto the desk."""

from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import (
    BaseCommand,
    CommandError,
    CommandParser,
    no_translations,
)
from tqdm import tqdm

from digest import archiving
from digest.files import UnreadableError, refuse_nul
from digest.readme.joining import Joined
from editorial.actions import Refused
from editorial.incoming import import_readme, telling
from editorial.incoming.plan import Report
from editorial.incoming.telling import Paint


class Command(BaseCommand):
    help = (
        "Read a README list. New and changed entries become revisions in review or, with "
        "--publish, are published at once. Nothing is removed unless you say --take-down-missing, "
        "and the same file again changes nothing. Either all of the file is taken in or none."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("path", help="the README to read; - for standard input")
        parser.add_argument(
            "--by", metavar="USER", help="in whose name; the user must have the right to"
        )
        parser.add_argument(
            "--publish",
            action="store_true",
            help="publish what is new and changed, and take over sections, text and order",
        )
        parser.add_argument(
            "--take-down-missing",
            action="store_true",
            help="with --publish: take down what the file lacks and restore what it has again, so "
            "that the list is the file",
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="print the plan and write nothing: what is new, changed, moved, removed or in "
            "doubt, and what the desk changed meanwhile",
        )
        parser.add_argument(
            "--json",
            action="store_true",
            help="with --dry-run: print the plan as JSON, for scripts",
        )
        parser.add_argument(
            "--tag",
            action="append",
            default=[],
            metavar="TAG",
            help="give every new entry this tag; may be repeated",
        )

    @no_translations  # notes too are in the language of the command line
    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Run the command."""
        path, publish = options["path"], options["publish"]
        if options["take_down_missing"] and not publish:
            raise CommandError("--take-down-missing goes with --publish")
        if options["json"] and not options["dry_run"]:
            raise CommandError("--json goes with --dry-run")
        source = list_of(path)
        bar = tqdm(unit=" entries", disable=None, leave=False, file=self.stderr)

        def show(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        try:
            with bar:
                report = import_readme(
                    source.text,
                    find_user(options["by"]),
                    publish=publish,
                    take_down_missing=options["take_down_missing"],
                    dry_run=options["dry_run"],
                    folder=None if path == "-" else Path(path).resolve().parent,
                    tag_names=options["tag"],
                    progress=show,
                )
        except Refused as refusal:
            raise CommandError(f"{path}: {refusal}") from None
        for note in sorted(report.notes, key=lambda note: note.line):
            file, line = source.where(note.line)
            self.stderr.write(f"{file}:{line}: {note.text}")
        if options["json"]:
            self.stdout.writelines(f"{line}\n" for line in telling.json_lines(report))
            return
        if options["dry_run"]:
            paint = Paint(self.style.ERROR, self.style.SUCCESS, self.style.MIGRATE_HEADING)
            self.stdout.writelines(f"{one}\n" for one in telling.lines(report, source.where, paint))
        self.stdout.write(summary(report, publish=publish, dry_run=options["dry_run"]))


def summary(report: Report, *, publish: bool, dry_run: bool) -> str:
    """Return the sum of an import in one line."""
    counted = (
        (report.merged, "merged with changes of the desk"),
        (report.desk_only, "changed only at the desk (kept)"),
        (report.conflicts, "changed on both sides (waiting for a decision)"),
        (report.ambiguous, "in doubt (waiting for a decision)"),
        (report.waiting, "waiting for review already"),
        (report.taken_down, "not in the file (taken down)"),
        (report.restored, "in the file again (restored)"),
        (report.removed, "removed from the file (waiting for a publisher)"),
        (report.kept - report.removed, "live but not in the file (kept)"),
    )
    parts = [f"{report.new} new", f"{report.changed} changed", f"{report.same} unchanged"]
    parts += [f"{count} {what}" for count, what in counted if count]
    if report.frame_changed:
        taken = "taken over" if publish else "waiting for a publisher"
        parts.append(f"sections, text or order changed ({taken})")
    return ", ".join(parts) + (" (dry run: nothing written)" if dry_run else "")


def list_of(path: str) -> Joined:
    """Return the list in a file and its archives, or raise CommandError with the line at fault."""
    try:
        source = archiving.read(path)
        refuse_nul(source.text, path)
    except UnreadableError as error:
        raise CommandError(str(error)) from None
    return source


def find_user(name: str | None) -> User:
    """Return the user of this name, or raise CommandError with what to do."""
    if not name:
        raise CommandError("say in whose name: --by USER")
    try:
        return User.objects.get(username=name, is_active=True)
    except User.DoesNotExist:
        raise CommandError(
            f"there is no active user {name!r}; make one with: manage.py createsuperuser"
        ) from None
