"""``manage.py fetch_papers``: who wrote the list's papers, when and where they appeared."""

from datetime import timedelta
from typing import Any

from django.core.management.base import (
    BaseCommand,
    CommandError,
    CommandParser,
    no_translations,
)
from django.utils import timezone
from tqdm import tqdm

from editorial.management.commands.import_readme import find_user
from editorial.refusals import Refused
from editorial.works import fetching
from editorial.works.facts import name_of
from editorial.works.fetching import Outcome, Report, Told


class Command(BaseCommand):
    help = (
        "Ask arXiv and Crossref about papers with an arXiv id or a DOI whose authors, date or "
        "venue are not known. Only what is empty is filled, and what somebody wrote is never "
        "replaced. A registry that has another title than the list is not believed: look at the "
        "link. Each batch is kept, so a run that is ended goes on where it was. From cron, once a "
        "night: 47 3 * * *  cd /srv/digest && .venv/bin/python manage.py fetch_papers --by "
        "publisher >/dev/null"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--by", metavar="USER", help="in whose name; they must be a publisher")
        parser.add_argument("--limit", type=int, metavar="N", help="at most so many papers")
        parser.add_argument(
            "--older-than",
            type=int,
            default=fetching.AGAIN.days,
            metavar="DAYS",
            help="ask again about papers asked about so long ago (default: %(default)s)",
        )
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="renew what an earlier run found, also of papers that lack nothing",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say which papers are due and ask nobody"
        )

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Run the command."""
        now = timezone.now()
        papers = fetching.due(
            now,
            older_than=timedelta(days=max(options["older_than"], 0)),
            complete=options["overwrite"],
        )[: options["limit"]]
        if options["dry_run"]:
            for identity, title in papers.values_list("identity", "title"):
                self.stdout.write(f"{identity} {title}")
            return
        with tqdm(unit=" papers", disable=None, leave=False, file=self.stderr) as bar:

            def show(done: int, of: int) -> None:
                bar.total = of
                bar.update(done - bar.n)

            try:
                report = fetching.run(
                    find_user(options["by"]),
                    papers,
                    now,
                    overwrite=options["overwrite"],
                    progress=show,
                )
            except Refused as refusal:
                raise CommandError(str(refusal)) from None
        self.stdout.writelines(f"{line}\n" for told in report.told for line in lines(told))
        self.stdout.write(summary(report))
        if report.troubles:
            raise CommandError("; ".join(report.troubles))


def lines(told: Told) -> list[str]:
    """Say what came of one paper, in a line or two; nothing where nothing did."""
    paper = f"{told.paper.identity} {told.paper.title[:60]}"
    said = []
    if told.filled:
        said.append(f"filled     {paper}: {_names(told.filled)}")
    if told.kept:
        said.append(f"kept       {paper}: {_names(told.kept)}")
    if told.outcome is Outcome.WITHDRAWN:
        said.append(f"withdrawn  {paper}")
    if told.outcome is Outcome.MISSING:
        said.append(f"missing    {paper}")
    if told.outcome is Outcome.OTHER:
        said.append(f"other      {paper}: there it is “{told.note}”")
    return said


def summary(report: Report) -> str:
    """Return the sum of a run in one line."""
    outcomes = [told.outcome for told in report.told]
    counted = (
        (sum(bool(told.filled) for told in report.told), "filled"),
        (outcomes.count(Outcome.WITHDRAWN), "withdrawn by their authors"),
        (outcomes.count(Outcome.MISSING), "not known there"),
        (outcomes.count(Outcome.OTHER), "with another title there"),
        (report.later, "left for later"),
    )
    parts = [f"{len(outcomes)} papers asked about"]
    return ", ".join([*parts, *(f"{number} {what}" for number, what in counted if number)])


def _names(facts: tuple[str, ...]) -> str:
    return ", ".join(map(name_of, facts))
