"""A schedule is asked for and told in the browser's zone; without a script, in the site's."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from editorial.models import Revision
from editorial.transitions import State
from tests.editorial.factories import People, revision_in


@pytest.mark.parametrize(
    ("script", "zone", "told", "meant"),
    [
        (True, "Europe/Berlin (UTC+2)", "02:00", datetime(2999, 7, 1, tzinfo=UTC)),
        (False, "Asia/Shanghai (UTC+8)", "08:00", datetime(2999, 7, 1, tzinfo=UTC)),
    ],
    ids=["with a script", "without one"],
)
def test_a_publisher_schedules_in_their_own_zone(
    script: bool,
    zone: str,
    told: str,
    meant: datetime,
    new_page: Callable[..., Page],
    live_server: LiveServer,
) -> None:
    people = People()
    revision = revision_in(State.APPROVED, people)
    page = new_page(timezone_id="Europe/Berlin", java_script_enabled=script)
    page.goto(f"/admin/login/?next=/admin/editorial/revision/{revision.pk}/change/")
    page.fill("[name=username]", people.publisher.username)
    page.fill("[name=password]", "engine")
    page.click("[type=submit]")
    page.click("[data-move=schedule] summary")
    page.locator("#schedule-at").fill(f"2999-07-01T{told}")
    page.click("[data-move=schedule] [type=submit]")
    expect(page.locator(".desk-schedule h2")).to_contain_text(told)
    expect(page.locator(".desk-schedule h2")).to_contain_text(zone)
    assert Revision.objects.get().publish_at == meant
