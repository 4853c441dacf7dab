"""What a list shows goes to a reference manager: each work once, no more than a file holds."""

import json
import re

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from digest import citing
from digest.search import index
from editorial.live import publishing
from tests.factories import ArticleFactory, CategoryFactory, PaperFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _articles() -> None:
    section = CategoryFactory.create(title="调优", slug="tuning")
    qlora = PaperFactory.create(identity="arxiv:2305.14314", title="QLoRA")
    sophia = PaperFactory.create(identity="arxiv:2305.14342", title="Sophia")
    here = ArticleFactory.create(category=section, paper=qlora, headline_html="微调", tags=["LLM"])
    again = ArticleFactory.create(paper=qlora)
    there = ArticleFactory.create(paper=sophia, tags=["RLHF"])
    ArticleFactory.create(paper=None, category=section)
    ArticleFactory.create(category=section, taken_down_at="2023-07-01T00:00:00Z")
    index.write([here, again, there], {here.pk: ["LLM"]}, fresh=False)


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return b"".join(response).decode()


BOTH = ["arxiv2305.14314", "arxiv2305.14342"]


@pytest.mark.parametrize(
    ("address", "keys"),
    [
        ("/articles/cite", BOTH),
        ("/categories/tuning/cite", BOTH[:1]),
        ("/tags/rlhf/cite", BOTH[1:]),
        ("/articles/cite?q=微调&category=tuning", BOTH[:1]),
        ("/articles/cite?tag=LLM", BOTH[:1]),
        ("/articles/cite?q=没有的", []),
    ],
)
def test_each_work_is_in_every_format_once(client: Client, address: str, keys: list[str]) -> None:
    path, _, query = address.partition("?")
    bib, ris, csl = (text(client, f"{path}.{end}?{query}") for end in ("bib", "ris", "json"))
    assert re.findall(r"^@misc\{(.*),$", bib, re.MULTILINE) == keys
    assert re.findall(r"^ID  - (.*)\r$", ris, re.MULTILINE) == keys
    assert [item["id"] for item in json.loads(csl)] == keys


def test_no_two_works_have_one_key(client: Client) -> None:
    for identity in ("title:same", "doi:10.1/same", "arxiv:hep-th/9901001"):
        ArticleFactory.create(paper=PaperFactory.create(identity=identity, title="Same"))
    keys = re.findall(r"^@misc\{(.*),$", text(client, "/articles/cite.bib"), re.MULTILINE)
    assert len(keys) == len(set(keys)) == 5


def test_a_file_that_lacks_some_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = client.get("/articles/cite.bib")
    assert whole["Content-Disposition"] == 'attachment; filename="papers.bib"'
    monkeypatch.setattr(citing, "MOST", 1)
    cut = client.get("/articles/cite.bib")
    assert cut["Content-Disposition"] == 'attachment; filename="papers-not-all.bib"'
    assert b"".join(cut).count(b"@misc") == 1


def test_the_number_of_queries_does_not_grow_and_who_has_it_pays_one(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for more in (0, 30):
        ArticleFactory.create_batch(more)
        with django_assert_num_queries(3):
            response = client.get("/articles/cite.json")
            assert len(json.loads(b"".join(response))) == 2 + more
    with django_assert_num_queries(1):
        known = client.get("/articles/cite.json", headers={"If-None-Match": response["ETag"]})
    assert known.status_code == 304
    publishing.hold(timezone.now())
    again = client.get("/articles/cite.json", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 200


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("/articles/?q=微调&tag=LLM", "/articles/cite.bib?q=%E5%BE%AE%E8%B0%83&amp;tag=LLM"),
        ("/en/categories/tuning/", "/categories/tuning/cite.ris"),
        ("/tags/llm/", "/tags/llm/cite.json"),
    ],
)
def test_a_list_leads_to_its_citations(client: Client, page: str, address: str) -> None:
    html = client.get(page).content.decode()
    assert f'href="{address}"' in html
    assert f"{citing.MOST}" in html.replace(",", "")


@pytest.mark.parametrize(
    "address", ["/articles/cite.xml", "/tags/none/cite.bib", "/articles/cite.bib?year=x"]
)
def test_what_is_not_there_is_not_cited(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_paper_is_cited_at_its_own_page(client: Client) -> None:
    paper = PaperFactory.create(identity="arxiv:2306.07899", authors="Veselovsky, Veniamin")
    assert client.get(f"/papers/{paper.pk}/cite.bib").status_code == 404
    ArticleFactory.create(paper=paper)
    assert "author = {Veselovsky, Veniamin}" in text(client, f"/papers/{paper.pk}/cite.bib")
    page = client.get(paper.get_absolute_url()).content.decode()
    assert f'href="/papers/{paper.pk}/cite.bib"' in page
