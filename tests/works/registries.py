"""arXiv and Crossref as a small server: their addresses, formats and faults, over real sockets."""

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

ATOM, JSON = "application/atom+xml; charset=utf-8", "application/json"
FEED = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"
 xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
  <id>https://arxiv.org/api/cHxbiOdZaP56ODnBPIenZhzg5f8</id>
  <title>arXiv Query: search_query=&amp;id_list={ids}&amp;start=0&amp;max_results={most}</title>
  <updated>2025-11-27T00:00:00-05:00</updated>
  <link href="https://arxiv.org/api/query?id_list={ids}" type="application/atom+xml"/>
  <opensearch:itemsPerPage>{most}</opensearch:itemsPerPage>
  <opensearch:totalResults>{total}</opensearch:totalResults>
  <opensearch:startIndex>0</opensearch:startIndex>
{entries}
</feed>"""
ENTRY = """  <entry>
    <id>http://arxiv.org/abs/{id}v2</id>
    <title>{title}</title>
    <updated>2023-05-24T09:00:00Z</updated>
    <link href="https://arxiv.org/abs/{id}v2" rel="alternate" type="text/html"/>
    <summary>We present an
 approach.</summary>
    <category term="cs.LG" scheme="http://arxiv.org/schemas/atom"/>
    <published>{published}T17:50:33Z</published>
    {more}
    {authors}
  </entry>"""
ERROR = """  <entry>
    <id>https://arxiv.org/api/errors#incorrect_id_format_for_{id}</id>
    <title>Error</title>
    <summary>incorrect id format for {id}</summary>
    <author><name>arXiv api core</name></author>
  </entry>"""


def preprint(
    title: str,
    authors: list[str],
    published: str = "2023-05-23",
    **more: str,
) -> dict[str, Any]:
    """Return what arXiv has of a paper; ``more`` are elements of its own namespace."""
    return {"title": title, "authors": authors, "published": published, "more": more}


class Registries:
    """The server.  ``faults`` are answered first, one a request: status, type, body, headers."""

    def __init__(self) -> None:
        self.preprints: dict[str, dict[str, Any]] = {}
        self.works: dict[str, dict[str, Any]] = {}
        self.unreadable: set[str] = set()  # ids that arXiv refuses a whole query for
        self.faults: deque[tuple[int, str, str, dict[str, str]]] = deque()
        self.asked: list[tuple[float, str]] = []
        self.port = 0

    @property
    def arxiv(self) -> str:
        """The address of arXiv's API."""
        return f"http://127.0.0.1:{self.port}/api/query"

    @property
    def crossref(self) -> str:
        """The address of Crossref's works."""
        return f"http://127.0.0.1:{self.port}/works"

    def asked_for(self, path: str) -> list[str]:
        """Return what was asked for under this path."""
        return [target for _, target in self.asked if target.startswith(path)]

    def fail(self, status: int, body: str = "", kind: str = "text/plain", **headers: str) -> None:
        """Answer so once."""
        self.faults.append((status, kind, body, headers))

    @contextmanager
    def running(self) -> Iterator["Registries"]:
        """Serve until the block ends."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def answer(self, target: str) -> tuple[int, str, str, dict[str, str]]:
        """Answer a request for this path with its query."""
        self.asked.append((monotonic(), target))
        if self.faults:
            return self.faults.popleft()
        parts = urlsplit(target)
        if parts.path == "/api/query":
            query = parse_qs(parts.query)
            ids = query["id_list"][0].split(",")
            return (200, ATOM, self._feed(ids, int(query.get("max_results", ["10"])[0])), {})
        work = self.works.get(unquote(parts.path.removeprefix("/works/")))
        if work is None:
            return (404, "text/plain", "Resource not found.", {})
        message = {"status": "ok", "message-type": "work", "message-version": "1.0.0"}
        return (200, JSON, json.dumps(message | {"message": work}), {})

    def _feed(self, ids: list[str], most: int) -> str:
        wrong = self.unreadable & set(ids)
        entries = [ERROR.format(id=one) for one in wrong] or [
            self._entry(one) for one in ids if one in self.preprints
        ]
        shown = "\n".join(entries[:most])
        return FEED.format(ids=",".join(ids), most=most, total=len(entries), entries=shown)

    def _entry(self, one: str) -> str:
        paper = self.preprints[one]
        more = "".join(
            f"<arxiv:{name}>{escape(text)}</arxiv:{name}>" for name, text in paper["more"].items()
        )
        authors = "\n".join(
            f"<author><name>{escape(name)}</name></author>" for name in paper["authors"]
        )
        return ENTRY.format(
            id=one,
            title=escape(paper["title"]),
            published=paper["published"],
            more=more,
            authors=authors,
        )


def _handler(registries: Registries) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body, headers = registries.answer(self.path)
            content = body.encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            """Print nothing."""

    return Handler
