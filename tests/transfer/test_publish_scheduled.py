"""``publish_scheduled`` as cron and services run it: real processes, one database."""

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from digest.models import Article
from editorial import actions
from editorial.models import Event, Revision
from editorial.transitions import State
from tests.editorial.factories import People, category, revision_in
from tests.operations.faults import database_away
from tests.transfer.conftest import ROOT

LONG_AGO = datetime(2020, 1, 1, 1, tzinfo=UTC)

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def people(transactional_db: None) -> People:
    return People()


@pytest.fixture
def start(transactional_db: None) -> Iterator[Start]:
    """Start the command on this test's database; none of them outlives the test."""
    started = []

    def start(*args: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "manage.py", "publish_scheduled", *args],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": database_url()},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def database_url() -> str:
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format_map(database)


def due(people: People, count: int) -> list[Revision]:
    """Return new entries that were scheduled for a moment long ago."""
    section = category()
    revisions = [revision_in(State.APPROVED, people, category=section) for _ in range(count)]
    tomorrow = timezone.now() + timedelta(days=1)
    actions.perform_all(revisions, "schedule", people.publisher, at=tomorrow)
    Revision.objects.update(publish_at=LONG_AGO)
    return revisions


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "waited for a minute"
        time.sleep(0.01)


def assert_each_published_once(revisions: list[Revision]) -> None:
    moves = Event.objects.filter(transition="publish").values_list("revision", flat=True)
    assert Counter(moves) == Counter(revision.pk for revision in revisions)
    assert set(Revision.objects.values_list("state", "failure")) == {(State.PUBLISHED, "")}
    positions = Article.objects.order_by("position").values_list("position", flat=True)
    assert list(positions) == [*range(1, len(revisions) + 1)]


@pytest.mark.parametrize("runners", [2, 4])
def test_runners_at_the_same_moment_publish_once(
    runners: int, people: People, start: Start
) -> None:
    revisions = due(people, 20)
    processes = [start() for _ in range(runners)]
    outputs = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0] * runners
    assert [errors for _, errors in outputs] == [""] * runners
    assert_each_published_once(revisions)
    said = re.findall(r"published  (\d+)", "".join(output for output, _ in outputs))
    assert sorted(map(int, said)) == sorted(revision.pk for revision in revisions)


def test_killed_halfway_it_leaves_nothing_half_done(people: People, start: Start) -> None:
    revisions = due(people, 200)
    process = start()
    wait_for(lambda: Article.objects.count() > 5)
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL, "it was killed at work, not after it"
    done = Article.objects.count()
    assert done < len(revisions)
    assert Event.objects.filter(transition="publish").count() == done
    assert Revision.objects.filter(state=State.PUBLISHED, publish_at=None).count() == done
    again = start()
    output, _ = again.communicate(timeout=120)
    assert f"{len(revisions) - done} published, 0 failed" in output
    assert_each_published_once(revisions)


def test_what_fails_is_named_with_its_reason_and_once_in_the_log(
    people: People, start: Start
) -> None:
    (revision,) = due(people, 1)
    people.publisher.groups.clear()
    first, second = start(), None
    output, log = first.communicate(timeout=120)
    second = start()
    again, silence = second.communicate(timeout=120)
    assert (first.returncode, second.returncode) == (1, 1)
    line = (
        f"not published: {revision.pk} “{revision.headline}”: "
        "Who scheduled it may no longer publish: someone who may schedules it again.\n"
        "0 published, 1 failed, 0 waiting for their time\n"
    )
    assert output == again == line
    assert f"Revision {revision.pk} ({revision.headline}) was not published at its time" in log
    assert silence == ""
    assert not Article.objects.exists()


def test_a_dry_run_shows_the_plan_in_the_sites_zone(people: People, start: Start) -> None:
    first, second = due(people, 2)
    actions.perform(second, "unschedule", people.publisher)
    at = datetime(2999, 1, 1, 23, 30, tzinfo=UTC)
    actions.perform(second, "schedule", people.publisher, at=at)
    process = start("--dry-run")
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    heading, *lines = output.splitlines()
    assert heading.startswith("Times are in Asia/Shanghai; it is ")
    assert lines == [
        f"2020-01-01 09:00  due    {first.pk} “{first.headline}”",
        f"2999-01-02 07:30  waits  {second.pk} “{second.headline}”",
    ]
    assert not Article.objects.exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_watching_it_publishes_what_becomes_due_until_it_is_told_to_stop(
    number: signal.Signals, people: People, start: Start
) -> None:
    revision = revision_in(State.APPROVED, people)
    watcher = start("--watch", "--every", "1")
    assert watcher.stdout
    assert watcher.stdout.readline() == "Watching, every 1 s; Ctrl-C stops.\n"
    soon = timezone.now() + timedelta(seconds=1)
    actions.perform(revision, "schedule", people.publisher, at=soon)
    wait_for(Article.objects.exists)
    watcher.send_signal(number)
    output, errors = watcher.communicate(timeout=60)
    assert watcher.returncode == 0
    assert re.fullmatch(
        rf"\d{{4}}-\d\d-\d\d \d\d:\d\d  published  {revision.pk} “{revision.headline}”\nStopped.\n",
        output,
    )
    assert errors == ""
    assert Event.objects.latest("pk").at >= soon


def test_watching_it_ends_after_the_current_one(people: People, start: Start) -> None:
    revisions = due(people, 200)
    watcher = start("--watch")
    wait_for(lambda: Article.objects.count() > 5)
    watcher.terminate()
    output, _ = watcher.communicate(timeout=60)
    assert watcher.returncode == 0
    assert output.endswith("Stopped.\n")
    assert output.count("  published  ") == Article.objects.count() < len(revisions)


def test_watching_it_outlives_an_absence_of_the_database(people: People, start: Start) -> None:
    revisions = due(people, 1)
    with database_away():
        watcher = start("--watch", "--every", "1")
        assert watcher.stdout
        watcher.stdout.readline()
        assert "The database does not answer, so I wait: " in watcher.stdout.readline()
    wait_for(Article.objects.exists)
    watcher.terminate()
    watcher.communicate(timeout=60)
    assert watcher.returncode == 0
    assert_each_published_once(revisions)


def test_without_a_database_it_says_so_in_one_line(people: People, start: Start) -> None:
    with database_away():
        process = start()
        output, errors = process.communicate(timeout=120)
    assert (process.returncode, output) == (1, "")
    assert re.fullmatch(r"CommandError: the database does not answer: .*\n", errors)


def test_it_does_not_look_without_a_pause(start: Start) -> None:
    process = start("--watch", "--every", "0")
    _, errors = process.communicate(timeout=120)
    assert (process.returncode, errors) == (1, "CommandError: --every: at least 1 second\n")
