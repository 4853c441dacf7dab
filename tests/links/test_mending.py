"""A link is mended by a revision, like any edit: by where it leads, or by the archive's copy."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries, Settings

from digest.models import Article
from editorial import actions
from editorial.links import gathering, mending
from editorial.models import Link, LinkCheck, Revision
from editorial.transitions import State
from tests.editorial.factories import EVERYBODY, People, RevisionFactory, revision_in
from tests.editorial.test_admin_form import shown

OLD, NEW = "http://old.org/p", "https://new.org/p"
COPY = "http://web.archive.org/web/20230601/http://old.org/p"


class Archive(BaseHTTPRequestHandler):
    """Speaks the availability API of the Wayback Machine."""

    def do_GET(self) -> None:
        url = parse_qs(urlsplit(self.path).query)["url"][0]
        closest = {"available": True, "url": COPY, "timestamp": "20230601", "status": "200"}
        found = {"closest": closest} if url == OLD else {}
        body = b"<html>" if "broken" in url else json.dumps({"archived_snapshots": found}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def _archive(settings: Settings) -> Iterator[None]:
    server = HTTPServer(("127.0.0.1", 0), Archive)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.ARCHIVE_API = f"http://127.0.0.1:{server.server_port}/wayback/available"
    yield
    server.shutdown()
    thread.join(5)
    server.server_close()


@pytest.fixture
def link(people: People) -> Link:
    """A redirected link in the fields of a live entry that can hold one."""
    summary = f"See [it]({OLD}) and <{OLD}>, not ({OLD}/2)."
    revision_in(State.PUBLISHED, people, url=OLD, links=[["paper", OLD]], summary=summary)
    gathering.gather(timezone.now())
    Link.objects.filter(url=OLD).update(state="redirected", target=NEW)
    return Link.objects.get(url=OLD)


def test_the_entry_gets_a_draft_and_readers_keep_what_they_have(people: People, link: Link) -> None:
    report = mending.replace(link, NEW, people.author)
    [draft] = report.drafts
    assert (draft.url, draft.links, draft.state) == (NEW, [["paper", NEW]], State.DRAFT)
    assert draft.summary == f"See [it]({NEW}) and <{NEW}>, not ({OLD}/2)."
    assert Article.objects.get().url == OLD


def test_an_entry_that_somebody_revises_is_left_to_them(people: People, link: Link) -> None:
    actions.revise(Article.objects.get(), people.second_author)
    report = mending.replace(link, NEW, people.author)
    assert report.drafts == []
    assert "second_author" in report.refused[0][1]
    assert Revision.objects.filter(state=State.DRAFT).count() == 1


def test_an_unsafe_address_is_refused_like_in_any_edit(people: People, link: Link) -> None:
    report = mending.replace(link, "javascript:alert(1)", people.author)
    assert report.drafts == []
    assert len(report.refused) == 1
    assert not Revision.objects.filter(state=State.DRAFT).exists(), "nothing half made stays"


@pytest.mark.parametrize("name", EVERYBODY)
def test_only_who_may_propose_may_mend(
    client: Client, people: People, link: Link, name: str
) -> None:
    client.force_login(getattr(people, name))
    client.post(reverse("admin:editorial_link_mend", args=[link.pk, "target"]))
    assert Revision.objects.filter(state=State.DRAFT).exists() is (name != "bystander")


@pytest.mark.usefixtures("_archive")
def test_the_archives_copy_takes_the_place_of_a_dead_link(
    client: Client, people: People, link: Link
) -> None:
    client.force_login(people.author)
    page = client.post(reverse("admin:editorial_link_mend", args=[link.pk, "archive"]), follow=True)
    assert Revision.objects.get(state=State.DRAFT).url == COPY.replace("http:", "https:", 1)
    assert "草稿" in shown(page)


@pytest.mark.usefixtures("_archive")
@pytest.mark.parametrize(
    ("url", "reason"), [("http://none.org/", "has no copy"), ("http://broken.org/", "can be read")]
)
def test_it_says_so_when_the_archive_has_nothing(url: str, reason: str) -> None:
    with translation.override("en"), pytest.raises(actions.Invalid, match=reason):
        mending.archived(url)


def test_it_says_so_when_the_archive_does_not_answer(settings: Settings) -> None:
    settings.ARCHIVE_API = "http://127.0.0.1:1/"
    with pytest.raises(actions.Invalid):
        mending.archived(OLD)


def test_the_list_mends_what_is_ticked(client: Client, people: People, link: Link) -> None:
    client.force_login(people.author)
    data = {"action": "replace_by_target", ACTION_CHECKBOX_NAME: [link.pk]}
    client.post(reverse("admin:editorial_link_changelist"), data)
    assert Revision.objects.get(state=State.DRAFT).url == NEW


def test_a_links_page_has_its_history_and_its_places(
    client: Client, people: People, link: Link
) -> None:
    LinkCheck.objects.create(link=link, at=timezone.now(), state="dead", reason="HTTP 410")
    client.force_login(people.author)
    page = shown(client.get(reverse("admin:editorial_link_change", args=[link.pk])))
    assert "HTTP 410" in page
    assert Article.objects.get().headline in page
    assert client.post(reverse("admin:editorial_link_change", args=[link.pk])).status_code == 403


def test_the_list_costs_the_same_at_any_length(
    client: Client, people: People, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    RevisionFactory.create_batch(30, author=people.author)
    gathering.gather(timezone.now())
    assert Link.objects.count() == 60
    client.force_login(people.author)
    with django_assert_max_num_queries(10):
        client.get(reverse("admin:editorial_link_changelist"))


def test_the_home_counts_what_seems_to_be_gone(client: Client, people: People, link: Link) -> None:
    client.force_login(people.author)
    assert "home-links" not in shown(client.get("/en/admin/"))
    Link.objects.update(state="dead")
    page = shown(client.get("/en/admin/"))
    assert 'href="/en/admin/editorial/link/?state__exact=dead"' in page
    assert f">{Link.objects.count()} dead</a>" in page
