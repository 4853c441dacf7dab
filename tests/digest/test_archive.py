"""The archive by year and month, in the site's zone."""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import ArticleFactory, CategoryFactory

pytestmark = pytest.mark.django_db


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


@pytest.fixture(autouse=True)
def articles() -> None:
    for headline, at in (
        ("甲", datetime(2022, 12, 31, 15, 59, tzinfo=UTC)),
        ("乙", datetime(2022, 12, 31, 16, 0, tzinfo=UTC)),  # 2023 in Shanghai
        ("丙", datetime(2023, 5, 31, 15, 59, tzinfo=UTC)),
        ("丁", datetime(2023, 5, 1, 4, 0, tzinfo=UTC)),
    ):
        ArticleFactory.create(headline=headline, published_at=at)
    down = datetime(2023, 7, 1, tzinfo=UTC)
    ArticleFactory.create(published_at=datetime(2021, 3, 1, tzinfo=UTC), taken_down_at=down)


def test_it_leads_to_every_month_that_has_entries(client: Client) -> None:
    html = page(client, "/en/archive/")
    links = re.findall(r'href="/en(/archive/[\d/]+)">([^<]*)</a>? ?<span class="count">(\d)', html)
    assert links == [("/archive/2023/", "2023", "3"), ("/archive/2022/", "2022", "1")]
    months = re.findall(r'href="/en(/archive/\d+/\d+/)">(\w+) <span class="count">(\d)', html)
    assert months == [
        ("/archive/2023/01/", "Jan", "1"),
        ("/archive/2023/05/", "May", "2"),
        ("/archive/2022/12/", "Dec", "1"),
    ]


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("/archive/2023/", "丙丁乙"),
        ("/archive/2023/05/", "丙丁"),
        ("/archive/2023/01/", "乙"),
        ("/archive/2022/12/", "甲"),
    ],
)
def test_a_page_shows_its_entries_the_newest_first(
    client: Client, address: str, found: str
) -> None:
    for prefix in ("", "/en"):
        html = page(client, prefix + address)
        assert re.findall(r'<h2 class="headline"><a [^>]*>(.)</a>', html) == list(found)
    assert "2023年5月" in page(client, "/archive/2023/05/")
    assert '<h1 class="page-title">May 2023</h1>' in page(client, "/en/archive/2023/05/")


@pytest.mark.parametrize(
    "address",
    [
        *("/archive/2021/", "/archive/2023/02/", "/archive/2023/13/", "/archive/2023/5/"),
        *("/archive/0000/", "/archive/9999/", "/archive/9999/12/", "/archive/99999/"),
    ],
)
def test_a_time_without_entries_has_no_page(client: Client, address: str) -> None:
    page(client, address, 404)


def test_it_asks_as_much_of_the_database_at_any_size(client: Client) -> None:
    def queries() -> list[int]:
        found = []
        for address in ("/archive/", "/archive/2023/", "/archive/2023/05/"):
            page(client, address)
            with CaptureQueriesContext(connection) as asked:
                page(client, address)
            found.append(len(asked))
        return found

    few = queries()
    category = CategoryFactory.create()
    for day in range(1, 29):
        ArticleFactory.create(
            category=category, published_at=datetime(2023, 5, day, tzinfo=UTC), tags=[f"t{day}"]
        )
        ArticleFactory.create(
            category=category, published_at=datetime(1990 + day, 1, 2, tzinfo=UTC)
        )
    assert queries() == few
    assert max(few) <= 8
