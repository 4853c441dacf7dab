"""Who reads gets no cookie; who signs in gets one that no script sees and nobody else can set."""

import pytest
from django.conf import settings
from django.test import Client

from tests.editorial.factories import People
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db
SESSION = settings.SESSION_COOKIE_NAME


def sign_in(client: Client, people: People) -> str:
    """Sign in as the author; return the cookie."""
    form = {"username": people.author.username, "password": "engine"}
    assert client.post("/admin/login/", form).status_code == 302
    value: str = client.cookies[SESSION].value
    return value


def is_in(cookie: str) -> bool:
    client = Client()
    client.cookies[SESSION] = cookie
    return client.get("/admin/").status_code == 200


def test_who_reads_gets_no_cookie(client: Client) -> None:
    article = ArticleFactory.create()
    for address in (
        "/",
        "/en/",
        "/articles/?q=x",
        article.get_absolute_url(),
        "/feed.atom",
        "/none",
    ):
        client.get(address)
    for address in ("/suggest/", "/subscribe/", f"/articles/{article.pk}/report/"):
        client.get(address)
        client.post(address, {})
    assert not client.cookies


def test_the_cookie_of_a_session_is_for_our_pages_alone(people: People, client: Client) -> None:
    sign_in(client, people)
    for name in (SESSION, settings.CSRF_COOKIE_NAME):
        assert client.cookies[name]["samesite"] == "Lax"
        assert client.cookies[name]["domain"] == ""
    assert client.cookies[SESSION]["httponly"]


def test_a_session_that_somebody_else_began_is_not_taken_over(
    people: People, client: Client
) -> None:
    client.cookies[SESSION] = "a" * 32
    own = sign_in(client, people)
    assert own != "a" * 32
    assert is_in(own)
    assert not is_in("a" * 32)


def test_leaving_ends_the_session_itself(people: People, client: Client) -> None:
    cookie = sign_in(client, people)
    client.post("/admin/logout/")
    assert not is_in(cookie)


def test_who_is_no_longer_active_is_out_at_once(people: People, client: Client) -> None:
    cookie = sign_in(client, people)
    people.author.is_active = False
    people.author.save()
    assert not is_in(cookie)
