"""Who else has the form open is named; whoever has left, or said nothing for a minute, is not."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from editorial import actions
from editorial.desk import presence
from editorial.models import Presence, Revision
from tests.editorial.factories import People, PersonFactory, RevisionFactory
from tests.editorial.test_admin_form import change_url, shown


@pytest.fixture
def revision(people: People) -> Revision:
    return RevisionFactory.create(author=people.author)


@pytest.fixture
def author(people: People, client: Client) -> Client:
    client.force_login(people.author)
    return client


def presence_url(revision: Revision) -> str:
    return reverse("admin:editorial_revision_presence", args=[revision.pk])


def told(client: Client, revision: Revision, **said: str) -> str:
    answer = client.post(presence_url(revision), {"version": str(revision.version), **said})
    assert answer.status_code == 200
    return shown(answer)


def notices(page: str) -> str:
    return page[page.index("desk-presence") : page.index("revision_form")]


def test_the_others_are_named_but_not_oneself(
    people: People, author: Client, revision: Revision
) -> None:
    presence.arrive(revision, people.publisher)
    elsewhere = RevisionFactory.create(author=people.second_author)
    presence.arrive(elsewhere, people.second_author)
    for page in (told(author, revision), told(author, revision)):
        assert "publisher" in page
        assert "author" not in page
    assert Presence.objects.count() == 3


def test_the_page_names_them_without_a_script(
    people: People, author: Client, revision: Revision
) -> None:
    presence.arrive(revision, people.publisher)
    assert "publisher" in notices(shown(author.get(change_url(revision))))


def test_it_says_since_when(people: People, author: Client, revision: Revision) -> None:
    presence.arrive(revision, people.publisher)
    before = Presence.objects.get()
    presence.arrive(revision, people.publisher)
    after = Presence.objects.get()
    assert after.since == before.since
    assert after.seen_at > before.seen_at


def test_whoever_leaves_is_gone(people: People, author: Client, revision: Revision) -> None:
    presence.arrive(revision, people.publisher)
    told(author, revision)
    assert author.post(presence_url(revision), {"left": "1"}).status_code == 204
    assert Presence.objects.get().user == people.publisher


def test_whoever_said_nothing_for_a_minute_is_gone(
    people: People, author: Client, revision: Revision
) -> None:
    presence.arrive(revision, people.publisher)
    Presence.objects.update(seen_at=timezone.now() - timedelta(seconds=61))
    assert "publisher" not in notices(shown(author.get(change_url(revision))))
    assert "publisher" not in told(author, revision)
    assert Presence.objects.get().user == people.author


@pytest.mark.parametrize("name", ["second_author", "reviewer", "bystander"])
def test_only_who_may_edit_is_present(
    name: str, people: People, client: Client, revision: Revision
) -> None:
    client.force_login(getattr(people, name))
    assert client.post(presence_url(revision), {"version": "1"}).status_code == 403
    with pytest.raises(actions.NoRight):
        presence.arrive(revision, getattr(people, name))
    assert not Presence.objects.exists()


def test_a_newer_version_is_announced_with_who_saved_it(
    people: People, author: Client, revision: Revision
) -> None:
    assert told(author, revision).strip() == ""
    stored = Revision.objects.get()
    actions.edit(stored, people.publisher, 1, headline="他们的")
    assert "publisher" in told(author, revision)
    actions.edit(stored, people.author, 2, headline="我的")
    mine = told(author, revision)
    assert mine.strip()
    assert "author" not in mine
    assert told(author, stored).strip() == ""


def test_it_tells_when_the_revision_can_no_longer_be_changed(
    people: People, author: Client, revision: Revision
) -> None:
    stored = Revision.objects.get()
    actions.perform(stored, "submit", people.author)
    actions.assign(stored, people.author, people.publisher)  # changes nothing that is typed
    page = told(author, revision)
    assert stored.get_state_display() in page
    assert "author" in page
    assert "publisher" not in page


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_a_forged_version_harms_nothing(version: str, author: Client, revision: Revision) -> None:
    told(author, revision, version=version)


def test_many_who_are_here_cost_no_more_queries(author: Client, revision: Revision) -> None:
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            told(author, revision)
        counts.append(len(queries))
        for other in PersonFactory.create_batch(5, is_superuser=True):
            presence.arrive(revision, other)
    assert counts[0] == counts[1]
