"""The attacks of this folder are real: in a page that escapes nothing they run, and are seen."""

from collections import Counter
from collections.abc import Callable

import pytest

from digest.headers import POLICY
from tests.safety.payloads import payloads
from tests.safety.watching import HARMLESS, Watch

pytestmark = pytest.mark.django_db(transaction=True)
# In each family so many run without a click, at least, in the plainest page that there can be.
RUN = {
    "tags that run": 20,
    "events": 25,
    "out of an attribute": 20,
    "SVG and MathML": 10,
    "mutations": 20,
    "Markdown": 15,
    "templates and scripts": 5,
    "feeds": 3,
    "letters that look alike": 5,
    "characters that nobody sees": 10,
}


PLAIN = "<!doctype html><body>"


def opened(window: Watch, headers: dict[str, str]) -> list[str]:
    """Open a page for each payload that holds it as it is; nothing that they ask for is there."""
    page = {"body": "x", "content_type": "text/plain", "headers": headers}
    window.page.route("**/*", lambda route: route.fulfill(**page))
    window.page.goto(HARMLESS)
    window.context.set_offline(True)
    return window.open([PLAIN + one.text for one in payloads()], at_once=8, patience=1_000)


def test_payloads_run_where_nothing_is_escaped(watch: Callable[..., Watch]) -> None:
    window = watch(policy=False)
    found = opened(window, {})
    ran = Counter(one.family for one in payloads() if one.number in window.hits)
    assert {family: ran[family] for family in RUN if ran[family] < RUN[family]} == {}, ran
    for text in (one.text for one in payloads() if one.text.startswith('<a href="java')):
        assert any(line.startswith(f"{PLAIN}{text}: ") for line in found), "it waits for a click"


def test_the_policy_alone_stops_them_all(watch: Callable[..., Watch]) -> None:
    window = watch(policy=True)
    opened(window, {"Content-Security-Policy": POLICY})
    assert window.hits == {}
