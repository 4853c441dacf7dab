"""Gunicorn on loopback, and how many requests a second an address answers."""

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import monotonic
from urllib.request import urlopen

from tests.benchmarks.figures import seconds

SECONDS = 4
RUNS = 3
TURNS = 9
CONNECTIONS = 4  # two that are served and two that wait


@contextmanager
def served(
    python: Path, application: str, folder: Path, environment: Mapping[str, str], workers: int = 2
) -> Iterator[str]:
    """Serve with sync workers; the socket is made here, so the port is free."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port, handle = listening.getsockname()[1], listening.fileno()
        server = subprocess.Popen(
            [python, "-m", "gunicorn", application, f"--workers={workers}", f"--bind=fd://{handle}",
             "--log-level=warning", "--no-control-socket"],
            cwd=folder, env=environment, pass_fds=[handle],
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


def size_of(url: str) -> int:
    with urlopen(url, timeout=60) as response:  # noqa: S310 - our own server
        return len(response.read())


def rate_of(url: str) -> float:
    """Return the requests a second of the best run; a slow page gets the time for some twenty."""
    measured = _wrk if shutil.which("wrk") else _loop
    measured(url, 1)
    duration = min(60, max(SECONDS, round(20 * seconds(lambda: size_of(url)))))
    return max(measured(url, duration) for _ in range(RUNS))


def share_of(url: str, other: str) -> float:
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
            size_of(url)
            count += 1
        return count

    start = monotonic()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        done = sum(pool.map(ask, range(CONNECTIONS)))
    return done / (monotonic() - start)
