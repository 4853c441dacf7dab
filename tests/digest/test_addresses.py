"""A page goes by one address in each language, whatever address it was asked for at."""

import re

import pytest
from django.test import Client

from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db


def links(client: Client, page: str, rel: str) -> list[str]:
    html = client.get(page).content.decode()
    return re.findall(rf'<link rel="{rel}"[^>]* href="([^"]*)"', html)


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("/", "/"),
        ("/?utm_source=x&fbclid=y", "/"),
        ("/en/", "/en/"),
        ("/articles/", "/articles/"),
        ("/articles/?page=1", "/articles/"),
        ("/articles/?sort=oldest&utm_medium=x", "/articles/"),
        ("/articles/?tag=LLM&q=a%26b&x=1", "/articles/?q=a%26b&amp;tag=LLM"),
        ("/articles/?q=a%26b&tag=LLM", "/articles/?q=a%26b&amp;tag=LLM"),
        ("/articles/?tag=", "/articles/"),
        ("/tags/?ref=x", "/tags/"),
        ("/suggest/?ref=x", "/suggest/"),
    ],
)
def test_it_has_what_says_which_page_it_is_and_nothing_else(
    client: Client, asked: str, canonical: str
) -> None:
    ArticleFactory.create_batch(2, tags=["LLM"])
    assert links(client, asked, "canonical") == [f"http://testserver{canonical}"]


def test_a_later_page_is_a_page_of_its_own(client: Client) -> None:
    ArticleFactory.create_batch(51)
    [canonical] = links(client, "/en/articles/?page=2&utm_source=x", "canonical")
    assert canonical == "http://testserver/en/articles/?page=2"


def test_it_names_the_page_in_each_language_and_in_any(client: Client) -> None:
    html = client.get("/en/articles/?q=LLM&utm_source=x").content.decode()
    found = dict(re.findall(r'<link rel="alternate" hreflang="(.*?)" href="(.*?)"', html))
    assert found == {
        "zh-hans": "http://testserver/articles/?q=LLM",
        "x-default": "http://testserver/articles/?q=LLM",
        "en": "http://testserver/en/articles/?q=LLM",
    }


def test_every_alternate_names_itself(client: Client) -> None:
    article = ArticleFactory.create()
    html = client.get(f"/en/articles/{article.pk}/", follow=True).content.decode()
    for address in re.findall(r'<link rel="alternate" hreflang=".*?" href="(.*?)"', html):
        assert links(client, address, "canonical") == [address]
