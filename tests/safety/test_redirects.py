"""No address of the site sends a reader to another one."""

from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from editorial.transitions import State
from tests.editorial.factories import People, revision_in

pytestmark = pytest.mark.django_db
SITE = "http://testserver"
ELSEWHERE = (
    *("https://evil.example/", "//evil.example", "///evil.example", "////evil.example"),
    *("/\\evil.example", "\\\\evil.example", "/\\/evil.example", "\\/\\/evil.example"),
    *("http:evil.example", "http:/evil.example", "http:///evil.example", "//[::1]"),
    *("//evil.example\\@testserver", "http://[evil.example"),
    *("https://testserver@evil.example", "https://evil.example#@testserver", "//evil%2eexample"),
    *("/\t/evil.example", "\t//evil.example", " //evil.example", "/\n/evil.example"),
    *("//\x00evil.example", "/%2f/evil.example"),
    *("javascript:alert(1)", "data:text/html,x", "vbscript:x", "/%5cevil.example"),
    *("//evil。example", "https:\\evil.example", "ftp://evil.example"),
)  # fmt: skip


def leads_away(location: str) -> bool:
    """Whether a browser would leave the site: it reads a backslash as a slash, and skips tabs."""
    seen = "".join(one for one in location if one not in "\t\r\n").strip().replace("\\", "/")
    url = urlsplit(urljoin(f"{SITE}/admin/", seen))
    return f"{url.scheme}://{url.netloc}" != SITE


def test_a_browser_would_follow_what_is_tried() -> None:
    assert sum(map(leads_away, filter(lambda tried: "[" not in tried, ELSEWHERE))) > 15


@pytest.mark.parametrize("tried", ELSEWHERE)
def test_nothing_that_is_asked_for_leads_away(people: People, tried: str) -> None:
    client, draft = Client(), revision_in(State.DRAFT, people)
    sign_in = reverse("admin:login")
    form = {"username": people.author.username, "password": "engine", "next": tried}
    locations = [
        client.post("/i18n/setlang/", {"language": "en", "next": tried})["Location"],
        client.post("/i18n/setlang/", {"language": "en"}, headers={"Referer": tried})["Location"],
        client.post("/admin/", headers={"Referer": tried})["Location"],
        client.post(sign_in, form)["Location"],
        client.get(sign_in, {"next": tried})["Location"],
        client.post(
            reverse("admin:editorial_revision_move", args=[draft.pk, "submit"]),
            {"version": draft.version, "next": tried},
        )["Location"],
    ]
    assert not list(filter(leads_away, locations))


@pytest.mark.parametrize(
    "path",
    [
        *("//evil.example", "//evil.example/", "//evil.example/%2e%2e", "/\\evil.example"),
        *("//evil.example/articles", "/en//evil.example", "//en/articles", "///evil.example/admin"),
        *("/admin//evil.example", "/articles/{pk}-//evil.example/", "/articles/{pk}//evil.example"),
        "/articles/{pk}-\\evil.example/",
    ],
)
def test_no_path_leads_away(people: People, path: str) -> None:
    live = revision_in(State.PUBLISHED, people)
    answer = Client().get("/", PATH_INFO=path.format(pk=live.article_id))
    assert answer.status_code in {301, 302, 404}
    assert not leads_away(answer.headers.get("Location", "/"))
