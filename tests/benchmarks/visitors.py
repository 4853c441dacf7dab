"""Who comes to the site at once, for locust: readers, crawlers, feed readers, three editors, a foe.

Each request is named "who: what".  An editor writes down each publish that was answered, so that
``load`` can look whether any was lost.
"""

import itertools
import os
import random
import re
import socket
import time
from collections import deque
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

import gevent
from locust import FastHttpUser, User, between, constant, task
from locust.env import Environment

PUBLISHED = Path(os.environ["LOAD_PUBLISHED"])
PASSWORD = os.environ["LOAD_PASSWORD"]
FOES = int(os.environ.get("LOAD_FOES", "0"))
EDITORS = 3
DESK = "/admin/editorial/revision"
WORDS = ("微调", "评估", "LLM", "RLHF 反馈", "prompt", "算术", "GPT-4")
LINK = re.compile(r'href="(/(?:articles|categories|papers|archive|tags|issues)/[^"#?]*)"')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
VERSION = re.compile(r'name="version" value="(\d+)"')
SECTION = re.compile(r'<option value="(\d+)"')

# What nearly every entry has: lone characters and beginnings of words, which many tokens are.
BROAD = ("的", "一", "模", "语", "方", "法", " la", " pr", " mo", " co")
FARTHEST = {"sort": "list", "tag": "NLP", "paper": "on", "page": "last"}
FORGED = {"csrfmiddlewaretoken": "a" * 32, "password": "x"}
HEADERS = {
    "Cookie": "csrftoken=" + "a" * 32,
    "Content-Type": "application/x-www-form-urlencoded",
}

waiting: deque[tuple[int, str]] = deque()  # revisions in review, and who wrote them
numbers = itertools.count(1)
names = iter(f"editor{number}" for number in range(EDITORS))


class Reader(FastHttpUser):
    """Looks at the list, at an entry or two, and searches now and then."""

    wait_time = between(1, 3)

    def __init__(self, environment: Environment) -> None:
        # Each comes from elsewhere, for a proxy that believes it.
        self.default_headers = {"X-Forwarded-For": f"10.0.0.{next(numbers)}"}
        super().__init__(environment)

    @task(4)
    def read(self) -> None:
        page = self.client.get("/", name="reader: home")
        links = LINK.findall(page.text or "")
        for link in random.sample(links, min(2, len(links))):
            self.client.get(link, name="reader: a page it leads to")

    @task(2)
    def search(self) -> None:
        word = random.choice(WORDS)
        self.client.get("/articles/", params={"q": word}, name="reader: search")

    @task(1)
    def take_it_along(self) -> None:
        self.client.get("/README.md", name="reader: README.md")


class Crawler(FastHttpUser):
    """Follows every link, one after the other, as fast as it is answered."""

    fixed_count = 2
    wait_time = constant(0.1)

    def on_start(self) -> None:
        self.found = deque(["/", "/en/", "/archive/", "/tags/"])
        self.seen = set(self.found)

    @task
    def crawl(self) -> None:
        if not self.found:
            self.on_start()
        page = self.client.get(self.found.popleft(), name="crawler: any page")
        for link in LINK.findall(page.text or ""):
            if link not in self.seen:
                self.seen.add(link)
                self.found.append(link)


class FeedReader(FastHttpUser):
    """Asks again and again whether there is something new."""

    fixed_count = 5
    wait_time = between(1, 2)

    def on_start(self) -> None:
        self.kept: dict[str, str] = {}

    @task
    def ask(self) -> None:
        path = random.choice(["/feed.atom", "/feed.json"])
        headers = {"If-None-Match": self.kept[path]} if path in self.kept else {}
        answer = self.client.get(path, headers=headers, name="feed reader: feed")
        self.kept[path] = answer.headers.get("ETag", "")


class Editor(FastHttpUser):
    """Writes and submits an entry, then approves and publishes one of somebody else's."""

    fixed_count = EDITORS
    wait_time = between(1, 3)

    def on_start(self) -> None:
        self.name = next(names)
        self.written = 0
        form = {"username": self.name, "password": PASSWORD, "next": "/admin/"}
        self._post("/admin/login/", form, "sign in")

    @task
    def work(self) -> None:
        self._write()
        if waiting and waiting[0][1] != self.name:
            self._publish(waiting.popleft()[0])

    def _write(self) -> None:
        self.written += 1
        headline = f"{self.name} 写的第 {self.written} 条"
        page = self._get(f"{DESK}/add/", "open the form")
        section = SECTION.search(page)
        answer = self._post(
            f"{DESK}/add/",
            {
                "category": section[1] if section else "",
                "headline": headline,
                "url": f"https://example.org/{self.name}/{self.written}",
                "title": f"A Paper of {self.name}, Number {self.written}",
                "summary": "一种**高效的微调方法**。",
                "links": f"paper https://example.org/{self.name}/{self.written}.pdf",
            },
            "save a draft",
            page,
        )
        found = re.search(rf"{DESK}/(\d+)/change/", answer)
        if found:
            self._move(int(found[1]), "submit")
            waiting.append((int(found[1]), self.name))

    def _publish(self, pk: int) -> None:
        self._move(pk, "approve")
        if self._move(pk, "publish"):
            with PUBLISHED.open("a") as file:
                file.write(f"{pk}\n")
            feed = self.client.get("/feed.atom", name="editor: see it in the feed")
            if "写的第" not in (feed.text or ""):
                raise AssertionError(f"revision {pk} is not in the feed")

    def _move(self, pk: int, name: str) -> bool:
        page = self._get(f"{DESK}/{pk}/change/", "open a revision")
        version = VERSION.search(page)
        form = {"version": version[1] if version else ""}
        return bool(self._post(f"{DESK}/{pk}/{name}/", form, name, page))

    def _get(self, path: str, what: str) -> str:
        return self.client.get(path, name=f"editor: {what}").text or ""

    def _post(self, path: str, form: dict[str, str], what: str, page: str = "") -> str:
        """Send a form; return where it leads, or nothing if it was not taken."""
        token = TOKEN.search(page or self._get(path, f"{what} (form)"))
        form = {**form, "csrfmiddlewaretoken": token[1] if token else ""}
        with self.client.post(
            path, data=form, name=f"editor: {what}", allow_redirects=False, catch_response=True
        ) as answer:
            if answer.status_code == 302:
                answer.success()
                return str(answer.headers["Location"])
            answer.failure(f"{what}: {answer.status_code}")
        return ""


def costly() -> tuple[str, str, str | None]:
    """Return a request of those that cost most: none is answered by a page that is kept."""
    terms = random.sample(BROAD, len(BROAD))
    return random.choice(
        [
            # As long as a search may be, with as many terms, and found nearly everywhere.
            ("GET", "/articles/?" + urlencode({"q": "".join(terms).ljust(200, "的")}), None),
            # As many hits as are counted, in the order that costs most, the last page.
            ("GET", "/articles/?" + urlencode({"q": " ".join(terms[:3]), **FARTHEST}), None),
            ("GET", "/articles/?" + urlencode({**FARTHEST, "n": random.random()}), None),
            ("GET", "/articles/feed.atom?" + urlencode({"q": " ".join(terms[:3])}), None),
            ("GET", random.choice(["/README.md", "/articles/cite.bib"]), None),
            # A password is made slow to try.  Another name each time, so that none is locked out.
            ("POST", "/admin/login/", urlencode({**FORGED, "username": random.random()})),
        ]
    )


class Foe(User):
    """One of ``FOES`` at one address: all read slowly over 40 connections, and ask for what costs
    most, 100 times a second or as often as they are answered."""

    fixed_count = FOES
    wait_time = constant(FOES / 100)  # it is on this machine, too: without, its own work slows all
    connections = 40 // max(1, FOES)
    source = ("127.0.0.2", 0)  # whoever limits by address must not take readers for it

    def on_start(self) -> None:
        host, _, port = self.host.removeprefix("http://").partition(":")
        self.address = host, int(port)
        for _ in range(self.connections):
            gevent.spawn(self._dawdle)

    def _dawdle(self) -> None:
        """Send a request letter by letter, and read its answer so."""
        while True:
            try:
                with socket.create_connection(self.address, 30, self.source) as line:
                    for letter in b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n":
                        line.send(bytes([letter]))
                        gevent.sleep(0.2)
                    while line.recv(1):
                        gevent.sleep(0.05)
            except OSError:
                gevent.sleep(1)

    @task
    def ask(self) -> None:
        method, path, form = costly()
        begun = time.monotonic()
        line = HTTPConnection(*self.address, timeout=30, source_address=self.source)
        try:
            line.request(method, path, form, HEADERS)
            answer = line.getresponse()
            size = len(answer.read())
            self.environment.events.request.fire(
                request_type=method, name=f"foe: {answer.status}", response_length=size,
                response_time=(time.monotonic() - begun) * 1000, exception=None,
            )  # fmt: skip
        except (OSError, HTTPException):
            gevent.sleep(0.05)
        finally:
            line.close()


if not FOES:
    del Foe
