"""What attackers get into the list runs on no public page, in no feed and in no letter."""

import json
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from taggit.models import Tag

from digest import issues
from digest.models import Article, Category
from digest.subscriptions.letters import IssueLetters
from digest.weeks import Week
from tests.editorial.factories import People
from tests.safety import infested
from tests.safety.payloads import payloads
from tests.safety.watching import Watch

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database("a page escapes what any database gives back as it was"),
]
PAGE = "<!doctype html><body>"


def test_nothing_runs_on_the_site(people: People, watch: Callable[..., Watch]) -> None:
    packed = infested.publish(people)
    window = watch(policy=False)
    found = window.open([*lists(), *of_each(packed), *asked_for()])
    found += window.open(files(packed), files=True)
    found += window.open(elsewhere())
    assert window.hits == {}
    assert found == []
    assert window.failed == []


def test_nothing_runs_in_a_list_that_was_imported(
    people: People, watch: Callable[..., Watch], tmp_path: Path
) -> None:
    path = tmp_path / "README.md"
    path.write_text(infested.readme(), newline="")
    said = StringIO()
    call_command(
        "import_readme", str(path), by=people.publisher.username, publish=True, stdout=said
    )
    assert Article.objects.count() > 100, "what is no entry any more is text"
    window = watch(policy=False)
    assert window.open(["/", "/en/", "/articles/"]) == []
    assert window.hits == {}
    assert window.failed == []


def lists() -> Iterator[str]:
    """The pages that show many entries."""
    for slug in Category.objects.values_list("slug", flat=True):
        yield f"/categories/{slug}/"
    yield from ("/", "/en/", "/tags/", "/tags/?page=2", "/en/tags/?page=3")
    yield from ("/archive/", "/figures/", "/issues/", "/suggest/", "/subscribe/", "/api/")
    week = Article.objects.values_list("week", flat=True)[0]
    yield from (f"/issues/{Week.keyed(week)}/?page={number}" for number in range(1, 11))
    yield from (f"/en/articles/?page={number}" for number in range(1, 11))


def of_each(packed: list[Article]) -> Iterator[str]:
    """The pages of one entry, paper or tag."""
    for article in packed:
        assert article.paper
        yield article.get_absolute_url()
        yield f"/en{article.paper.get_absolute_url()}"
        yield reverse("digest:report_link", args=[article.pk])
    for slug in Tag.objects.order_by("pk").values_list("slug", flat=True)[::12]:
        yield reverse("digest:tag", args=[slug])


def asked_for() -> Iterator[str]:
    """Addresses that hold the payloads themselves."""
    texts = [one.text for one in payloads()]
    for number in range(0, len(texts) - 3, 4):
        q, tag, venue, category = texts[number : number + 4]
        asked = {"q": q, "tag": tag, "venue": venue, "category": category}
        yield f"/articles/?{urlencode(asked)}"
    for text in texts[::12]:
        yield f"/{quote(text)}"
        yield f"/en/articles/?{urlencode({'year': text, 'sort': text, 'page': text})}"


def files(packed: list[Article]) -> Iterator[str]:
    """What a browser shows as text or as XML, or keeps."""
    yield from ("/feed.atom", "/feed.json", "/sitemap-articles.xml", "/README.md")
    for slug in Category.objects.values_list("slug", flat=True):
        yield f"/categories/{slug}/feed.atom"
    yield from ("/api/v1/articles", "/api/v1/sections", "/api/v1/tags", "/api/v1/papers")
    yield f"/api/v1/articles?{urlencode({'q': payloads()[0].text, payloads()[1].text: 1})}"
    yield from (f"/articles/{packed[0].pk}/cite.{ending}" for ending in ("bib", "ris", "json"))


def elsewhere() -> Iterator[str]:
    """What feed readers and mail programs make of it: they have pages of their own."""
    for slug in Category.objects.values_list("slug", flat=True):
        feed = json.loads(Client().get(f"/categories/{slug}/feed.json").content)
        yield PAGE + "".join(item["content_html"] for item in feed["items"])
    week = Week.keyed(Article.objects.values_list("week", flat=True)[0])
    letters = IssueLetters(week, issues.weeks(), "https://digest.example")
    for category in (None, *Category.objects.values_list("pk", flat=True)):
        letter = letters.written("en", category)
        assert letter
        yield letter.html
