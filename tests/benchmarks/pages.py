"""Public pages as they are deployed, against a Django view that does nothing.

Two gunicorn sync workers with production settings on loopback, and two more whose pages are made
anew for each request: all but ``digest.caching``.  Limits: a page that is kept costs one query, one
that is made costs as many with 10,000 articles as with the seed's 16, and the home page that is
kept is given out at half the rate of the trivial view at least; beside Wagtail, a section's page is
made 4 times and an entry's 5 times as fast.
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from digest.models import Article, Category
from tests.benchmarks import peer, scratch
from tests.benchmarks.figures import Figure, amount, at_least
from tests.benchmarks.lists import SEED, generated
from tests.benchmarks.served import KEEPING
from tests.benchmarks.serving import rate_of, served, share_of, size_of

ENTRIES = 10_000
PEERS = {"category": (peer.INDEX, 4), "article": (peer.DETAIL, 5)}  # how many times as fast
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
        with site(folder) as keeping, site(folder, makes_anew=True) as making:
            trivial = rate_of(f"{keeping}/trivial")
            articles = Article.objects.published().count()
            yield Figure(f"{articles:,} articles: trivial view", amount(trivial, "/s"))
            for name, address in pages.items():
                if only not in name:
                    continue
                size, made = size_of(making + address), rate_of(making + address)
                label = f"  {name}, {size / 1000:,.0f} kB"
                yield Figure(f"{label}, made", f"{amount(made, '/s')} ({made / trivial:.3f} ×)")
                if name not in KEPT:
                    continue
                kept = rate_of(keeping + address)
                yield Figure(f"{label}, kept", amount(kept, "/s"))
                if name == only:
                    share = share_of(keeping + address, f"{keeping}/trivial")
                    yield at_least("  home, kept : trivial view, by turns", share, 0.5)
            if not only:
                yield from _beside_wagtail(making, pages)
    return queries


def _beside_wagtail(making: str, pages: Mapping[str, str]) -> Iterator[Figure]:
    """Measure our pages and Wagtail's by turns; neither side keeps any."""
    there = peer.folder()
    if there is None or connection.vendor != "sqlite":
        yield Figure("Wagtail not measured: set WAGTAIL_BENCH, see tests/benchmarks/README.md", "")
        return
    peer.publish(there, peer.PAGES)
    with peer.serving(there) as wagtail:
        for name, (address, limit) in PEERS.items():
            yield Figure(f"Wagtail: {name}", amount(rate_of(wagtail + address), "/s"))
            share = share_of(making + pages[name], wagtail + address)
            yield at_least(f"  {name}, made : Wagtail, by turns", share, limit)


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
def site(folder: Path, *, makes_anew: bool = False, workers: int = 2) -> Iterator[str]:
    """Serve the site from this process's database; ``makes_anew`` keeps no pages."""
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
    python, base = Path(sys.executable), settings.BASE_DIR
    with served(python, "digest.wsgi", base, environment, workers) as address:
        yield address
