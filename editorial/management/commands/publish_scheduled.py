"""``manage.py publish_scheduled``: what is due, to readers; once for cron, or again and again."""

import argparse
import signal
import sys
import time
from datetime import datetime
from typing import Any

from django.core.management.base import (
    BaseCommand,
    CommandError,
    CommandParser,
    DjangoHelpFormatter,
    no_translations,
)
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.utils import timezone

from editorial.models import Revision
from editorial.scheduling import Report, publish_due, scheduled

RUN = "cd /srv/digest && .venv/bin/python manage.py publish_scheduled"


class TeachingFormatter(argparse.RawDescriptionHelpFormatter, DjangoHelpFormatter):
    """Keeps the lines of an example as they are to be copied."""


class Command(BaseCommand):
    help = (
        "Publish every revision whose time has come, the oldest time first, in the name of\n"
        "whoever scheduled it. One that cannot be published keeps its time, says why on its\n"
        "page, and is tried again by the next run; the exit code is 1 then. Two runs at the\n"
        "same moment publish once.\n\n"
        "From cron, every minute (what fails for a new reason goes to standard error, and\n"
        "so into cron's mail, once):\n\n"
        f"  * * * * *  {RUN} >/dev/null\n\n"
        "Or as a service that stays, for example of systemd (SIGTERM ends it cleanly):\n\n"
        "  [Service]\n"
        "  WorkingDirectory=/srv/digest\n"
        "  EnvironmentFile=/etc/digest.env\n"
        "  ExecStart=/srv/digest/.venv/bin/python manage.py publish_scheduled --watch\n"
        "  Restart=always"
    )
    stopping = False

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Show the examples line by line."""
        return super().create_parser(
            prog_name, subcommand, formatter_class=TeachingFormatter, **kwargs
        )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "--dry-run", action="store_true", help="show what is due and what waits; write nothing"
        )
        parser.add_argument(
            "--watch",
            action="store_true",
            help="stay, and look again and again; SIGTERM or Ctrl-C ends it after the current one",
        )
        parser.add_argument(
            "--every",
            type=int,
            default=30,
            metavar="SECONDS",
            help="how long --watch waits between two looks (30)",
        )

    @no_translations  # one language on the command line
    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Run the command."""
        if options["every"] < 1:
            raise CommandError("--every: at least 1 second")
        if options["dry_run"]:
            self.show_plan(timezone.now())
        elif options["watch"]:
            self.watch(options["every"])
        else:
            self.run_once()

    def run_once(self) -> None:
        """Publish what is due; exit with 1 if something failed."""
        try:
            report = publish_due(timezone.now())
        except (OperationalError, InterfaceError) as error:
            raise CommandError(f"the database does not answer: {in_one_line(error)}") from None
        self.show(report)
        for revision, reason in report.failed:
            self.say(f"not published: {named(revision)}: {reason}")
        self.say(
            f"{len(report.published)} published, {len(report.failed)} failed, "
            f"{report.waiting} waiting for their time"
        )
        if report.failed:
            # Not a CommandError: the log has written to standard error what is new.
            sys.exit(1)

    def watch(self, every: int) -> None:
        """Publish what is due, again and again, until somebody asks to stop."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        self.say(f"Watching, every {every} s; Ctrl-C stops.")
        while not self.stopping:
            try:
                close_old_connections()
                self.show(publish_due(timezone.now(), stop=lambda: self.stopping))
            except (OperationalError, InterfaceError) as error:
                connection.close()
                self.say(f"The database does not answer, so I wait: {in_one_line(error)}")
            self.wait(every)
        self.say("Stopped.")

    def stop(self, *_signal: Any) -> None:
        """Ask to stop."""
        self.stopping = True

    def wait(self, seconds: int) -> None:
        """Sleep for so long, or until somebody asks to stop: Python goes on sleeping after that."""
        until = time.monotonic() + seconds
        while not self.stopping and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, 1))

    def show(self, report: Report) -> None:
        """Say what was published, and when."""
        for revision in report.published:
            self.say(f"{local(revision.updated_at)}  published  {named(revision)}")

    def show_plan(self, now: datetime) -> None:
        """Say what is due and what waits."""
        self.say(f"Times are in {timezone.get_default_timezone_name()}; it is {local(now)}.")
        for revision in scheduled().iterator():
            assert revision.publish_at
            due = "due  " if revision.publish_at <= now else "waits"
            failed = f" (failed: {revision.failure})" if revision.failure else ""
            self.say(f"{local(revision.publish_at)}  {due}  {named(revision)}{failed}")

    def say(self, line: str) -> None:
        """Write a line at once, also into a service's log."""
        self.stdout.write(line)
        self.stdout.flush()


def named(revision: Revision) -> str:
    """Return the revision's number and headline."""
    return f"{revision.pk} “{revision.headline[:60]}”"


def local(moment: datetime) -> str:
    """Return a time in the site's zone."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def in_one_line(error: Exception) -> str:
    """Return what the database said."""
    return " ".join(str(error).split())
