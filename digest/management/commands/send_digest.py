"""``manage.py send_digest``: last week's issue, by mail, to everybody who subscribed."""

import argparse
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import (
    BaseCommand,
    CommandError,
    CommandParser,
    DjangoHelpFormatter,
    no_translations,
)
from django.core.validators import validate_email
from django.utils import timezone
from tqdm import tqdm

from digest.subscriptions import sending
from digest.subscriptions.transport import MailServerError, Outcome
from digest.weeks import Week


class TeachingFormatter(argparse.RawDescriptionHelpFormatter, DjangoHelpFormatter):
    """Keeps the lines of an example as they are to be copied."""


class Command(BaseCommand):
    help = (
        "Mail last week's issue once to each subscriber. Run it as often as you like: a run goes\n"
        "on where an earlier one ended or was killed, two at once share the work, and what a\n"
        "server asked to send later is tried again. An address that a server does not know three\n"
        "times in a row gets no more mail. A week without entries sends nothing. The exit code is\n"
        "1 if the mail server failed; nothing is lost then.\n\n"
        "From cron, on Mondays, hourly so that what was put off comes, too:\n\n"
        "  0 8-20 * * 1  cd /srv/digest && .venv/bin/python manage.py send_digest >/dev/null\n\n"
        "Or of systemd, a timer beside a oneshot service:\n\n"
        "  [Timer]\n"
        "  OnCalendar=Mon *-*-* 08..20:00:00"
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Show the examples line by line."""
        return super().create_parser(
            prog_name, subcommand, formatter_class=TeachingFormatter, **kwargs
        )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--week", metavar="2023-W26", help="another week that is over")
        parser.add_argument(
            "--dry-run", action="store_true", help="say who would get mail; send and write nothing"
        )
        parser.add_argument(
            "--to",
            metavar="ADDRESS",
            help="send the issue in each language to this address alone, to look at it",
        )

    @no_translations  # one language on the command line
    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Run the command."""
        now = timezone.now()
        week = self.week_of(options["week"])
        if options["dry_run"]:
            self.show_plan(sending.plan(week, now), week)
            return
        if not settings.DIGEST_SITE_URL:
            raise CommandError("set DIGEST_SITE_URL: the links in the mail begin with it")
        if not settings.SENDS_MAIL:
            raise CommandError("set EMAIL_HOST: there is no mail server")
        if options["to"]:
            self.send_sample(week, options["to"])
            return
        if week >= Week.of(now):
            raise CommandError(f"{week} is not over: it ends on {week.last}. --to shows it anyway")
        with tqdm(unit=" letters", disable=None, leave=False, file=self.stderr) as bar:

            def show(done: int, of: int) -> None:
                bar.total = of
                bar.update(done - bar.n)

            report = sending.send(week, settings.DIGEST_SITE_URL, now, show)
        self.show(report, week)

    def week_of(self, name: str | None) -> Week:
        """Return the week that was asked for, or the last one that is over."""
        if name is None:
            return Week.of(timezone.now() - timedelta(days=7))
        try:
            return Week.named(name)
        except ValueError as error:
            raise CommandError(f"--week: {error}") from None

    def send_sample(self, week: Week, address: str) -> None:
        """Send the issue to somebody who looks at it."""
        try:
            validate_email(address)
            number = sending.send_sample(week, settings.DIGEST_SITE_URL, address)
        except ValidationError:
            raise CommandError(f"--to: {address!r} is no mail address") from None
        except MailServerError as error:
            raise CommandError(str(error)) from None
        if not number:
            raise CommandError(f"nothing was published in {week}")
        self.stdout.write(f"{week}: {number} letters sent to {address}, none to subscribers")

    def show_plan(self, plan: sending.Plan, week: Week) -> None:
        """Say what a run would do."""
        letters = ", ".join(f"{number} in {name}" for name, number in plan.letters.items())
        self.stdout.write(
            f"{week}: {_entries(plan.entries)}, {letters or 'nobody'} to get them, "
            f"{plan.before} sent before (dry run: nothing sent)"
        )

    def show(self, report: sending.Report, week: Week) -> None:
        """Say what a run did; raise CommandError if it could not end."""
        if not report.entries:
            self.stdout.write(f"{week}: nothing was published, so nothing is sent")
            return
        for subscriber, code in report.refusals:
            self.stdout.write(f"refused: subscriber {subscriber} ({code})")
        count = report.outcomes
        parts = [
            f"{count[Outcome.SENT]} sent",
            f"{count[Outcome.UNKNOWN] + count[Outcome.REFUSED]} refused",
            f"{report.left} to be tried again",
            f"{report.before} sent before",
        ]
        if report.suspended:
            parts.append(f"{report.suspended} get no more mail, refused too often")
        if report.in_hand:
            parts.append(
                f"{report.in_hand} in the hands of another run, or of one that died: "
                "run this again in a quarter of an hour"
            )
        self.stdout.write(f"{week}: {_entries(report.entries)}, {', '.join(parts)}")
        if report.trouble:
            raise CommandError(f"{report.trouble}. Nothing is lost: run this again")


def _entries(number: int) -> str:
    return "one entry" if number == 1 else f"{number} entries"
