"""Asks links whether they still lead somewhere: many hosts at once, each of them politely.

A host is asked by few at a time and not faster than its delay (or its own ``Crawl-delay``), only
where its robots.txt lets us, and left alone for as long as its ``Retry-After`` says.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import httpx

from digest import outgoing
from digest.outgoing import Answer, OutgoingError
from editorial.links.judging import ROBOTS, Outcome, Verdict, judge, judge_trouble, wait_asked_for

AGENT = "Digest"
# A host that asks for more than this is left for the next run.
LONGEST_WAIT = timedelta(seconds=30)
_MOST_BYTES = 64 * 1024
_RANGE = {"Range": f"bytes=0-{_MOST_BYTES - 1}"}
_ROBOTS_BYTES = 512 * 1024
_WAIT = {429, 503}


@dataclass(frozen=True)
class Manners:
    """How politely we ask: seconds between two requests to a host, and requests at a time."""

    delay: float = 1.0
    per_host: int = 2
    at_once: int = 64
    seconds: float = outgoing.SECONDS


@dataclass(frozen=True)
class Checked:
    """What came of one link; without a verdict its host wants to be left alone until ``later``."""

    key: int
    verdict: Verdict | None
    milliseconds: int = 0
    later: timedelta = timedelta()


@dataclass
class _Host:
    """One host's links and pace."""

    links: deque[tuple[int, str]] = field(default_factory=deque)
    delay: float = 0.0
    next_start: float = 0.0
    closed_for: timedelta | None = None
    robots: dict[str, RobotFileParser | None] = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


async def check(
    links: Iterable[tuple[int, str]], manners: Manners, now: datetime
) -> AsyncIterator[Checked]:
    """Yield what came of each link (key, address), as it comes; raises nothing for a link's sake.

    ``now`` is what dates in ``Retry-After`` are compared with.
    """
    hosts: dict[str, _Host] = defaultdict(_Host)
    for key, url in links:
        hosts[(urlsplit(url).hostname or "").lower()].links.append((key, url))
    results: asyncio.Queue[Checked] = asyncio.Queue()
    total = sum(len(host.links) for host in hosts.values())
    async with outgoing.client(manners.at_once) as client:
        run = _Run(client, manners, now, results)
        async with asyncio.TaskGroup() as group:
            workers = [
                group.create_task(run.work(host))
                for host in hosts.values()
                for _ in range(min(manners.per_host, len(host.links)))
            ]
            try:
                for _ in range(total):
                    yield await results.get()
            finally:
                for worker in workers:
                    worker.cancel()


class _Run:
    """What the workers of one run share."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        manners: Manners,
        now: datetime,
        results: asyncio.Queue[Checked],
    ) -> None:
        self.client = client
        self.manners = manners
        self.now = now
        self.results = results
        self.places = asyncio.Semaphore(manners.at_once)

    async def work(self, host: _Host) -> None:
        """Check a host's links, one after the other, until none is left."""
        while host.links:
            key, url = host.links.popleft()
            began = monotonic()
            verdict = await self._verdict(host, url) if host.closed_for is None else None
            if verdict is None:
                self.results.put_nowait(Checked(key, None, later=host.closed_for or LONGEST_WAIT))
            else:
                took = round((monotonic() - began) * 1000)
                self.results.put_nowait(Checked(key, verdict, took))

    async def _verdict(self, host: _Host, url: str) -> Verdict | None:
        """Return what a check of the link found; None if the host wants to be left alone first."""
        robots = await self._robots(host, url)
        if robots is not None and not robots.can_fetch(AGENT, url):
            return Verdict(Outcome.BLOCKED, ROBOTS)
        try:
            answer = await self._answer(host, url)
        except OutgoingError as error:
            return judge_trouble(error.trouble)
        return judge(url, answer) if answer else None

    async def _answer(self, host: _Host, url: str) -> Answer | None:
        """Ask for the head and, where that says too little, for the beginning of the page.

        Many hosts answer a HEAD wrongly, so that nothing but a clean one counts; and a page that
        says in its text that it is gone does so only in its text.
        """
        try:
            head = await self._ask(host, url, "HEAD")
        except OutgoingError:
            head = None
        if head is not None and head.status == 200 and not _is_page(head.headers):
            return head
        answer = await self._ask(host, url, "GET", _RANGE)
        if answer.status == 416:  # shorter than any range, or empty
            answer = await self._ask(host, url, "GET")
        return await self._after_a_wait(host, url, answer) if answer.status in _WAIT else answer

    async def _after_a_wait(self, host: _Host, url: str, answer: Answer) -> Answer | None:
        """Ask once more after the time that the host asks for, if this run can wait so long."""
        wait = wait_asked_for(answer.headers, self.now)
        if wait is None:
            return answer
        if wait > LONGEST_WAIT:
            host.closed_for = wait
            return None
        host.next_start = max(host.next_start, monotonic() + wait.total_seconds())
        return await self._ask(host, url, "GET", _RANGE)

    async def _robots(self, host: _Host, url: str) -> RobotFileParser | None:
        """Return what the host lets robots do; None, all, where it says nothing."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        async with host.lock:
            if origin not in host.robots:
                host.robots[origin] = await self._read_robots(host, f"{origin}/robots.txt")
            return host.robots[origin]

    async def _read_robots(self, host: _Host, url: str) -> RobotFileParser | None:
        try:
            answer = await self._ask(host, url, "GET", most_bytes=_ROBOTS_BYTES)
        except OutgoingError:
            return None  # whether the host is there, the link itself will tell
        if answer.status != 200 or "html" in answer.headers.get("content-type", ""):
            return None
        robots = RobotFileParser()
        robots.parse(answer.text.splitlines())
        asked = robots.crawl_delay(AGENT)
        if asked:
            host.delay = min(float(asked), LONGEST_WAIT.total_seconds())
        return robots

    async def _ask(
        self,
        host: _Host,
        url: str,
        method: str,
        headers: Mapping[str, str] | None = None,
        most_bytes: int = _MOST_BYTES,
    ) -> Answer:
        start = max(monotonic(), host.next_start)
        host.next_start = start + max(self.manners.delay, host.delay)
        await asyncio.sleep(start - monotonic())
        async with self.places:
            return await outgoing.ask(
                self.client,
                url,
                method=method,
                headers=headers,
                most_bytes=most_bytes,
                seconds=self.manners.seconds,
            )


def _is_page(headers: Mapping[str, str]) -> bool:
    """Whether a head is one of a page, whose text must be read, or says nothing of it."""
    kind = headers.get("content-type", "text/html")
    return kind.startswith(("text/html", "application/xhtml"))
