"""An address gets mail at its owner's wish alone, and leaves at once; strangers learn nothing."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from digest.inbox import guards
from digest.models import Category, Delivery, Mailing, Subscriber
from digest.subscriptions import joining
from tests.factories import CategoryFactory, SubscriberFactory
from tests.smtp import MailServer, mail_server, send_to
from tests.subscriptions.conftest import SITE

pytestmark = pytest.mark.django_db
READER = "reader@example.org"


def subscribe(client: Client, email: str = READER, prefix: str = "", **fields: str) -> Any:
    opened = signing.dumps((timezone.now() - timedelta(minutes=1)).timestamp(), salt="digest.inbox")
    typed = {"email": email, "language": "zh-hans", "category": "", "opened": opened, **fields}
    return client.post(f"{prefix}/subscribe/", typed, REMOTE_ADDR="203.0.113.5")


def link(server: MailServer) -> str:
    """Return the path in the last letter."""
    found = re.search(rf"{SITE}(/\S+)", server.letters[-1].get_content())
    assert found
    return found[1]


def later(**span: int) -> None:
    """Let time pass, for what is kept of those who asked."""
    Subscriber.objects.update(asked_at=timezone.now() - timedelta(**span))


def status(response: Any) -> str:
    found = re.search(r'<p role="status">([^<]*)</p>', response.content.decode())
    return found[1] if found else ""


def test_who_asks_confirms_by_a_button_behind_the_link(client: Client, server: MailServer) -> None:
    answer = subscribe(client, "Reader@Example.org")
    assert answer.headers["Location"] == "/subscribe/sent/"
    assert "一封邮件" in status(client.get("/subscribe/sent/"))
    (letter,) = server.letters
    assert letter["To"] == READER
    assert letter["Subject"] == "[Digest] 请确认：每周邮件"
    assert letter["Auto-Submitted"] == "auto-generated"
    page = client.get(link(server))
    assert "是的" in page.content.decode()
    assert not Subscriber.objects.active().exists(), "opening the link is not enough"
    assert "谢谢" in status(client.post(link(server)))
    found = Subscriber.objects.active().get()
    assert (found.email, found.language, found.category) == (READER, "zh-hans", None)
    assert not client.cookies


def test_english_and_one_section_can_be_asked_for(client: Client, server: MailServer) -> None:
    category = CategoryFactory.create()
    subscribe(client, prefix="/en", language="en", category=category.slug)
    assert server.letters[0]["Subject"] == "[Digest] Please confirm: the weekly issue by mail"
    assert link(server).startswith("/en/subscribe/")
    client.post(link(server))
    found = Subscriber.objects.active().get()
    assert (found.language, found.category) == ("en", category)
    Category.objects.all().delete()
    found.refresh_from_db()
    assert found.category is None, "a section that goes leaves the whole list"


@pytest.mark.parametrize(
    "wrong",
    [
        *({"email": ""}, {"email": "nobody"}, {"email": "a@b.org\nBcc: c@d.org"}),
        *({"email": "a" * 250 + "@b.org"}, {"email": "a\0@b.org"}),
        *({"language": "fr"}, {"language": ""}, {"category": "none"}),
    ],
    ids=str,
)
def test_what_cannot_be_taken_is_said(
    client: Client, server: MailServer, wrong: dict[str, str]
) -> None:
    answer = subscribe(client, **wrong)
    assert answer.status_code == 200
    assert "form-error" in answer.content.decode()
    assert not server.letters
    assert not Subscriber.objects.exists()


# --- Strangers ------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["unknown", "confirmed", "suspended"])
def test_who_asks_for_an_address_does_not_learn_whether_it_is_known(
    client: Client, server: MailServer, state: str
) -> None:
    if state != "unknown":
        suspended = timezone.now() if state == "suspended" else None
        SubscriberFactory.create(email=READER, suspended_at=suspended)
    answers = [subscribe(client), subscribe(client), subscribe(client, READER.upper())]
    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {
        (302, "/subscribe/sent/")
    }
    assert len(server.letters) == 1, "an address is asked at most once a day"
    later(days=1, minutes=1)
    subscribe(client)
    assert len(server.letters) == 2


def test_a_stranger_changes_nothing_of_a_subscription(client: Client, server: MailServer) -> None:
    SubscriberFactory.create(email=READER)
    subscribe(client, language="en")
    assert Subscriber.objects.active().get().language == "zh-hans"
    client.post(link(server))
    assert Subscriber.objects.active().get().language == "en", "its owner does"


def test_confirming_ends_a_suspension(client: Client, server: MailServer) -> None:
    SubscriberFactory.create(email=READER, bounces=3, suspended_at=timezone.now())
    subscribe(client)
    client.post(link(server))
    assert Subscriber.objects.active().get().bounces == 0


def test_a_robot_is_thanked_and_nobody_gets_mail(client: Client, server: MailServer) -> None:
    answer = subscribe(client, website="https://spam.example")
    assert answer.headers["Location"] == "/subscribe/sent/"
    assert not server.letters
    assert not Subscriber.objects.exists()


def test_nobody_asks_for_many_addresses(client: Client, server: MailServer) -> None:
    codes = [subscribe(client, f"a{n}@example.org").status_code for n in range(8)]
    assert codes == [302] * guards.PER_SENDER + [429] * 2
    assert len(server.letters) == guards.PER_SENDER


def test_a_huge_form_is_not_read(client: Client, server: MailServer) -> None:
    assert subscribe(client, "x" * 30_000).status_code == 413


# --- Links ----------------------------------------------------------------------------------------


def test_a_link_is_good_for_three_days_and_so_is_the_address(
    client: Client, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(client)
    monkeypatch.setattr(joining, "KEPT", timedelta(seconds=-1))
    for answer in (client.get(link(server)), client.post(link(server))):
        assert answer.status_code == 410
        assert "过期" in status(answer)
    assert not Subscriber.objects.active().exists()
    subscribe(client, "other@example.org")
    assert [one.email for one in Subscriber.objects.all()] == ["other@example.org"]


@pytest.mark.parametrize("signed", ["x", "a:b:c", "forged", "WyJ0Il0:1:x"])
def test_a_link_cannot_be_forged(client: Client, signed: str) -> None:
    SubscriberFactory.create(confirmed_at=None)
    if signed == "forged":
        signed = signing.dumps(["t", "en", 0], salt="another")
    assert client.post(f"/subscribe/{signed}/").status_code == 410
    assert not Subscriber.objects.active().exists()


def test_a_link_of_somebody_who_left_is_good_for_nothing(
    client: Client, server: MailServer
) -> None:
    subscribe(client)
    Subscriber.objects.all().delete()
    assert client.post(link(server)).status_code == 410


# --- Leaving --------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_leaving_takes_one_button_and_forgets_the_address(client: Client, prefix: str) -> None:
    subscriber = SubscriberFactory.create()
    mailing = Mailing.objects.create(week=202326, started_at=timezone.now())
    Delivery.objects.create(mailing=mailing, subscriber=subscriber, at=timezone.now())
    address = f"{prefix}/unsubscribe/{subscriber.token}/"
    for ask in (client.get, client.head):
        assert ask(address).status_code == 200
    assert Subscriber.objects.exists(), "a program that opens links ends no subscription"
    assert ("已删除" if not prefix else "deleted") in status(client.post(address))
    assert not Subscriber.objects.exists()
    assert Delivery.objects.get().subscriber is None, "it stays counted, nameless"
    assert client.post(address).status_code == 200, "once more does no harm"


def test_a_mail_program_leaves_with_one_click(settings: Settings) -> None:
    """RFC 8058: a POST of this body, without a cookie, a token or a redirect."""
    subscriber = SubscriberFactory.create()
    answer = Client(enforce_csrf_checks=True).post(
        f"/unsubscribe/{subscriber.token}/",
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 200
    assert not Subscriber.objects.exists()


def test_who_guesses_learns_nothing(client: Client) -> None:
    subscriber = SubscriberFactory.create()
    pages = [client.get(f"/unsubscribe/{token}/") for token in (subscriber.token, "guessed")]
    assert len({re.sub(r"/unsubscribe/[^/]+/", "", page.content.decode()) for page in pages}) == 1


# --- The mail server ------------------------------------------------------------------------------


def test_an_address_that_its_server_does_not_know_is_said_and_forgotten(
    client: Client, server: MailServer
) -> None:
    server.refuses = READER
    answer = subscribe(client)
    assert "form-error" in answer.content.decode()
    assert READER in answer.content.decode()
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("trouble", ["silent", "later"])
def test_a_server_that_fails_is_said_and_the_address_is_in_no_log(
    client: Client,
    server: MailServer,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    trouble: str,
) -> None:
    server.answers = {READER: f"451 <{READER}> later"}
    SubscriberFactory.create(email="known@example.org")
    before = Subscriber.objects.get().asked_at
    with mail_server(silent=True) as silent, caplog.at_level(logging.DEBUG):
        if trouble == "silent":
            send_to(silent.port, settings)
            settings.EMAIL_TIMEOUT = 0.1
        assert subscribe(client).status_code == 503
    if trouble == "silent":
        assert subscribe(client, "known@example.org").status_code == 503
    assert "No mail could be sent" in caplog.text
    assert "@example.org" not in caplog.text
    assert Subscriber.objects.get().asked_at == before, "they can be asked again at once"


def test_a_site_without_a_mail_server_offers_none(client: Client, settings: Settings) -> None:
    assert "/subscribe/" in client.get("/?x").content.decode()
    settings.SENDS_MAIL = False
    assert "/subscribe/" not in client.get("/?x").content.decode()
    assert client.get("/subscribe/").status_code == 404


# --- The table ------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_an_address_stands_there_once_in_lower_case() -> None:
    SubscriberFactory.create(email=READER)
    for email in (READER, "Other@example.org"):
        with pytest.raises(IntegrityError):
            SubscriberFactory.create(email=email)
    assert READER not in f"{Subscriber.objects.get()} {Subscriber.objects.get()!r}"
