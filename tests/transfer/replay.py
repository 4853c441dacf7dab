"""``python -m tests.transfer.replay [--seeds N] [--versions N] [--git]``: whole histories, by hand.

Each version is imported as ``import_readme --publish --take-down-missing`` does or, with ``--git``,
committed and taken in by ``manage.py import_history``.  After each the export must be that version,
and the articles tell whether the entries kept their identity.  The tests do the same with shorter
histories.
"""

import argparse
import io
import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import django

from tests.transfer.histories import Keeper, Version
from tests.transfer.repositories import Repo

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass
class Outcome:
    """What a history became; ``unlike`` are the versions that did not come out as they went in."""

    versions: int = 0
    unlike: list[int] = field(default_factory=list)
    articles: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    entries: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    @property
    def kept(self) -> float:
        """The share of entries that were one article from their first version to their last."""
        return sum(len(articles) == 1 for articles in self.articles.values()) / len(self.articles)

    @property
    def wrong(self) -> list[set[int]]:
        """The entries that were taken for one another: they shared an article."""
        return [entries for entries in self.entries.values() if len(entries) > 1]


def replay(versions: Iterable[Version], user: "User") -> Outcome:
    """Import these versions one after the other, and note what they become."""
    from editorial.incoming import import_readme  # noqa: PLC0415 - once Django is set up

    outcome = Outcome()
    for version in versions:
        import_readme(version.text, user, publish=True, take_down_missing=True)
        follow(outcome, version)
    return outcome


def replay_from_git(versions: Iterable[Version], user: "User") -> Outcome:
    """Commit these versions one after the other to a repository, and take each in from there."""
    from django.core.management import call_command  # noqa: PLC0415 - once Django is set up

    outcome = Outcome()
    with TemporaryDirectory(prefix="digest-replay-") as folder:
        repo = Repo(Path(folder))
        for version in versions:
            repo.write(version.text)
            repo.commit("Another version")
            out = io.StringIO()
            call_command("import_history", repo=folder, by=user.username, stdout=out, stderr=out)
            follow(outcome, version)
    return outcome


def follow(outcome: Outcome, version: Version) -> None:
    """Note what this version, which was just taken in, has become."""
    from digest import exporting  # noqa: PLC0415 - once Django is set up
    from digest.models import Article  # noqa: PLC0415

    outcome.versions += 1
    if exporting.readme() != version.text:
        outcome.unlike.append(outcome.versions)
    articles = Article.objects.published().values_list("pk", flat=True)
    for entry, article in zip(version.ids, articles, strict=True):
        outcome.articles[entry].add(article)
        outcome.entries[article].add(entry)


def main() -> None:
    """Replay histories on a database made for it, and print what became of each."""
    parser = argparse.ArgumentParser(prog="python -m tests.transfer.replay", description=__doc__)
    parser.add_argument("--seeds", type=int, default=10, help="so many histories (10)")
    parser.add_argument("--versions", type=int, default=200, help="of so many versions (200)")
    parser.add_argument("--git", action="store_true", help="through git and manage.py")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "digest.settings"
    django.setup()
    from tests.benchmarks import scratch  # noqa: PLC0415 - once Django is set up

    for seed in range(options.seeds):
        with scratch.database():
            publisher = scratch.person("publisher")
            replayed = replay_from_git if options.git else replay
            outcome = replayed(Keeper(seed).versions(options.versions), publisher)
        print(  # noqa: T201
            f"seed {seed}: {outcome.versions} versions, {len(outcome.articles)} entries, "
            f"{outcome.kept:.2%} kept their identity, taken for others: {outcome.wrong or 'none'}, "
            f"exports that differ: {outcome.unlike or 'none'}",
            flush=True,
        )


if __name__ == "__main__":
    main()
