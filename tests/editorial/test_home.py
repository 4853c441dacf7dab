"""The home of the admin: what waits for each person, and one click to all of it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from editorial import actions
from editorial.desk.dashboard import PANELS, SHOWN, Filled, Home, home_of
from editorial.models import Outline, Revision
from editorial.transitions import BY_NAME, State, is_theirs, theirs
from tests.editorial.factories import People, RevisionFactory, category, revision_in
from tests.editorial.test_admin_form import ADD, change_url, shown

HOME = "/admin/"


def panel(home: Home, name: str) -> Filled:
    return next(filled for filled in home.panels if filled.panel.name == name)


def held(person: Any, name: str) -> list[Any]:
    return list(panel(home_of(person), name).rows)


def aged(revision: Revision, days: int) -> Revision:
    Revision.objects.filter(pk=revision.pk).update(updated_at=timezone.now() - timedelta(days=days))
    return revision


@pytest.mark.parametrize(
    ("name", "panels"),
    [
        ("author", "sent_back discussed drafts scheduled published"),
        ("reviewer", "review sent_back discussed drafts scheduled published"),
        ("publisher", "review approved outlines sent_back discussed drafts scheduled published"),
        ("superuser", "review approved outlines sent_back discussed drafts scheduled published"),
        ("bystander", ""),
    ],
)
def test_each_role_has_its_panels(name: str, panels: str, people: People) -> None:
    home = home_of(getattr(people, name))
    assert [filled.panel.name for filled in home.panels] == panels.split()


def test_who_was_asked_sees_it_first_then_what_is_due_then_what_is_oldest(people: People) -> None:
    young = aged(revision_in(State.IN_REVIEW, people), 1)
    old = aged(revision_in(State.IN_REVIEW, people), 9)
    due = revision_in(State.IN_REVIEW, people, due=date(2999, 1, 2))
    overdue = revision_in(State.IN_REVIEW, people, due=date(2001, 1, 2))
    asked = revision_in(State.IN_REVIEW, people, reviewer=people.reviewer)
    revision_in(State.IN_REVIEW, people, reviewer=people.publisher)
    assert held(people.reviewer, "review") == [asked, overdue, due, old, young]


def test_nobody_is_asked_to_approve_what_they_wrote(people: People, settings: Settings) -> None:
    own = revision_in(State.IN_REVIEW, people, author=people.reviewer)
    assert held(people.reviewer, "review") == []
    assert held(people.publisher, "review") == [own]
    settings.EDITORIAL_FOUR_EYES = False
    assert held(people.reviewer, "review") == [own]


@pytest.mark.parametrize("four_eyes", [True, False])
@pytest.mark.parametrize("move", ["submit", "approve", "publish"])
def test_the_condition_of_whose_it_is_is_the_rule_of_whose_it_is(
    move: str, four_eyes: bool, people: People, settings: Settings
) -> None:
    settings.EDITORIAL_FOUR_EYES = four_eyes
    for author in (people.author, people.reviewer):
        RevisionFactory.create(author=author)
    by_rule = {
        revision
        for revision in Revision.objects.all()
        if is_theirs(BY_NAME[move], revision, people.reviewer)
    }
    assert set(Revision.objects.filter(theirs(BY_NAME[move], people.reviewer))) == by_rule


def test_approved_revisions_wait_for_publishers(people: People) -> None:
    young, old = (aged(revision_in(State.APPROVED, people), days) for days in (1, 9))
    assert held(people.publisher, "approved") == [old, young]


def test_what_was_sent_back_comes_with_the_last_note(people: People) -> None:
    revision = revision_in(State.IN_REVIEW, people)
    actions.perform(revision, "request_changes", people.reviewer, "太长")
    actions.perform(revision, "submit", people.author)
    actions.perform(revision, "request_changes", people.reviewer, "还是太长")
    revision_in(State.CHANGES_REQUESTED, people, author=people.second_author)
    (row,) = held(people.author, "sent_back")
    assert (row, row.note) == (revision, "还是太长")


def test_drafts_are_ones_own(people: People) -> None:
    mine = RevisionFactory.create(author=people.author)
    RevisionFactory.create(author=people.second_author)
    assert held(people.author, "drafts") == [mine]


def test_comments_of_others_wait_until_they_are_resolved(people: People) -> None:
    revision = revision_in(State.IN_REVIEW, people)
    first = actions.comment(revision, people.reviewer, "真的吗？")
    actions.comment(revision, people.reviewer, "哪一年？")
    actions.comment(revision, people.author, "我再看看")
    (row,) = held(people.author, "discussed")
    assert (row, row.remarks) == (revision, 2)
    actions.resolve(first, people.author)
    assert [row.remarks for row in held(people.author, "discussed")] == [1]
    actions.perform(revision, "withdraw", people.author)
    assert held(people.author, "discussed") == []


def test_the_next_scheduled_comes_first_and_failures_are_marked(
    people: People, client: Client
) -> None:
    later = revision_in(State.SCHEDULED, people)
    sooner = revision_in(
        State.SCHEDULED, people, publish_at=datetime(2998, 1, 1, tzinfo=UTC), failure="没有分类"
    )
    assert held(people.author, "scheduled") == [sooner, later]
    client.force_login(people.author)
    assert shown(client.get(HOME)).count("没有分类") == 1


def test_what_was_published_long_ago_is_no_news(people: People) -> None:
    new, old = (revision_in(State.PUBLISHED, people) for _ in range(2))
    aged(old, 30)
    assert held(people.author, "published") == [new]


def test_an_outline_waits_for_a_publisher(people: People, client: Client) -> None:
    outline = Outline.objects.create(text="## 一、新的\n", author=people.author)
    Outline.objects.create(text="", author=people.author, state=Outline.State.DECLINED)
    client.force_login(people.publisher)
    page = shown(client.get(HOME))
    assert reverse("admin:editorial_outline_change", args=[outline.pk]) in page
    assert held(people.publisher, "outlines") == [outline]


def fill(people: People, count: int) -> None:
    """Put this many rows into every panel of the superuser that can hold as many."""
    shared = {"category": category(), "author": people.superuser}
    for state in (State.DRAFT, State.CHANGES_REQUESTED, State.SCHEDULED):
        RevisionFactory.create_batch(count, state=state, **shared)
    for state in (State.IN_REVIEW, State.APPROVED, State.APPROVED):
        RevisionFactory.create_batch(count, state=state, **{**shared, "author": people.author})
    ready = list(Revision.objects.filter(state=State.APPROVED)[:count])
    actions.perform_all(ready, "publish", people.publisher)
    for revision in Revision.objects.filter(state=State.CHANGES_REQUESTED)[:count]:
        actions.comment(revision, people.reviewer, "？")


def test_each_count_is_the_length_of_the_list_that_it_leads_to(
    people: People, client: Client
) -> None:
    fill(people, SHOWN + 2)
    Outline.objects.create(text="", author=people.author)
    client.force_login(people.superuser)
    home = client.get(HOME).context["home"]
    assert {filled.panel.name for filled in home.panels if filled.count} == {
        panel.name for panel in PANELS
    }
    for filled in home.panels:
        listed = client.get(filled.panel.url).context["cl"]
        assert listed.result_count == filled.count
        assert {row.pk for row in filled.rows} <= {row.pk for row in listed.queryset}


def test_a_panel_of_another_role_is_no_filter(people: People, client: Client) -> None:
    revision_in(State.APPROVED, people)
    revision_in(State.DRAFT, people)
    client.force_login(people.author)
    listed = client.get("/admin/editorial/revision/?desk=approved").context["cl"]
    assert listed.result_count == 2


def test_a_panel_shows_five_rows_and_a_link_to_all(people: People, client: Client) -> None:
    drafts = RevisionFactory.create_batch(SHOWN + 1, author=people.author, category=category())
    client.force_login(people.author)
    page = shown(client.get(HOME))
    assert [change_url(draft) in page for draft in drafts] == [False] + [True] * SHOWN
    all_of_them = '<p class="home-all"><a href="/admin/editorial/revision/?desk=drafts">'
    assert all_of_them in page
    drafts[0].delete()
    assert all_of_them not in shown(client.get(HOME))


def test_an_empty_desk_says_what_to_do_next(people: People, client: Client) -> None:
    client.force_login(people.author)
    page = shown(client.get("/en" + HOME))
    assert "Nothing waits for you. Begin a new entry." in page
    assert f'href="/en{ADD}"' in page
    assert "Nothing was sent back." in page
    revision_in(State.SCHEDULED, people)
    assert "Nothing waits for you." in shown(client.get("/en" + HOME))
    revision_in(State.DRAFT, people)
    assert "Nothing waits for you." not in shown(client.get("/en" + HOME))


def test_staff_without_a_role_learn_whom_to_ask(people: People, client: Client) -> None:
    client.force_login(people.bystander)
    assert "Ask whoever runs this site" in shown(client.get("/en" + HOME))
    assert people.superuser
    page = shown(client.get("/en" + HOME))
    assert "Ask superuser to make you an author" in page
    assert f'href="/en{ADD}"' not in page


def test_who_may_only_look_is_not_offered_a_new_entry(people: People, client: Client) -> None:
    people.bystander.user_permissions.set(Permission.objects.filter(codename="view_revision"))
    client.force_login(people.bystander)
    answer = client.get(HOME)
    names = [filled.panel.name for filled in answer.context["home"].panels]
    assert names == ["scheduled", "published"]
    assert f'href="{ADD}"' not in shown(answer)


def test_the_home_costs_the_same_with_more_rows(people: People, client: Client) -> None:
    client.force_login(people.superuser)
    client.get(HOME)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(HOME).status_code == 200
        return len(queries)

    fill(people, 1)
    few = cost()
    fill(people, 40)
    assert cost() == few <= 15
