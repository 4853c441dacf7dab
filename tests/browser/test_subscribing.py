"""A reader asks for the weekly issue, confirms, reads it and leaves, on any screen."""

import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from digest.inbox import guards
from digest.models import Subscriber
from digest.subscriptions import sending
from digest.weeks import Week
from tests.browser.audit import violations
from tests.browser.desk import DEVICES, too_wide
from tests.factories import ArticleFactory
from tests.smtp import MailServer, mail_server, send_to

WORDS = {
    "": ("每周邮件", "您的邮箱地址", "简体中文", "订阅", "是的，请发给我", "退订"),
    "/en": (
        *("Weekly by mail", "Your mail address", "English", "Subscribe", "Yes, send it to me"),
        "Unsubscribe",
    ),
}


@pytest.fixture
def server(live_server: LiveServer, settings: Settings) -> Iterator[MailServer]:
    with mail_server() as server:
        send_to(server.port, settings)
        yield server


def show(page: Page, letter: EmailMessage) -> None:
    """Show a letter as a mail program does, to which the site's policy does not apply."""
    body = letter.get_body(("html",))
    assert body
    page.goto("about:blank")
    page.set_content(body.get_content())


@pytest.mark.parametrize(
    ("prefix", "device", "scheme", "scripts"),
    [("", "phone", "dark", False), ("/en", "desktop", "light", True)],
)
def test_from_the_form_to_the_letter_and_away(
    new_page: Callable[..., Page],
    server: MailServer,
    live_server: LiveServer,
    prefix: str,
    device: str,
    scheme: str,
    scripts: bool,
) -> None:
    article = ArticleFactory.create()
    footer, address, language, subscribe, yes, leave = WORDS[prefix]
    page = new_page(java_script_enabled=scripts, color_scheme=scheme, **DEVICES[device])
    page.goto(f"{prefix}/")
    page.get_by_role("link", name=footer).click()
    page.get_by_label(address).fill("reader@example.org")
    expect(page.get_by_label(language)).to_be_checked()
    page.wait_for_timeout(guards.FASTEST.total_seconds() * 1000 + 200)
    page.get_by_role("button", name=subscribe).click()
    expect(page.get_by_role("status")).to_be_visible()

    found = re.search(r"http\S+", server.letters[0].get_content())
    assert found
    page.goto(found[0])
    page.get_by_role("button", name=yes).click()
    expect(page.get_by_role("status")).to_be_visible()
    assert Subscriber.objects.active().exists()

    sending.send(Week.named("2023-W26"), live_server.url, timezone.now())
    show(page, server.letters[1])
    expect(page.get_by_role("link", name=article.headline)).to_be_visible()
    assert too_wide(page) == []
    page.get_by_role("link", name=leave).click()
    page.get_by_role("button", name=leave).click()
    expect(page.get_by_role("status")).to_be_visible()
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize(
    ("prefix", "scheme", "device"), [("", "light", "phone"), ("/en", "dark", "desktop")]
)
def test_pages_and_letter_are_for_everyone(
    new_page: Callable[..., Page],
    server: MailServer,
    live_server: LiveServer,
    prefix: str,
    scheme: str,
    device: str,
) -> None:
    ArticleFactory.create(title="Attention", links=[["paper", "https://arxiv.org/abs/1"]])
    page = new_page(color_scheme=scheme, **DEVICES[device])
    found = []
    for path in ("subscribe/", "subscribe/sent/", "subscribe/x/", "unsubscribe/x/"):
        page.goto(f"{prefix}/{path}")
        found += [f"{path} {violation}" for violation in violations(page)]
        found += [f"{path} is too wide: {one}" for one in too_wide(page)]
    week = Week.named("2023-W26")
    assert sending.send_sample(week, live_server.url, "editor@example.org") == 2
    for letter in server.letters:
        show(page, letter)
        found += [f"letter: {violation}" for violation in violations(page)]
    assert not found, "\n".join(found)
