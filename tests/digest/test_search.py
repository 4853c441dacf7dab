"""Search finds what a text holds, and nothing else: the same sets on both databases."""

import re
import string
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from digest.models import Article, SearchDocument
from digest.search import index
from digest.search.hits import Hits
from digest.search.query import LONGEST, MOST_TERMS, read
from digest.search.tokens import UNSPACED, folded, tokens
from tests.factories import ArticleFactory, CategoryFactory

HOSTILE = string.punctuation + "\"'“”《》\\%_:*()&|!<->{}^~+-" + "微调loraNEARORAND \t\n\x00é٣"


def publish(**fields: object) -> Article:
    """Return an article that search knows, as publishing makes it known."""
    article = ArticleFactory.create(**fields)
    names = list(article.tags.values_list("name", flat=True))
    index.write([article], {article.pk: names}, fresh=True)
    return article


def found(text: str) -> list[str]:
    """Return the headlines of the hits, the best first."""
    return [article.headline for article in Hits(Article.objects.published(), read(text))]


# --- Tokens --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("高效微调", "高效 效微 微调 调"),
        ("用LoRA微调", "用 lora 微调 调"),
        ("调", "调"),
        ("ＬｏＲＡ，Ｑ８", "lora q8"),
        ("Poincaré naïve Łódź", "poincare naive łodz"),
        ("ΑΒΓ Привет", "αβγ привет"),
        ("C++ C# C++11 A+B", "c++ c# c++ 11 a b"),
        ("GPT-4 GPT-3.5 3.5B", "gpt 4 gpt 3.5 3.5 b"),
        ("arXiv:2305.14314v2", "arxiv 2305.14314 v2"),
        ("データ 데이터", "デー ータ タ 데이 이터 터"),
        ("ﬁne ㈱", "fine 株"),
        ("，。！——…", ""),
    ],
)
def test_a_text_becomes_tokens(text: str, expected: str) -> None:
    assert tokens(folded(text)) == expected.split()


@given(st.text(max_size=200))
def test_no_text_makes_a_token_that_a_database_reads_otherwise(text: str) -> None:
    for token in tokens(folded(text)):
        assert re.fullmatch(rf"[\w{UNSPACED}+#.]+", token)
        assert len(token) <= 404


def test_an_endless_query_is_cut() -> None:
    assert len(read(" ".join(f"w{n}" for n in range(50))).terms) == MOST_TERMS
    (term,) = read("微调" * 1_000).terms
    assert len(term.tokens) == LONGEST - 1


# --- Sets ----------------------------------------------------------------------------------------

TEXTS = (
    "高效微调方法，快2倍！",
    "用 LoRA 微调大模型",
    "QLoRA：单个GPU微调65B",
    "模型评估与微雕",
    "GPT-4 与 GPT-3.5 的评测",
    "用C++写推理引擎",
    "Poincaré embeddings for instruction tuning",
    "The model; models and modelling",
    "调。微",
)


@pytest.fixture
def library(db: None) -> None:
    for text in TEXTS:
        publish(headline=text, title="", summary="", paper=None)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("微调", {0, 1, 2}),  # two characters, within a run and at its end
        ("评估", {3}),
        ("微", {0, 1, 2, 3, 8}),  # one character
        ("高效微调方法", {0}),
        ("微调方法", {0}),
        ("调微", set()),  # not across punctuation
        ("lora", {1}),  # not inside a word
        ("ＬＯＲＡ", {1}),
        ("model", {7}),
        ("instruct", {6}),  # a beginning
        ("tuning instruction", {6}),
        ("poincare", {6}),
        ("poincaré", {6}),
        ("gpt-4", {4}),
        ("gpt 3.5", {4}),
        ("c++", {5}),
        ("C", set()),  # one letter is no beginning
        ("LoRA微调", {1}),  # mixed
        ("微调 gpu", {2}),
        ("gpu，微调", {2}),
        ('"LoRA 微调大"', {1}),  # exact
        ('"微调 LoRA"', set()),
        ("“高效微”", {0}),
        ('"instruction embeddings"', set()),
        ('"模型评估', {3}),  # unclosed
        ("。！—", set()),
        ("", set()),
        ("无此词", set()),
    ],
)
def test_a_query_finds(library: None, query: str, expected: set[int]) -> None:
    assert set(found(query)) == {TEXTS[n] for n in expected}


CHARACTERS = st.text(alphabet="微调评估a ，。", max_size=12)
RUNS = st.text(alphabet="微调评估", min_size=1, max_size=5)


@pytest.mark.django_db(transaction=False)
@given(texts=st.lists(CHARACTERS, min_size=1, max_size=4), query=RUNS)
def test_chinese_is_found_wherever_it_stands(texts: list[str], query: str) -> None:
    with transaction.atomic():
        made = {publish(headline="h", title="", summary=text, paper=None): text for text in texts}
        hits = set(Hits(Article.objects.published(), read(query)))
        transaction.set_rollback(True)
    assert hits == {article for article, text in made.items() if query in text}


@pytest.mark.django_db
@given(st.text(alphabet=st.one_of(st.sampled_from(HOSTILE), st.characters()), max_size=80))
def test_no_query_is_an_error_or_more_than_its_words(query: str) -> None:
    list(Hits(Article.objects.published(), read(query)))


@pytest.mark.parametrize(
    "query",
    [
        "微* OR 评*",
        "heading:微调 NOT 高效",
        "微调'::tsquery | '评估",
        '") OR rowid:*',
        "微调 -高效",
        "^微调",
    ],
)
def test_a_databases_own_syntax_is_only_words(library: None, query: str) -> None:
    bare = re.sub(rf"[^\w{UNSPACED}]+", " ", query)
    assert set(found(query)) == set(found(bare))


# --- Order ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_heading_weighs_more_and_then_the_newest() -> None:
    blank = {"title": "", "summary": "", "paper": None}
    publish(**blank | {"headline": "甲", "summary": "微调"})
    publish(**blank | {"headline": "微调乙"})
    publish(**blank | {"headline": "丙", "title": "微调"})
    publish(**blank | {"headline": "丁", "tags": ["微调"]})
    publish(**blank | {"headline": "戊", "summary": "谈微调。"})
    publish(**blank | {"headline": "己"})
    assert found("微调") == ["丁", "丙", "微调乙", "戊", "甲"]


@pytest.mark.django_db
def test_a_whole_word_comes_before_a_beginning() -> None:
    for headline in ("A model", "Modelling", "Models"):
        publish(headline=headline, title="", summary="", paper=None)
    publish(headline="z", title="", summary="A model.", paper=None)
    assert found("model") == ["A model", "z", "Models", "Modelling"]


@pytest.mark.django_db
def test_more_hits_than_anyone_reads_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digest.search.hits.MOST", 3)
    for number in range(3):
        publish(headline=f"微调{number}", summary="")
    hits = Hits(Article.objects.published(), read("微调"))
    assert (len(hits), hits.more) == (3, False)
    publish(headline="微调4", summary="")
    hits = Hits(Article.objects.published(), read("微调"))
    assert (len(hits), hits.more) == (3, True)
    assert [article.headline for article in hits[1:]] == ["微调2", "微调1"]


@pytest.mark.django_db
@pytest.mark.parametrize("recent", [0, 4, 1_000])
@pytest.mark.parametrize("filtered", [False, True])
def test_pages_of_many_hits_follow_each_other_as_in_one(
    recent: int, filtered: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    category = CategoryFactory.create()
    blank = {"title": "", "paper": None, "category": category}
    for number in (3, 2, 1):  # in the list's order the newest come first
        publish(**blank, headline=f"{number} models", summary="", position=number)
        publish(**blank, headline=f"{number}", summary="model", position=number)
        publish(**blank, headline=f"{number} model", summary="", position=number)
    publish(**blank, headline="none", summary="")
    down = publish(**blank, headline="model, taken down", summary="")
    Article.objects.filter(pk=down.pk).update(taken_down_at=datetime(2023, 7, 1, tzinfo=UTC))
    articles = Article.objects.published()
    if filtered:
        articles = articles.filter(category=category)
    whole = list(Hits(articles, read("mod")).keys), list(Hits(articles, read("model")).keys)
    assert [len(keys) for keys in whole] == [9, 9]

    monkeypatch.setattr("digest.search.hits.RECENT", recent)
    for most in range(1, 10):
        monkeypatch.setattr("digest.search.hits.MOST", most)
        for text, keys in zip(("mod", "model"), whole, strict=True):
            hits = Hits(articles, read(text))
            assert (len(hits), hits.more) == (most, most < 9)
            pages = [hits[start : start + 2] for start in range(0, most, 2)]
            assert [one.pk for page in pages for one in page] == keys[:most]


@pytest.mark.parametrize(
    "query", ["微", "微调", "高效微调", "model", "mod", "gpt-4 gpt", "LoRA微调", "无"]
)
@pytest.mark.parametrize("column", ["heading", "text"])
def test_the_index_and_a_look_at_each_find_the_same(library: None, query: str, column: str) -> None:
    for one in (read(query), read(query).widened()):
        by_index = SearchDocument.objects.filter(**{f"{column}__matches": one})
        by_look = SearchDocument.objects.filter(**{f"{column}__scanned": one})
        assert set(by_look) == set(by_index)


# --- What is searched ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_it_reads_texts_and_numbers_but_no_marks_and_no_labels() -> None:
    publish(
        headline="**高效**微调",
        title="A *new* way",
        summary="简称$MP^2$，[见此](https://hidden.example)。",
        links=[["paper", "https://arxiv.org/pdf/2305.14314.pdf"]],
        tags=["强化 学习"],
    )
    for query in ("高效微调", "new way", "MP2", "见此", "强化", "2305.14314"):
        assert found(query), query
    for query in ("hidden", "paper", "strong", "href", '"微调 a new"', "pdf"):
        assert not found(query), query


@pytest.mark.django_db
def test_what_was_taken_down_is_not_found() -> None:
    article = publish(headline="微调")
    assert found("微调")
    Article.objects.filter(pk=article.pk).update(taken_down_at=datetime(2023, 7, 1, tzinfo=UTC))
    assert not found("微调")


@pytest.mark.django_db
def test_a_text_beyond_all_measure_can_be_published() -> None:
    publish(headline="h", summary="微调" * 30_000)
    publish(headline="w", summary="x" * 60_000, title="y " * 40_000)
    assert found("微调微") == ["h"]
    assert found("x" * 150) == ["w"]


@pytest.mark.django_db
def test_an_article_that_goes_takes_its_document_along() -> None:
    publish().delete()
    assert not SearchDocument.objects.exists()


@pytest.mark.django_db
def test_the_same_tokens_stand_in_both_databases() -> None:
    publish(headline="微调c++", title="", summary="3.5", paper=None, links=[])
    with connection.cursor() as cursor:
        cursor.execute("SELECT heading, text FROM digest_searchdocument")
        row = cursor.fetchone()
    assert row is not None
    if connection.vendor == "sqlite":
        assert row == ("微调 调 c++ . .", "微调 调 c++ . . 3.5 . .")
    else:
        assert {len(column.split()) for column in row} == {4, 5}
