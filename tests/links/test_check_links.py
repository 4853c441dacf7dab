"""``check_links`` as cron calls it."""

from collections.abc import Iterator

import pytest

from editorial.models import Link
from editorial.transitions import State
from tests.editorial.factories import People, revision_in
from tests.links.server import Server, answer
from tests.transfer.conftest import Run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    pages = {"/there": answer(200), "/gone": answer(410), "/robots.txt": answer(404)}
    with Server(pages, ["127.0.0.1"]).running() as running:
        yield running


@pytest.fixture(autouse=True)
def _entry(server: Server, people: People) -> None:
    there, gone = server.url("/there"), server.url("/gone")
    revision_in(State.PUBLISHED, people, url=there, links=[["paper", gone]], summary="s")


def test_it_checks_what_is_due_and_says_what_it_found(run: Run) -> None:
    assert run("check_links", "--delay", "0").splitlines()[-1] == (
        "2 of 2 links checked, 1 ok, 1 suspect"
    )
    assert run("check_links", "--delay", "0").splitlines()[-1] == "0 of 2 links checked"
    assert "2 of 2 links checked" in run("check_links", "--delay", "0", "--recheck")


def test_it_names_what_changed(server: Server, run: Run) -> None:
    run("check_links", "--delay", "0")
    server.behaviours["/gone"] = answer(200)
    try:
        told = run("check_links", "--delay", "0", "--recheck")
    finally:
        server.behaviours["/gone"] = answer(410)
    assert f"ok         {server.url('/gone')}" in told


def test_a_dry_run_asks_nobody(server: Server, run: Run) -> None:
    server.asked.clear()
    told = run("check_links", "--dry-run")
    assert set(told.splitlines()) == {server.url("/there"), server.url("/gone")}
    assert not server.asked
    assert set(Link.objects.values_list("state", flat=True)) == {"new"}


def test_a_host_and_a_limit_narrow_it_down(run: Run) -> None:
    assert "0 of 2 links checked" in run("check_links", "--host", "elsewhere.org")
    assert "1 of 2 links checked" in run("check_links", "--delay", "0", "--limit", "1")
