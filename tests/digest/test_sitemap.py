"""What machines read: the sitemap, robots.txt, the README as it is now, and pictures."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from digest.models import Article
from digest.sitemaps import ArticleSitemap
from tests.factories import ArticleFactory, CategoryFactory

pytestmark = pytest.mark.django_db


def addresses(client: Client, path: str) -> list[str]:
    response = client.get(path)
    assert response.status_code == 200
    found = re.findall(r"<loc>http://testserver(.*?)</loc>", response.content.decode())
    return [unquote(address) for address in found]


def test_the_sitemap_names_every_page_once_and_each_answers(client: Client) -> None:
    category = CategoryFactory.create()
    article, _ = (ArticleFactory.create(category=category, tags=["微调"]) for _ in range(2))
    listed = [
        page for part in addresses(client, "/sitemap.xml") for page in addresses(client, part)
    ]
    assert len(listed) == len(set(listed))
    assert {
        "/",
        "/articles/",
        "/tags/",
        "/issues/2023-W26/",
        unquote(category.get_absolute_url()),
    } <= set(listed)
    assert article.paper
    assert {unquote(one.get_absolute_url()) for one in (article, article.paper)} <= set(listed)
    assert unquote(reverse("digest:tag", args=["微调"])) in listed
    assert [page for page in listed if client.get(page).status_code != 200] == []


def test_the_sitemap_says_when_an_entry_changed(client: Client) -> None:
    ArticleFactory.create()
    for path in ("/sitemap.xml", "/sitemap-articles.xml"):
        assert b"<lastmod>2023-06-28" in client.get(path).content


def test_an_empty_site_has_a_sitemap(client: Client) -> None:
    assert addresses(client, "/sitemap-pages.xml") == [
        "/",
        "/articles/",
        "/archive/",
        "/issues/",
        "/tags/",
        "/figures/",
        "/api/",
    ]
    assert addresses(client, "/sitemap-articles.xml") == []


def test_robots_are_told_where_the_sitemap_is(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://testserver/sitemap.xml" in text
    assert "Disallow: /admin/" in text


def test_the_readme_is_served_as_markdown(client: Client) -> None:
    article = ArticleFactory.create()
    response = client.get("/README.md")
    text = b"".join(response).decode()
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    assert f"**1、[{article.headline}]({article.url})**" in text
    assert article.summary in text


def test_a_picture_is_served_and_nothing_in_it_can_run(client: Client) -> None:
    article = ArticleFactory.create()
    article.picture.save("a.svg", ContentFile(b"<svg xmlns='http://www.w3.org/2000/svg'/>"))
    response = client.get(article.picture.url)
    assert b"".join(response).startswith(b"<svg")
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert client.get("/media/../settings.py").status_code == 400
    assert not Path(article.picture.path).is_relative_to(Path(__file__).parents[2])


def test_more_entries_than_one_sitemap_may_have_are_in_several(client: Client) -> None:
    """The rows double themselves: to make them one by one takes a minute."""
    ArticleFactory.create(revision=1)
    columns = [
        f.column for f in Article._meta.concrete_fields if f.column not in {"id", "revision"}
    ]
    copied = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        for known in (2**power for power in range(16)):
            cursor.execute(
                f"INSERT INTO digest_article (revision, {copied}) "  # noqa: S608 - names of columns
                f"SELECT revision + {known}, {copied} FROM digest_article"
            )
    index = client.get("/sitemap.xml").content.decode()
    parts = re.findall(r"<loc>http://testserver(/sitemap-articles.xml.*?)</loc>", index)
    assert parts == [
        "/sitemap-articles.xml",
        *(f"/sitemap-articles.xml?p={number}" for number in range(2, 8)),
    ]
    assert len(addresses(client, parts[-1])) == 2**16 - 6 * ArticleSitemap.limit
    assert ArticleSitemap.limit <= 50_000
