"""``manage.py sync``: the desk and a repository kept one list."""

from typing import Any

from django.core.management.base import (
    BaseCommand,
    CommandError,
    CommandParser,
    no_translations,
)

from digest.files import UnreadableError
from digest.management.commands.export_readme import add_split_arguments, split_rule
from digest.readme.splitting import SplitError
from editorial.actions import Refused
from editorial.git.client import GitError
from editorial.git.clone import Clone
from editorial.git.message import counted
from editorial.git.syncing import Report, Wanted, sync
from editorial.management.commands.import_readme import find_user, summary


class Command(BaseCommand):
    help = (
        "Keep the desk and the list in a git repository one: fetch, take in what others changed "
        "(revisions in review or, with --publish, published), and commit what the desk published, "
        "with a message that says what. As long as something that came in waits for a decision, "
        "the list does not go out, for that would undo it. A run that was stopped is finished by "
        "the next one; the same run again commits nothing. Hooks do not run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "--repo", required=True, metavar="DIR", help="a clone that the command may work in"
        )
        parser.add_argument(
            "--path", default="README.md", help="the list in the repository (README.md)"
        )
        parser.add_argument(
            "--branch", metavar="B", help="refuse to work on another branch than this one"
        )
        parser.add_argument(
            "--by", metavar="USER", help="in whose name changes come in; must have the right to"
        )
        parser.add_argument(
            "--publish", action="store_true", help="publish what comes in, as import_readme does"
        )
        parser.add_argument("--push", action="store_true", help="push the commit")
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="fetch, say what would come in and go out, and change nothing",
        )
        add_split_arguments(parser)

    @no_translations  # notes in the log and commits are in the language of the command line
    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Run the command."""
        wanted = Wanted(
            branch=options["branch"],
            push=options["push"],
            publish=options["publish"],
            dry_run=options["dry_run"],
            rule=split_rule(options),
        )
        try:
            user = find_user(options["by"])
            report = sync(Clone(options["repo"]), options["path"], user, wanted)
        except (GitError, Refused, SplitError, UnreadableError) as refusal:
            raise CommandError(str(refusal)) from None
        for line in told(report, options["path"], wanted):
            self.stdout.write(line)


def told(report: Report, path: str, wanted: Wanted) -> list[str]:
    """Return what a sync did, line by line."""
    lines = [report.finished] if report.finished else []
    lines.append(f"{report.branch}: {counted(report.fetched, 'new commit')}")
    if incoming := report.incoming:
        lines += [f"{path}:{note.line}: {note.text}" for note in incoming.notes]
        counts = summary(incoming, publish=wanted.publish, dry_run=wanted.dry_run)
        lines.append(f"in: {counts}")
    else:
        lines.append("in: nothing new")
    if wanted.dry_run and incoming and incoming.writes:
        lines.append("out: depends on what comes in")
    elif report.held:
        lines.append(f"out: held back until it is decided about {report.held}")
    elif report.message:
        subject = report.message.splitlines()[0]
        lines.append(f"out: {report.commit[:10] or 'a commit'} “{subject}”")
    else:
        lines.append("out: nothing to commit")
    if report.pushed:
        lines.append(f"pushed to {report.branch}")
    return lines
