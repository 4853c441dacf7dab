"""Checking links of many hosts that answer slowly, against what politeness alone would take.

Limit: 10,000 links over 50 hosts that take 200 ms each, at most 1.5 × the delays between a host's
requests, one after the other.  The hosts are loopback addresses, served by the tests' own server.
"""

import asyncio
from collections.abc import Iterator
from ipaddress import ip_network

from django.test.utils import override_settings
from django.utils import timezone

from editorial.links import runs
from editorial.links.checking import Manners
from editorial.links.gathering import fingerprint
from editorial.models import Link
from tests.benchmarks.figures import Figure, amount, at_most, seconds
from tests.benchmarks.scratch import database
from tests.links.server import Behaviour, Request, Server, Writer, send

HOSTS, SECONDS = 50, 0.2
MANNERS = Manners(delay=SECONDS, per_host=2)


async def slow(request: Request, writer: Writer) -> None:
    """Answer after a while, as a host far away does."""
    await asyncio.sleep(SECONDS)
    send(request, writer, 200, b"", "application/pdf")


def measure(entries: int) -> Iterator[Figure]:
    """Check a tenth as many links as entries are asked for, 10,000 as a rule."""
    number = entries // 10
    behaviours: dict[str, Behaviour] = {f"/{each}.pdf": slow for each in range(number // HOSTS)}
    server = Server(behaviours, [f"127.0.1.{host}" for host in range(1, HOSTS + 1)])
    with (
        database(),
        server.running(),
        override_settings(OUTGOING_ALLOW=[ip_network("127.0.0.0/8")]),
    ):
        now = timezone.now()
        urls = [server.url(path, host) for host in range(HOSTS) for path in behaviours]
        Link.objects.bulk_create(
            Link(url=url, fingerprint=fingerprint(url), host=url[7:17], next_check_at=now)
            for url in urls
        )
        took = seconds(lambda: runs.run(runs.due(now), now, manners=MANNERS))
        yield Figure(f"check of {len(urls):,} links on {HOSTS} hosts", amount(took, "s"))
        yield Figure("  found well", f"{Link.objects.filter(state='ok').count():,}")
        yield Figure("  requests, robots.txt included", f"{len(server.starts):,}")
        polite = len(server.starts) / HOSTS * SECONDS
        yield at_most("  … : what politeness takes", took / polite, 1.5)
