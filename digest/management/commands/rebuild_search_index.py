"""``manage.py rebuild_search_index``: what search knows of every article, read anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from digest.models import Article
from digest.search import index


class Command(BaseCommand):
    help = (
        "Read every article anew for search, also those taken down. Publishing keeps search in "
        "step; this is for a database that was written to in another way, or by another version."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "--check",
            action="store_true",
            help="write nothing; say how search differs from the articles, and exit with 1 if so",
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Run the command."""
        if options["check"]:
            self.check_index()
        else:
            self.rebuild()

    def rebuild(self) -> None:
        """Rebuild with a progress bar, where a person looks at it."""
        total = 0
        with tqdm(total=Article.objects.count(), unit="article", disable=None) as bar:
            for size in index.rebuild():
                total += size
                bar.update(size)
        self.stdout.write(f"{total} articles read anew for search")

    def check_index(self) -> None:
        """Refuse if a reader would not find what a page says."""
        found = index.difference()
        if found:
            raise CommandError(
                f"search is not in step: {found.missing} articles missing, "
                f"{found.outdated} outdated, {found.left_over} left over; "
                "run: manage.py rebuild_search_index"
            )
        self.stdout.write("search is in step with the articles")
