"""Public pages as they are deployed, against a Django view that does nothing.

Two gunicorn sync workers with production settings on loopback, and two more whose pages are made
anew for each request: all but ``digest.caching``.  Limits: a page that is kept costs one query, one
that is made costs as many with 10,000 articles as with the seed's 16, and the home page that is
kept is given out at half the rate of the trivial view at least.
"""

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import monotonic
from urllib.request import urlopen

from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from digest.models import Article, Category
from tests.benchmarks import scratch
from tests.benchmarks.figures import Figure, amount, at_least, seconds
from tests.benchmarks.lists import SEED, generated
from tests.benchmarks.served import KEEPING

ENTRIES = 10_000
SECONDS = 4
RUNS = 3
TURNS = 9
CONNECTIONS = 4  # two that are served and two that wait
KEPT = ("home", "category", "article")


def measure(entries: int) -> Iterator[Figure]:
    """Measure with the seed, then with a list of up to 10,000 entries."""
    few = yield from _list_of(SEED.read_text(encoding="utf-8"), only="home")
    many = yield from _list_of(generated(min(entries, ENTRIES)))
    for page, count in many.items():
        name = f"{page}: queries with 16 entries and with many"
        yield Figure(name, f"{few[page]} and {count}", "the same", count == few[page])


def _list_of(text: str, only: str = "") -> Generator[Figure, None, dict[str, int]]:
    """Give the rates of the pages of this list; return the queries that each costs if made."""
    with scratch.database() as folder:
        path = folder / "README.md"
        path.write_bytes(text.encode())
        scratch.publish(path, scratch.person("publisher").username)
        pages = _pages()
        for name in KEPT:
            count = _queries(pages[name])
            yield Figure(f"{name}: queries of a page that is kept", str(count), "1", count == 1)
        with override_settings(MIDDLEWARE=[one for one in settings.MIDDLEWARE if one != KEEPING]):
            queries = {name: _queries(address) for name, address in pages.items()}
        with _served(folder) as keeping, _served(folder, makes_anew=True) as making:
            trivial = _rate(f"{keeping}/trivial")
            articles = Article.objects.published().count()
            yield Figure(f"{articles:,} articles: trivial view", amount(trivial, "/s"))
            for name, address in pages.items():
                if only not in name:
                    continue
                size, made = _size(making + address), _rate(making + address)
                label = f"  {name}, {size / 1000:,.0f} kB"
                yield Figure(f"{label}, made", f"{amount(made, '/s')} ({made / trivial:.3f} ×)")
                if name not in KEPT:
                    continue
                kept = _rate(keeping + address)
                yield Figure(f"{label}, kept", amount(kept, "/s"))
                if name == only:
                    share = _share(keeping + address, f"{keeping}/trivial")
                    yield at_least("  home, kept : trivial view, by turns", share, 0.5)
    return queries


def _pages() -> dict[str, str]:
    category = Category.objects.annotate(size=Count("articles")).latest("size")
    article = Article.objects.published().latest("pk")
    return {
        "home": "/",
        "category": category.get_absolute_url(),
        "article": article.get_absolute_url(),
        "feed.atom": "/feed.atom",
        "README.md": "/README.md",
    }


def _queries(address: str) -> int:
    client = Client(SERVER_NAME="localhost")
    client.get(address)  # What a process looks up once does not count.
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
        response.getvalue()  # What is streamed is read only now.
    if response.status_code != 200:
        raise AssertionError(f"{address} answers {response.status_code}.")
    return len(captured)


@contextmanager
def _served(folder: Path, *, makes_anew: bool = False) -> Iterator[str]:
    """Serve the site from this process's database; the socket is made here, so the port is free.

    ``makes_anew`` keeps no pages.
    """
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.served.settings",
        "DIGEST_ENV": "production",
        "DIGEST_HTTPS": "0",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "BENCH_STATIC_ROOT": str(folder / ("static_anew" if makes_anew else "static")),
        "BENCH_MAKES_ANEW": str(int(makes_anew)),
    }
    django = [sys.executable, "-m", "django", "collectstatic", "--no-input", "--verbosity=0"]
    subprocess.run(django, cwd=settings.BASE_DIR, env=environment, check=True)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port, handle = listening.getsockname()[1], listening.fileno()
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "digest.wsgi", "--workers=2", f"--bind=fd://{handle}",
             "--log-level=warning", "--no-control-socket"],
            cwd=settings.BASE_DIR, env=environment, pass_fds=[handle],
        )  # fmt: skip
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _size(url: str) -> int:
    with urlopen(url, timeout=60) as response:  # noqa: S310 - our own server
        return len(response.read())


def _rate(url: str) -> float:
    """Return the requests a second of the best run; a slow page gets the time for some twenty."""
    measured = _wrk if shutil.which("wrk") else _loop
    measured(url, 1)
    duration = min(60, max(SECONDS, round(20 * seconds(lambda: _size(url)))))
    return max(measured(url, duration) for _ in range(RUNS))


def _share(url: str, other: str) -> float:
    """Return the rate of one address to that of another: the median of short turns at both."""
    measured = _wrk if shutil.which("wrk") else _loop
    return median(measured(url, 1) / measured(other, 1) for _ in range(TURNS))


def _wrk(url: str, duration: int) -> float:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{duration}s", "--timeout", "60s", url]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=duration + 60)
    found = re.search(r"Requests/sec:\s+([\d.]+)", run.stdout)
    if not found or "Non-2xx" in run.stdout:
        raise AssertionError(run.stdout)
    return float(found[1])


def _loop(url: str, duration: int) -> float:
    """Do without wrk; Python's own cost counts, so the fastest pages look slower than they are."""
    end = monotonic() + duration

    def ask(_: int) -> int:
        count = 0
        while monotonic() < end:
            _size(url)
            count += 1
        return count

    start = monotonic()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        done = sum(pool.map(ask, range(CONNECTIONS)))
    return done / (monotonic() - start)
