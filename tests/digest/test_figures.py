"""The list in figures: pictures drawn on the server, each with its numbers as text."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import ArticleFactory, CategoryFactory

pytestmark = pytest.mark.django_db
CODE = [["Code", "https://github.com/a/b"]]


def page(client: Client, prefix: str = "/en") -> str:
    response = client.get(f"{prefix}/figures/")
    assert response.status_code == 200
    return response.content.decode()


def rows(html: str) -> list[list[str]]:
    """Each table's rows as text."""
    found = re.findall(r"<tr>(.*?)</tr>", html.partition("<main")[2], re.DOTALL)
    return [
        [
            unescape(re.sub("<[^>]*>", "", cell)).strip()
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        ]
        for row in found
    ]


def parts(html: str) -> list[tuple[int, float, float]]:
    """Each part of a column: its series, its top and its height in pixels."""
    columns = html.partition('<svg class="columns"')[2].partition("</svg>")[0]
    found = re.findall(
        r'series-(\d)" x="[\d.]+%" y="([\d.]+)" width="[\d.]+%" height="([\d.]+)"', columns
    )
    return [(int(series), float(top), float(height)) for series, top, height in found]


def test_the_numbers_of_each_picture_stand_in_a_table(client: Client) -> None:
    one, two = (
        CategoryFactory.create(title=name, position=n) for n, name in enumerate(("一", "二"), 1)
    )
    may, june = datetime(2023, 5, 31, 15, tzinfo=UTC), datetime(2023, 5, 31, 17, tzinfo=UTC)
    ArticleFactory.create(category=one, links=CODE, published_at=may, tags=["LLM"])
    ArticleFactory.create(category=one, published_at=june, tags=["LLM", "微调"])
    ArticleFactory.create(category=two, published_at=june, tags=["LLM"])
    ArticleFactory.create(category=two, published_at=june, taken_down_at=june, tags=["x"])
    html = page(client)
    for row in (
        ["June 2023", "2", "1", "1"],
        ["May 2023", "1", "1", "0"],
        ["一", "50 %", "1 / 2"],
        ["二", "0 %", "0 / 1"],
        ["LLM", "", "3"],
        ["微调", "", "1"],
    ):
        assert row in rows(html), row
    assert parts(html) == [(0, 110, 90), (0, 110, 90), (1, 20, 90)]
    assert 'href="/archive/2023/05/"' in page(client, "")
    assert 'style="' not in html
    assert "2023年5月" in page(client, "")


def test_many_sections_share_a_colour_and_many_months_a_column(client: Client) -> None:
    for number in range(1, 9):
        category = CategoryFactory.create(title=f"S{number}", position=number)
        for year in range(2010, 2010 + number):
            ArticleFactory.create(category=category, published_at=datetime(year, 5, 1, tzinfo=UTC))
    html = page(client)
    assert ["Time", "All", "S4", "S5", "S6", "S7", "S8", "Others"] in rows(html)
    assert ["2010", "8", "1", "1", "1", "1", "1", "3"] in rows(html)
    assert ["2017", "1", "0", "0", "0", "0", "1", "0"] in rows(html)
    assert {series for series, _, _ in parts(html)} == set(range(6))
    assert min(top for _, top, _ in parts(html)) == 20


def test_an_empty_list_has_no_pictures(client: Client) -> None:
    CategoryFactory.create()
    assert "Nothing is published yet." in page(client)


def test_it_asks_as_much_of_the_database_at_any_size(client: Client) -> None:
    ArticleFactory.create(tags=["a"])

    def queries() -> int:
        page(client)
        with CaptureQueriesContext(connection) as asked:
            page(client)
        return len(asked)

    few = queries()
    for number in range(40):
        at = datetime(1990 + number % 30, 1 + number % 12, 3, tzinfo=UTC)
        ArticleFactory.create(published_at=at, tags=[f"tag{number}"])
    assert queries() == few <= 8
