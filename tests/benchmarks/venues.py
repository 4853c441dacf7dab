"""The list of all entries by venue, against the same pages without one and with 1,000 entries.

Half of the papers appeared in one of sixty venues, some in many more than others.  Limits: what is
counted for all readers takes no longer than the same of the tags does, and the pages take 1.3 times
what they do with 1,000 entries.
"""

from collections.abc import Callable, Iterator
from functools import partial

from django.core.cache import cache
from django.test import Client

from digest.facets import tags_of, venues_of
from digest.models import Article, Paper
from editorial.live.papers import follow_venues
from tests.benchmarks import scratch
from tests.benchmarks.figures import Figure, amount, at_most, best
from tests.benchmarks.lists import generated

FEW = 1_000
SECTIONS = 20
VENUES = 60
PAGES = {"all entries": "", "of a large venue": "?venue=V0", "of a small venue": "?venue=V59"}


def measure(entries: int) -> Iterator[Figure]:
    """Browse a list of 1,000 entries, then one of so many."""
    before = _times(FEW)
    after = _times(entries)
    for name in PAGES:
        yield Figure(f"{name}: page", amount(after[name] * 1000, "ms"))
        yield at_most(f"  with {entries:,} : with {FEW:,} entries", after[name] / before[name], 1.3)
        yield Figure("  the first after a change", amount(after[f"first {name}"] * 1000, "ms"))
    yield at_most("counting the venues : the tags", after["venues"] / after["tags"], 1)


def _times(entries: int) -> dict[str, float]:
    """Return the best seconds of each page, and of what is counted for it."""
    with scratch.database() as folder:
        path = folder / "README.md"
        path.write_bytes(generated(entries, per_section=entries // SECTIONS).encode())
        scratch.publish(path, scratch.person("publisher").username)
        _spread()
        scratch.analyse()
        published = Article.objects.published()
        times = {
            "venues": best(lambda: venues_of(published)),
            "tags": best(lambda: tags_of(published)),
        }
        for name, query in PAGES.items():
            get = partial(Client(SERVER_NAME="localhost").get, f"/articles/{query}")
            times[f"first {name}"] = best(partial(_after_a_change, get))
            times[name] = best(get, 21)
        return times


def _after_a_change(get: Callable[[], object]) -> None:
    cache.clear()
    get()


def _spread() -> None:
    """Give every other paper a venue: half of those the first, a quarter the second, and so on."""
    papers = list(Paper.objects.order_by("pk").only("pk"))
    for number, paper in enumerate(papers[::2], 1):
        halvings = (number & -number).bit_length() - 1
        paper.venue = f"V{halvings}" if halvings < 4 else f"V{4 + number % (VENUES - 4)}"
    Paper.objects.bulk_update(papers[::2], ["venue"], batch_size=500)
    follow_venues(Article.objects.all())
