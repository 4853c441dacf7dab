"""``manage.py demo``: everything that is needed to try Digest out, in one step."""

import socket
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import (
    BaseCommand,
    CommandError,
    CommandParser,
    no_translations,
)

from editorial import demo


class Command(BaseCommand):
    help = (
        "Set up a desk to try out, and serve it: the database, a sign-in for each role (passwords "
        "are made at random and printed once), and the list in fixtures/ imported and published. "
        "Run again it finds what is there and changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--port", type=int, default=8000, help="where to serve (8000)")
        parser.add_argument("--no-serve", action="store_true", help="set up only")

    @no_translations  # notes too are in the language of the command line
    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Run the command."""
        if settings.PRODUCTION:
            raise CommandError("demo makes sign-ins for trying out: not with DIGEST_ENV=production")
        port = options["port"]
        if not options["no_serve"]:
            refuse_busy(port)
        self.print_report(demo.set_up(), f"http://127.0.0.1:{port}")
        if not options["no_serve"]:
            self.stdout.write("Serving; Ctrl-C stops.")
            self.stdout.flush()
            call_command("runserver", f"127.0.0.1:{port}", use_reloader=False, verbosity=0)

    def print_report(self, report: demo.Report, address: str) -> None:
        """Print the sign-ins and the addresses."""
        if report.published:
            self.stdout.write(f"Imported and published {report.published} entries.")
        for note in report.notes:
            self.stdout.write(f"  {demo.LIST.name}:{note.line}: {note.text}")
        if report.passwords:
            self.stdout.write("Sign-ins (printed this once):")
            for name, password in report.passwords.items():
                self.stdout.write(f"  {name:<10} {password}")
        else:
            self.stdout.write(
                "All was set up before. A new password: manage.py changepassword author"
            )
        self.stdout.write(f"Site:  {address}/")
        self.stdout.write(f"Admin: {address}/admin/")


def refuse_busy(port: int) -> None:
    """Raise CommandError if something else listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise CommandError(f"port {port}: {error}; choose another one with --port") from None
