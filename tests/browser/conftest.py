"""A real browser on a live server: `page` is one window, `new_page` as many as a test needs."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import Any

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.editorial.factories import People
from tests.needs import missing

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",  # CI is root in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",  # no network in tests
]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start one Chromium for all the tests of this folder.

    Playwright keeps an event loop running in this thread as long as it lives, and Django refuses
    the database there unless told that it is meant. Both end with the tests of this folder.
    """
    if not Path(CHROMIUM).exists():
        missing(f"Chromium ({CHROMIUM}; the variable CHROMIUM names another)")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


class Traffic:
    """The requests that the live server is at work on."""

    QUIET = 0.2  # seconds; what was sent just before arrives within them

    def __init__(self) -> None:
        self._lock, self._open, self._last = Lock(), 0, 0.0
        request_started.connect(self._started)
        request_finished.connect(self._finished)

    def _started(self, **_signal: Any) -> None:
        with self._lock:
            self._open, self._last = self._open + 1, monotonic()

    def _finished(self, **_signal: Any) -> None:
        with self._lock:
            self._open, self._last = self._open - 1, monotonic()

    def settle(self) -> None:
        """Wait until all are answered: the database is emptied next, and they would be in its way.

        A window that is left still says so, and a form that is typed in asks for its preview.
        """
        end = monotonic() + 10
        self._last = monotonic()
        while monotonic() < end and (self._open > 0 or monotonic() < self._last + self.QUIET):
            sleep(0.02)


@pytest.fixture(scope="package")
def traffic() -> Traffic:
    return Traffic()


@pytest.fixture
def new_page(
    browser: Browser, live_server: LiveServer, traffic: Traffic
) -> Iterator[Callable[..., Page]]:
    """Open windows that share nothing; options are those of Playwright's `new_context`.

    A script's uncaught error on any of them fails the test, and so does anything that the
    Content-Security-Policy had to stop.
    """
    contexts = []
    errors: list[str] = []

    def new_page(**options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, **{"locale": "zh-CN", **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
        page.on("console", lambda message: stopped(message, errors))
        return page

    yield new_page
    for context in contexts:
        context.set_offline(True)
        context.close()
    traffic.settle()
    assert not errors


def stopped(message: ConsoleMessage, errors: list[str]) -> None:
    """Note what the policy stopped of a page; what Playwright itself puts there has no address."""
    if "Content Security Policy" in message.text and message.location["url"]:
        errors.append(f"{message.location['url']}: {message.text}")


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


@pytest.fixture
def people(live_server: LiveServer) -> People:
    return People()


@pytest.fixture
def screenshot() -> Callable[[Page, str], Path]:
    """Save what a window shows, whole, for a person to look at; git ignores the folder."""

    def screenshot(page: Page, name: str) -> Path:
        path: Path = settings.DATA / "screenshots" / f"{name}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return screenshot
