"""What an answer says about a link, and what a row of answers makes of it; no clock, no rows.

A link is not called dead lightly: a page behind a login or a robot's wall is *blocked*, one that
fails is *suspect*, and only one that fails again and again over days is *dead*.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import cache
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from digest.outgoing import Answer, Trouble
from editorial.links.models import LinkState

FAILURES_TO_DIE = 3
DAYS_TO_DIE = timedelta(days=3)

_AGAIN = {
    LinkState.OK: timedelta(days=7),
    LinkState.REDIRECTED: timedelta(days=7),
    LinkState.BLOCKED: timedelta(days=7),
    LinkState.SUSPECT: timedelta(days=1),
    LinkState.DEAD: timedelta(days=14),
}
# Not for us, or not for robots; 999 is LinkedIn's.
_BLOCKED = {401, 402, 403, 405, 406, 407, 429, 451, 999}
_LOGIN = re.compile(
    r"(?:^|[./])(?:login|log-in|signin|sign-in|passport|sso|cas|oauth2?)(?:[./?]|$)", re.I
)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.I | re.S)
_WORST_WAIT = timedelta(days=1)

# Reasons that are neither a status nor a trouble, as they are stored and told on a terminal.
LOGIN, ROBOTS, FRONT_PAGE = "login", "robots.txt", "front-page"
SAYS_GONE = "says: "  # the phrase follows


class Outcome(StrEnum):
    """What one check found."""

    OK = "ok"
    MOVED = "moved"
    BLOCKED = "blocked"
    FAILED = "failed"


@dataclass(frozen=True)
class Verdict:
    """What one check found, why, and where the link leads now if that is another address."""

    outcome: Outcome
    reason: str = ""
    status: int | None = None
    target: str = ""


@dataclass(frozen=True)
class Standing:
    """How a link stands after a check (see ``Link``)."""

    state: LinkState
    failures: int
    failing_since: datetime | None
    next_check_at: datetime


def judge(url: str, answer: Answer) -> Verdict:
    """Return what an answer to a GET says about the link."""
    status, target = answer.status, answer.url if answer.url != url else ""
    if status in _BLOCKED or _is_challenge(answer):
        return Verdict(Outcome.BLOCKED, f"HTTP {status}", status)
    if not 200 <= status < 300:  # a redirect that leads nowhere, too
        return Verdict(Outcome.FAILED, f"HTTP {status}", status)
    if target and _LOGIN.search(_place(target)) and not _LOGIN.search(_place(url)):
        return Verdict(Outcome.BLOCKED, LOGIN, status, target)
    if phrase := _says_gone(answer):
        return Verdict(Outcome.FAILED, f"{SAYS_GONE}{phrase}", status, target)
    if target and _is_home(target) and not _is_home(url):
        return Verdict(Outcome.FAILED, FRONT_PAGE, status, target)
    if answer.moved and _said(target) != _said(url):
        return Verdict(Outcome.MOVED, "", status, target)
    return Verdict(Outcome.OK, "", status)


def judge_trouble(trouble: Trouble) -> Verdict:
    """Return what it says about a link that there is no answer."""
    return Verdict(Outcome.FAILED, trouble.value)


def after(
    state: str, failures: int, failing_since: datetime | None, outcome: Outcome, now: datetime
) -> Standing:
    """Return how a link stands after one more check."""
    if outcome is not Outcome.FAILED:
        now_is = {
            Outcome.OK: LinkState.OK,
            Outcome.MOVED: LinkState.REDIRECTED,
            Outcome.BLOCKED: LinkState.BLOCKED,
        }[outcome]
        return Standing(now_is, 0, None, now + _AGAIN[now_is])
    failures, since = failures + 1, failing_since or now
    is_dead = failures >= FAILURES_TO_DIE and now - since >= DAYS_TO_DIE
    now_is = LinkState.DEAD if is_dead or state == LinkState.DEAD else LinkState.SUSPECT
    return Standing(now_is, failures, since, now + _AGAIN[now_is])


def wait_asked_for(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how long ``Retry-After`` asks to wait, a day at most; None if it asks nothing."""
    text = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    if not text:
        return None
    if text.strip().isdecimal():
        return min(timedelta(seconds=min(int(text), 10**6)), _WORST_WAIT)
    try:
        asked = parsedate_to_datetime(text) - now
    except (TypeError, ValueError):  # no date, or one without a zone
        return None
    return min(max(asked, timedelta()), _WORST_WAIT)


# The reasons that are no HTTP status, in words.
_IN_WORDS = {
    Trouble.ADDRESS.value: _("no address of the web"),
    Trouble.FORBIDDEN.value: _("leads into a network that is not public"),
    Trouble.UNKNOWN_HOST.value: _("there is no such host"),
    Trouble.REFUSED.value: _("the connection fails"),
    Trouble.TIMEOUT.value: _("no answer in time"),
    Trouble.TLS.value: _("its certificate is not valid"),
    Trouble.REDIRECTS.value: _("redirects without an end"),
    Trouble.PROTOCOL.value: _("the answer cannot be read"),
    LOGIN: _("asks for a login"),
    ROBOTS: _("robots.txt keeps us out"),
    FRONT_PAGE: _("leads to the site's front page"),
}


def reason_in_words(reason: str) -> str:
    """Return a reason in the language of the page."""
    if reason.startswith(SAYS_GONE):
        return gettext("the page says “%(text)s”") % {"text": reason.removeprefix(SAYS_GONE)}
    return str(_IN_WORDS.get(reason, reason))


def _is_challenge(answer: Answer) -> bool:
    """Whether it is a riddle for browsers, as Cloudflare sets: the page itself may be well."""
    return any(name.lower() == "cf-mitigated" for name in answer.headers)


def _says_gone(answer: Answer) -> str:
    """Return the phrase by which a page that answers as if all were well says that it is gone."""
    if not answer.body:
        return ""
    text = answer.text
    phrases = _phrases()
    for phrase in phrases.get(urlsplit(answer.url).hostname or "", ()):
        if phrase in text:
            return phrase
    title = _TITLE.search(text)
    named = unescape(title[1]).strip().lower() if title else ""
    return next((phrase for phrase in phrases["*"] if phrase in named), "")


@cache
def _phrases() -> dict[str, list[str]]:
    path = Path(__file__).with_name("phrases.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname or ''}{parts.path}"


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query and not parts.fragment


def _said(url: str) -> str:
    """Return what makes two addresses one: a slash at the end or a fragment makes no difference."""
    return url.partition("#")[0].rstrip("/")
