"""``manage.py doctor``: whether the tables still agree with each other."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from editorial.doctor import Check, Finding, examine


class Command(BaseCommand):
    help = (
        "Check that articles, revisions, log, search, places, papers and pictures agree with each "
        "other. Writes nothing unless told to; the exit code is 1 while something is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "--repair", action="store_true", help="put right what can be, where nothing is lost"
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Run the command."""
        now = timezone.now()
        wrong = 0
        for check, finding in examine(now):
            if finding is None:
                self.stdout.write(f"{check.code:9} ok: {check.says}")
                continue
            self.stdout.write(told(finding))
            if options["repair"] and check.repair:
                check.repair(now)
                self.stdout.write(f"{'':9} repaired")
            else:
                self.stdout.write(f"{'':9} to do: {remedy(check)}")
                wrong += 1
        if wrong:
            raise CommandError(f"{wrong} of the checks found something to do")


def told(finding: Finding) -> str:
    """Return what was found, the first of it in words."""
    more = finding.number - len(finding.first)
    named = "; ".join(finding.first) + (f"; and {more} more" if more else "")
    return f"{finding.check.code:9} {finding.number} wrong: {named}"


def remedy(check: Check) -> str:
    """Return what a person does about it."""
    return "manage.py doctor --repair" if check.repair else check.remedy
