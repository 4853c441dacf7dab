"""What `.deploy/install` sets up: the desk's story passes there, and upgrades lose no reader.

One test, because setting a machine up takes longer than all that is asked of it.
"""

import re
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import press, sign_in
from tests.browser.test_flow import CANARIES, write_entry
from tests.operations.machine import HOST, ROOT, Machine, machine


class Person(NamedTuple):
    username: str


PEOPLE = """
from django.contrib.auth.models import Group, User
for name in ("author", "reviewer", "publisher"):
    person = User.objects.create_user(name, password="engine", is_staff=True)
    person.groups.add(Group.objects.get(name=name))
"""


def test_a_machine_that_the_script_set_up_serves_and_is_upgraded_while_it_does(
    browser: Browser, tmp_path: Path
) -> None:
    with machine() as one:
        one.manage("shell", "-c", PEOPLE)
        one.manage("import_readme", f"{ROOT}/fixtures/README.md", "--publish", "--by=publisher")
        assert_files_come_from_nginx(one)
        assert_other_names_get_no_answer(one)
        assert_who_has_a_page_gets_304_although_it_is_compressed(one)
        assert_an_entry_goes_from_its_author_to_readers_of_each_process(one, browser)
        assert_settings_survive_another_run(one)
        assert_no_reader_is_lost_to_an_upgrade_and_back(one)
        assert_a_release_that_is_broken_does_not_run(one, tmp_path)
        assert_one_address_cannot_ask_without_end(one)


def assert_files_come_from_nginx(one: Machine) -> None:
    _, home = one.get("/")
    (style,) = re.findall(r'href="(/static/[^"]+/site\.[^"]+\.css)"', home.decode())
    answer, _ = one.get(style, **{"Accept-Encoding": "gzip"})
    assert (answer.status, answer.headers["Content-Encoding"]) == (200, "gzip")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "X-Request-ID" not in answer.headers  # the app's answers have one
    (one.root / "media/page.html").write_text("<script>alert(1)</script>")
    answer, _ = one.get("/media/page.html")
    assert answer.status == 200
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def assert_other_names_get_no_answer(one: Machine) -> None:
    for connection in (
        HTTPConnection(HOST, one.http, timeout=10),
        HTTPSConnection(HOST, one.https, context=one.tls, timeout=10),
    ):
        with closing(connection):
            connection.request("GET", "/", headers={"Host": "evil.example"})
            with pytest.raises((HTTPException, ConnectionError)):
                connection.getresponse()
    with closing(HTTPConnection(HOST, one.http, timeout=10)) as connection:
        connection.request("GET", "/tags/?page=2")
        answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, f"{one.address}/tags/?page=2")


def assert_who_has_a_page_gets_304_although_it_is_compressed(one: Machine) -> None:
    answer, _ = one.get("/", **{"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    known = {"Accept-Encoding": "gzip", "If-None-Match": answer.headers["ETag"]}
    assert one.get("/", **known)[0].status == 304


def assert_an_entry_goes_from_its_author_to_readers_of_each_process(
    one: Machine, browser: Browser
) -> None:
    with windows(one, browser) as (author, reviewer, publisher):
        author.click("main a[href$='/revision/add/']")
        write_entry(author)
        press(author, "submit")
        reviewer.goto(author.url)
        press(reviewer, "approve")
        for number in (0, 1):  # each makes its page, and keeps it
            assert not CANARIES.search(one.get_from(number, "/"))
        publisher.goto(author.url)
        press(publisher, "publish")
        for number in (0, 1):
            for path in ("/", "/README.md", "/feed.atom"):
                assert "渡鸦headline" in one.get_from(number, path)
        author.goto("/")
        expect(author.locator("main")).to_contain_text("渡鸦headline")


@contextmanager
def windows(one: Machine, browser: Browser) -> Iterator[list[Page]]:
    """Open a window for each of the three, signed in."""
    contexts = [
        browser.new_context(base_url=one.address, ignore_https_errors=True, locale="zh-CN")
        for _ in range(3)
    ]
    names = ("author", "reviewer", "publisher")
    yield [
        sign_in(context.new_page(), Person(name))
        for context, name in zip(contexts, names, strict=True)
    ]
    for context in contexts:
        context.close()


def assert_settings_survive_another_run(one: Machine) -> None:
    path = one.folder / "etc/digest/env"
    with path.open("a") as settings:
        settings.write("DIGEST_LOG_FORMAT=json\n")
    before = path.read_text()
    one.install()
    assert path.read_text() == before
    assert path.stat().st_mode & 0o777 == 0o600


def assert_no_reader_is_lost_to_an_upgrade_and_back(one: Machine) -> None:
    current = one.root / "current"
    before = current.readlink()
    with reading(one) as statuses:
        one.run(".deploy/upgrade", "--prefix", one.folder)
        assert current.readlink() != before
        one.run(".deploy/upgrade", "--prefix", one.folder, "--rollback")
        assert current.readlink() == before
    assert len(statuses) > 20
    assert set(statuses) == {200}


@contextmanager
def reading(one: Machine) -> Iterator[list[int]]:
    """Ask for the home page again and again, and give the status of each answer."""
    ended = threading.Event()
    statuses: list[int] = []

    def read() -> None:
        while not ended.wait(0.05):
            statuses.append(one.get("/")[0].status)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield statuses
    finally:
        ended.set()
        thread.join()


def assert_a_release_that_is_broken_does_not_run(one: Machine, tmp_path: Path) -> None:
    before = (one.root / "current").readlink()
    checkout = tmp_path / "checkout"
    shutil.copytree(ROOT, checkout, ignore=shutil.ignore_patterns(".[!d]*", ".data", "tests"))
    (checkout / "digest/urls.py").write_text("urlpatterns = nothing\n")
    with pytest.raises(AssertionError, match="name 'nothing' is not defined"):
        one.run(checkout / ".deploy/upgrade", "--prefix", one.folder)
    assert (one.root / "current").readlink() == before
    assert one.get("/")[0].status == 200


def assert_one_address_cannot_ask_without_end(one: Machine) -> None:
    costly, cheap = answers_until_refused(one, "/README.md"), answers_until_refused(one, "/healthz")
    assert 20 <= costly < 100 <= cheap


def answers_until_refused(one: Machine, path: str) -> int:
    statuses = []
    end = time.monotonic() + 20
    with closing(HTTPSConnection(HOST, one.https, context=one.tls, timeout=30)) as connection:
        while 429 not in statuses and time.monotonic() < end:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            statuses.append(answer.status)
    assert set(statuses) == {200, 429}
    return statuses.index(429)
