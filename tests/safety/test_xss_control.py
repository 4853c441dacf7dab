"""The attacks of this folder are real: in a page that escapes nothing they run, and are seen."""

from collections import Counter
from collections.abc import Callable

import pytest

from digest.headers import POLICY
from tests.safety.payloads import payloads
from tests.safety.watching import HARMLESS, Watch

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database("the payloads meet no page of ours"),
]
# In each family so many run at once, at least: on a busy machine some come too late to be seen.
RUN = {
    "tags that run": 15,
    "events": 10,
    "out of an attribute": 12,
    "SVG and MathML": 5,
    "mutations": 10,
    "Markdown": 10,
    "templates and scripts": 3,
    "feeds": 2,
    "letters that look alike": 3,
    "characters that nobody sees": 8,
}
# In these every one is seen before it runs, at the latest when somebody clicks.
WAITING = ('<a href="java', "<img src=x onerror", "<div on", "<svg onload", '<iframe src="java')


PLAIN = "<!doctype html><body>"


def opened(window: Watch, headers: dict[str, str]) -> list[str]:
    """Open a page for each payload that holds it as it is; nothing that they ask for is there."""
    page = {"body": "x", "content_type": "text/plain", "headers": headers}
    window.page.route("**/*", lambda route: route.fulfill(**page))
    window.page.goto(HARMLESS)
    window.context.set_offline(True)
    return window.open([PLAIN + one.text for one in payloads()], at_once=8, files=True)


def test_payloads_run_where_nothing_is_escaped(watch: Callable[..., Watch]) -> None:
    window = watch(policy=False)
    found = opened(window, {})
    ran = Counter(one.family for one in payloads() if one.number in window.hits)
    assert {family: ran[family] for family in RUN if ran[family] < RUN[family]} == {}, ran
    typed = [one.text for one in payloads() if one.text.startswith(WAITING)]
    texts = [text for text in typed if text.endswith(">")]  # else it is no tag
    assert len(texts) > 10
    for text in texts:
        assert any(line.startswith(f"{PLAIN}{text}: ") for line in found), text


def test_the_policy_alone_stops_them_all(watch: Callable[..., Watch]) -> None:
    window = watch(policy=True)
    opened(window, {"Content-Security-Policy": POLICY})
    assert window.hits == {}
