"""A reader follows all, a section, a tag or a search, in Atom or JSON, at no cost if unchanged."""

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from digest.models import Article
from digest.search import index
from editorial.live import publishing
from tests.factories import ArticleFactory, CategoryFactory

pytestmark = pytest.mark.django_db
ENTRY = "{http://www.w3.org/2005/Atom}entry"
LINK = "{http://www.w3.org/2005/Atom}link"


@pytest.fixture(autouse=True)
def articles() -> list[Article]:
    section = CategoryFactory.create(title="调优", slug="tuning")
    here = ArticleFactory.create(category=section, headline_html="这里 微调", tags=["LLM"])
    there = ArticleFactory.create(headline_html="那里")
    index.write([here, there], {here.pk: ["LLM"]}, fresh=False)
    return [here, there]


def feed(client: Client, address: str) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == 200, address
    assert response["Content-Type"] == "application/feed+json; charset=utf-8"
    assert response["Access-Control-Allow-Origin"] == "*"
    found: dict[str, Any] = json.loads(response.content)
    return found


def titles(client: Client, address: str) -> set[str]:
    return {item["title"] for item in feed(client, address)["items"]}


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/feed.json", {"这里 微调", "那里"}),
        ("/categories/tuning/feed.json", {"这里 微调"}),
        ("/tags/llm/feed.json", {"这里 微调"}),
        ("/articles/feed.json?q=微调", {"这里 微调"}),
        ("/articles/feed.json?category=tuning", {"这里 微调"}),
        ("/articles/feed.json?tag=LLM&q=微调", {"这里 微调"}),
        ("/articles/feed.json?q=没有的", set()),
        ("/articles/feed.json", {"这里 微调", "那里"}),
    ],
)
def test_a_feed_has_what_its_page_has(client: Client, address: str, expected: set[str]) -> None:
    assert titles(client, address) == expected
    atom = ElementTree.fromstring(client.get(address.replace(".json", ".atom")).content)  # noqa: S314
    assert len(list(atom.iter(ENTRY))) == len(expected)


def test_it_is_a_json_feed(client: Client, articles: list[Article]) -> None:
    found = feed(client, "/feed.json")
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    assert found["home_page_url"] == "http://testserver/"
    assert found["feed_url"] == "http://testserver/feed.json"
    item = next(item for item in found["items"] if item["title"] == "这里 微调")
    assert item["id"].startswith("tag:testserver,")
    assert item["url"] == f"http://testserver{articles[0].get_absolute_url()}"
    assert item["content_html"]
    assert item["date_published"] == articles[0].published_at.isoformat()
    assert set(item["tags"]) == {"调优", "LLM"}


@pytest.mark.parametrize(
    "address",
    [
        "/categories/tuning/feed",
        "/tags/llm/feed",
        "/articles/feed",
        "/articles/feed?tag=LLM&q=%E5%BE%AE%E8%B0%83",
    ],
)
def test_a_feed_names_the_address_that_brings_it_again(client: Client, address: str) -> None:
    as_json = address.replace("feed", "feed.json")
    assert feed(client, as_json)["feed_url"] == f"http://testserver{as_json}"
    as_atom = address.replace("feed", "feed.atom")
    atom = ElementTree.fromstring(client.get(as_atom).content)  # noqa: S314
    links = {one.get("rel"): one.get("href") for one in atom.findall(LINK)}
    assert links["self"] == f"http://testserver{as_atom}"
    assert links["alternate"] == f"http://testserver{address.replace('feed', '')}"


def test_both_formats_know_an_entry_by_one_id(client: Client) -> None:
    atom = ElementTree.fromstring(client.get("/feed.atom").content)  # noqa: S314
    ids = {entry.findtext("{http://www.w3.org/2005/Atom}id") for entry in atom.iter(ENTRY)}
    assert ids == {item["id"] for item in feed(client, "/feed.json")["items"]}


@pytest.mark.parametrize(
    "address", ["/feed.atom", "/feed.json", "/tags/llm/feed.atom", "/articles/feed.atom?q=微调"]
)
def test_who_has_it_pays_one_query(
    client: Client, address: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    tag = client.get(address)["ETag"]
    with django_assert_num_queries(1):
        again = client.get(address, headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again["Access-Control-Allow-Origin"] == "*"
    assert again["Cache-Control"] == "public, no-cache"
    publishing.hold(timezone.now())
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/categories/none/feed.atom", "/tags/none/feed.json"],
)
def test_what_is_not_there_has_no_feed(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "query", ["q=%00", "q=" + "x" * 5000, "year=99999999999", "month=x", "page=-1", "tag=%F0%28"]
)
def test_a_hostile_address_breaks_nothing(client: Client, query: str) -> None:
    assert client.get(f"/articles/feed.atom?{query}").status_code in {200, 404}


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("/", "/feed.json"),
        ("/categories/tuning/", "/categories/tuning/feed.atom"),
        ("/tags/llm/", "/tags/llm/feed.json"),
        ("/articles/?q=LLM", "/articles/feed.atom?q=LLM"),
    ],
)
def test_a_page_names_its_feeds(client: Client, page: str, address: str) -> None:
    assert f'href="{address}"' in client.get(page).content.decode()
