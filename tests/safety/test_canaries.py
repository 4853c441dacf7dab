"""What readers may not see stands at no public address, however it is asked for.

Each thing that waits, or went, holds words that are nowhere else; then a stranger follows every
link that there is, and guesses.
"""

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from digest.models import LinkReport, Suggestion
from editorial import actions
from editorial.incoming import sheet
from editorial.models import Revision
from editorial.transitions import State
from tests.editorial.factories import People, publish_change, revision_in
from tests.factories import CategoryFactory, SubscriberFactory
from tests.safety.test_addresses import table

SITE = "http://testserver"
LINK = re.compile(r'(?:href|src|action)="([^"]+)"|<loc>([^<]+)</loc>|"(https?://[^"]+)"')
NAME = re.compile(r"\{\w+\}")
WORD = re.compile(r"canary\d{3}zq", re.IGNORECASE)
SEEN = "canary000zq"  # stands in a published entry: whoever looks finds it
BEGINNINGS = (
    *("/", "/en/", "/sitemap.xml", "/robots.txt", "/README.md", "/feed.atom", "/feed.json"),
    *("/api/", "/en/api/", "/api/v1/openapi.json", "/api/v1/articles", "/api/v1/papers"),
    *("/api/v1/sections", "/api/v1/tags", "/metrics", "/healthz", "/readyz"),
)


class Words:
    """Words that nothing public may hold, each made up for one thing."""

    def __init__(self) -> None:
        self.things: dict[str, str] = {}

    def __call__(self, thing: str) -> str:
        word = f"canary{len(self.things) + 1:03}zq"
        self.things[word] = thing
        return word

    def entry(self, thing: str) -> dict[str, Any]:
        """Return the fields of an entry, each with a word of its own."""
        return {
            "headline": self(f"{thing}: headline"),
            "title": self(f"{thing}: title"),
            "summary": self(f"{thing}: summary"),
            "url": f"https://a.org/{self(f'{thing}: address')}",
            "links": [[self(f"{thing}: label"), f"https://a.org/{self(f'{thing}: link')}"]],
            "tag_names": [self(f"{thing}: tag")],
            "picture_src": f"{self(f'{thing}: picture')}.png",
            "picture_alt": self(f"{thing}: picture in words"),
        }


@pytest.fixture
def words(people: People) -> Words:
    """Fill the desk beside a small public list."""
    words, now = Words(), timezone.now()
    section = CategoryFactory.create(title="公开", slug="public")
    live = revision_in(State.PUBLISHED, people, category=section, headline=f"公开 {SEEN}")
    for state in set(State) - {State.PUBLISHED, State.SUPERSEDED}:
        revision_in(state, people, category=section, **words.entry(state))
    before = revision_in(
        State.PUBLISHED, people, category=section, **words.entry("what readers saw before")
    )
    now_says: dict[str, Any] = {"headline": "改了", "title": "Changed", "summary": "改了。"}
    now_says |= {"url": "https://a.org/new", "links": [["paper", "https://a.org/paper"]]}
    publish_change(before, people, **now_says, tag_names=["llm"], picture_src="", picture_alt="")
    assert live.article
    change = actions.revise(live.article, people.author)
    actions.edit(change, people.author, change.version, headline=words("change of a live entry"))
    review = Revision.objects.get(state=State.IN_REVIEW)
    actions.comment(review, people.reviewer, words("comment"))
    actions.perform(review, "request_changes", people.reviewer, words("note"))
    Suggestion.objects.create(
        title=words("suggestion"), why=words("its reason"), name=words("its sender"), created_at=now
    )
    LinkReport.objects.create(
        article=live.article, url=live.url, note=words("report"), created_at=now
    )
    SubscriberFactory.create(email=f"{words('subscriber')}@example.org")
    SubscriberFactory.create(email=f"{words('who asked')}@example.org", confirmed_at=None)
    sheet.bring(f"## {words('section outside')}\n\n{words('text outside')}\n", people.author)
    people.author.username, people.author.first_name = words("account"), words("name")
    people.author.email = f"{words('their address')}@example.org"
    people.author.save()
    return words


class Stranger:
    """Somebody without an account, who writes down at which addresses they found which words."""

    def __init__(self) -> None:
        self.client = Client(raise_request_exception=False)
        self.found: defaultdict[str, set[str]] = defaultdict(set)
        self.asked: set[str] = set()

    def read(self, address: str) -> str:
        """Open an address and look for words; those in the address are only echoed."""
        self.asked.add(address)
        answer = self.client.get(address)
        text = b"".join(answer).decode(errors="replace") + str(answer.headers)
        for word in {word.lower() for word in WORD.findall(text)}:
            if word not in address:
                self.found[word].add(address)
        assert answer.status_code < 500, address
        return text

    def follow(self, beginnings: Iterable[str]) -> None:
        """Follow all links within the site."""
        waiting = deque(beginnings)
        while waiting:
            address = waiting.popleft()
            if address in self.asked:
                continue
            for link in links_in(self.read(address), address):
                if link not in self.asked:
                    waiting.append(link)


def links_in(text: str, address: str) -> Iterator[str]:
    """Yield where a page leads within the site; of filters one at a time."""
    for found in LINK.finditer(text):
        url = urlsplit(urljoin(f"{SITE}{address}", unescape("".join(filter(None, found.groups())))))
        ours = f"{url.scheme}://{url.netloc}" == SITE and not url.path.startswith("/static/")
        if ours and "&" not in url.query:
            yield f"{url.path}?{url.query}" if url.query else url.path


def guessed() -> Iterator[str]:
    """Yield every address that there is, about each of the first things."""
    for line in table():
        things = 2 if line.address.startswith("/admin/") else 15
        for number in range(1, things + 1) if "{" in line.address else (1,):
            yield NAME.sub(str(number), line.address)


def asked_for(words: Iterable[str]) -> Iterator[str]:
    """Yield the ways to ask for a word."""
    for word in words:
        yield from (f"/articles/?q={word}", f"/articles/?tag={word}", f"/tags/{word}/")
        yield from (f"/api/v1/articles?q={word}", f"/articles/feed.atom?q={word}")
        yield from (f"/media/pictures/{word}.png", f"/{word}")


def test_a_stranger_finds_nothing(words: Words) -> None:
    stranger = Stranger()
    stranger.follow(BEGINNINGS)
    for address in (*guessed(), *asked_for(words.things)):
        stranger.read(address)
    where = stranger.found.pop(SEEN)
    assert {"/", "/en/", "/feed.atom", "/feed.json", "/README.md", "/api/v1/articles"} <= where
    assert {words.things[word]: places for word, places in stranger.found.items()} == {}
