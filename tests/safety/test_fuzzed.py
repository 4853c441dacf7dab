"""Whatever strangers put into addresses and forms, the site answers, and never with an error."""

from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.editorial.factories import People
from tests.safety import everything
from tests.safety.payloads import payloads

pytestmark = pytest.mark.django_db
HOSTILE = (
    *(
        "",
        "0",
        "-1",
        "1",
        "1.5",
        "1e9",
        "9" * 30,
        "999999999",
        "٣",
        "１",
        "²",
        "0x1f",
        "NaN",
        "None",
    ),
    *(
        "\0",
        "a\0b",
        "\r\nX: y",
        "\ud800",
        "\ufffe",
        "\u202e",
        "é" * 300,
        "a" * 5000,
        "微调",
        "'",
        '"',
    ),
    *(
        "%",
        "%00",
        "%ff",
        "%%",
        "..",
        "../..",
        "/",
        "\\",
        "*",
        '"a',
        "a AND",
        "(",
        "NEAR(a b)",
        "a*",
    ),
    *("{}", "[]", "true", "on", "last", "2023-13", "0000-00", "9999-12", "2023-05", "10000", "-"),
    *("' OR 1=1--", "1; DROP TABLE x", "$(id)", "{{7*7}}", "\x1b[31m", "😀" * 50),
)
values = st.one_of(
    st.sampled_from(HOSTILE),
    st.sampled_from([one.text for one in payloads()]),
    st.text(max_size=40),
    st.integers().map(str),
)
NAMES = (
    *("q", "tag", "venue", "category", "year", "month", "code", "paper", "picture", "sort", "page"),
    *("cursor", "limit", "size", "as", "p", "next", "language", "format", "o"),
)
queries = st.lists(st.tuples(st.sampled_from(NAMES) | values, values), max_size=5)
PAGES = (
    *("/", "/en/", "/articles/", "/en/articles/", "/articles/feed.atom", "/articles/feed.json"),
    *("/feed.atom", "/categories/rlhf/", "/tags/", "/tags/llm/", "/archive/{year}/", "/figures/"),
    *("/issues/{week}/", "/articles/{live}-{tail}/", "/papers/{paper}-{paper_tail}/"),
    *("/suggest/", "/subscribe/", "/articles/{live}/report/", "/sitemap-articles.xml", "/metrics"),
    *("/api/v1/articles", "/api/v1/papers", "/api/v1/sections", "/api/v1/tags", "/api/"),
    *("/admin/login/", "/README.md", "/articles/{live}/cite.bib"),
)
WITH_A_VALUE = (
    *("/{0}", "/en/{0}/", "/categories/{0}/", "/categories/{0}/feed.atom", "/tags/{0}/feed.json"),
    *("/articles/{0}/", "/articles/1-{0}/", "/articles/{0}/report/", "/articles/1/cite.{0}"),
    *("/papers/{0}/", "/papers/1-{0}/", "/archive/{0}/", "/archive/2023/{0}/", "/issues/{0}/"),
    *("/tags/{0}/", "/suggest/{0}/", "/subscribe/{0}/", "/unsubscribe/{0}/", "/sitemap-{0}.xml"),
    *("/media/{0}", "/static/{0}", "/admin/{0}", "/admin/editorial/revision/shared/{0}/"),
    *("/api/v1/articles/{0}", "/api/v1/papers/{0}", "/api/v1/tags/{0}", "/api/v1/{0}"),
)
FORMS = {
    "/suggest/": ("paper", "why", "name", "opened", "website", "confirmed"),
    "/subscribe/": ("email", "category", "language", "opened", "website"),
    "/articles/{live}/report/": ("url", "note", "opened", "website"),
    "/unsubscribe/x/": ("List-Unsubscribe",),
    "/subscribe/x/": ("confirm",),
    "/i18n/setlang/": ("language", "next"),
    "/admin/login/": ("username", "password", "next", "code"),
}
bounded = settings(
    max_examples=150,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink takes longer than to read it
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def names(people: People) -> dict[str, Any]:
    return everything.make(people)


def safely(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def ask(method: str, address: str, **sent: Any) -> None:
    """Ask as a stranger; nothing stays."""
    client = Client(raise_request_exception=True)
    with transaction.atomic():
        answer = client.generic(method, address, **sent)
        b"".join(answer)
        transaction.set_rollback(True)
    assert answer.status_code < 500, (method, address, sent)


def encoded(pairs: list[tuple[str, str]]) -> str:
    return urlencode([(safely(name), safely(value)) for name, value in pairs])


@given(page=st.sampled_from(PAGES), query=queries)
@bounded
def test_any_parameter_of_a_page(
    names: dict[str, Any], page: str, query: list[tuple[str, str]]
) -> None:
    ask("GET", f"{page.format_map(names)}?{encoded(query)}")


@given(page=st.sampled_from(PAGES), raw=st.binary(max_size=30))
@bounded
def test_any_bytes_behind_the_question_mark(names: dict[str, Any], page: str, raw: bytes) -> None:
    ask("GET", page.format_map(names), QUERY_STRING=raw.decode("latin-1"))


@given(form=st.sampled_from(WITH_A_VALUE), value=values)
@bounded
def test_any_part_of_an_address(names: dict[str, Any], form: str, value: str) -> None:
    ask("GET", form.format(quote(safely(value), safe="")))


@given(data=st.data(), form=st.sampled_from(sorted(FORMS)))
@bounded
def test_any_field_of_a_form(names: dict[str, Any], data: st.DataObject, form: str) -> None:
    fields = st.sampled_from([*FORMS[form], "x"])
    typed = data.draw(st.lists(st.tuples(fields, values), max_size=6))
    content_type = "application/x-www-form-urlencoded"
    ask("POST", form.format_map(names), data=encoded(typed), content_type=content_type)


@given(
    form=st.sampled_from(sorted(FORMS)),
    body=st.binary(max_size=60),
    content_type=st.sampled_from(
        [
            *("application/json", "multipart/form-data; boundary=x", "text/xml", "", "multipart/x"),
            *("application/x-www-form-urlencoded; charset=utf-7", "multipart/form-data; boundary="),
        ]
    ),
)
@bounded
def test_any_body(names: dict[str, Any], form: str, body: bytes, content_type: str) -> None:
    ask("POST", form.format_map(names), data=body, content_type=content_type)
