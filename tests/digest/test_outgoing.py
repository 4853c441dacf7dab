"""Our requests reach public addresses and nothing else, however a name or a redirect puts it."""

import asyncio
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address, ip_network
from threading import Thread
from typing import Any

import pytest
from pytest_django import Settings

from digest import outgoing
from digest.outgoing import OutgoingError, Trouble, fetch, is_public


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"inside")

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join(5)
    server.server_close()


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.1"),
        *("100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "fe80::1", "fc00::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
        *("2002:7f00:1::", "2002:a00:1::", "64:ff9b:1::1"),
    ],
)
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "::ffff:1.1.1.1"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "127.1"]
)
def test_a_server_inside_is_not_asked(port: int, host: str) -> None:
    with pytest.raises(OutgoingError) as error:
        fetch(f"http://{host}:{port}/")
    assert error.value.trouble in {Trouble.FORBIDDEN, Trouble.UNKNOWN_HOST}


def test_it_is_asked_where_a_setting_allows_it(port: int, settings: Settings) -> None:
    settings.OUTGOING_ALLOW = [ip_network("127.0.0.0/8")]
    assert fetch(f"http://127.0.0.1:{port}/").body == b"inside"


def test_the_address_that_was_judged_is_the_one_that_is_asked(
    port: int, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is public when judged and ours when asked would otherwise lead inside."""
    settings.OUTGOING_ALLOW = [ip_network("127.0.0.2/32")]
    answers = iter(["127.0.0.2", "127.0.0.1", "127.0.0.1"])
    asked = []

    def resolve(host: str, *args: Any, **kwargs: Any) -> list[Any]:
        asked.append(address := next(answers))
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(OutgoingError) as error:
        fetch(f"http://rebinding.example:{port}/")
    assert error.value.trouble is Trouble.REFUSED, "nobody listens at 127.0.0.2"
    assert "127.0.0.1" not in asked, "the name was not looked up again"


@pytest.mark.parametrize("url", ["", "x", "ftp://a.org/", "file:///etc/passwd", "http://", "//a"])
def test_what_is_no_address_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(OutgoingError) as error:
        fetch(url)
    assert error.value.trouble is Trouble.ADDRESS


def test_a_proxy_of_the_environment_is_not_asked(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
    with pytest.raises(OutgoingError) as error:
        fetch("http://10.0.0.1/")
    assert error.value.trouble is Trouble.FORBIDDEN


def test_one_client_serves_many_requests(port: int, settings: Settings) -> None:
    settings.OUTGOING_ALLOW = [ip_network("127.0.0.0/8")]

    async def ask_often() -> list[bytes]:
        async with outgoing.client() as client:
            address = f"http://127.0.0.1:{port}/"
            return [(await outgoing.ask(client, address)).body for _ in range(3)]

    assert asyncio.run(ask_often()) == [b"inside"] * 3
