"""Mail: who is told of what, what it says, and that no mail server keeps anyone from their work."""

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation
from pytest_django import Settings

from editorial import actions, mail
from editorial.desk import bulk
from editorial.incoming import importing, making
from editorial.models import Event, Revision
from editorial.transitions import BY_NAME, State
from tests.editorial.factories import (
    EVERYBODY,
    People,
    PersonFactory,
    RevisionFactory,
    category,
    revision_in,
)
from tests.smtp import MailServer, mail_server, send_to

TIME = datetime(2999, 1, 1, tzinfo=UTC)
Commit = Callable[[], AbstractContextManager[Any]]


@pytest.fixture
def people(people: People) -> People:
    """Give everybody an address."""
    for name in EVERYBODY:
        person = getattr(people, name)
        person.email = f"{name}@desk.example"
        person.save()
    return people


@pytest.fixture
def commit(django_capture_on_commit_callbacks: Any) -> Commit:
    """Do at the end of the block what waits for its transaction to be committed."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def told(outbox: list[EmailMessage]) -> list[str]:
    """Return the names of those who got mail; each has one address of their own."""
    assert all(len(letter.recipients()) == 1 for letter in outbox)
    return sorted(letter.to[0].partition("@")[0] for letter in outbox)


# --- Whom ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "move", "who", "concerned"),
    [
        (State.DRAFT, "submit", "author", ["publisher", "reviewer", "superuser"]),
        (State.IN_REVIEW, "approve", "reviewer", ["author", "publisher", "superuser"]),
        (State.IN_REVIEW, "approve", "publisher", ["author", "superuser"]),
        (State.IN_REVIEW, "request_changes", "reviewer", ["author"]),
        (State.APPROVED, "publish", "publisher", ["author"]),
        (State.APPROVED, "schedule", "publisher", ["author"]),
        (State.SCHEDULED, "unschedule", "publisher", ["author"]),
        (State.SCHEDULED, "publish", "publisher", ["author"]),
        (State.APPROVED, "withdraw", "author", []),
        (State.APPROVED, "decline", "reviewer", ["author"]),
        (State.PUBLISHED, "take_down", "publisher", ["author"]),
        (State.TAKEN_DOWN, "restore", "publisher", ["author"]),
    ],
)
def test_a_move_is_told_to_those_whom_it_concerns(
    state: State,
    move: str,
    who: str,
    concerned: list[str],
    people: People,
    commit: Commit,
    mailoutbox: list[EmailMessage],
) -> None:
    revision = revision_in(state, people)
    at = TIME if BY_NAME[move].needs == "time" else None
    with commit():
        actions.perform(revision, move, getattr(people, who), "因为", at)
    assert told(mailoutbox) == concerned


@pytest.mark.parametrize(
    ("state", "move", "who", "concerned"),
    [
        (State.DRAFT, "submit", "author", ["reviewer"]),
        (State.IN_REVIEW, "withdraw", "author", ["reviewer"]),
        (State.IN_REVIEW, "request_changes", "publisher", ["author", "reviewer"]),
        (State.APPROVED, "publish", "publisher", ["author", "reviewer"]),
        (State.IN_REVIEW, "approve", "reviewer", ["author", "publisher", "superuser"]),
    ],
)
def test_the_reviewer_who_was_asked_is_told_too(
    state: State,
    move: str,
    who: str,
    concerned: list[str],
    people: People,
    commit: Commit,
    mailoutbox: list[EmailMessage],
) -> None:
    revision = revision_in(state, people, reviewer=people.reviewer)
    with commit():
        actions.perform(revision, move, getattr(people, who), "因为")
    assert told(mailoutbox) == concerned


def test_an_import_is_told_to_nobody(
    people: People, commit: Commit, mailoutbox: list[EmailMessage]
) -> None:
    revision = RevisionFactory.create(author=people.author)
    with commit():
        actions.perform(revision, "import", people.publisher)
    assert not mailoutbox


def test_who_left_and_who_has_no_address_gets_no_mail(
    people: People, commit: Commit, mailoutbox: list[EmailMessage]
) -> None:
    User.objects.filter(username="publisher").update(is_active=False)
    User.objects.filter(username="superuser").update(email="")
    with commit():
        actions.perform(RevisionFactory.create(author=people.author), "submit", people.author)
    assert told(mailoutbox) == ["reviewer"]


def test_an_address_that_two_people_share_gets_one_mail(
    people: People, commit: Commit, mailoutbox: list[EmailMessage]
) -> None:
    User.objects.filter(username__in=["reviewer", "publisher"]).update(email="Desk@desk.example")
    User.objects.filter(username="superuser").update(email="desk@desk.example")
    with commit():
        actions.perform(RevisionFactory.create(author=people.author), "submit", people.author)
    assert len(mailoutbox) == 1


def test_one_act_writes_to_so_many_people_and_the_author_first(
    people: People, commit: Commit, mailoutbox: list[EmailMessage]
) -> None:
    for number in range(mail.TOLD + 5):
        PersonFactory.create(role="publisher", email=f"p{number}@desk.example")
    late = PersonFactory.create(role="author", email="late@desk.example")
    with commit():
        actions.perform(
            revision_in(State.IN_REVIEW, people, author=late), "approve", people.reviewer
        )
    assert len(mailoutbox) == mail.TOLD
    assert "late" in told(mailoutbox)


def test_a_comment_is_told_to_all_who_take_part(
    people: People, commit: Commit, mailoutbox: list[EmailMessage]
) -> None:
    revision = RevisionFactory.create(author=people.author, reviewer=people.reviewer)
    actions.comment(revision, people.second_author, "错字")
    actions.comment(revision, people.second_author, "还有一个")
    with commit():
        remark = actions.comment(revision, people.publisher, "<b>太长</b>", "summary")
    assert told(mailoutbox) == ["author", "reviewer", "second_author"]
    letter = mailoutbox[0]
    assert revision.headline in letter.subject
    assert "publisher" in letter.body
    assert "<b>太长</b>" in letter.body
    assert f"/change/#comment-{remark.pk}" in letter.body


def test_who_is_asked_to_review_is_told_until_when(
    people: People, commit: Commit, mailoutbox: list[EmailMessage]
) -> None:
    revision = RevisionFactory.create(author=people.author)
    with commit():
        actions.assign(revision, people.author, people.reviewer, date(2999, 5, 17))
    assert told(mailoutbox) == ["reviewer"]
    assert "2999年5月17日" in mailoutbox[0].body
    with commit():
        actions.assign(revision, people.author, None)
        actions.assign(revision, people.publisher, people.publisher)
    assert len(mailoutbox) == 1


def test_who_scheduled_is_told_why_it_was_not_published(
    people: People, commit: Commit, mailoutbox: list[EmailMessage]
) -> None:
    revision = revision_in(State.SCHEDULED, people)
    with commit():
        mail.schedule_failed(revision, people.publisher, "文章已下架。")
    assert told(mailoutbox) == ["publisher"]
    assert "文章已下架。" in mailoutbox[0].body


# --- What ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("site", "address"), [("", "\n/admin/"), ("https://d.example", "\nhttps://d.example/admin/")]
)
def test_a_letter_says_who_did_what_and_why_and_where(
    site: str,
    address: str,
    people: People,
    settings: Settings,
    commit: Commit,
    mailoutbox: list[EmailMessage],
) -> None:
    settings.DIGEST_SITE_URL = site
    revision = revision_in(State.IN_REVIEW, people, headline="**快2倍** & <省>！")
    with translation.override("en"), commit():  # a reviewer whose own pages are in English
        actions.perform(revision, "request_changes", people.reviewer, "标题“太长” & 乱")
    (letter,) = mailoutbox
    assert "快2倍 & <省>！" in letter.subject
    assert "reviewer" in letter.body
    assert "标题“太长” & 乱" in letter.body
    assert f"{address}editorial/revision/{revision.pk}/change/\n" in letter.body


def test_a_schedule_says_when(
    people: People, commit: Commit, mailoutbox: list[EmailMessage]
) -> None:
    revision = revision_in(State.APPROVED, people)
    with commit():
        actions.perform(revision, "schedule", people.publisher, at=TIME)
    assert "2999年1月1日 08:00" in mailoutbox[0].body


def test_a_headline_brings_no_headers_along(
    people: People, commit: Commit, mailoutbox: list[EmailMessage]
) -> None:
    evil = "好&#10;X: y\r\nBcc: all@evil.example\n\u2028坏\x0b" + "长" * 500
    revision = RevisionFactory.create(author=people.author, headline=evil)
    with commit():
        actions.comment(revision, people.reviewer, "好")
    (letter,) = mailoutbox
    sent = letter.message()
    assert "Bcc" not in sent
    assert len(letter.subject.splitlines()) == 1
    assert len(letter.subject) < 150


def test_letters_are_in_the_language_of_the_site(
    people: People, commit: Commit, mailoutbox: list[EmailMessage]
) -> None:
    revision = revision_in(State.IN_REVIEW, people)
    with translation.override("en"), commit():
        actions.perform(revision, "approve", people.publisher)
        assert "approved" in str(State.APPROVED.label)
    assert str(State.APPROVED.label) in mailoutbox[0].subject
    assert "approved" not in mailoutbox[0].subject


def test_many_moves_at_once_are_one_letter_a_person(
    people: People, commit: Commit, mailoutbox: list[EmailMessage]
) -> None:
    section = category()
    theirs = RevisionFactory.create_batch(
        mail.LISTED + 3, state=State.IN_REVIEW, author=people.author, category=section
    )
    other = RevisionFactory.create(
        state=State.IN_REVIEW, author=people.second_author, category=section
    )
    with commit():
        actions.perform_all([*theirs, other], "approve", people.reviewer)
    letters = {letter.to[0].partition("@")[0]: letter for letter in mailoutbox}
    assert sorted(letters) == ["author", "publisher", "second_author", "superuser"]
    assert len(mailoutbox) == 4
    assert other.headline not in letters["author"].body
    assert letters["author"].body.count("/change/") == mail.LISTED
    assert "23" in letters["author"].subject
    assert "24" in letters["publisher"].subject
    assert letters["second_author"].body.count("/change/") == 1


@pytest.mark.django_db(transaction=True)
def test_moves_of_many_transactions_may_be_one_letter_a_person(
    people: People, mailoutbox: list[EmailMessage]
) -> None:
    """Where one of many is refused the others go in several transactions."""
    revisions = RevisionFactory.create_batch(4, author=people.author, category=category())
    stranger = RevisionFactory.create(author=people.second_author, category=revisions[0].category)
    outcome = bulk.move([*revisions[:2], stranger, *revisions[2:]], "submit", people.author)
    assert (outcome.done, len(outcome.refused)) == (4, 1)
    assert told(mailoutbox) == ["publisher", "reviewer", "superuser"]
    assert all(letter.body.count("/change/") == 4 for letter in mailoutbox)
    assert stranger.headline not in mailoutbox[0].body


@pytest.mark.django_db(transaction=True)
def test_an_import_for_review_is_one_letter_a_person(
    people: People, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "_BATCH", 2)
    section = category()
    entries = [f"**{n}、[第{n}篇](https://e.org/{n})**\n\n好。\n" for n in range(1, 6)]
    text = "\n".join([f"# 清单\n\n## 一、{section.title}\n", *entries])
    assert importing.import_readme(text, people.author).new == 5
    assert told(mailoutbox) == ["publisher", "reviewer", "superuser"]
    assert all(letter.body.count("/change/") == 5 for letter in mailoutbox)


def test_reviewers_are_told_only_of_what_was_not_asked_of_others(
    people: People, commit: Commit, mailoutbox: list[EmailMessage]
) -> None:
    asked = RevisionFactory.create(author=people.author, reviewer=people.reviewer)
    free = RevisionFactory.create(author=people.author, category=asked.category)
    with commit():
        actions.perform_all([asked, free], "submit", people.author)
    letters = {letter.to[0].partition("@")[0]: letter.body for letter in mailoutbox}
    assert letters["reviewer"].count("/change/") == 2
    assert letters["publisher"].count("/change/") == 1
    assert free.headline in letters["publisher"]


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize("move", ["approve", "decline"])
def test_mail_costs_the_same_queries_for_many(
    move: str,
    count: int,
    people: People,
    django_capture_on_commit_callbacks: Any,
    django_assert_num_queries: Any,
    mailoutbox: list[EmailMessage],
) -> None:
    revisions = RevisionFactory.create_batch(
        count, author=people.author, state=State.IN_REVIEW, category=category()
    )
    with django_capture_on_commit_callbacks() as callbacks:
        actions.perform_all(revisions, move, people.reviewer, "因为")
    with django_assert_num_queries(2):
        callbacks[0]()
    assert mailoutbox
    User.objects.update(email="")
    with django_assert_num_queries(1):
        callbacks[0]()


# --- When, and what if not -----------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_was_never_told(people: People, mailoutbox: list[EmailMessage]) -> None:
    revision = RevisionFactory.create(author=people.author)
    with transaction.atomic():
        actions.comment(revision, people.reviewer, "好")
        actions.assign(revision, people.author, people.reviewer)
        actions.perform(revision, "submit", people.author)
        transaction.set_rollback(True)
    assert not mailoutbox


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    with mail_server() as server:
        send_to(server.port, settings)
        yield server


def test_a_mail_server_gets_the_letters_over_one_connection(
    server: MailServer, people: People, commit: Commit
) -> None:
    revision = revision_in(State.DRAFT, people, headline="快2倍！" * 20)
    with commit():
        actions.perform(revision, "submit", people.author)
    assert server.connections == 1
    assert sorted(letter["To"] for letter in server.letters) == [
        "publisher@desk.example",
        "reviewer@desk.example",
        "superuser@desk.example",
    ]
    for letter in server.letters:
        assert letter["From"] == "digest@localhost"
        assert "快2倍！快2倍！" in letter["Subject"]
        assert f"/admin/editorial/revision/{revision.pk}/change/" in letter.get_content()


def test_a_wrong_address_does_not_keep_mail_from_others(
    server: MailServer, people: People, commit: Commit, caplog: pytest.LogCaptureFixture
) -> None:
    server.refuses = "reviewer@desk.example"
    User.objects.filter(username="publisher").update(email="a@b.example\nBcc: c@d.example")
    with commit():
        actions.perform(revision_in(State.DRAFT, people), "submit", people.author)
    assert [letter["To"] for letter in server.letters] == ["superuser@desk.example"]
    assert [record.name for record in caplog.records] == ["editorial.mail"] * 2


def test_a_server_that_is_not_there_stops_nothing(
    people: People, commit: Commit, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    send_to(port, settings)
    assert_works_all_the_same(people, commit, caplog)


def test_a_server_that_never_answers_stops_nothing(
    people: People, commit: Commit, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with mail_server(silent=True) as server:
        send_to(server.port, settings)
        settings.EMAIL_TIMEOUT = 0.1
        assert_works_all_the_same(people, commit, caplog)
        assert server.connections == 3


def assert_works_all_the_same(
    people: People, commit: Commit, caplog: pytest.LogCaptureFixture
) -> None:
    revision = RevisionFactory.create(author=people.author)
    with commit():
        actions.comment(revision, people.reviewer, "好")
        actions.assign(revision, people.author, people.reviewer)
        actions.perform(revision, "submit", people.author)
    revision = Revision.objects.get()
    assert (revision.state, revision.reviewer) == (State.IN_REVIEW, people.reviewer)
    assert Event.objects.count() == 2
    assert [(record.name, record.levelno) for record in caplog.records] == [
        ("editorial.mail", logging.ERROR)
    ] * 3


def test_a_slow_server_is_given_up(
    server: MailServer,
    people: People,
    commit: Commit,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Each answer comes in time, but all together take longer than a person should wait."""
    settings.EMAIL_TIMEOUT = 0.5
    server.delay = 0.2
    with commit():
        actions.perform(revision_in(State.DRAFT, people), "submit", people.author)
    assert len(server.letters) < 3
    assert [record.name for record in caplog.records] == ["editorial.mail"]


def test_whatever_fails_there_stops_nothing(
    people: People, commit: Commit, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "no.such.Backend"
    revision = RevisionFactory.create(author=people.author)
    with commit():
        actions.perform(revision, "submit", people.author)
    assert Revision.objects.get().state == State.IN_REVIEW
