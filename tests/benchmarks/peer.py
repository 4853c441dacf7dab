"""Wagtail, to measure against in the same run, if ``WAGTAIL_BENCH`` says where it is set up."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.serving import served

INDEX = "/papers/"
DETAIL = "/papers/paper-500/"
PAGES = 1_000


def folder() -> Path | None:
    """Return where Wagtail is, None if it is nowhere."""
    named = os.environ.get("WAGTAIL_BENCH")
    return Path(named).absolute() if named else None


def publish(there: Path, count: int) -> float:
    """Have Wagtail draft and publish so many pages one by one; return how many a second."""
    run = subprocess.run(
        [there / "wv/bin/python", "bench_publish.py", str(count)],
        cwd=there / "wsite",
        env=_environment(),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=1200,
    )
    found = re.search(r"pages/s=([\d.]+)", run.stdout)
    if not found:
        raise AssertionError(f"Wagtail's script said: {run.stdout}")
    return float(found[1])


@contextmanager
def serving(there: Path) -> Iterator[str]:
    """Serve Wagtail's pages as ours are served."""
    with served(there / "wv/bin/python", "wsite.wsgi", there / "wsite", _environment()) as address:
        yield address


def _environment() -> dict[str, str]:
    settings = "wsite.settings.production"
    return {**os.environ, "WAL": "1", "DJANGO_SETTINGS_MODULE": settings}
