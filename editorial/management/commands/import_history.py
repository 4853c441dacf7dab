"""``manage.py import_history``: the versions that a git repository has of a list."""

from typing import Any

from django.core.management.base import (
    BaseCommand,
    CommandError,
    CommandParser,
    no_translations,
)
from tqdm import tqdm

from editorial.actions import Refused
from editorial.git.client import GitError, Repository
from editorial.git.history import Report, import_history
from editorial.git.message import counted
from editorial.management.commands.import_readme import find_user


class Command(BaseCommand):
    help = (
        "Replay the history of a list in a git repository: each version is published with its "
        "commit's date, so that articles know when they were added and changed. For an empty desk. "
        "A run that was stopped goes on where it was; the same command again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--repo", required=True, metavar="DIR", help="a clone, with its branch")
        parser.add_argument(
            "--path", default="README.md", help="the list in the repository (README.md)"
        )
        parser.add_argument(
            "--by",
            metavar="USER",
            help="in whose name; who has an account with a commit's e-mail address acts in their "
            "own. The user must have the right to publish",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen and write nothing"
        )

    @no_translations  # notes in the log are in the language of the command line
    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Run the command."""
        bar = tqdm(unit=" versions", disable=None, leave=False, file=self.stderr)

        def show(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        try:
            with bar:
                report = import_history(
                    Repository(options["repo"]),
                    options["path"],
                    find_user(options["by"]),
                    dry_run=options["dry_run"],
                    progress=show,
                )
        except (GitError, Refused) as refusal:
            raise CommandError(str(refusal)) from None
        for commit, reason in report.skipped:
            self.stderr.write(f"left out {commit}: {reason}")
        self.stdout.write(summary(report, dry_run=options["dry_run"]))


def summary(report: Report, *, dry_run: bool) -> str:
    """Return the sum of a replay in one line."""
    parts = [f"{counted(len(report.taken), 'version')} taken in"]
    if report.taken:
        first, last = report.taken[0], report.taken[-1]
        parts[0] += f" ({first.at:%Y-%m-%d} to {last.at:%Y-%m-%d})"
    if report.known:
        parts.append(f"{report.known} known already")
    if report.skipped:
        parts.append(f"{len(report.skipped)} left out")
    return ", ".join(parts) + (" (dry run: nothing written)" if dry_run else "")
