"""Times at the desk are told, and taken, in the zone of whoever sits there."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from editorial import actions, zones
from editorial.models import Revision
from editorial.transitions import State
from tests.editorial.factories import People, revision_in
from tests.editorial.test_admin_form import change_url, shown

NINE = datetime(2999, 1, 1, 9, tzinfo=UTC)
SUMMER = datetime(2999, 7, 1, tzinfo=UTC)


def sit_in(client: Client, zone: str) -> None:
    """Let the browser tell this zone, as static/editorial/zone.js does."""
    client.cookies[zones.COOKIE] = zone


def box(page: str) -> dict[str, str]:
    """Return what the form that asks for a time shows and would send."""
    form = re.search(r'<form[^>]*data-move="schedule".*?</form>', page, re.DOTALL)
    assert form
    found = dict(re.findall(r'name="(zone|at|version)" value="([^"]*)"', form[0]))
    found |= dict(re.findall(r'(min)="([^"]*)"', form[0]))
    found["help"] = " ".join(re.findall(r'class="help"[^>]*>([^<]*)<', form[0]))
    found["errors"] = " ".join(re.findall(r"<li>([^<]*)</li>", form[0]))
    return found


def ask(client: Client, revision: Revision, **fields: Any) -> Any:
    url = reverse("admin:editorial_revision_move", args=[revision.pk, "schedule"])
    return client.post(url, {"version": revision.version, **fields})


@pytest.fixture
def approved(people: People, client: Client) -> Revision:
    client.force_login(people.publisher)
    return revision_in(State.APPROVED, people)


# --- Which zone ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "time", "label"),
    [
        ("", "17:00", "Asia/Shanghai (UTC+8)"),
        ("Europe/Berlin", "10:00", "Europe/Berlin (UTC+1)"),
        ("Asia/Kolkata", "14:30", "Asia/Kolkata (UTC+5:30)"),
        ("America/St_Johns", "05:30", "America/St_Johns (UTC−3:30)"),
        ("Mars/Olympus", "17:00", "Asia/Shanghai (UTC+8)"),
        ("../../etc/passwd", "17:00", "Asia/Shanghai (UTC+8)"),
        ("/etc/passwd", "17:00", "Asia/Shanghai (UTC+8)"),
        ("America", "17:00", "Asia/Shanghai (UTC+8)"),
        ("x" * 3000, "17:00", "Asia/Shanghai (UTC+8)"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_schedule_is_told_in_the_zone_of_the_browser(
    told: str, time: str, label: str, approved: Revision, people: People, client: Client
) -> None:
    actions.perform(approved, "schedule", people.publisher, at=NINE)
    sit_in(client, told)
    page = shown(client.get(change_url(approved)))
    section = page[page.index('<section class="desk-schedule"') :]
    heading = section[: section.index("</h2>")]
    assert "2999-01-01T" in heading
    assert time in heading
    assert label in heading
    assert box(page)["at"] == f"2999-01-01T{time}"


def test_the_next_request_knows_nothing_of_it(approved: Revision, client: Client) -> None:
    sit_in(client, "Europe/Berlin")
    client.get(change_url(approved))
    assert timezone.get_current_timezone_name() == "Asia/Shanghai"
    del client.cookies[zones.COOKIE]
    assert "Asia/Shanghai (UTC+8)" in box(shown(client.get(change_url(approved))))["help"]


def test_lists_and_the_log_follow_it_too(
    approved: Revision, people: People, client: Client
) -> None:
    at = datetime(2001, 2, 3, 20, 15, tzinfo=UTC)
    Revision.objects.update(updated_at=at)
    for zone, time in (("", "04:15"), ("America/New_York", "15:15"), ("Asia/Tokyo", "05:15")):
        sit_in(client, zone)
        assert time in shown(client.get("/admin/editorial/revision/"))


# --- The form ------------------------------------------------------------------------------------


def test_it_offers_nine_o_clock_tomorrow_and_nothing_past(
    approved: Revision, client: Client
) -> None:
    sit_in(client, "Pacific/Kiritimati")
    before = timezone.now()
    page = box(shown(client.get(change_url(approved))))
    zone = zones.zone_named("Pacific/Kiritimati")
    days = {
        f"{(now + timedelta(days=1)).astimezone(zone):%Y-%m-%d}" for now in (before, timezone.now())
    }
    assert page["at"] in {f"{day}T09:00" for day in days}
    earliest = datetime.fromisoformat(page["min"]).replace(tzinfo=zone)
    assert timedelta(0) <= timezone.now() - earliest < timedelta(minutes=2)
    assert (page["zone"], page["errors"]) == ("Pacific/Kiritimati", "")


def test_what_was_shown_is_what_is_meant(approved: Revision, client: Client) -> None:
    sit_in(client, "Europe/Berlin")
    form = box(shown(client.get(change_url(approved))))
    sit_in(client, "Asia/Tokyo")  # the editor's laptop came home meanwhile
    assert ask(client, approved, at="2999-07-01T02:00", zone=form["zone"]).status_code == 302
    approved.refresh_from_db()
    assert approved.publish_at == SUMMER


@pytest.mark.parametrize(
    ("at", "zone", "error"),
    [
        ("", "", "required"),
        ("soon", "", "“soon” is no date and time."),
        ("2999-13-01T09:00", "", "“2999-13-01T09:00” is no date and time."),
        ("2020-01-01T09:00", "", "Choose a time that is still to come."),
        ("0001-01-01T00:00", "Asia/Shanghai", "Choose a time that is still to come."),
        ("9999-12-31T23:59", "America/New_York", "That is too far away."),
        ("2027-03-28T02:30", "Europe/Berlin", "in Europe/Berlin this time is skipped"),
        ("2027-10-31T02:30", "Europe/Berlin", "or comes twice"),
        ("2999-01-01T09:00", "Mars/Olympus", "The zone of this form is not known here."),
    ],
)
def test_a_time_that_will_not_do_comes_back_with_a_reason(
    at: str, zone: str, error: str, approved: Revision, client: Client
) -> None:
    with translation.override("en"):
        answer = ask(client, approved, at=at, zone=zone)
    assert answer.status_code == 200
    page = shown(answer)
    assert error in box(page)["errors"]
    assert re.search(
        r"<details open>\s*<summary[^>]*>[^<]*…</summary>\s*<label for=\"schedule-at", page
    )
    assert f'value="{at}"' in page or not at
    approved.refresh_from_db()
    assert (approved.state, approved.publish_at) == (State.APPROVED, None)


def test_a_wrong_time_comes_back_in_the_zone_that_it_was_meant_in(
    approved: Revision, client: Client
) -> None:
    form = box(shown(ask(client, approved, at="2027-03-28T02:30", zone="Europe/Berlin")))
    assert (form["zone"], form["at"]) == ("Europe/Berlin", "2027-03-28T02:30")
    assert "Europe/Berlin" in form["help"]


def test_it_is_rescheduled_by_the_same_form(
    approved: Revision, people: People, client: Client
) -> None:
    actions.perform(approved, "schedule", people.superuser, at=NINE)
    Revision.objects.update(failure="An error in the program. The server's log tells more.")
    sit_in(client, "Europe/Berlin")
    form = box(shown(client.get(change_url(approved))))
    assert form["at"] == "2999-01-01T10:00"
    ask(client, approved, at="2999-07-01T02:00", zone=form["zone"])
    approved.refresh_from_db()
    assert (approved.publish_at, approved.failure) == (SUMMER, "")
    assert "publisher" in schedule_shown(client, approved)


def test_right_and_state_come_before_the_time(
    approved: Revision, people: People, client: Client
) -> None:
    client.force_login(people.reviewer)
    assert ask(client, approved, at="soon").status_code == 403
    client.force_login(people.publisher)
    actions.perform(approved, "publish", people.publisher)
    assert ask(client, approved, at="soon").status_code == 409
    stale = revision_in(State.APPROVED, people)
    assert ask(client, stale, at="2999-01-01T09:00", version=7).status_code == 409


# --- What the page says --------------------------------------------------------------------------


def schedule_shown(client: Client, revision: Revision) -> str:
    with translation.override("en"):
        page = shown(client.get(change_url(revision)))
    start = page.index('<section class="desk-schedule"')
    return page[start : page.index("</section>", start)]


def test_the_page_says_who_scheduled_it_and_what_happens(
    approved: Revision, people: People, client: Client
) -> None:
    actions.perform(approved, "schedule", people.publisher, at=NINE)
    said = schedule_shown(client, approved)
    assert "publisher scheduled it" in said
    assert "Readers see it in 97" in said
    assert "It is a new entry" in said
    assert "could not be published" not in said


def test_the_page_says_that_its_time_has_come(
    approved: Revision, people: People, client: Client
) -> None:
    actions.perform(approved, "schedule", people.publisher, at=NINE)
    Revision.objects.update(publish_at=timezone.now())
    assert "Its time has come" in schedule_shown(client, approved)


def test_the_page_shows_a_failure_in_the_language_of_who_reads_it(
    approved: Revision, people: People, client: Client
) -> None:
    actions.perform(approved, "schedule", people.publisher, at=NINE)
    reason = "The article is taken down: restore it before you publish a change of it."
    Revision.objects.update(failure=reason)
    assert reason in schedule_shown(client, approved)
    with translation.override("en"):
        assert reason in shown(client.get(reverse("admin:editorial_revision_changelist")))
    with translation.override("zh-hans"):
        chinese = shown(client.get(change_url(approved)))
    assert reason not in chinese
    assert "这个条目已下线：请先恢复，再发布对它的修改。" in chinese
