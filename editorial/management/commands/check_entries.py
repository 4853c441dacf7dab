"""``manage.py check_entries``: which rules the live entries break, for the desk to count."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from digest.models import Article
from digest.readme.rules import RULES
from editorial.live import breaches


class Command(BaseCommand):
    help = (
        "Look at the live entries by the rules and keep what each breaks, so that the desk can "
        "count and list it. Publishing a few entries does this by itself; after an import, and "
        "once a night for what stands twice in the list, this does: "
        "11 3 * * *  cd /srv/digest && .venv/bin/python manage.py check_entries >/dev/null"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "--all",
            action="store_true",
            help="look at every entry anew, as after a new version of Digest with other rules",
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Run the command."""
        looked_at = 0
        total = (Article.objects.published() if options["all"] else breaches.unexamined()).count()
        with tqdm(total=total, unit=" entries", disable=None, leave=False, file=self.stderr) as bar:
            for size in breaches.examine_all(anew=options["all"]):
                looked_at += size
                bar.update(size)
        self.stdout.write(f"{looked_at} entries looked at")
        found = dict(breaches.counts())
        for code in (code for code in RULES if code in found):
            self.stdout.write(f"{found[code]:6} {RULES[code].severity.value:7} {code}")
