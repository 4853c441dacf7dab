"""Errors are told to whoever a deployer named, and to nobody else, without who was reading."""

import gzip
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from tests.transfer.conftest import ROOT

BREAK = """
import django; django.setup()
from django.test import Client
from digest.inbox import views
def broken(*args, **kwargs): raise RuntimeError("it broke")
views.SuggestionForm = broken
Client(raise_request_exception=False).post(
    "/suggest/",
    {"email": "who@typed.example"},
    headers={"host": "localhost", "cookie": "sessionid=whose-session"},
)
"""


class Receiver(HTTPServer):
    """What Sentry's ingest is to its client."""

    received: list[bytes]


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.received.append(body)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver(("127.0.0.1", 0), Handler)
    server.received = []
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join(5)
    server.server_close()


def break_a_page(**variables: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", BREAK],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "digest.settings"} | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stderr + done.stdout


def test_sentry_gets_the_error_no_session_and_nothing_typed(receiver: Receiver) -> None:
    break_a_page(SENTRY_DSN=f"http://key@127.0.0.1:{receiver.server_port}/1")
    told = b"".join(receiver.received)
    assert b"it broke" in told
    assert b"whose-session" not in told
    assert b"typed.example" not in told


def test_mail_goes_to_the_address_that_was_set() -> None:
    told = break_a_page(DIGEST_ERROR_MAIL="ops@example.org")  # without a server, to the console
    assert "To: ops@example.org" in told
    assert "it broke" in told
    assert "whose-session" not in told
    assert "typed.example" not in told


def test_unless_it_is_set_the_log_alone_has_it() -> None:
    told = break_a_page()
    assert told.count("RuntimeError: it broke") == 1
    assert "To: " not in told
