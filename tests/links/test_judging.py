"""A link dies slowly: only what fails again and again over days is dead, and it may come back."""

from datetime import UTC, datetime, timedelta

import pytest

from digest.outgoing import Answer
from editorial.links.judging import Outcome, Standing, after, judge, wait_asked_for
from editorial.links.models import LinkState

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def over(outcomes: list[tuple[float, Outcome]]) -> Standing:
    """Return how a new link stands after these outcomes, each so many days after the first."""
    state, failures, since = LinkState.NEW, 0, None
    for days, outcome in outcomes:
        standing = after(state, failures, since, outcome, NOW + days * DAY)
        state, failures, since = standing.state, standing.failures, standing.failing_since
    return standing


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        ([(0, Outcome.FAILED)], "suspect"),
        ([(0, Outcome.FAILED), (1, Outcome.FAILED), (2, Outcome.FAILED)], "suspect"),
        ([(0, Outcome.FAILED), (9, Outcome.FAILED)], "suspect"),
        ([(0, Outcome.FAILED), (1, Outcome.FAILED), (3, Outcome.FAILED)], "dead"),
        ([(d, Outcome.FAILED) for d in (0, 0.01, 0.02, 0.03, 0.04)], "suspect"),
        ([(0, Outcome.FAILED), (1, Outcome.OK), (2, Outcome.FAILED), (4, Outcome.FAILED)],
         "suspect"),
        ([(0, Outcome.FAILED), (1, Outcome.BLOCKED), (5, Outcome.FAILED)], "suspect"),
        ([*[(d, Outcome.FAILED) for d in (0, 2, 4)], (5, Outcome.OK)], "ok"),
        ([*[(d, Outcome.FAILED) for d in (0, 2, 4)], (5, Outcome.FAILED)], "dead"),
        ([(0, Outcome.BLOCKED)] * 9, "blocked"),
        ([(0, Outcome.MOVED)], "redirected"),
    ],
)  # fmt: skip
def test_a_row_of_outcomes_makes_a_state(outcomes: list[tuple[float, Outcome]], state: str) -> None:
    assert over(outcomes).state == state


def test_what_is_suspect_is_asked_again_sooner_than_what_is_well() -> None:
    assert over([(0, Outcome.FAILED)]).next_check_at == NOW + DAY
    assert over([(0, Outcome.OK)]).next_check_at == NOW + 7 * DAY


WECHAT = "https://mp.weixin.qq.com/s/abc"


@pytest.mark.parametrize(
    ("url", "text", "outcome"),
    [
        (WECHAT, "<p>该内容已被发布者删除</p>", Outcome.FAILED),
        (WECHAT, "<p>此内容因违规无法查看</p>", Outcome.FAILED),
        (WECHAT, "<title>QLoRA</title><p>一种高效微调方法</p>", Outcome.OK),
        ("https://example.org/x", "<p>该内容已被发布者删除</p>", Outcome.OK),
        ("https://example.org/x", "<title>页面不存在 - 某站</title>", Outcome.FAILED),
        ("https://example.org/x", "<title>Page&nbsp;Not Found</title>", Outcome.OK),
        ("https://example.org/x", "<TITLE>\n Page Not Found\n</TITLE>", Outcome.FAILED),
    ],
)
def test_a_page_that_answers_200_may_say_that_it_is_gone(
    url: str, text: str, outcome: Outcome
) -> None:
    headers = {"content-type": "text/html; charset=utf-8"}
    assert judge(url, Answer(url, 200, headers, text.encode())).outcome is outcome


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("Fri, 27 Nov 2026 12:01:00 GMT", timedelta(minutes=1)),
        ("Fri, 27 Nov 2026 11:00:00 GMT", timedelta()),
        ("99999999999999999999", timedelta(days=1)),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str, wait: timedelta | None) -> None:
    assert wait_asked_for({"Retry-After": text}, NOW) == wait
