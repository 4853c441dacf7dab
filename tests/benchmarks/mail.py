"""The weekly issue mailed to 1,000 subscribers, against the same letters sent without notes.

Limits: at least 0.3 of the rate at which Django alone writes and sends the letters, for each is
claimed before and noted after; the peak of memory for twice as many subscribers at most
1.2 ×.  smtplib alone sends letters that are written already.  The server is a process of its own
on this machine, which takes everything at once.
"""

import tracemalloc
from collections.abc import Iterator
from smtplib import SMTP

from django.core.mail import get_connection
from django.test.utils import override_settings
from django.utils import timezone

from digest.issues import weeks
from digest.models import Mailing, Subscriber
from digest.subscriptions import sending
from digest.subscriptions.letters import IssueLetters
from digest.subscriptions.transport import Outcome
from digest.weeks import Week
from tests.benchmarks.figures import Figure, amount, at_least, at_most, best
from tests.benchmarks.scratch import database
from tests.benchmarks.sink import sink
from tests.factories import ArticleFactory, CategoryFactory

SUBSCRIBERS, ENTRIES = 1_000, 20
WEEK = Week(2023, 26)
SITE = "https://papers.example.org"


def measure(entries: int) -> Iterator[Figure]:
    """Send to a thousand, and see how much memory many take."""
    with database(), sink() as port, sending_to(port):
        category = CategoryFactory.create()
        for _ in range(ENTRIES):
            ArticleFactory.create(category=category)
        subscribe(SUBSCRIBERS // 2)
        send()  # what is imported and counted once
        few = peak()
        subscribe(SUBSCRIBERS - SUBSCRIBERS // 2)
        yield at_most("memory, 2 × as many subscribers : as it was", peak() / few, 1.2)
        letters = IssueLetters(WEEK, weeks(), SITE)
        written = [letter for one in Subscriber.objects.all() if (letter := letters.to(one))]
        raw = [(letter.to[0], letter.message().as_bytes()) for letter in written]
        bare = SUBSCRIBERS / best(lambda: send_bare(port, raw), 2)
        yield Figure(f"smtplib alone, letters of {len(raw[0][1]):,} bytes", amount(bare, "/s"))
        django = SUBSCRIBERS / best(lambda: get_connection().send_messages(written), 2)
        yield Figure("Django alone, writing them", amount(django, "/s"))
        ours = SUBSCRIBERS / best(send, 2)
        yield Figure("send_digest", amount(ours, "/s"))
        yield Figure("  … : smtplib alone", amount(ours / bare, "×"))
        yield at_least("  … : Django alone", ours / django, 0.3)


def subscribe(number: int) -> None:
    """Add so many, of both languages."""
    now, first = timezone.now(), Subscriber.objects.count()
    Subscriber.objects.bulk_create(
        Subscriber(
            email=f"reader{n}@example.org",
            language=("zh-hans", "en")[n % 2],
            asked_at=now,
            confirmed_at=now,
        )
        for n in range(first, first + number)
    )


def send() -> None:
    """Mail the week to all, as if for the first time."""
    Mailing.objects.all().delete()
    report = sending.send(WEEK, SITE, timezone.now())
    assert report.outcomes == {Outcome.SENT: Subscriber.objects.count()}, report


def send_bare(port: int, written: list[tuple[str, bytes]]) -> None:
    """Send these letters over one connection, and nothing else."""
    with SMTP("127.0.0.1", port) as connection:
        for address, letter in written:
            connection.sendmail("digest@localhost", [address], letter)


def peak() -> float:
    """Return the most memory that Python's objects take while all is sent."""
    tracemalloc.start()
    send()
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def sending_to(port: int) -> override_settings:
    """Return the settings that send to this port."""
    backend = "django.core.mail.backends.smtp.EmailBackend"
    return override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port)
