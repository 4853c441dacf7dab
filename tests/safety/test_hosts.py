"""What a client claims about hosts, and what it sends besides, is in nobody else's page."""

import pytest
from django.test import Client

from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db
ADDRESSES = ("/", "/en/", "/articles/", "/feed.atom", "/feed.json", "/sitemap.xml", "/robots.txt")
CLAIMS = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "evil",
    "X-Forwarded-Scheme": "evil",
    "X-Forwarded-Port": "666",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Server": "evil.example",
    "X-Host": "evil.example",
    "Forwarded": "host=evil.example;proto=https",
    "X-Original-URL": "/evil",
    "X-Rewrite-URL": "/evil",
    "X-HTTP-Method-Override": "POST",
    "X-Real-IP": "evil",
    "Accept-Language": "en",
    "Accept": "evil/evil",
    "Origin": "https://evil.example",
    "Referer": "https://evil.example/",
    "User-Agent": "evil",
    "Cookie": "django_language=en; evil=evil; messages=evil",
    "X-Request-ID": "evil",
    "Range": "bytes=0-3",
}


@pytest.fixture(autouse=True)
def entry() -> None:
    ArticleFactory.create()


@pytest.mark.parametrize("address", [*ADDRESSES, "/none", "/healthz", "/admin/login/"])
@pytest.mark.parametrize(
    "host",
    ["evil.example", "testserver.evil.example", "testserver@evil.example", "testserver:x", ""],
)
def test_a_host_that_is_not_ours_gets_no_page(client: Client, address: str, host: str) -> None:
    answer = client.get(address, headers={"Host": host})
    body = b"".join(answer)
    assert answer.status_code == 400 or (b"evil" not in body and "evil" not in str(answer.headers))


@pytest.mark.parametrize("address", ADDRESSES)
def test_who_comes_first_puts_nothing_into_the_page_of_others(client: Client, address: str) -> None:
    plain = Client().get(address)
    for claims in (CLAIMS, *({name: value} for name, value in CLAIMS.items())):
        ArticleFactory.create()  # the page is made anew
        first = client.get(address, headers=claims)
        claimed, seen = b"".join(first), Client().get(address)
        assert b"evil" not in claimed + b"".join(seen), claims
        assert seen.headers.get("ETag") == first.headers.get("ETag")
        assert "Set-Cookie" not in seen.headers
        assert seen["Content-Type"] == plain["Content-Type"]
        assert claimed == b"".join(Client().get(address)), claims


def test_what_stands_behind_an_address_is_not_kept_with_it(client: Client) -> None:
    plain = client.get("/").content
    for query in (
        "utm_source=evil",
        "page=1&evil",
        "page=evil",
        "%70age=1",
        ";evil",
        "?evil",
        "lang=en",
    ):
        assert client.get(f"/?{query}").status_code in {200, 404}
    assert client.get("/").content == plain


def test_the_page_of_another_method_is_not_kept(client: Client) -> None:
    assert client.head("/").content == b""
    assert client.post("/").status_code == 405
    assert client.get("/").content
