"""What real hosts do, each played by a local server, and the state that a link gets from it."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from editorial.links import runs
from editorial.links.checking import Manners
from editorial.links.gathering import fingerprint
from editorial.links.models import Link
from tests.links import server as play
from tests.links.server import BOMB, HUGE, Server, answer, but_head, first

QUICK = Manners(delay=0, per_host=16, seconds=1.5)
PATIENT = Manners(delay=0, per_host=16, seconds=4)  # so many at once keep a busy machine
GONE = b"<!doctype html><title>404 Not Found</title>"
ROBOTS = b"User-agent: *\nDisallow: /private/\n"

# Address → what the host does there, the state of the link, and what its reason holds.
TABLE: dict[str, tuple[Any, str, str]] = {
    # It is there, whatever the host makes of a HEAD or a range.
    "/page": (answer(200), "ok", ""),
    "/paper.pdf": (answer(200, b"%PDF-1.7", "application/pdf"), "ok", ""),
    "/head-405": (but_head(405), "ok", ""),
    "/head-403": (but_head(403), "ok", ""),
    "/head-404": (but_head(404), "ok", ""),
    "/head-500": (but_head(500), "ok", ""),
    "/head-hangs-up": (play.head_hangs_up, "ok", ""),
    "/part": (play.part, "ok", ""),
    "/no-ranges": (play.no_ranges, "ok", ""),
    "/empty": (answer(200, b""), "ok", ""),
    "/wrong-charset": (answer(200, b"\xff\xfe", "text/html; charset=none-such"), "ok", ""),
    "/huge": (play.huge, "ok", ""),
    "/bomb": (answer(200, BOMB, Content_Encoding="gzip"), "ok", ""),
    "/503-once": (first(503, Retry_After="1"), "ok", ""),
    "/429-once": (first(429, Retry_After="1"), "ok", ""),
    "/about-404": (answer(200, b"<title>Paper</title>Page not found: a survey"), "ok", ""),
    # It moved.
    "/301": (answer(301, b"", Location="/page"), "redirected", ""),
    "/308": (answer(308, b"", Location="/301"), "redirected", ""),
    "/301-encoded": (answer(301, b"", Location="/%E8%AE%BA%E6%96%87"), "redirected", ""),
    "/302": (answer(302, b"", Location="/page"), "ok", ""),
    "/301-then-302": (answer(301, b"", Location="/302"), "ok", ""),
    "/301-slash": (answer(301, b"", Location="/301-slash/"), "ok", ""),
    # Robots are kept out; a reader may well come in.
    "/401": (answer(401), "blocked", "HTTP 401"),
    "/403": (answer(403), "blocked", "HTTP 403"),
    "/429": (answer(429), "blocked", "HTTP 429"),
    "/451": (answer(451), "blocked", "HTTP 451"),
    "/999": (answer(999), "blocked", "HTTP 999"),
    "/challenge": (answer(503, b"", cf_mitigated="challenge"), "blocked", "HTTP 503"),
    "/to-login": (answer(302, b"", Location="/login?next=/x"), "blocked", "login"),
    "/private/page": (answer(200), "blocked", "robots.txt"),
    # It is gone, or seems to be.
    "/404": (answer(404), "suspect", "HTTP 404"),
    "/410": (answer(410), "suspect", "HTTP 410"),
    "/500": (answer(500), "suspect", "HTTP 500"),
    "/503": (answer(503), "suspect", "HTTP 503"),
    "/says-404": (answer(200, GONE), "suspect", "404 not found"),
    "/to-front": (answer(301, b"", Location="/"), "suspect", "front-page"),
    "/301-nowhere": (answer(301, b""), "suspect", "HTTP 301"),
    "/loop": (answer(302, b"", Location="/loop-2"), "suspect", "redirects"),
    "/to-itself": (answer(301, b"", Location="/to-itself"), "suspect", "redirects"),
    "/far-0": (play.too_far, "suspect", "redirects"),
    "/to-file": (answer(302, b"", Location="file:///etc/passwd"), "suspect", "address"),
    "/to-10": (answer(302, b"", Location="http://10.0.0.1/"), "suspect", "forbidden"),
    "/to-metadata": (
        answer(302, b"", Location="http://169.254.169.254/latest/"), "suspect", "forbidden",
    ),
    "/to-v6": (answer(302, b"", Location="http://[::ffff:10.0.0.1]/"), "suspect", "forbidden"),
    "/silent": (play.silent, "suspect", "timeout"),
    "/drips": (play.drips, "suspect", "timeout"),
    "/hangs-up": (play.hangs_up, "suspect", "protocol"),
    "/resets": (play.resets, "suspect", ""),
    "/garbage": (play.garbage, "suspect", "protocol"),
}  # fmt: skip
BESIDES = {
    "/": answer(200),
    "/login": answer(200),
    "/loop-2": answer(302, b"", Location="/loop"),
    "/301-slash/": answer(200),
    "/%E8%AE%BA%E6%96%87": answer(200),
    "/robots.txt": answer(200, ROBOTS, "text/plain"),
    "/wait": answer(429, b"", Retry_After="3600"),
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    behaviours = {path: row[0] for path, row in TABLE.items()} | BESIDES
    with Server(behaviours, ["127.0.0.1", "127.0.0.2"]).running() as running:
        yield running


def link_to(url: str) -> Link:
    return Link.objects.create(
        url=url, fingerprint=fingerprint(url), host="h", next_check_at=timezone.now()
    )


def checked(*urls: str, manners: Manners = QUICK) -> list[Link]:
    links = [link_to(url) for url in urls]
    runs.run(Link.objects.all(), timezone.now(), manners=manners)
    for link in links:
        link.refresh_from_db()
    return links


@pytest.mark.django_db(transaction=True)
def test_each_behaviour_gets_its_state(server: Server) -> None:
    links = checked(*(server.url(path) for path in TABLE), manners=PATIENT)
    found = {path: (link.state, link.reason) for path, link in zip(TABLE, links, strict=True)}
    wrong = {
        path: found[path]
        for path, (_, state, reason) in TABLE.items()
        if found[path][0] != state or reason not in found[path][1]
    }
    assert wrong == {}
    by_path = dict(zip(TABLE, links, strict=True))
    assert by_path["/308"].target == server.url("/page"), "where it leads in the end"
    assert by_path["/301"].checks.get().target == server.url("/page")


@pytest.mark.django_db(transaction=True)
def test_no_more_of_a_page_is_read_than_is_looked_at(server: Server) -> None:
    [link] = checked(server.url("/huge"))
    assert link.state == "ok"
    assert HUGE > 10_000_000
    assert link.checks.get().milliseconds < 1_400, "it was not read to its end"


@pytest.mark.django_db(transaction=True)
def test_a_host_that_asks_for_an_hour_is_left_alone_for_an_hour(server: Server) -> None:
    now = timezone.now()
    links = [link_to(server.url("/wait", host=1)), link_to(server.url("/page?1", host=1))]
    manners = Manners(delay=0, per_host=1, seconds=1.5)
    report = runs.run(Link.objects.order_by("pk"), now, manners=manners)
    assert (report.later, report.checked) == (2, 0)
    for link in links:
        link.refresh_from_db()
        assert link.state == "new", "nothing is known of it yet"
        assert link.next_check_at >= now + timedelta(hours=1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda server: f"https://127.0.0.1:{server.tls_port}/page", "tls"),
        (lambda server: server.url("/page", scheme="https"), "tls"),
        (lambda _server: f"http://127.0.0.1:{free_port()}/", "refused"),
        (lambda _server: "http://nowhere.invalid/", "unknown-host"),
        (lambda _server: "http://10.1.2.3/", "forbidden"),
        (lambda _server: "http://[::1]/", "forbidden"),
        (lambda _server: "http://2130706433.nip.invalid/", "unknown-host"),
        (lambda _server: "http://exa mple.org/", ""),
    ],
    ids=["nobody-trusts-it", "no-tls", "closed", "no-host", "10", "v6", "name", "blank"],
)
def test_what_cannot_be_reached_is_suspect(server: Server, make: Any, reason: str) -> None:
    [link] = checked(make(server))
    assert link.state == "suspect"
    assert reason in link.reason


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
