"""A page says in JSON-LD which work it is about, and nothing in that ends the element around it."""

import json
import re
from html import escape
from typing import Any

import pytest
from django.test import Client

from tests.factories import ArticleFactory, PaperFactory

pytestmark = pytest.mark.django_db


def told(client: Client, page: str) -> dict[str, Any]:
    html = client.get(page, follow=True).content.decode()
    [text] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    found: dict[str, Any] = json.loads(text)
    return found


def test_an_entry_and_its_paper_name_the_work(client: Client) -> None:
    paper = PaperFactory.create(
        identity="arxiv:2305.14314",
        title="QLoRA",
        authors="Dettmers, Tim\nOpenAI",
        published_on="2023-05-23",
        venue="NeurIPS",
        venue_kind="conference",
    )
    article = ArticleFactory.create(paper=paper, headline_html="微调")
    work = told(client, paper.get_absolute_url())
    assert work["@type"] == "ScholarlyArticle"
    assert (work["name"], work["datePublished"]) == ("QLoRA", "2023-05-23")
    assert work["url"] == "https://arxiv.org/abs/2305.14314"
    assert work["isPartOf"] == {"@type": "Event", "name": "NeurIPS"}
    assert [author["name"] for author in work["author"]] == ["Tim Dettmers", "OpenAI"]
    assert {one["propertyID"]: one["value"] for one in work["identifier"]} == {
        "arXiv": "2305.14314",
        "DOI": "10.48550/arXiv.2305.14314",
    }
    at_entry = told(client, article.get_absolute_url())
    assert at_entry.pop("subjectOf")["url"] == article.get_absolute_url()
    assert at_entry == work


@pytest.mark.parametrize(
    "title", ["</script><script>alert(1)</script>", "<!--<script>", "a & b \u2028 c", '"\\" 微调']
)
def test_a_hostile_title_stays_a_text(client: Client, title: str) -> None:
    article = ArticleFactory.create(title=title, title_html=escape(title))
    assert told(client, article.get_absolute_url())["name"] == " ".join(title.split())


def test_what_names_no_paper_has_none(client: Client) -> None:
    article = ArticleFactory.create(paper=None)
    assert "ld+json" not in client.get(article.get_absolute_url()).content.decode()
