"""The Atom feed: what RFC 4287 asks for, whole texts, and ids that outlive a new title."""

from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from django.test import Client

from tests.factories import ArticleFactory, CategoryFactory

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def feed(client: Client) -> ElementTree.Element:
    response = client.get("/feed.atom")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)  # noqa: S314 - our own answer


def text(element: ElementTree.Element, name: str) -> str:
    found = element.find(ATOM + name)
    assert found is not None, name
    return found.text or ""


def ids(client: Client) -> list[str]:
    return [text(entry, "id") for entry in feed(client).iter(f"{ATOM}entry")]


def test_it_has_what_atom_requires(client: Client) -> None:
    article = ArticleFactory.create(
        tags=["微调"], published_at=datetime(2023, 6, 27, 4, tzinfo=UTC)
    )
    root = feed(client)
    assert root.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated"):
        assert text(root, name)
    author = root.find(f"{ATOM}author/{ATOM}name")
    assert author is not None
    assert author.text
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links == {"alternate": "http://testserver/", "self": "http://testserver/feed.atom"}

    (entry,) = root.iter(f"{ATOM}entry")
    assert text(entry, "title") == article.headline
    assert text(entry, "id") == f"tag:testserver,2023-06-27:/articles/{article.pk}/"
    assert text(entry, "published") == "2023-06-27T04:00:00+00:00"
    assert text(entry, "updated") == text(root, "updated") == "2023-06-28T04:00:00+00:00"
    assert {one.get("term") for one in entry.iter(f"{ATOM}category")} == {
        article.category.title,
        "微调",
    }


def test_an_entry_is_there_in_full(client: Client) -> None:
    article = ArticleFactory.create(
        summary="甲**「乙」**$x^2$\n\n丙", links=[["code", "https://x.org/y?a=1&b=2"]]
    )
    (entry,) = feed(client).iter(f"{ATOM}entry")
    content = entry.find(f"{ATOM}content")
    assert content is not None
    assert content.get("type") == "html"
    for part in (
        article.summary_html,
        article.title_html,
        article.url,
        "https://x.org/y?a=1&amp;b=2",
    ):
        assert part in (content.text or "")


def test_an_id_stays_when_the_title_changes(client: Client) -> None:
    article = ArticleFactory.create()
    before = ids(client)
    article.title = article.headline_html = "新"
    article.save()
    assert ids(client) == before


def test_it_holds_the_newest_entries_newest_first(client: Client) -> None:
    category = CategoryFactory.create()
    for day in range(60):
        when = datetime(2023, 1 + day // 28, 1 + day % 28, tzinfo=UTC)
        ArticleFactory.create(
            category=category, headline=f"{day}", published_at=when, updated_at=when
        )
    titles = [text(entry, "title") for entry in feed(client).iter(f"{ATOM}entry")]
    assert titles == [str(day) for day in range(59, 9, -1)]


def test_no_text_breaks_the_xml(client: Client) -> None:
    hostile = "\x01\x0b a & <b> ]]> \ufffe \u2028 **c**"
    category = CategoryFactory.create(title=hostile)
    ArticleFactory.create(
        category=category,
        headline=hostile,
        summary=hostile,
        title=hostile,
        tags=[hostile],
        links=[[hostile, "https://a.org/"]],
    )
    (entry,) = feed(client).iter(f"{ATOM}entry")
    assert text(entry, "title") == "a & ]]> c"


def test_it_is_there_before_the_first_entry_and_every_page_names_it(client: Client) -> None:
    assert not ids(client)
    assert (
        b'type="application/atom+xml" title="Digest" href="/feed.atom"'
        in client.get("/en/").content
    )
