"""Programs read the list as JSON: filtered as the site is, in pages, at a cost that never grows."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from jsonschema import Draft202012Validator
from pytest_django import DjangoAssertNumQueries

from digest.api.document import LISTS, document
from digest.api.parameters import ARTICLES
from digest.filters import ArticleFilter
from digest.models import Article
from digest.search import index
from editorial.live import publishing
from tests.factories import ArticleFactory, CategoryFactory, PaperFactory

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture(autouse=True)
def articles() -> list[Article]:
    """Seven entries in two sections, in no order by time."""
    sections = [CategoryFactory.create(title=f"节{n}", slug=f"s{n}", position=n) for n in (1, 2)]
    paper = PaperFactory.create(
        identity="arxiv:2305.14314",
        title="QLoRA",
        authors="Dettmers, Tim\nOpenAI",
        published_on="2023-05-23",
        venue="NeurIPS",
        venue_kind="conference",
    )
    made = []
    for n in range(7):
        given: dict[str, Any] = {"paper": paper, "tags": ["LLM"]} if n < 2 else {}
        article = ArticleFactory.create(
            category=sections[n % 2],
            position=n + 1,
            headline_html=f"第{n}个 微调",
            **given,
        )
        at = article.published_at + timedelta(days=40 * (n * 3 % 7 // 2))
        Article.objects.filter(pk=article.pk).update(published_at=at)
        made.append(Article.objects.get(pk=article.pk))
    index.write(made, {}, fresh=False)
    return made


def get(client: Client, address: str) -> dict[str, Any]:
    response = client.get(f"{API}/{address}")
    assert response.status_code == 200, response.content
    told: dict[str, Any] = json.loads(response.content)
    return told


def ids(client: Client, address: str) -> list[int]:
    """Return the ids of a whole list, page by page."""
    found: list[int] = []
    following: str | None = f"{API}/{address}"
    while following:
        told = json.loads(client.get(following).content)
        found += [item["id"] for item in told["items"]]
        following = told["next"]
    return found


def problem(client: Client, address: str, status: int) -> dict[str, Any]:
    response = client.get(f"{API}/{address}")
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = json.loads(response.content)
    assert told["status"] == status
    return told


def test_an_entry_is_told_whole(client: Client, articles: list[Article]) -> None:
    entry = articles[0]
    told = get(client, f"articles/{entry.pk}")
    assert told["self"] == f"http://testserver{API}/articles/{entry.pk}"
    assert told["page"] == f"http://testserver{entry.get_absolute_url()}"
    assert (told["headline"], told["post"]) == ("第0个 微调", entry.url)
    assert told["section"]["slug"] == "s1"
    assert told["tags"] == [{"name": "LLM", "slug": "llm"}]
    assert told["picture"] is None
    assert told["summary"] == "它「只需要」单个GPU。"
    paper = told["paper"]
    assert (paper["arxiv"], paper["venue"], paper["appeared"]) == (
        "2305.14314",
        "NeurIPS",
        "2023-05-23",
    )
    assert [author["name"] for author in paper["authors"]] == ["Tim Dettmers", "OpenAI"]
    assert client.get(told["citations"]["bib"]).status_code == 200


@pytest.mark.parametrize("listed", LISTS, ids=lambda one: one.path)
def test_every_answer_is_what_the_document_says(client: Client, listed: Any) -> None:
    ArticleFactory.create(paper=None, links=[["paper", "javascript:alert(1)"]], url="file:///x")
    said = document("http://testserver/api/v1")
    found = get(client, f"{listed.path}?limit=100")
    of_list = said["paths"][f"/{listed.path}"]["get"]["responses"]["200"]["content"]
    schemas = {"components": said["components"]}
    of_page = Draft202012Validator({**of_list["application/json"]["schema"], **schemas})
    of_page.validate(found)
    of_one = Draft202012Validator({"$ref": f"#/components/schemas/{listed.shape}", **schemas})
    assert found["items"]
    for item in found["items"]:
        of_one.validate(json.loads(client.get(item["self"]).content))
        if "page" in item:
            assert client.get(item["page"]).status_code == 200
    assert "javascript:" not in json.dumps(found)


def test_it_takes_the_filters_of_the_site() -> None:
    assert set(ARTICLES) == {*ArticleFilter.base_filters, "q", "cursor", "limit"}


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("category=s2", [1, 3, 5]),
        ("tag=llm", [0, 1]),
        ("venue=NeurIPS", [0, 1]),
        ("q=微调&tag=LLM", [0, 1]),
        ("q=没有的", []),
        ("code=on", []),
        ("paper=on", [0, 1, 2, 3, 4, 5, 6]),
        ("category=none", []),
    ],
)
def test_a_list_has_what_is_asked_for(
    client: Client, articles: list[Article], query: str, places: list[int]
) -> None:
    assert sorted(ids(client, f"articles?{query}")) == [articles[n].pk for n in places]
    page = client.get(f"/articles/?{query}").content.decode()
    shown = [n for n in range(7) if f"第{n}个" in page]
    assert shown == places


@pytest.mark.parametrize("limit", [1, 3, 7])
@pytest.mark.parametrize(
    "query", ["", "sort=oldest", "sort=list", "q=微调", "q=微调&sort=newest", "q=微调&sort=list"]
)
def test_pages_have_every_entry_once_and_in_order(client: Client, query: str, limit: int) -> None:
    orders = {
        "oldest": ("published_at", "pk"),
        "list": ("category__position", "position", "pk"),
        "newest": ("-published_at", "-pk"),
        "": ("-published_at", "-pk") if "q=" not in query else ("-pk",),
    }
    order = orders[query.partition("sort=")[2]]
    expected = list(Article.objects.order_by(*order).values_list("pk", flat=True))
    assert ids(client, f"articles?limit={limit}&{query}".rstrip("&")) == expected


@pytest.mark.parametrize("path", ["sections", "tags", "papers"])
def test_the_other_lists_have_pages_too(client: Client, path: str) -> None:
    ArticleFactory.create(tags=["RLHF", "微调"])
    whole = get(client, path)["items"]
    assert len(whole) > 1
    first = get(client, f"{path}?limit=1")
    assert first["items"] == whole[:1]
    assert json.loads(client.get(first["next"]).content)["items"][0] == whole[1]


def test_a_page_does_not_move_when_entries_come_before_it(client: Client) -> None:
    first = get(client, "articles?limit=3")
    rest = ids(client, first["next"].partition(f"{API}/")[2])
    ArticleFactory.create(published_at=timezone.now())
    assert ids(client, first["next"].partition(f"{API}/")[2]) == rest


def test_a_search_that_finds_too_much_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digest.search.hits.MOST", 3)
    monkeypatch.setattr("digest.api.lists.MOST", 3)
    told = get(client, "articles?q=微调&sort=oldest")
    assert (len(told["items"]), told["complete"]) == (3, False)
    assert get(client, "articles?q=LLM")["complete"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("limit=1&limit=2", "limit"),
        ("month=2023-13", "month"),
        ("year=99999999999999999999", "year"),
        ("sort=best", "sort"),
        ("code=maybe", "code"),
        ("cursor=abc", "cursor"),
        ("q=" + "x" * 201, "q"),
        ("q=%00", "q"),
        ("offset=10", "offset"),
        ("utm_source=x", "utm_source"),
    ],
)
def test_a_bad_parameter_is_named_with_its_remedy(
    client: Client, query: str, parameter: str
) -> None:
    told = problem(client, f"articles?{query}", 400)
    assert told["parameter"] == parameter
    assert len(told["detail"]) > 20


def test_what_is_not_there_is_a_problem_and_what_was_taken_down_is_gone(
    client: Client, articles: list[Article]
) -> None:
    for address in ("articles/0", "papers/99999999999999999999", "tags/x", "sections/x", "x/y", ""):
        problem(client, address, 404)
    Article.objects.filter(pk=articles[0].pk).update(taken_down_at=timezone.now())
    problem(client, f"articles/{articles[0].pk}", 410)
    assert articles[0].pk not in ids(client, "articles")


def test_a_paper_is_found_by_what_it_is_known_by(client: Client, articles: list[Article]) -> None:
    [paper] = get(client, "papers?identity=arxiv:2305.14314")["items"]
    assert [client.get(one).status_code for one in paper["articles"]] == [200, 200]
    Article.objects.filter(paper=articles[0].paper).update(taken_down_at=timezone.now())
    assert get(client, "papers?identity=arxiv:2305.14314")["items"] == []
    problem(client, f"papers/{paper['id']}", 404)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_can_only_be_read(method: str) -> None:
    client = Client(enforce_csrf_checks=True)
    response = getattr(client, method)(f"{API}/articles")
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert response["Content-Type"] == "application/problem+json"


def test_a_page_of_another_site_may_ask(client: Client) -> None:
    asked = client.options(f"{API}/articles")
    assert (asked.status_code, asked.content) == (204, b"")
    for response in (asked, client.get(f"{API}/articles"), client.get(f"{API}/articles?x=y")):
        assert response["Access-Control-Allow-Origin"] == "*"
    assert client.head(f"{API}/articles").status_code == 200


@pytest.mark.parametrize(
    "address", ["articles", "articles?q=LLM", "tags", "papers", "openapi.json"]
)
def test_who_has_an_answer_pays_one_query(
    client: Client, address: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    tag = client.get(f"{API}/{address}")["ETag"]
    with django_assert_num_queries(1):
        again = client.get(f"{API}/{address}", headers={"If-None-Match": tag})
    assert again.status_code == 304
    publishing.hold(timezone.now())
    changed = client.get(f"{API}/{address}", headers={"If-None-Match": tag})
    assert changed.status_code == 200


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("articles", 4),
        ("articles?q=微调&sort=list", 4),
        ("sections", 2),
        ("tags", 2),
        ("papers", 3),
    ],
)
@pytest.mark.parametrize("more", [0, 20])
def test_the_number_of_queries_does_not_grow(
    client: Client,
    path: str,
    queries: int,
    more: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    made = ArticleFactory.create_batch(more, headline_html="微调", tags=["LLM", "RLHF"])
    index.write(made, {}, fresh=False)
    client.get(f"{API}/{path}")
    with django_assert_max_num_queries(queries):
        client.get(f"{API}/{path}")
