"""Reading and writing README text, against a CommonMark parser and a bare scan of lines and links.

Limits: parse at least 12 times as fast as markdown-it-py and at a fifth of the bare scan's rate,
render at least as fast as parse, and less than 6 times the text's bytes in memory.
"""

import gc
import re
import tracemalloc
from collections.abc import Iterator
from time import perf_counter

from markdown_it import MarkdownIt

from digest.readme import parse, render
from tests.benchmarks.figures import Figure, amount, at_least, at_most, best
from tests.benchmarks.lists import generated

SAMPLE = 10_000  # entries; markdown-it-py takes minutes over more, and its rate is the same
_LINE = re.compile(r".*\n?")
_LINK = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")


def measure(entries: int) -> Iterator[Figure]:
    """Read and write a list of so many entries."""
    text = generated(entries)
    size = len(text.encode())
    reading, writing = _reading(text), _writing(text)
    yield Figure(f"parse of {entries:,} entries, {size / 1e6:.0f} MB", amount(reading, "s"))
    yield Figure("  a second", amount(size / 1e6 / reading, "MB"))
    yield at_least("  parse : bare scan (rates)", best(lambda: _scan(text)) / reading, 0.2)
    yield at_least("  render : parse (rates)", reading / writing, 1)
    sample = text if entries <= SAMPLE else generated(SAMPLE)
    other = best(lambda: MarkdownIt("commonmark").parse(sample), runs=1)
    ours = _reading(sample)
    yield at_least("  parse : markdown-it-py (rates)", other / ours, 12)
    yield at_most("  memory at its peak : the text's bytes", _peak(text) / size, 6)


def _reading(text: str, runs: int = 3) -> float:
    """Return the seconds of the fastest parse, without those in which its document is freed."""
    times = []
    for _ in range(runs):
        gc.collect()
        start = perf_counter()
        document = parse(text)
        times.append(perf_counter() - start)
        del document
    return min(times)


def _writing(text: str) -> float:
    document = parse(text)
    if render(document) != text:
        raise AssertionError("The list did not come out as it went in.")
    return best(lambda: render(document))


def _scan(text: str) -> None:
    """Find every line and the parts of every link, and do nothing with them."""
    for line in _LINE.finditer(text):
        for link in _LINK.finditer(line[0]):
            link.groups()


def _peak(text: str) -> int:
    """Return the bytes that parsing takes at its peak, without the text itself."""
    tracemalloc.start()
    document = parse(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del document
    return peak
