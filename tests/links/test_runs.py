"""A run asks politely, keeps what it finds as it goes, and shares the work with other runs."""

import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from editorial.links import runs
from editorial.links.checking import Manners
from editorial.links.gathering import fingerprint
from editorial.links.models import Link, LinkCheck
from editorial.models import Event, Revision
from tests.databases import address
from tests.links.server import Server, answer
from tests.transfer.conftest import ROOT

pytestmark = pytest.mark.django_db(transaction=True)
HOSTS = ["127.0.0.3", "127.0.0.4", "127.0.0.5"]
ROBOTS = answer(200, b"User-agent: *\nCrawl-delay: 1\n", "text/plain")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    pages = {f"/{number}.pdf": answer(200, b"", "application/pdf") for number in range(200)}
    with Server(pages | {"/robots.txt": answer(404)}, HOSTS).running() as running:
        yield running


def make_links(server: Server, number: int, hosts: int = 1) -> list[Link]:
    return [
        Link.objects.create(
            url=(url := server.url(f"/{each}.pdf", host)),
            fingerprint=fingerprint(url),
            host=HOSTS[host],
            next_check_at=timezone.now(),
        )
        for host in range(hosts)
        for each in range(number)
    ]


def gaps(server: Server) -> dict[str, list[float]]:
    """Return the seconds between two requests to each host."""
    starts: dict[str, list[float]] = defaultdict(list)
    for host, moment in server.starts:
        starts[host].append(moment)
    return {host: [b - a for a, b in pairwise(sorted(some))] for host, some in starts.items()}


def test_no_host_is_asked_faster_than_its_delay(server: Server) -> None:
    make_links(server, 6, hosts=3)
    server.starts.clear()
    runs.run(runs.due(timezone.now()), timezone.now(), manners=Manners(delay=0.15, per_host=3))
    found = gaps(server)
    assert {host: len(some) for host, some in found.items()} == dict.fromkeys(HOSTS, 6)
    # Their sum, robots.txt included: where the machine is busy, two that were sent apart may be
    # read together.
    assert min(sum(some) for some in found.values()) > 0.75 * 6 * 0.15


def test_a_host_may_ask_for_a_longer_delay(server: Server) -> None:
    make_links(server, 2)
    server.behaviours["/robots.txt"] = ROBOTS
    server.starts.clear()
    try:
        runs.run(runs.due(timezone.now()), timezone.now(), manners=Manners(delay=0))
    finally:
        server.behaviours["/robots.txt"] = answer(404)
    assert min(gaps(server)[HOSTS[0]][1:]) > 0.5


def test_only_what_is_due_is_asked_unless_told_so(server: Server) -> None:
    make_links(server, 2)
    now = timezone.now()
    Link.objects.filter(pk=Link.objects.latest("pk").pk).update(next_check_at=now + timedelta(1))
    assert runs.due(now).count() == 1
    assert runs.due(now, all_of_them=True).count() == 2
    assert runs.due(now, all_of_them=True, host="127.0.0.9").count() == 0


def test_a_links_newest_checks_are_kept(server: Server) -> None:
    [link] = make_links(server, 1)
    LinkCheck.objects.bulk_create(
        LinkCheck(link=link, at=timezone.now(), state="ok") for _ in range(runs.KEPT + 5)
    )
    runs.run(Link.objects.all(), timezone.now(), manners=Manners(delay=0))
    kept = list(LinkCheck.objects.filter(link=link))
    assert len(kept) == runs.KEPT
    assert kept[0].milliseconds >= 0
    assert kept[0].pk == LinkCheck.objects.latest("pk").pk


def test_what_another_run_has_is_left_to_it_until_that_run_is_gone(server: Server) -> None:
    now = timezone.now()
    make_links(server, 2)
    Link.objects.update(claimed_by="other", claimed_until=now + timedelta(minutes=1))
    report = runs.run(Link.objects.all(), now, manners=Manners(delay=0))
    assert (report.checked, report.busy) == (0, 2)
    later = now + timedelta(minutes=2)
    assert runs.run(Link.objects.all(), later, manners=Manners(delay=0)).checked == 2
    assert not Link.objects.exclude(claimed_until=None).exists()


def test_checking_touches_no_entry(server: Server) -> None:
    make_links(server, 1)
    runs.run(Link.objects.all(), timezone.now(), manners=Manners(delay=0))
    assert not Revision.objects.exists()
    assert not Event.objects.exists()


def test_a_run_that_is_killed_is_gone_on_with(server: Server) -> None:
    """The command as a process of its own, killed at work; the next run asks only the rest."""
    make_links(server, 150)
    script = (
        "import django; django.setup()\n"
        "from django.utils import timezone\n"
        "from editorial.links import runs\n"
        "from editorial.links.checking import Manners\n"
        "now = timezone.now()\n"
        "print(runs.run(runs.due(now), now, manners=Manners(delay=0.02)).checked)\n"
    )
    server.asked.clear()
    process = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, env=environment(), stdout=subprocess.PIPE
    )
    deadline = time.monotonic() + 30
    while not LinkCheck.objects.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    done = LinkCheck.objects.count()
    assert 100 <= done < 150, "killed at work, after the first batch"
    Link.objects.exclude(claimed_until=None).update(claimed_until=timezone.now())  # time passes
    finished = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment(), capture_output=True, check=True
    )
    assert int(finished.stdout) == 150 - done
    assert LinkCheck.objects.count() == 150
    assert set(Link.objects.values_list("state", flat=True)) == {"ok"}


def environment() -> dict[str, str]:
    """The test's own database, for another process."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "digest.settings",
        "DATABASE_URL": address(),
        "DIGEST_OUTGOING_ALLOW": "127.0.0.0/8",
    }
