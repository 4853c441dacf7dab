"""Digest in processes of its own, at any database."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import httpx

from tests.transfer.conftest import ROOT


def manage(database: str, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run a command at the database with this address; ``more`` goes into its environment."""
    return python(database, "manage.py", *words, **more)


def python(database: str, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run Python in the same way."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database} | more,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@contextmanager
def served(
    database: str, *, kept: int, errors: int | IO[bytes] = subprocess.DEVNULL, **more: str
) -> Iterator[httpx.Client]:
    """Serve it with one process, as a site does that keeps its connections for so many seconds.

    ``more`` goes into its environment, and what it says into ``errors``.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "digest.wsgi", "--no-control-socket",
             f"--bind=fd://{listening.fileno()}", "--log-level=critical"],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": database, "DIGEST_CONN_MAX_AGE": str(kept)} | more,
            pass_fds=[listening.fileno()],
            stderr=errors,
        )  # fmt: skip
        try:
            base = f"http://127.0.0.1:{listening.getsockname()[1]}"
            with httpx.Client(base_url=base, timeout=60) as client:
                yield client
        finally:
            server.terminate()
            server.wait(30)
