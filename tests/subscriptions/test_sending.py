"""``send_digest`` mails a week's issue once to each subscriber, whatever the mail server does."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from digest.models import Category, Delivery, Mailing, Subscriber
from digest.subscriptions import sending
from digest.weeks import Week
from tests.databases import address
from tests.factories import ArticleFactory, CategoryFactory, SubscriberFactory
from tests.smtp import MailServer, send_to
from tests.subscriptions.conftest import SITE
from tests.transfer.conftest import ROOT

pytestmark = pytest.mark.django_db
WEEK = "2023-W26"  # in which the factory publishes


@pytest.fixture(autouse=True)
def sections() -> list[Category]:
    """Publish two entries in a first section and one in a second; a third one is empty."""
    sections = [CategoryFactory.create(position=n, title=f"栏目{n}") for n in (1, 2, 3)]
    for n, section in enumerate((sections[0], sections[0], sections[1]), 1):
        ArticleFactory.create(category=section, headline=f"头条{n}", position=n)
    return sections


def send(*options: str, week: str = WEEK) -> str:
    """Run the command; return what it printed, and how it ended if not well."""
    out = StringIO()
    try:
        call_command("send_digest", "--week", week, *options, stdout=out, stderr=StringIO())
    except CommandError as error:
        return f"{out.getvalue()}CommandError: {error}"
    return out.getvalue()


def readers(number: int) -> list[str]:
    return [one.email for one in SubscriberFactory.create_batch(number)]


def told(server: MailServer) -> list[str]:
    return sorted(str(letter["To"]) for letter in server.letters)


def part(letter: EmailMessage, kind: str) -> str:
    body = letter.get_body((kind,))
    assert body
    return str(body.get_content())


# --- The letter -----------------------------------------------------------------------------------


def test_each_subscriber_gets_the_issue_in_their_language(server: MailServer) -> None:
    SubscriberFactory.create(email="zh@example.org")
    SubscriberFactory.create(email="en@example.org", language="en")
    assert send() == "2023-W26: 3 entries, 2 sent, 0 refused, 0 to be tried again, 0 sent before\n"
    assert server.connections == 1
    chinese, english = sorted(server.letters, key=lambda letter: letter["To"], reverse=True)
    assert chinese["Subject"] == "[Digest] 2023年第26周"
    assert english["Subject"] == "[Digest] Week 26, 2023"
    assert f"{SITE}/issues/2023-W26/" in part(chinese, "plain")
    assert f"{SITE}/en/issues/2023-W26/" in part(english, "plain")
    for letter in (chinese, english):
        for kind in ("plain", "html"):
            text = part(letter, kind)
            assert re.findall("头条.", text) == ["头条1", "头条2", "头条3"]
            assert re.findall("栏目.", text) == ["栏目1", "栏目2"]
            assert "只需要" in text
        addresses = re.findall(r'(?:href|src)="([^"]*)"', part(letter, "html"))
        assert [one for one in addresses if not one.startswith("https://")] == []


def test_a_mail_program_can_unsubscribe_with_one_click(server: MailServer) -> None:
    subscriber = SubscriberFactory.create(language="en")
    send()
    (letter,) = server.letters
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    leave = letter["List-Unsubscribe"].strip(" <>")
    assert leave == f"{SITE}/en/unsubscribe/{subscriber.token}/"
    assert leave in part(letter, "plain")
    assert leave in part(letter, "html")
    answer = Client(enforce_csrf_checks=True).post(
        leave.removeprefix(SITE),
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 200
    assert not Subscriber.objects.exists()


def test_what_an_entry_says_is_text_in_a_letter(
    server: MailServer, sections: list[Category]
) -> None:
    ArticleFactory.create(
        category=sections[1],
        headline="<script>x</script>**粗**",
        url="javascript:alert(1)",
        links=[["<b>", "file:///C:/x"], ["code", "https://e.org/?a=1&b=2"]],
    )
    SubscriberFactory.create()
    send()
    html, text = (part(server.letters[0], kind) for kind in ("html", "plain"))
    assert "<script" not in html
    assert "javascript:" not in html + text
    assert "file:" not in html + text
    assert 'href="https://e.org/?a=1&amp;b=2"' in html
    assert "https://e.org/?a=1&b=2" in text


def test_a_section_is_for_those_who_asked_for_it(
    server: MailServer, sections: list[Category]
) -> None:
    for section in sections:
        SubscriberFactory.create(email=f"{section.title[-1]}@example.org", category=section)
    send()
    found = {letter["To"]: re.findall("头条.", part(letter, "plain")) for letter in server.letters}
    assert found == {"1@example.org": ["头条1", "头条2"], "2@example.org": ["头条3"]}


def test_of_a_huge_week_a_letter_names_the_first_and_leads_to_the_rest(
    server: MailServer, sections: list[Category]
) -> None:
    for n in range(60):
        ArticleFactory.create(category=sections[2], headline=f"更多{n}", position=n + 1)
    SubscriberFactory.create(language="en")
    send()
    text = part(server.letters[0], "plain")
    assert len(re.findall(r"更多\d+", text)) == 47
    assert f"13 more entries: {SITE}/en/issues/2023-W26/" in text


# --- Who, and when --------------------------------------------------------------------------------


def test_only_who_confirmed_before_it_began_and_is_reached_gets_it(server: MailServer) -> None:
    now = timezone.now()
    SubscriberFactory.create(confirmed_at=None, asked_at=now)
    SubscriberFactory.create(suspended_at=now)
    SubscriberFactory.create(email="one@example.org")
    send()
    SubscriberFactory.create(confirmed_at=timezone.now())
    send()
    assert told(server) == ["one@example.org"]


def test_again_it_sends_nothing(server: MailServer) -> None:
    readers(3)
    assert "3 sent, 0 refused" in send()
    assert "0 sent, 0 refused, 0 to be tried again, 3 sent before" in send()
    assert len(server.letters) == 3
    assert server.connections == 1


def test_a_week_without_entries_sends_nothing(server: MailServer) -> None:
    readers(1)
    assert send(week="2023-W25") == "2023-W25: nothing was published, so nothing is sent\n"
    assert not server.letters
    assert not Mailing.objects.exists()


def test_without_a_week_it_is_the_last_one(server: MailServer, sections: list[Category]) -> None:
    last = timezone.now() - timedelta(days=7)
    ArticleFactory.create(category=sections[0], headline="新的", published_at=last)
    readers(1)
    call_command("send_digest", stdout=StringIO())
    assert "新的" in part(server.letters[0], "plain")
    assert str(Mailing.objects.get()) == str(Week.of(last))


@pytest.mark.parametrize(
    ("week", "said"),
    [
        ("2999-W01", "2999-W01 is not over: it ends on 2999-01-06"),
        ("26", "--week: '26' is no week; write it as 2023-W26"),
        ("2023-W53", "--week:"),
    ],
)
def test_what_is_no_week_that_is_over_is_refused(server: MailServer, week: str, said: str) -> None:
    readers(1)
    assert said in send(week=week)
    assert not server.letters


def test_what_is_missing_is_said_before_anything_is_sent(
    server: MailServer, settings: Settings
) -> None:
    readers(1)
    settings.DIGEST_SITE_URL = ""
    assert "set DIGEST_SITE_URL" in send()
    settings.DIGEST_SITE_URL, settings.SENDS_MAIL = SITE, False
    assert "set EMAIL_HOST" in send()
    assert not Mailing.objects.exists()


def test_a_dry_run_says_who_would_get_it_and_writes_nothing(server: MailServer) -> None:
    readers(2)
    SubscriberFactory.create(language="en")
    plan = "2023-W26: 3 entries, 1 in en, 2 in zh-hans to get them, 0 sent before (dry run"
    assert plan in send("--dry-run")
    assert not Mailing.objects.exists()
    server.refuses = "reader"
    server.refuses = Subscriber.objects.filter(language="en").get().email
    send()
    plan = "2023-W26: 3 entries, nobody to get them, 2 sent before (dry run: nothing sent)\n"
    assert send("--dry-run") == plan
    assert len(server.letters) == 2


def test_it_can_be_looked_at_before(server: MailServer) -> None:
    readers(2)
    said = send("--to", "editor@example.org")
    assert said == "2023-W26: 2 letters sent to editor@example.org, none to subscribers\n"
    assert told(server) == ["editor@example.org"] * 2
    assert {str(letter["Subject"])[9:] for letter in server.letters} == {
        "2023年第26周",
        "Week 26, 2023",
    }
    assert not Mailing.objects.exists()
    assert "is no mail address" in send("--to", "editor")
    assert "nothing was published" in send("--to", "editor@example.org", week="2023-W25")
    server.refuses = "editor"
    assert "550" in send("--to", "editor@example.org")


# --- Refusals -------------------------------------------------------------------------------------


def test_one_address_that_is_refused_keeps_mail_from_nobody(server: MailServer) -> None:
    emails = readers(5)
    gone, full, policy = emails[1:4]
    server.answers = {
        gone: f"550 5.1.1 <{gone}> unknown",
        full: "451 4.2.2 mailbox full",
        policy: "550 5.7.1 we do not like you",
    }
    said = send()
    assert "2 sent, 2 refused, 1 to be tried again" in said
    assert "@example.org" not in said, "no address is in a log"
    assert told(server) == sorted([emails[0], emails[4]])
    bounces = dict(Subscriber.objects.values_list("email", "bounces"))
    assert [bounces[email] for email in (gone, full, policy)] == [1, 0, 0]
    server.answers = {}
    assert "1 sent, 0 refused, 0 to be tried again, 2 sent before" in send()
    assert told(server) == sorted([emails[0], emails[4], full])


def test_too_many_refusals_in_a_row_suspend_a_subscription(
    server: MailServer, sections: list[Category]
) -> None:
    (email,) = readers(1)
    for number in range(7):
        at = datetime(2023, 7, 3, 4, tzinfo=UTC) + timedelta(weeks=number)
        ArticleFactory.create(category=sections[0], published_at=at)

    def week(number: int) -> str:
        return send(week=f"2023-W{27 + number}")

    server.refuses = email
    week(0)
    week(1)
    server.refuses = ""
    assert "1 sent" in week(2), "one that arrives makes good for those before"
    server.refuses = email
    for number in (3, 4):
        assert "get no more mail" not in week(number)
    assert "1 refused" in (last := week(5))
    assert "1 get no more mail, refused too often" in last
    assert "0 sent, 0 refused" in week(6)
    assert not Subscriber.objects.active().exists()


# --- A server that fails --------------------------------------------------------------------------


def test_a_connection_that_breaks_is_made_anew(server: MailServer) -> None:
    emails = readers(5)
    server.takes = lambda number: number != 3
    assert "5 sent, 0 refused, 0 to be tried again" in send()
    assert told(server) == sorted(emails)
    assert server.connections == 2


def test_a_letter_that_breaks_every_connection_stops_no_other(server: MailServer) -> None:
    emails = readers(4)
    server.takes = lambda number: number not in {2, 3}
    assert "3 sent, 0 refused, 1 to be tried again" in send()
    assert "1 sent, 0 refused, 0 to be tried again, 3 sent before" in send()
    assert told(server) == sorted(emails)


def test_a_server_that_always_hangs_up_ends_the_run_and_nothing_is_lost(server: MailServer) -> None:
    emails = readers(6)
    server.takes = lambda number: number == 1
    said = send()
    assert "1 sent, 0 refused, 5 to be tried again" in said
    assert "CommandError: the mail server 127.0.0.1:" in said
    assert "Nothing is lost: run this again" in said
    server.takes = lambda _number: True
    assert "5 sent, 0 refused, 0 to be tried again, 1 sent before" in send()
    assert told(server) == sorted(emails)


def test_a_server_that_falls_silent_ends_the_run_in_time(
    server: MailServer, settings: Settings
) -> None:
    emails = readers(4)
    settings.EMAIL_TIMEOUT = 0.2
    server.takes = lambda number: number == 1 or bool(server.stopped.wait(1))
    assert "CommandError: the mail server" in send()
    server.takes = lambda _number: True
    settings.EMAIL_TIMEOUT = 5
    assert "3 sent, 0 refused, 0 to be tried again, 1 sent before" in send()
    assert told(server) == sorted(emails)


def test_a_server_that_is_away_is_named(server: MailServer, settings: Settings) -> None:
    emails = readers(2)
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    send_to(port, settings)
    said = send()
    assert "0 sent, 0 refused, 2 to be tried again" in said
    assert f"CommandError: the mail server 127.0.0.1:{port} failed: " in said
    assert "Connection refused" in said
    send_to(server.port, settings)
    assert "2 sent" in send()
    assert told(server) == sorted(emails)


# --- Kills, and several at once -------------------------------------------------------------------


def begin(server: MailServer) -> subprocess.Popen[str]:
    """Start the command as a process of its own, as cron does."""
    own = {
        "DATABASE_URL": address(),
        "DIGEST_SITE_URL": SITE,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(server.port),
    }
    return subprocess.Popen(
        [sys.executable, "manage.py", "send_digest", "--week", WEEK],
        cwd=ROOT,
        env=os.environ | own,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.django_db(transaction=True)
def test_a_run_that_is_killed_is_finished_by_the_next(
    server: MailServer, sections: list[Category]
) -> None:
    emails = readers(9)
    process: list[subprocess.Popen[str]] = []

    def kill_at_fourth(number: int) -> bool:
        if number == 4:
            process[0].send_signal(signal.SIGKILL)
            process[0].wait()
        return True

    server.takes = kill_at_fourth
    process.append(begin(server))
    process[0].communicate(timeout=60)
    assert process[0].returncode == -signal.SIGKILL
    assert "5 sent, 0 refused, 0 to be tried again, 3 sent before, 1 in the hands" in send()
    assert told(server) == sorted(emails)
    Delivery.objects.filter(state="sending").update(at=timezone.now() - sending.IN_HAND * 2)
    assert "1 sent, 0 refused, 0 to be tried again, 8 sent before\n" in send()
    twice = Counter(str(letter["Message-ID"]) for letter in server.letters)
    assert sorted(twice.values()) == [1] * 8 + [2], "the one in hand, known by its id"


@pytest.mark.django_db(transaction=True)
def test_runs_at_once_send_each_letter_once(server: MailServer, sections: list[Category]) -> None:
    emails = readers(40)
    server.delay = 0.002
    processes = [begin(server) for _ in range(3)]
    said = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0] * 3, said
    assert told(server) == sorted(emails)
    assert sum(int(re.findall(r"(\d+) sent,", out)[0]) for out, _err in said) == 40
    assert server.connections > 1, "they shared the work"


def test_who_leaves_meanwhile_gets_nothing(server: MailServer) -> None:
    first, second, third = readers(3)

    def leave(done: int, of: int) -> None:
        assert of == 3
        Subscriber.objects.filter(email=third).delete()

    report = sending.send(Week.named(WEEK), SITE, timezone.now(), leave)
    assert told(server) == [first, second]
    assert report.outcomes.total() == 2


# --- Cost -----------------------------------------------------------------------------------------


def test_a_letter_costs_two_updates_at_any_number(server: MailServer) -> None:
    def queries(number: int) -> int:
        Mailing.objects.all().delete()
        Subscriber.objects.all().delete()
        readers(number)
        with CaptureQueriesContext(connection) as asked:
            send()
        statements = [one["sql"] for one in asked if "SAVEPOINT" not in one["sql"]]
        return len(statements)

    queries(1)  # what is counted once
    first, second = queries(5), queries(105)
    assert second - first == 100 * 2
