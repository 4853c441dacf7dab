"""Weekly issues: what was first published in each ISO week, in the site's zone."""

import re
from datetime import UTC, date, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from digest.models import Article, Category
from digest.weeks import Week
from tests.factories import ArticleFactory, CategoryFactory

pytestmark = pytest.mark.django_db


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def headlines(html: str) -> list[str]:
    return re.findall(r'<h3 class="headline">.*<a [^>]*>(\S+)</a></h3>', html)


@pytest.fixture
def sections() -> list[Category]:
    return [CategoryFactory.create(title=title, position=n) for n, title in enumerate("甲乙丙", 1)]


@pytest.fixture
def articles(sections: list[Category]) -> None:
    first, second, _empty = sections
    for headline, section, position, at in (
        ("末", second, 1, datetime(2023, 7, 2, 15, 59, tzinfo=UTC)),  # Sunday, in Shanghai
        ("次", first, 2, datetime(2023, 6, 26, 1, 0, tzinfo=UTC)),
        ("首", first, 1, datetime(2023, 6, 25, 16, 0, tzinfo=UTC)),  # Monday there
        ("前", first, 3, datetime(2023, 6, 18, 15, 59, tzinfo=UTC)),  # two weeks before
        ("后", second, 2, datetime(2023, 7, 2, 16, 0, tzinfo=UTC)),
    ):
        ArticleFactory.create(
            headline=headline, category=section, position=position, published_at=at
        )
    hidden = datetime(2023, 6, 20, tzinfo=UTC)
    ArticleFactory.create(category=first, published_at=hidden, taken_down_at=hidden)


@pytest.mark.usefixtures("articles")
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_it_has_a_weeks_entries_by_section_in_the_lists_order(client: Client, prefix: str) -> None:
    html = page(client, f"{prefix}/issues/2023-W26/")
    assert headlines(html) == ["首", "次", "末"]
    assert re.findall(r'ordinal">(.)、</span>(.)</a></h2>', html) == [("一", "甲"), ("二", "乙")]
    title = "Week 26, 2023" if prefix else "2023年第26周"
    assert f'<h1 class="page-title">{title}</h1>' in html


@pytest.mark.usefixtures("articles")
def test_it_leads_to_the_weeks_before_and_after_that_have_entries(client: Client) -> None:
    html = page(client, "/issues/2023-W26/")
    assert re.findall(r'rel="(prev|next)" href="/issues/([^/]*)/"', html) == [
        ("prev", "2023-W24"),
        ("next", "2023-W27"),
    ]
    assert 'rel="prev"' not in page(client, "/issues/2023-W24/")
    assert 'rel="next"' not in page(client, "/issues/2023-W27/")


@pytest.mark.usefixtures("articles")
@pytest.mark.parametrize(
    ("address", "around"),
    [
        ("/issues/2023-W25/", ["2023-W24", "2023-W26"]),  # its one entry is taken down
        ("/issues/2099-W01/", ["2023-W27"]),
        ("/issues/0001-W01/", ["2023-W24"]),
    ],
)
def test_a_week_without_entries_says_where_there_are_some(
    client: Client, address: str, around: list[str]
) -> None:
    html = page(client, address, 404)
    assert re.findall(r'rel="\w+" href="/issues/([^/]*)/"', html) == around
    assert 'href="/issues/"' in html


@pytest.mark.parametrize(
    "week", ["2023-W00", "2023-W53", "2023-W54", "0000-W01", "9999-W52", "2023-26", "2023-W1"]
)
def test_what_is_no_week_has_no_page(client: Client, week: str) -> None:
    page(client, f"/issues/{week}/", 404)


def test_the_index_names_the_weeks_of_each_iso_year(client: Client) -> None:
    for at in (
        datetime(2021, 1, 3, 4, tzinfo=UTC),  # Sunday of the 53rd week of 2020
        datetime(2024, 12, 31, 4, tzinfo=UTC),  # Tuesday of the first week of 2025
    ):
        ArticleFactory.create(published_at=at)
    html = page(client, "/en/issues/")
    assert re.findall(r"<h2>(\d+)</h2>", html) == ["2025", "2020"]
    assert re.findall(r'href="/en/issues/(\S+)/">Week (\d+)<', html) == [
        ("2025-W01", "1"),
        ("2020-W53", "53"),
    ]
    assert 'href="/en/issues/"' in page(client, "/en/archive/")


def test_an_empty_list_has_no_issue_yet(client: Client) -> None:
    assert "还没有发布任何内容" in page(client, "/issues/")
    page(client, "/issues/2023-W26/", 404)


def test_a_huge_week_is_paged_through_its_sections_without_a_gap(
    client: Client, sections: list[Category]
) -> None:
    written = [
        ArticleFactory.create(category=section, headline=f"{section}{n}", position=n).headline
        for section, number in zip(sections, (49, 3, 60), strict=True)
        for n in range(1, number + 1)
    ]
    read, numbers = [], []
    for number in (1, 2, 3):
        html = page(client, f"/issues/2023-W26/?page={number}")
        read += headlines(html)
        numbers += [int(one) for one in re.findall(r'class="number" [^>]*>(\d+)<', html)]
    assert read == written
    assert numbers == [*range(1, 50), *range(1, 4), *range(1, 61)]
    page(client, "/issues/2023-W26/?page=4", 404)


def test_it_asks_as_much_of_the_database_at_any_size(
    client: Client, sections: list[Category]
) -> None:
    def queries() -> list[int]:
        found = []
        for address in ("/issues/", "/issues/2023-W26/", "/issues/2023-W25/"):
            with CaptureQueriesContext(connection) as asked:
                client.get(f"{address}?cold=1")  # which is not kept
            found.append(len(asked))
        return found

    ArticleFactory.create(category=sections[0], tags=["a"])
    queries()
    few = queries()
    for n in range(60):
        ArticleFactory.create(category=sections[n % 3], position=n + 2, tags=[f"t{n}"])
        ArticleFactory.create(
            category=sections[0], published_at=datetime(1990 + n // 2, 1 + n % 12, 2, tzinfo=UTC)
        )
    assert queries() == few
    assert max(few) <= 8


@pytest.mark.usefixtures("articles")
def test_a_site_elsewhere_has_weeks_of_its_own(settings: Settings) -> None:
    settings.TIME_ZONE = "America/New_York"
    assert Week.of(datetime(2023, 6, 26, 1, tzinfo=UTC)) == Week(2023, 25)
    assert Week(2023, 25).last == date(2023, 6, 25)


@pytest.mark.usefixtures("articles")
def test_what_was_published_before_there_were_issues_is_in_one() -> None:
    weeks = list(Article.objects.order_by("pk").values_list("week", flat=True))
    assert weeks == [202326, 202326, 202326, 202324, 202327, 202325]
    Article.objects.update(week=0)
    migration = import_module("digest.migrations.0006_weeks")
    migration.work_out(apps, connection.schema_editor())
    assert list(Article.objects.order_by("pk").values_list("week", flat=True)) == weeks
