"""The list of all entries, narrowed down: each filter counts, is in the address and comes off."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from digest.models import Article
from digest.search import index
from tests.factories import ArticleFactory, CategoryFactory

pytestmark = pytest.mark.django_db
LINK = re.compile(
    r'<a href="([^"]*)" rel="nofollow"( aria-current="true")?>'
    r'<span class="label"[^>]*>([^<]*)</span> <span class="count">(\d+)</span>'
)


def page(client: Client, query: str = "") -> str:
    response = client.get(f"/en/articles/{query}")
    assert response.status_code == 200
    return response.content.decode()


def counts(html: str) -> dict[str, int]:
    return {unescape(label): int(total) for _, _, label, total in LINK.findall(html)}


def address(html: str, label: str) -> str:
    return next(unescape(href) for href, _, found, _ in LINK.findall(html) if found == label)


def shown(html: str) -> list[str]:
    rows = html.partition('<ol class="rows">')[2]
    return re.findall(r'<h2 class="headline"><a [^>]*>(?:<mark>)?(\w)', rows)


@pytest.fixture(autouse=True)
def articles() -> list[Article]:
    one = CategoryFactory.create(title="One", slug="one", position=1)
    two = CategoryFactory.create(title="Two", slug="two", position=2)
    code = [["Paper", "https://x.org/1"], ["代码", "https://github.com/a/b"]]
    articles = [
        ArticleFactory.create(
            category=one, position=2, headline="甲", links=code, tags=["LLM", "微调"],
            published_at=datetime(2023, 5, 31, 15, 59, tzinfo=UTC),
        ),
        ArticleFactory.create(
            category=one, position=1, headline="乙", links=[], tags=["LLM"],
            published_at=datetime(2023, 5, 31, 16, 0, tzinfo=UTC),  # June in Shanghai
        ),
        ArticleFactory.create(
            category=two, position=1, headline="丙", links=[["Code", "https://x.org"]],
            published_at=datetime(2022, 12, 31, 16, 0, tzinfo=UTC),  # 2023 in Shanghai
        ),
        ArticleFactory.create(
            category=two, position=2, headline="丁", links=[["paper", "https://x.org/code"]],
            published_at=datetime(2022, 1, 5, tzinfo=UTC), tags=["微调"],
        ),
        ArticleFactory.create(
            category=two, headline="戊", taken_down_at=datetime(2023, 7, 1, tzinfo=UTC)
        ),
    ]  # fmt: skip
    articles[3].picture.save("a.png", ContentFile(b"png"))
    index.write(articles[:4], {}, fresh=True)
    return articles


def test_each_filter_says_how_many_entries_it_leaves(client: Client) -> None:
    assert counts(page(client)) == {
        "One": 2,
        "Two": 2,
        "2023": 3,
        "2022": 1,
        "Code": 2,
        "Paper": 2,
        "Picture": 1,
        "LLM": 2,
        "微调": 2,
    }


@pytest.mark.parametrize("query", ["", "q=它"])
def test_counts_hold_under_the_other_filters(client: Client, query: str) -> None:
    for on in ("category=one", "year=2023", "month=2023-05", "code=on", "picture=on", "tag=llm"):
        choices = LINK.findall(page(client, f"?{query}&{on}"))
        assert len(choices) >= 4
        for href, is_chosen, label, total in choices:
            if not is_chosen:
                assert len(shown(page(client, unescape(href)))) == int(total), (on, label)


def test_months_are_those_of_the_site_s_zone(client: Client) -> None:
    html = page(client, "?year=2023")
    assert {"January": 1, "May": 1, "June": 1}.items() <= counts(html).items()
    assert shown(page(client, address(html, "May"))) == ["甲"]
    assert shown(page(client, address(html, "January"))) == ["丙"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("picture=on", "丁"),
        ("month=2023-06", "乙"),
        ("year=2022", "丁"),
        ("category=two&code=on", "丙"),
        ("category=one&tag=微调&code=on&paper=on&year=2023&month=2023-05", "甲"),
        ("month=2023-13", ""),
        ("month=0000-01", ""),
        ("month=9999-12", ""),
        ("year=99999999999999999999", ""),
        ("sort=worst", ""),
    ],
)
def test_filters_go_together(client: Client, query: str, found: str) -> None:
    assert shown(page(client, f"?{query}")) == list(found)
    assert shown(page(client, f"?{query}&q=它")) == list(found)


def test_an_address_that_cannot_be_read_is_told_why(client: Client) -> None:
    assert "Write a month as 2023-05." in page(client, "?month=May&q=它")
    assert "Write a month" not in page(client, "?month=2023-05")


def test_each_filter_can_be_taken_off(client: Client) -> None:
    html = page(client, "?q=它&category=one&year=2023&month=2023-05&code=on&tag=LLM")
    chips = html.partition('<ul class="chips"')[2].partition("</ul>")[0]
    found = {
        re.sub("<[^>]*>", "", label).partition(" ×")[0]: unescape(href)
        for href, label in re.findall(r'<a href="([^"]*)"[^>]*>(.*?)</a>', chips)
    }
    assert found == {
        "One": "?q=%E5%AE%83&year=2023&month=2023-05&code=on&tag=LLM",
        "#LLM": "?q=%E5%AE%83&category=one&year=2023&month=2023-05&code=on",
        "2023 · May": "?q=%E5%AE%83&category=one&code=on&tag=LLM",
        "With code": "?q=%E5%AE%83&category=one&year=2023&month=2023-05&tag=LLM",
    }
    assert 'href="/en/articles/?q=%E5%AE%83">Show all</a>' in chips
    assert '<ul class="chips"' not in page(client)


def test_a_chosen_filter_is_marked_and_leads_back(client: Client) -> None:
    html = page(client, "?category=one")
    assert ("?", "One") in {(href, label) for href, on, label, _ in LINK.findall(html) if on}
    assert address(html, "Two") == "?category=two"


@pytest.mark.parametrize(
    ("sort", "order"),
    [("", "乙甲丙丁"), ("newest", "乙甲丙丁"), ("oldest", "丁丙甲乙"), ("list", "乙甲丙丁")],
)
@pytest.mark.parametrize("query", ["", "&q=它"])
def test_entries_come_in_the_order_that_was_asked_for(
    client: Client, sort: str, order: str, query: str
) -> None:
    if query and not sort:
        order = "丁丙乙甲"  # the best first, and then by number
    assert shown(page(client, f"?sort={sort}{query}")) == list(order)


def test_a_page_of_a_choice_is_not_indexed(client: Client) -> None:
    assert "noindex" not in page(client)
    assert "noindex" in page(client, "?category=one")


def test_a_filter_goes_on_to_the_next_page_and_begins_with_the_first(client: Client) -> None:
    category = Article.objects.all()[0].category
    for _ in range(50):
        ArticleFactory.create(category=category)
    html = page(client, "?category=one&page=2")
    assert len(shown(html)) == 2
    assert 'href="?category=one&amp;page=1"' in html
    assert address(html, "Paper") == "?category=one&paper=on"


def test_the_list_s_order_goes_on_over_sections_and_pages(client: Client) -> None:
    for position in (5, 4, 3):
        category = CategoryFactory.create(position=position, slug=f"s{position}")
        for place in range(30, 0, -1):
            ArticleFactory.create(category=category, position=place, links=[["code", "https://x"]])
    for query in ("", "&code=on", "&category=s4"):
        found: list[int] = []
        for number in (1, 2):
            response = client.get(f"/articles/?sort=list{query}&page={number}")
            if response.status_code == 200:
                found += [article.pk for article in response.context["object_list"]]
        expected = Article.objects.published()
        if "code" in query:
            expected = expected.filter(has_code=True)
        if "category" in query:
            expected = expected.filter(category__slug="s4")
        assert found == list(expected.values_list("pk", flat=True))


def test_counting_asks_as_much_of_the_database_at_any_size(client: Client) -> None:
    addresses = [
        *("", "?category=one&code=on", "?year=2023&tag=LLM&sort=list", "?q=它"),
        *("?q=model&category=one&year=2023", "?q=模型LLM x&tag=LLM&code=on&sort=oldest"),
    ]

    def queries() -> list[int]:
        found = []
        for query in addresses:
            page(client, query)
            with CaptureQueriesContext(connection) as asked:
                page(client, query)
            found.append(len(asked))
        return found

    few = queries()
    for number in range(60):
        category = CategoryFactory.create(position=number + 10)
        ArticleFactory.create(
            category=category,
            tags=["LLM", f"tag{number}"],
            published_at=datetime(1990 + number % 30, 1 + number % 12, 3, tzinfo=UTC),
        )
    assert queries() == few
    assert max(few) <= 8
