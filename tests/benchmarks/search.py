"""Search, against a bare query of the newest entries by their index, and its page at 1,000 entries.

The words are in one of sixteen entries or in most; few lists repeat theirs so.  Limits: 50 ms at
the median for each kind of query, and for the page 1.3 times what it takes with 1,000 entries.
"""

from collections.abc import Callable, Iterator
from functools import partial
from statistics import median

from django.db import connection
from django.test import Client

from digest.models import Article
from digest.search.hits import MOST, Hits
from digest.search.query import read
from digest.sections import PER_PAGE, listed
from tests.benchmarks import scratch
from tests.benchmarks.figures import Figure, amount, at_most, best, seconds
from tests.benchmarks.lists import generated

FEW = 1_000
SECTIONS = 20  # a page that lists them is to be compared with itself
RUNS = 21
QUERIES = {
    "one character, 微": "微",
    "one character, 的": "的",
    "two characters, 微调": "微调",
    "two characters, 评估": "评估",
    "two characters, 模型": "模型",
    "four characters, 语言模型": "语言模型",
    "four characters, 人工成本": "人工成本",
    "a word, model": "model",
    "the beginning of a word, instruct": "instruct",
    "mixed, LLM 语言模型": "LLM 语言模型",
    "a phrase": '"large language models"',
    "one entry, 777": '"777"',
    "nothing": "nowhere 无此词",
}


def measure(entries: int) -> Iterator[Figure]:
    """Search a list of 1,000 entries, then one of so many."""
    before = _times(FEW)
    after = _times(entries)
    bare = after[""][0]
    yield Figure(f"bare query of {PER_PAGE} of {entries:,} by an index", amount(bare, "ms"))
    for name, query in QUERIES.items():
        search, page, hits = after[query]
        yield at_most(f"{name}: {hits} hits", search, 50, "ms")
        yield Figure("  search : bare query", amount(search / bare, "×"))
        yield at_most(f"  page : with {FEW:,} entries", page / before[query][1], 1.3)


def _times(entries: int) -> dict[str, tuple[float, float, int]]:
    """Return for each query the milliseconds of a search and of its page, and the hits.

    The page's are the best: its two measurements lie minutes apart, on a machine that does more.
    """
    with scratch.database() as folder:
        path = folder / "README.md"
        path.write_bytes(generated(entries, per_section=entries // SECTIONS).encode())
        scratch.publish(path, scratch.person("publisher").username)
        scratch.analyse()
        times = {"": (_median(_bare), 0.0, 0)}
        for query in QUERIES.values():
            page = partial(Client(SERVER_NAME="localhost").get, "/articles/", {"q": query})
            hits = min(len(_search(query).keys), MOST)
            times[query] = _median(partial(_first_page, query)), best(page, RUNS) * 1000, hits
    return times


def _median(action: Callable[[], object]) -> float:
    action()
    return median(seconds(action) for _ in range(RUNS)) * 1000


def _search(query: str) -> Hits:
    return Hits(listed(), read(query))


def _first_page(query: str) -> list[Article]:
    return _search(query)[:PER_PAGE]


def _bare() -> None:
    newest = Article.objects.published().order_by("-published_at", "-pk").values_list("pk")
    sql, params = newest[:PER_PAGE].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        cursor.fetchall()
