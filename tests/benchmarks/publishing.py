"""One entry at a time through the desk, against Wagtail's draft-and-publish in the same run.

Three people: an author proposes and submits, a reviewer approves, a publisher publishes; each step
is a transaction of its own through ``editorial.actions``.  Limit: 5 times as many entries a second
as Wagtail publishes pages, both on SQLite in WAL; ``README.md`` here says how to set Wagtail up.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from django.contrib.auth.models import User
from django.db import connection

from digest.models import Article, Category
from digest.readme import Entry, parse
from editorial.actions import perform, propose
from editorial.roles import ROLES
from tests.benchmarks import peer, scratch
from tests.benchmarks.figures import Figure, amount, at_least, seconds
from tests.benchmarks.lists import generated

ENTRIES = 1_000


def measure(entries: int) -> Iterator[Figure]:
    """Publish up to 1,000 entries, then have Wagtail publish as many pages."""
    count = min(entries, ENTRIES)
    written = [_by_hand(entry) for entry in parse(generated(count)).entries]
    with scratch.database():
        people = [scratch.person(role) for role in ROLES]
        category = Category.objects.create(title="大语言模型", slug="llm", position=1)
        rate = count / seconds(partial(_publish, written, category, people))
        if Article.objects.published().count() != count:
            raise AssertionError("Not everything was published.")
    yield Figure(f"propose, submit, approve, publish {count:,} entries", amount(rate, "/s"))
    if connection.vendor == "sqlite":
        yield from _wagtail(count, rate)


def _by_hand(entry: Entry) -> Entry:
    """Return the entry as a person writes it: no source, no picture, no link to a local file."""
    links = tuple(link for link in entry.links if link.url.startswith("https:"))
    return replace(entry, source="", picture=None, links=links)


def _publish(entries: list[Entry], category: Category, people: list[User]) -> None:
    author, reviewer, publisher = people
    for entry in entries:
        revision = propose(author, category=category, tag_names=["NLP"], entry=entry)
        perform(revision, "submit", author)
        perform(revision, "approve", reviewer)
        perform(revision, "publish", publisher)


def _wagtail(count: int, rate: float) -> Iterator[Figure]:
    there = peer.folder()
    if there is None:
        yield Figure("Wagtail not measured: set WAGTAIL_BENCH, see tests/benchmarks/README.md", "")
        return
    pages = peer.publish(there, count)
    yield Figure(f"Wagtail: draft and publish {count:,} pages", amount(pages, "/s"))
    yield at_least("  Digest : Wagtail", rate / pages, 5)
