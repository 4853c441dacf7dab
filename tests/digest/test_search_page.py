"""The page of results: found entries with their hits marked, or what to try instead."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from digest.models import Article
from digest.search import index
from digest.search.marks import EXCERPT, excerpt, marked
from digest.search.query import read
from tests.digest.test_search import HOSTILE, publish
from tests.factories import ArticleFactory, CategoryFactory

TAG = re.compile(r"<[^>]*>")


def page(client: Client, query: str, prefix: str = "", **others: str) -> str:
    response = client.get(f"{prefix}/articles/", {"q": query, **others})
    assert response.status_code == 200
    return response.content.decode()


# --- Marks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("高效微调方法", "微调", "高效[微调]方法"),
        ("调微调", "调", "[调]微[调]"),
        ("微调优", "微调 调优", "[微调优]"),
        ("LoRA, QLoRA, lora2", "lora", "[LoRA], QLoRA, [lora]2"),
        ("ＬｏＲＡ and e\u0301te\u0301", "lora été", "[ＬｏＲＡ] and [e\u0301te\u0301]"),
        ("GPT-4 and gpt 4", "gpt-4", "[GPT-4] and [gpt 4]"),
        ("use C++11 or C", "c++", "use [C++]11 or C"),
        ("一… ﬁne-tuned", "fine", "一… [ﬁne]-tuned"),
        ("a < b & c", "b c", "a &lt; [b] &amp; [c]"),
        ("大 模型", '"大模型"', "大 模型"),
        ("plain", "！", "plain"),
    ],
)
def test_hits_are_marked(text: str, query: str, expected: str) -> None:
    html = marked(text, read(query))
    assert html.replace("<mark>", "[").replace("</mark>", "]") == expected


def test_an_excerpt_is_around_the_first_hit_and_cuts_no_word() -> None:
    text = f"{'长' * 100} Beginning {'文' * 30}微调{'字' * 100} Endless {'章' * 100}"
    html = excerpt(text, read("微调"))
    assert html.startswith("…Beginning 文")
    assert "文<mark>微调</mark>字" in html
    assert html.endswith("…")
    assert len(TAG.sub("", html)) < EXCERPT + 25


def test_an_excerpt_without_a_hit_is_the_beginning() -> None:
    assert excerpt("短文", read("微调")) == "短文"
    assert excerpt("长" * 500, read("微调")) == "长" * EXCERPT + "…"


@given(st.text(st.one_of(st.sampled_from(HOSTILE), st.characters()), max_size=300), st.text())
def test_marks_add_nothing_but_marks(text: str, query: str) -> None:
    bare = re.compile("</?mark>")
    assert unescape(bare.sub("", marked(text, read(query)))) == text
    part = unescape(bare.sub("", excerpt(text, read(query))))
    assert part.removeprefix("…").removesuffix("…") in text


# --- The page ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_it_shows_what_was_found(client: Client) -> None:
    publish(
        headline="**高效**微调",
        title="Fine-tuning",
        summary="单个GPU也能微调&推理。",
        tags=["微调", "x"],
    )
    publish(headline="别的")
    html = page(client, "微调 tun")
    for part in (
        "高效<mark>微调</mark></a>",
        "Fine-<mark>tun</mark>ing",
        "也能<mark>微调</mark>&amp;推理",
        "<mark>微调</mark></a></li>",
        'value="微调 tun"',
        "<q>微调 tun</q>",
        '<meta name="robots" content="noindex, follow">',
    ):
        assert part in html, part
    assert "别的" not in html


@pytest.mark.django_db
def test_every_page_has_the_search_box(client: Client) -> None:
    for prefix in ("", "/en"):
        html = client.get(f"{prefix}/").content.decode()
        assert f'<form class="search" role="search" action="{prefix}/articles/">' in html
    assert "noindex" not in client.get("/articles/").content.decode()
    assert "noindex" not in page(client, " ")


@pytest.mark.django_db
def test_it_goes_together_with_the_filters(client: Client) -> None:
    one, two = CategoryFactory.create(slug="one"), CategoryFactory.create(slug="two")
    publish(headline="甲微调", category=one, tags=["t"])
    publish(headline="乙微调", category=two, tags=["t"])
    publish(headline="丙", category=one, tags=["t"], title="", summary="")
    html = page(client, "微调", category="one", tag="T")
    assert "甲<mark>微调" in html
    assert "乙<mark>微调" not in html
    assert ">丙" not in html
    assert 'href="?q=%E5%BE%AE%E8%B0%83&amp;category=one"' in html
    assert 'href="/articles/?q=%E5%BE%AE%E8%B0%83"' in html


@pytest.mark.django_db
def test_it_says_what_to_try_when_nothing_is_found(client: Client) -> None:
    section = CategoryFactory.create(title="大语言模型")
    html = page(client, "没有<这个>", "/en")
    for part in (
        "No entry has all of this.",
        "Try fewer words, or shorter ones",
        section.get_absolute_url(),
        "没有&lt;这个&gt;",
    ):
        assert part in html, part
    assert "without the filters" not in html
    assert "without the filters" in page(client, "x", "/en", code="on")
    assert "No entry has all of this." in page(client, "！？", "/en")


@pytest.mark.django_db
def test_more_than_a_thousand_hits_are_not_counted(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digest.search.hits.MOST", 60)
    category = CategoryFactory.create()
    for _ in range(61):
        publish(headline="微调", category=category)
    html = page(client, "微调", "/en")
    assert "More than 60 entries" in html
    assert "Page 1 of 2" in html
    assert page(client, "微调", page="2").count("<mark>") == 10


@pytest.mark.django_db
def test_what_was_taken_down_is_in_no_result(client: Client) -> None:
    down = datetime(2023, 7, 1, tzinfo=UTC)
    publish(headline="秘密", summary="秘密", tags=["秘密"], taken_down_at=down)
    assert "秘密" not in page(client, "秘").replace("<q>秘</q>", "")


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["' OR 1=1 --", '"', "\x00", "*", "微" * 5_000, "a " * 5_000])
def test_no_query_breaks_the_page(client: Client, query: str) -> None:
    publish(headline="微调")
    page(client, query)


@pytest.mark.django_db
def test_it_asks_as_much_of_the_database_at_any_size(client: Client) -> None:
    def counts() -> list[int]:
        found = []
        for query in ("微", "微调", "mod", "mod LLM", "nowhere", '"model"'):
            page(client, query)  # what Django itself remembers is asked for once
            with CaptureQueriesContext(connection) as asked:
                page(client, query)
            found.append(len(asked))
        return found

    publish(headline="微调 model LLM", tags=["a"])
    few = counts()
    category = CategoryFactory.create()
    articles = [
        ArticleFactory.create(category=category, headline=f"微调 model LLM {n}") for n in range(120)
    ]
    index.write(articles, {}, fresh=True)
    assert counts() == few
    assert max(few) <= 8
    assert Article.objects.count() == 121
