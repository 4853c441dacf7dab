"""``manage.py check_links``: whether the list's links still lead somewhere."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from tqdm import tqdm

from editorial.links import gathering, runs
from editorial.links.checking import Manners
from editorial.links.models import LinkState


class Command(BaseCommand):
    help = (
        "Check the links of live entries, open revisions and the text between: those whose time "
        "has come, many hosts at once, each politely. Results are kept as they come, so a run that "
        "is ended goes on where it was; two runs at once share the work. From cron, every hour: "
        "17 * * * *  cd /srv/digest && .venv/bin/python manage.py check_links >/dev/null"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--host", default="", help="only the links to this host")
        parser.add_argument("--limit", type=int, metavar="N", help="at most so many links")
        parser.add_argument(
            "--recheck", action="store_true", help="also links that were checked lately"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say which links are due and ask none"
        )
        parser.add_argument(
            "--delay",
            type=float,
            default=runs.POLITE.delay,
            metavar="SECONDS",
            help="between two requests to one host (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Run the command."""
        now = timezone.now()
        number = gathering.gather(now)
        links = runs.due(now, all_of_them=options["recheck"], host=options["host"])
        if options["dry_run"]:
            for url in links.values_list("url", flat=True)[: options["limit"]]:
                self.stdout.write(url)
            return
        with tqdm(unit=" links", disable=None, leave=False, file=self.stderr) as bar:

            def show(done: int, of: int) -> None:
                bar.total = of
                bar.update(done - bar.n)

            report = runs.run(
                links,
                now,
                manners=Manners(delay=max(options["delay"], 0)),
                limit=options["limit"],
                progress=show,
            )
        for link in report.changed:
            self.stdout.write(f"{link.state:10} {link.url} {link.reason}".rstrip())
        self.stdout.write(summary(report, number))


def summary(report: runs.Report, number: int) -> str:
    """Return the sum of a run in one line."""
    states = [
        f"{report.states[state]} {state}" for state in LinkState.values if report.states[state]
    ]
    parts = [f"{report.checked} of {number} links checked", *states]
    if report.later:
        parts.append(f"{report.later} left for later, as their hosts ask")
    if report.busy:
        parts.append(f"{report.busy} are being checked by another run")
    return ", ".join(parts)
