"""Publishing at a time: what is due, what fails and why, and what cannot come in between."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from digest.exporting import readme
from digest.models import Article
from editorial import actions, scheduling
from editorial.incoming import import_readme
from editorial.models import Event, Revision
from editorial.transitions import State
from tests.editorial.factories import People, revision_in
from tests.editorial.test_races import together

NINE = datetime(2999, 1, 1, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def scheduled(people: People, at: datetime = NINE, **fields: Any) -> Revision:
    """Return a new entry that ``people.publisher`` scheduled."""
    revision = revision_in(State.APPROVED, people, **fields)
    return actions.perform(revision, "schedule", people.publisher, at=at)


def scheduled_change(people: People, at: datetime = NINE) -> tuple[Revision, Revision]:
    """Return what readers see of an article, and a scheduled change of it."""
    live = revision_in(State.PUBLISHED, people)
    assert live.article
    change = actions.revise(live.article, people.author)
    actions.edit(change, people.author, 1, headline="换了")
    actions.perform(change, "submit", people.author)
    actions.perform(change, "approve", people.reviewer)
    return live, actions.perform(change, "schedule", people.publisher, at=at)


def stored(revision: Revision) -> Revision:
    return Revision.objects.get(pk=revision.pk)


# --- The clock -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (NINE - timedelta(microseconds=1), State.SCHEDULED),
        (NINE, State.PUBLISHED),
        (NINE + MINUTE, State.PUBLISHED),
    ],
)
def test_it_is_due_at_its_time_and_not_before(now: datetime, state: State, people: People) -> None:
    revision = scheduled(people)
    report = scheduling.publish_due(now)
    assert stored(revision).state == state
    assert Article.objects.published().count() == len(report.published)
    assert (len(report.published), report.waiting) == ((1, 0) if now >= NINE else (0, 1))
    assert report.failed == []


def test_it_is_published_in_the_name_of_who_scheduled_it_last(people: People) -> None:
    revision = scheduled(people)
    actions.perform(revision, "schedule", people.superuser, at=NINE + MINUTE)
    assert scheduling.publish_due(NINE).published == []
    (published,) = scheduling.publish_due(NINE + MINUTE).published
    event = Event.objects.latest("pk")
    assert (event.revision, event.transition, event.user) == (revision, "publish", people.superuser)
    assert (published.state, stored(revision).publish_at) == (State.PUBLISHED, None)


def test_the_oldest_time_comes_first(people: People) -> None:
    late = scheduled(people, NINE + MINUTE)
    early = scheduled(people, NINE, category=late.category)
    same = scheduled(people, NINE, category=late.category)
    assert scheduling.publish_due(NINE + MINUTE).published == [early, same, late]


def test_asked_to_stop_it_ends_after_the_current_one(people: People) -> None:
    first, second = scheduled(people), scheduled(people)
    report = scheduling.publish_due(NINE, stop=Article.objects.exists)
    assert report.published == [first]
    assert stored(second).state == State.SCHEDULED


def test_a_run_with_nothing_due_costs_one_query(
    people: People, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        scheduled(people)
    with django_assert_num_queries(1):
        scheduling.publish_due(NINE - MINUTE)


def test_one_by_hand_ends_the_schedule(people: People) -> None:
    revision = scheduled(people)
    actions.perform(revision, "publish", people.publisher)
    events = Event.objects.count()
    assert scheduling.publish_due(NINE) == scheduling.Report()
    assert Event.objects.count() == events


# --- What fails ----------------------------------------------------------------------------------


def lose_the_role(user: User) -> None:
    user.groups.clear()


def be_dismissed(user: User) -> None:
    user.is_active = False
    user.save()


@pytest.mark.parametrize("fate", [lose_the_role, be_dismissed])
def test_who_scheduled_it_must_still_have_the_right(fate: Any, people: People) -> None:
    revision = scheduled(people)
    fate(people.publisher)
    assert reasons(scheduling.publish_due(NINE)) == [
        "Who scheduled it may no longer publish: someone who may schedules it again."
    ]
    after = stored(revision)
    assert (after.state, after.publish_at, after.version) == (State.SCHEDULED, NINE, 2)
    assert "may no longer publish" in after.failure
    assert not Article.objects.exists()
    actions.perform(after, "schedule", people.superuser, at=NINE)
    assert stored(revision).failure == ""
    assert scheduling.publish_due(NINE).published == [revision]


def test_a_time_without_a_person_is_not_enough(people: People) -> None:
    revision_in(State.SCHEDULED, people)  # put there by hand: the log knows of no schedule
    assert reasons(scheduling.publish_due(NINE)) == [
        "It is not known who scheduled it: schedule it again."
    ]


def test_one_that_fails_does_not_stop_the_others(
    people: People, caplog: pytest.LogCaptureFixture
) -> None:
    broken = scheduled(people)
    sound = scheduled(people, category=broken.category)
    Revision.objects.filter(pk=broken.pk).update(links=[1])
    report = scheduling.publish_due(NINE)
    assert report.published == [sound]
    assert reasons(report) == ["An error in the program. The server's log tells more."]
    assert "Traceback" in caplog.text
    assert f"Revision {broken.pk} " in caplog.text


def test_only_a_new_reason_is_logged(people: People, caplog: pytest.LogCaptureFixture) -> None:
    revision = scheduled(people)
    Revision.objects.filter(pk=revision.pk).update(links=[1])
    for _ in range(3):
        assert len(scheduling.publish_due(NINE).failed) == 1
    assert len(caplog.records) == 1
    lose_the_role(people.publisher)
    for _ in range(3):
        assert len(scheduling.publish_due(NINE).failed) == 1
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
    assert "may no longer publish" in caplog.records[1].getMessage()


@pytest.mark.django_db(transaction=True)
def test_who_scheduled_it_gets_one_mail_in_the_language_of_the_site(
    transactional_db: None, mailoutbox: list[EmailMessage]
) -> None:
    people = People()
    User.objects.filter(pk=people.publisher.pk).update(email="publisher@example.org")
    live, _ = scheduled_change(people)
    actions.perform(live, "take_down", people.publisher, "撤稿")
    mailoutbox.clear()
    for _ in range(2):
        scheduling.publish_due(NINE)
    (letter,) = mailoutbox
    assert letter.to == ["publisher@example.org"]
    assert "这个条目已下线：请先恢复，再发布对它的修改。" in letter.body


def test_the_reason_is_kept_in_the_language_of_the_code(people: People) -> None:
    live, change = scheduled_change(people)
    actions.perform(live, "take_down", people.publisher, "撤稿")
    with translation.override("zh-hans"):
        scheduling.publish_due(NINE)
    assert stored(change).failure.startswith("The article is taken down:")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(5))
def test_whoever_comes_too_late_has_not_failed(_round: int, transactional_db: None) -> None:
    people = People()
    revision = scheduled(people)
    copy, publisher = stored(revision), people.publisher
    runs = [lambda: scheduling.publish_due(NINE)] * 2
    results = together(*runs, lambda: actions.perform(copy, "unschedule", publisher))
    reports = [result for result in results if isinstance(result, scheduling.Report)]
    assert len(reports) == 2
    assert [report.failed for report in reports] == [[], []]
    after = stored(revision)
    by_hand = isinstance(results[2], Revision)
    assert after.state == (State.APPROVED if by_hand else State.PUBLISHED)
    assert sum(len(report.published) for report in reports) == (not by_hand)
    assert after.failure == ""
    assert Event.objects.count() == 2  # the schedule, and one of the three


# --- What cannot come in between -----------------------------------------------------------------


def test_nobody_else_can_revise_a_scheduled_article(people: People) -> None:
    live, change = scheduled_change(people)
    assert live.article
    live.refresh_from_db()
    for begin in (
        lambda: actions.revise(live.article, people.second_author),
        lambda: actions.revise_from(live, people.second_author),
    ):
        with pytest.raises(actions.WrongState):
            begin()
    assert scheduling.publish_due(NINE).published == [change]


def test_an_import_leaves_a_scheduled_change_and_its_article_alone(people: People) -> None:
    live, change = scheduled_change(people)
    text = readme().replace(live.headline, "别人改的")
    with translation.override("en"):
        report = import_readme(text, people.publisher, publish=True)
    assert report.changed == 0
    assert [note.text for note in report.notes] == [
        "author is revising this entry, so this change of it was left."
    ]
    assert Article.objects.get().headline == live.headline
    assert scheduling.publish_due(NINE).published == [change]
    assert Article.objects.get().headline == "换了"


def test_taken_down_first_it_fails_until_it_is_restored(people: People) -> None:
    live, change = scheduled_change(people)
    actions.perform(live, "take_down", people.publisher, "撤稿")
    for _ in range(2):
        assert reasons(scheduling.publish_due(NINE)) == [
            "The article is taken down: restore it before you publish a change of it."
        ]
    assert (stored(change).state, stored(live).state) == (State.SCHEDULED, State.TAKEN_DOWN)
    actions.perform(live, "restore", people.publisher, "弄错了")
    assert scheduling.publish_due(NINE).published == [change]
    assert (stored(change).failure, stored(live).state) == ("", State.SUPERSEDED)
    assert Article.objects.published().get().headline == "换了"


def reasons(report: scheduling.Report) -> list[str]:
    return [reason for _, reason in report.failed]


def test_an_entry_that_waits_for_its_section_is_not_scheduled(people: People) -> None:
    revision = revision_in(State.APPROVED, people, category=None, section="周边")
    with pytest.raises(actions.WrongState, match="周边"):
        actions.perform(revision, "schedule", people.publisher, at=NINE)
    revision.refresh_from_db()
    assert (revision.state, revision.publish_at) == (State.APPROVED, None)
