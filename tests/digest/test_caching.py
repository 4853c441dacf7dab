"""A page is made once for each state of the list; who has it already gets 304."""

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from digest.models import Article, Category
from editorial.live import publishing
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db
SHELF = [
    *("/", "/en/", "/tags/", "/archive/", "/figures/", "/categories/c/", "/categories/c/?page=1"),
    *("/issues/", "/issues/2023-W26/", "/sitemap.xml", "/sitemap-articles.xml?p=1"),
]


@pytest.fixture(autouse=True)
def article() -> Article:
    section = Category.objects.create(title="C", slug="c", position=1)
    return ArticleFactory.create(category=section, headline_html="Kept")


def change(article: Article, text: str) -> None:
    """Change what readers see, as a publish does."""
    Article.objects.filter(pk=article.pk).update(headline_html=text)
    publishing.hold(timezone.now())


def get(client: Client, address: str, **headers: str) -> HttpResponse:
    response = client.get(address, headers=headers)
    assert isinstance(response, HttpResponse)
    return response


def test_who_has_a_page_that_a_proxy_compressed_has_it(client: Client, article: Article) -> None:
    weak = f"W/{get(client, '/')['ETag']}"
    assert get(client, "/", if_none_match=weak).status_code == 304


def test_who_has_the_readme_loads_it_again_only_when_it_changed(
    client: Client, article: Article, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = client.get("/README.md")
    assert b"".join(first)
    with django_assert_num_queries(1):
        unchanged = get(client, "/README.md", if_none_match=first["ETag"])
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    change(article, "Changed")
    changed = client.get("/README.md", headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


@pytest.mark.parametrize("address", [*SHELF, "article"])
def test_an_unchanged_page_costs_one_query(
    client: Client,
    article: Article,
    address: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    address = article.get_absolute_url() if address == "article" else address
    first = get(client, address)
    with django_assert_num_queries(1):
        again = get(client, address)
    assert again.content == first.content
    assert again["Content-Type"] == first["Content-Type"]
    assert again["Content-Language"] == first["Content-Language"]
    with django_assert_num_queries(1):
        unchanged = get(client, address, if_none_match=first["ETag"])
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged["ETag"] == first["ETag"]
    assert first["Cache-Control"] == "public, no-cache"


def test_a_publish_shows_at_once(client: Client, article: Article) -> None:
    before = get(client, "/")
    change(article, "New")
    after = get(client, "/", if_none_match=before["ETag"])
    assert after.status_code == 200
    assert b"New" in after.content
    assert after["ETag"] != before["ETag"]


def test_each_address_has_its_own_page(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    tags = {
        get(client, path, host=host)["ETag"]
        for host in settings.ALLOWED_HOSTS
        for path in ("/", "/en/", "/tags/", "/categories/c/", "/categories/c/?page=1")
    }
    assert len(tags) == 10
    assert b"two.example" not in get(client, "/", host="one.example").content


def test_a_host_that_is_not_ours_puts_nothing_into_the_cache(
    client: Client, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["one.example"]
    get(client, "/", host="one.example")
    assert get(client, "/", host="evil.example").status_code == 400
    forwarded = get(client, "/", host="one.example", x_forwarded_host="evil.example")
    assert b"evil.example" not in forwarded.content


@pytest.mark.parametrize(
    "address",
    [
        *("/?x=1", "/?page=1&x=2", "/?page=9999999", "/articles/?q=x", "/suggest/", "/none/"),
        *("/articles/", "/admin/login/", "/healthz", "/categories/none/"),
    ],
)
def test_what_has_no_end_of_variants_or_is_personal_is_not_kept(
    client: Client, address: str
) -> None:
    response = client.get(address)
    assert response.headers.get("Cache-Control", "") != "public, no-cache"
    assert "ETag" not in response.headers


def test_who_is_signed_in_gets_the_page_of_everybody(client: Client, article: Article) -> None:
    page = get(Client(), "/")
    client.force_login(User.objects.create_superuser("root"))
    assert get(client, "/").content == page.content
    assert "Set-Cookie" not in get(client, "/").headers
    assert article.headline_html.encode() in page.content


def test_a_post_and_a_head_are_no_get(client: Client) -> None:
    get(client, "/")
    assert client.post("/").status_code == 405
    head = client.head("/")
    assert head.status_code == 200
    assert head.content == b""


def test_a_page_that_went_is_not_shown_from_the_cache(client: Client, article: Article) -> None:
    address = article.get_absolute_url()
    tag = get(client, address)["ETag"]
    Article.objects.update(taken_down_at=timezone.now())
    publishing.hold(timezone.now())
    assert get(client, address, if_none_match=tag).status_code == 410
    cache.clear()
    assert get(client, address).status_code == 410
