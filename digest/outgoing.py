"""Requests to addresses that somebody else typed: the one place where they leave.

They go to public addresses alone.  A name is resolved here, and the connection is made to the very
address that was judged, at each redirect anew: so no name that changes its mind, and no redirect,
leads to a machine inside our network (server-side request forgery).
"""

import asyncio
import socket
import ssl
from collections.abc import Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urljoin

import httpcore
import httpx
from asgiref.sync import async_to_sync
from django.conf import settings

MOST_HOPS = 10
MOST_BYTES = 512 * 1024
SECONDS = 15.0  # for all of one request, redirects and body included

_PERMANENT = {301, 308}
_REDIRECTS = {301, 302, 303, 307, 308}
# An IPv4 address may hide in these; what a gateway makes of it counts.
_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))


class Trouble(StrEnum):
    """Why there is no answer."""

    ADDRESS = "address"  # it is none that can be asked
    FORBIDDEN = "forbidden"  # it leads into a network that is not public
    UNKNOWN_HOST = "unknown-host"
    REFUSED = "refused"  # nobody listens there, or the connection broke
    TIMEOUT = "timeout"
    TLS = "tls"
    REDIRECTS = "redirects"  # too many, or in a circle
    PROTOCOL = "protocol"  # what came back is no HTTP


class OutgoingError(Exception):
    """There is no answer; ``url`` is where asking ended."""

    def __init__(self, trouble: Trouble, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")
        self.trouble = trouble
        self.url = url


class ForbiddenError(httpcore.ConnectError):
    """A name leads to an address that is not public."""


@dataclass(frozen=True)
class Answer:
    """What the last of a chain of redirects answered.

    ``body`` has at most as many bytes as were asked for; ``moved`` says whether every redirect on
    the way was a permanent one, False where there was none.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    hops: tuple[str, ...] = ()
    moved: bool = False

    @property
    def text(self) -> str:
        """The body as far as it is text."""
        charset = httpx.Response(200, headers=dict(self.headers)).charset_encoding or "utf-8"
        try:
            return self.body.decode(charset, errors="replace")
        except LookupError:
            return self.body.decode(errors="replace")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the internet's, also once any gateway has read it."""
    if any(address in network for network in settings.OUTGOING_ALLOW):
        return True
    if isinstance(address, IPv6Address):
        inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if any(address in network for network in _NAT64):
            inner.append(IPv4Address(int(address) & 0xFFFFFFFF))
        if any(one is not None and not is_public(one) for one in inner):
            return False
        if address.ipv4_mapped:
            return True
    return address.is_global and not address.is_multicast


class _Guarded(httpcore.AsyncNetworkBackend):
    """Connects to what a name stands for, if that is public."""

    def __init__(self, inner: httpcore.AsyncNetworkBackend) -> None:
        self._inner = inner

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        error: Exception | None = None
        for address in await _resolved(host, port):
            try:
                return await self._inner.connect_tcp(
                    str(address), port, timeout, local_address, socket_options
                )
            except httpcore.ConnectError as failed:
                error = failed
        raise error or ForbiddenError(f"{host} leads to no public address")

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


async def _resolved(host: str, port: int) -> list[IPv4Address | IPv6Address]:
    """Return the public addresses of a host; raises ForbiddenError if it has only others."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = dict.fromkeys(ip_address(str(one[4][0]).partition("%")[0]) for one in found)
    public = [address for address in addresses if is_public(address)]
    if not public:
        raise ForbiddenError(f"{host} leads to no public address")
    return public


class _Transport(httpx.AsyncHTTPTransport):
    """httpx's own transport on the guarded network.

    httpx has no argument for the network that its pool uses; the tests would see it if this stopped
    to work with another version.
    """

    def __init__(self, limits: httpx.Limits) -> None:
        super().__init__(http2=True, limits=limits, trust_env=False)
        self._pool._network_backend = _Guarded(self._pool._network_backend)


@asynccontextmanager
async def client(connections: int = 20):  # type: ignore[no-untyped-def]  # of an async generator
    """Open a client that follows no redirect by itself and asks no proxy."""
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    about = f" (+{settings.DIGEST_SITE_URL})" if settings.DIGEST_SITE_URL else ""
    async with httpx.AsyncClient(
        transport=_Transport(limits),
        timeout=SECONDS,
        trust_env=False,
        headers={"User-Agent": f"Digest/1{about}", "Accept-Language": "zh-CN,zh,en;q=0.8"},
    ) as opened:
        yield opened


async def ask(
    opened: httpx.AsyncClient,
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    most_bytes: int = MOST_BYTES,
    seconds: float = SECONDS,
) -> Answer:
    """Ask an address, follow its redirects, and return the answer; raises OutgoingError."""
    hops: list[str] = []
    permanent = True
    here = url
    try:
        async with asyncio.timeout(seconds):
            while True:
                _refuse_address(here)
                request = opened.build_request(method, here, headers=headers)
                response = await opened.send(request, stream=True)
                try:
                    target = response.headers.get("Location")
                    if response.status_code not in _REDIRECTS or not target:
                        body = b"" if method == "HEAD" else await _body(response, most_bytes)
                        return Answer(
                            here, response.status_code, dict(response.headers), body,
                            tuple(hops), bool(hops) and permanent,
                        )  # fmt: skip
                finally:
                    await response.aclose()
                permanent = permanent and response.status_code in _PERMANENT
                hops.append(here)
                here = urljoin(here, target)
                if here in hops or len(hops) > MOST_HOPS:
                    raise OutgoingError(Trouble.REDIRECTS, here, "redirects without an end")
    except TimeoutError:
        raise OutgoingError(Trouble.TIMEOUT, here, f"no answer within {seconds:g} s") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        raise OutgoingError(_trouble(error), here, str(error) or type(error).__name__) from error


@async_to_sync
async def fetch(url: str, **options: Any) -> Answer:
    """Ask one address, and wait for the answer; raises OutgoingError (see ``ask``)."""
    async with client() as opened:
        return await ask(opened, url, **options)


def _refuse_address(url: str) -> None:
    parsed = httpx.URL(url)
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise OutgoingError(Trouble.ADDRESS, url, "not an address of the web")


async def _body(response: httpx.Response, most: int) -> bytes:
    """Read the body, unpacked, but no more of it than this."""
    body = bytearray()
    async for part in response.aiter_bytes():
        body += part
        if len(body) >= most:
            break
    return bytes(body[:most])


def _trouble(error: BaseException) -> Trouble:
    """Say what kind of trouble an error of httpx is, going by its causes."""
    causes = []
    cause: BaseException | None = error
    while cause is not None:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    for kinds, trouble in (
        ((ForbiddenError,), Trouble.FORBIDDEN),
        ((socket.gaierror, UnicodeError), Trouble.UNKNOWN_HOST),
        ((ssl.SSLError,), Trouble.TLS),
        ((httpx.TimeoutException,), Trouble.TIMEOUT),
        ((httpx.InvalidURL, httpx.UnsupportedProtocol), Trouble.ADDRESS),
        ((httpx.NetworkError, OSError), Trouble.REFUSED),
    ):
        if any(isinstance(one, kinds) for one in causes):
            return trouble
    return Trouble.PROTOCOL
