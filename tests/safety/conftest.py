from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Traffic, browser, traffic
from tests.editorial.factories import People
from tests.safety.watching import Watch

__all__ = ["browser", "traffic"]


@pytest.fixture
def people(db: None) -> People:
    return People()


@pytest.fixture
def watch(
    browser: Browser, live_server: LiveServer, traffic: Traffic, settings: Settings
) -> Iterator[Callable[..., Watch]]:
    """Open windows that notice what runs, on a site whose pages may stand in their frames."""
    settings.X_FRAME_OPTIONS = "SAMEORIGIN"
    opened = []

    def watch(*, policy: bool) -> Watch:
        opened.append(Watch(browser, live_server.url, policy=policy))
        return opened[-1]

    yield watch
    for one in opened:
        one.close()
    traffic.settle()
