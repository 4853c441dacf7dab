"""A web server of bad manners: each address plays one behaviour that real hosts have.

It speaks raw bytes over real sockets, so that it can also break what HTTP promises.
"""

import asyncio
import gzip
import ssl
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

import trustme

PAGE = b"<!doctype html><title>Paper</title><p>text"
HUGE = 50 * 1024 * 1024

Writer = asyncio.StreamWriter
Behaviour = Callable[["Request", Writer], Awaitable[None]]


class Request:
    """What a client asked: ``times`` counts how often it asked this way, this one included."""

    def __init__(self, method: str, path: str, headers: dict[str, str], times: int) -> None:
        self.method, self.path, self.headers, self.times = method, path, headers, times
        self.answered = False  # whole, so that the next one may come over the same connection


def answer(
    status: int, body: bytes = PAGE, kind: str = "text/html; charset=utf-8", **headers: str
) -> Behaviour:
    """Return a behaviour that always answers this."""

    async def behave(request: Request, writer: Writer) -> None:
        send(request, writer, status, body, kind, **headers)

    return behave


def send(
    request: Request,
    writer: Writer,
    status: int,
    body: bytes = PAGE,
    kind: str = "text/html; charset=utf-8",
    **headers: str,
) -> None:
    """Write a whole answer; a HEAD gets its head alone."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    if request.method != "HEAD":
        writer.write(body)
    request.answered = True


def but_head(status: int) -> Behaviour:
    """Return a behaviour that answers well, but not to a HEAD."""

    async def behave(request: Request, writer: Writer) -> None:
        send(request, writer, status if request.method == "HEAD" else 200)

    return behave


def first(status: int, **headers: str) -> Behaviour:
    """Return a behaviour that answers a GET so once, and well from then on."""

    async def behave(request: Request, writer: Writer) -> None:
        if request.method == "HEAD" or request.times == 1:
            send(request, writer, status, b"", **headers)
        else:
            send(request, writer, 200)

    return behave


async def head_hangs_up(request: Request, writer: Writer) -> None:
    if request.method != "HEAD":
        send(request, writer, 200)


async def no_ranges(request: Request, writer: Writer) -> None:
    send(request, writer, 416 if "range" in request.headers else 200)


async def part(request: Request, writer: Writer) -> None:
    ranged = "range" in request.headers
    send(request, writer, 206 if ranged else 200, Content_Range=f"bytes 0-9/{len(PAGE)}")


async def silent(_request: Request, writer: Writer) -> None:
    with suppress(ConnectionError):
        await asyncio.sleep(30)
        writer.close()


async def drips(_request: Request, writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(100):
        writer.write(b".")
        await writer.drain()
        await asyncio.sleep(0.1)


async def hangs_up(_request: Request, _writer: Writer) -> None:
    """Close the connection without a word."""


async def resets(_request: Request, writer: Writer) -> None:
    writer.transport.abort()


async def garbage(_request: Request, writer: Writer) -> None:
    writer.write(b"\x00\x01SSH-2.0-OpenSSH_9.2\r\n\r\n")


async def huge(request: Request, writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n")
    if request.method != "HEAD":
        with suppress(ConnectionError):
            for _ in range(HUGE // 65536):
                writer.write(b"x" * 65536)
                await writer.drain()


async def too_far(request: Request, writer: Writer) -> None:
    number = int(request.path.rpartition("-")[2])
    send(request, writer, 302, b"", Location=f"/far-{number + 1}")


BOMB = gzip.compress(b"0" * HUGE)


class Server:
    """The server, on one port of several loopback addresses; each is a host of its own."""

    def __init__(self, behaviours: dict[str, Behaviour], hosts: list[str]) -> None:
        self.behaviours = behaviours
        self.hosts = hosts
        self.asked: Counter[tuple[str, str]] = Counter()
        self.starts: list[tuple[str, float]] = []  # host and moment of each request
        self.port = self.tls_port = 0
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def url(self, path: str, host: int = 0, scheme: str = "http") -> str:
        """Return the address of a behaviour on one of the hosts."""
        return f"{scheme}://{self.hosts[host]}:{self.port}{path}"

    @contextmanager
    def running(self) -> Iterator["Server"]:
        """Serve until the block ends."""
        self._thread.start()
        self._ready.wait(10)
        yield self
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    async def _serve(self) -> None:
        certificate = trustme.CA().issue_cert("127.0.0.1")
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        certificate.configure_cert(context)
        plain = await asyncio.start_server(self._answer, self.hosts[0], 0)
        self.port = plain.sockets[0].getsockname()[1]
        others = [
            await asyncio.start_server(self._answer, host, self.port) for host in self.hosts[1:]
        ]
        tls = await asyncio.start_server(self._answer, self.hosts[0], 0, ssl=context)
        self.tls_port = tls.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        for server in (plain, tls, *others):
            server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.05)  # the transports are closed within the loop's next rounds

    async def _answer(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
                while request := await self._read(reader, writer):
                    known = self.behaviours.get(request.path) or self._by_beginning(request.path)
                    await known(request, writer)
                    await writer.drain()
                    if not request.answered:
                        break
                writer.close()
                await writer.wait_closed()
        finally:
            writer.transport.abort()

    def _by_beginning(self, path: str) -> Behaviour:
        if path.startswith("/far-"):
            return too_far
        return answer(404)

    async def _read(self, reader: asyncio.StreamReader, writer: Writer) -> Request | None:
        beginning = await reader.readexactly(1)
        if beginning == b"\x16":  # the hello of TLS, which this port does not speak
            writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
            return None
        first_line = (beginning + await reader.readuntil(b"\r\n")).decode("latin-1").split()
        headers = {}
        while (line := await reader.readuntil(b"\r\n")) != b"\r\n":
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        if len(first_line) != 3:
            return None
        method, path = first_line[0], first_line[1].partition("?")[0]
        self.asked[(method, path)] += 1
        self.starts.append((writer.get_extra_info("sockname")[0], self._loop.time()))
        return Request(method, path, headers, self.asked[(method, path)])
