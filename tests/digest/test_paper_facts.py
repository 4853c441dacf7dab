"""Authors, venue and date are told on an entry's page and its paper's, and lead on by venue."""

import re

import pytest
from django.test import Client

from digest.models import Article
from digest.search import index
from tests.digest.test_filters import address, counts, page, shown
from tests.factories import ArticleFactory, PaperFactory

pytestmark = pytest.mark.django_db
MANY = "\n".join(f"Family{number}, Given" for number in range(1, 12))


@pytest.fixture
def articles() -> list[Article]:
    acl = PaperFactory.create(venue="ACL", authors="Liu, Yang", published_on="2023-07-09")
    nips = PaperFactory.create(venue="NeurIPS & Co", authors=MANY, published_on="2022")
    articles = [
        ArticleFactory.create(paper=acl, headline="甲", tags=["LLM"]),
        ArticleFactory.create(paper=acl, headline="乙"),
        ArticleFactory.create(paper=nips, headline="丙", tags=["LLM"]),
        ArticleFactory.create(headline="丁"),
        ArticleFactory.create(paper=acl, headline="戊", taken_down_at="2023-07-01T00:00Z"),
    ]
    index.write(articles[:4], {}, fresh=True)
    return articles


@pytest.mark.parametrize(("prefix", "dated"), [("", "2023年7月9日"), ("/en", "July 9, 2023")])
def test_a_page_tells_them(
    prefix: str, dated: str, articles: list[Article], client: Client
) -> None:
    assert articles[0].paper
    for pk in (f"articles/{articles[0].pk}", f"papers/{articles[0].paper.pk}"):
        html = client.get(f"{prefix}/{pk}/", follow=True).content.decode()
        assert '<p class="authors" lang="en">Yang Liu</p>' in html
        assert f'<time datetime="2023-07-09">{dated}</time>' in html
        assert f'href="{prefix}/articles/?venue=ACL"' in html


def test_a_long_list_of_names_is_folded_and_whole(articles: list[Article], client: Client) -> None:
    html = client.get(f"/en{articles[2].get_absolute_url()}", follow=True).content.decode()
    summary = re.search(r"<summary>(.*?)</summary>", html, re.DOTALL)
    assert summary
    assert "Given Family6</span>" in summary[1]
    assert "and 5 others" in summary[1]
    others = ", ".join(f"Given Family{number}" for number in range(7, 12))
    assert f'<p lang="en">{others}</p></details>' in html
    assert '<time datetime="2022">2022</time>' in html


def test_nothing_known_leaves_no_trace(articles: list[Article], client: Client) -> None:
    html = client.get(articles[3].get_absolute_url()).content.decode()
    assert 'class="work"' not in html


def test_hostile_names_are_escaped(client: Client) -> None:
    paper = PaperFactory.create(authors="<script>alert(1)</script>", venue='"><b>&x=1#')
    html = client.get(ArticleFactory.create(paper=paper).get_absolute_url()).content.decode()
    assert "<script>alert" not in html
    assert '"><b>' not in html
    assert "?venue=%22%3E%3Cb%3E%26x%3D1%23" in html


def test_entries_are_narrowed_down_by_venue(articles: list[Article], client: Client) -> None:
    assert {"ACL": 2, "NeurIPS & Co": 1}.items() <= counts(page(client)).items()
    chosen = page(client, address(page(client), "NeurIPS &amp; Co"))
    assert shown(chosen) == ["丙"]
    chip = re.search(r'<a href="([^"]*)"[^>]*>NeurIPS &amp; Co<span', chosen)
    assert chip
    assert shown(page(client, chip[1])) == ["丁", "丙", "乙", "甲"]


@pytest.mark.parametrize("query", ["", "q=它"])
def test_venues_combine_with_other_filters(
    query: str, articles: list[Article], client: Client
) -> None:
    html = page(client, f"?{query}&tag=LLM")
    assert {"ACL": 1, "NeurIPS & Co": 1}.items() <= counts(html).items()
    html = page(client, f"?{query}&venue=ACL")
    assert counts(html)["LLM"] == 1
    assert counts(html)["2023"] == 2
    assert shown(page(client, f"?{query}&venue=ACL&tag=LLM")) == ["甲"]
    assert shown(page(client, f"?{query}&venue=nowhere")) == []


def test_no_venue_is_offered_where_none_is_known(client: Client) -> None:
    ArticleFactory.create()
    assert "<h2>Venue</h2>" not in page(client)


def test_a_hit_shows_the_author_that_was_found(articles: list[Article], client: Client) -> None:
    html = page(client, "?q=Family11")
    assert shown(html) == ["丙"]
    assert "Given <mark>Family11</mark>" in html
    assert "<mark>ACL</mark>" in page(client, "?q=acl")


def test_a_hit_shows_the_venue_of_a_paper_without_authors(client: Client) -> None:
    article = ArticleFactory.create(paper=PaperFactory.create(venue="EMNLP"))
    index.write([article], {}, fresh=True)
    assert "<mark>EMNLP</mark>" in page(client, "?q=emnlp")


def test_the_feed_of_a_venue_has_its_entries(articles: list[Article], client: Client) -> None:
    feed = client.get("/articles/feed.json", {"venue": "ACL"}).json()
    assert len(feed["items"]) == 2
