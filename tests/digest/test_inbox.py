"""Readers suggest papers and report dead links: no account, no cookie, no flood, nothing lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from digest.inbox import guards
from digest.models import LinkReport, Sending, Suggestion
from digest.search import index
from tests.factories import ArticleFactory, PaperFactory

pytestmark = pytest.mark.django_db
SUGGEST = "/suggest/"
ARXIV = "https://arxiv.org/abs/2305.14314"


def opened(ago: timedelta = timedelta(minutes=1)) -> str:
    return signing.dumps((timezone.now() - ago).timestamp(), salt="digest.inbox")


def typed(**fields: str) -> dict[str, str]:
    return {"paper": "QLoRA", "why": "很重要。", "name": "", "opened": opened(), **fields}


def send(client: Client, address: str = SUGGEST, **fields: str) -> Any:
    return client.post(address, typed(**fields), REMOTE_ADDR=fields.pop("from_", "203.0.113.5"))


def test_a_suggestion_is_kept_and_its_sender_gets_a_page(client: Client) -> None:
    answer = send(client, paper="2305.14314v2", name="小明")
    found = Suggestion.objects.get()
    assert (found.url, found.title, found.why, found.name) == (ARXIV, "", "很重要。", "小明")
    assert answer.headers["Location"] == f"/suggest/{found.token}/"
    page = client.get(answer.headers["Location"]).content.decode()
    assert "等待编辑" in page
    assert "Set-Cookie" not in answer.headers
    assert not client.cookies


@pytest.mark.parametrize(
    ("typed_in", "url", "title"),
    [
        ("2305.14314", ARXIV, ""),
        ("https://arxiv.org/pdf/2305.14314v3.pdf", ARXIV, ""),
        ("https://doi.org/10.1145/3292500", "https://doi.org/10.1145/3292500", ""),
        ("https://example.org/p?x=1", "https://example.org/p?x=1", ""),
        ("QLoRA: Efficient Finetuning", "", "QLoRA: Efficient Finetuning"),
    ],
)
def test_a_paper_is_a_title_an_address_or_a_number(
    client: Client, typed_in: str, url: str, title: str
) -> None:
    send(client, paper=typed_in)
    found = Suggestion.objects.get()
    assert (found.url, found.title) == (url, title)


@pytest.mark.parametrize(
    "wrong",
    [
        {"paper": ""},
        {"paper": "javascript:alert(1)"},
        {"paper": "ftp://a.org/"},
        {"paper": "x" * 501},
        {"paper": "a\0b"},
        {"why": ""},
        {"why": "x" * 2001},
        {"name": "x" * 101},
    ],
    ids=str,
)
def test_what_cannot_be_taken_is_said_and_nothing_typed_is_lost(
    client: Client, wrong: dict[str, str]
) -> None:
    answer = send(client, **{"name": "kept-name", **wrong})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "form-error" in page
    assert "kept-name" in page or "name" in wrong
    assert not Suggestion.objects.exists()


# --- Duplicates -----------------------------------------------------------------------------------


def test_what_the_list_has_is_shown_before_it_is_sent(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    paper = PaperFactory.create(identity="arxiv:2305.14314")
    article = ArticleFactory.create(paper=paper)
    with django_assert_max_num_queries(8):
        page = send(client, paper=ARXIV).content.decode()
    assert article.get_absolute_url() in page
    assert 'name="confirmed"' in page
    assert not Suggestion.objects.exists()
    send(client, paper=ARXIV, confirmed="1")
    assert Suggestion.objects.count() == 1


def test_a_title_that_is_spelled_otherwise_is_the_same(client: Client) -> None:
    article = ArticleFactory.create(title="QLoRA: Efficient Finetuning of Quantized LLMs")
    index.write([article], {}, fresh=False)
    page = send(client, paper="QLORA – efficient finetuning of quantized LLMs").content.decode()
    assert article.get_absolute_url() in page
    send(client, paper="Something else altogether about finetuning")
    assert Suggestion.objects.count() == 1


def test_what_was_suggested_before_is_said(client: Client) -> None:
    send(client, paper=ARXIV)
    page = send(client, paper="2305.14314").content.decode()
    assert "已经有人推荐过" in page
    assert Suggestion.objects.count() == 1


# --- Guards ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(days=2), timedelta(minutes=-9)], ids=str)
def test_a_form_that_no_person_filled_is_asked_for_again(client: Client, ago: timedelta) -> None:
    stamp = opened(ago)
    page = send(client, opened=stamp).content.decode()
    assert "form-error" in page
    assert "很重要。" in page, "nothing typed is lost"
    assert stamp not in page, "and it can be sent again"
    assert not Suggestion.objects.exists()


@pytest.mark.parametrize("stamp", ["", "forged", "MTc:1:x", "signed, but no time"])
def test_when_a_form_was_opened_cannot_be_forged(client: Client, stamp: str) -> None:
    if "signed" in stamp:
        stamp = signing.dumps(stamp, salt="digest.inbox")
    assert "form-error" in send(client, opened=stamp).content.decode()
    assert not Suggestion.objects.exists()


def test_a_robot_is_thanked_and_nothing_is_kept(client: Client) -> None:
    answer = send(client, website="https://spam.example")
    assert answer.status_code == 302
    assert not Suggestion.objects.exists()
    assert "等待编辑" in client.get(answer.headers["Location"]).content.decode()


def test_nobody_sends_more_than_a_few_an_hour_and_others_still_can(client: Client) -> None:
    for number in range(guards.PER_SENDER):
        assert send(client, paper=f"Paper {number}").status_code == 302
    answer = send(client, paper="One too many")
    assert answer.status_code == 429
    assert "One too many" in answer.content.decode(), "what was typed is still there"
    assert Suggestion.objects.count() == guards.PER_SENDER
    assert send(client, paper="From elsewhere", from_="198.51.100.7").status_code == 302
    Sending.objects.update(at=timezone.now() - timedelta(hours=2))
    assert send(client, paper="An hour later").status_code == 302


def test_all_together_send_no_flood(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "OVERALL", 3)
    codes = [
        send(client, paper=f"Paper {number}", from_=f"198.51.100.{number}").status_code
        for number in range(5)
    ]
    assert codes == [302, 302, 302, 429, 429]


def test_a_network_of_ipv6_is_one_sender(client: Client) -> None:
    for number in range(guards.PER_SENDER):
        send(client, paper=f"Paper {number}", from_=f"2001:db8::{number + 1}")
    assert send(client, paper="x", from_="2001:db8::ffff").status_code == 429
    assert send(client, paper="y", from_="2001:db8:1::1").status_code == 302


def test_no_address_is_kept(client: Client, settings: Settings) -> None:
    send(client)
    row = Sending.objects.values().get()
    assert "203.0.113" not in str(row)
    Sending.objects.update(at=timezone.now() - guards.KEPT - timedelta(seconds=1))
    send(client, paper="Other")
    assert Sending.objects.count() == 1, "old ones are forgotten"


def test_a_huge_form_is_not_read(client: Client) -> None:
    assert send(client, why="x" * 30_000).status_code == 413


def test_the_page_of_a_suggestion_tells_nothing_to_who_guesses(client: Client) -> None:
    send(client)
    guess = "/suggest/00000000-0000-0000-0000-000000000000/"
    assert client.get(guess).status_code == 200
    assert "QLoRA" not in client.get(guess).content.decode()
    assert 'content="noindex"' in client.get(guess).content.decode()


# --- Dead links -----------------------------------------------------------------------------------


def test_a_reader_reports_one_of_an_entrys_links_once(client: Client) -> None:
    article = ArticleFactory.create(
        url="https://post.org/1", links=[["paper", ARXIV], ["code", "file:///C:/x"]]
    )
    address = reverse("digest:report_link", args=[article.pk])
    assert address in client.get(article.get_absolute_url()).content.decode()
    page = client.get(address).content.decode()
    assert ARXIV in page
    assert "https://post.org/1" in page
    assert "file:" not in page
    for _ in range(2):
        answer = send(client, address, url=ARXIV, note="404")
        assert "谢谢" in answer.content.decode()
    report = LinkReport.objects.get()
    assert (report.article_id, report.url, report.note) == (article.pk, ARXIV, "404")


@pytest.mark.parametrize("url", ["https://elsewhere.org/", "", "javascript:alert(1)"])
def test_only_its_own_links_can_be_reported(client: Client, url: str) -> None:
    article = ArticleFactory.create()
    page = send(client, reverse("digest:report_link", args=[article.pk]), url=url)
    assert "form-error" in page.content.decode()
    assert not LinkReport.objects.exists()


def test_what_readers_do_not_see_cannot_be_reported(client: Client) -> None:
    hidden = ArticleFactory.create(taken_down_at=timezone.now())
    assert client.get(reverse("digest:report_link", args=[hidden.pk])).status_code == 404
