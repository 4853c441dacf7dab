"""An entry's Markdown, pasted: it fills the form, and stores nothing."""

import re
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation import override

from digest.readme import parse
from editorial.desk import pasting
from editorial.models import Event, Revision
from editorial.refusals import Invalid
from tests.editorial.factories import People, RevisionFactory, category
from tests.editorial.test_admin_form import ADD, browser_form, change_url, shown, typed
from tests.editorial.test_pictures import png

SEED = Path(__file__).parents[2] / "fixtures" / "README.md"
ENTRY = """**3、[DTG：一种Prompt方法](https://mp.weixin.qq.com/s/Eio)**

<p align="center"><img src="assets/dtg.png" alt="框架图" height="50px" /> </p>

**Deliberate then Generate**

该技术**简单有效**，$x^2$。[[Paper](https://arxiv.org/abs/2305.19835)]，[[主页](https://e.org)]"""
FILLED = {
    "headline": "DTG：一种Prompt方法",
    "url": "https://mp.weixin.qq.com/s/Eio",
    "title": "Deliberate then Generate",
    "summary": "该技术**简单有效**，$x^2$。",
    "links": "paper https://arxiv.org/abs/2305.19835\r\n主页 https://e.org",
    "picture_src": "assets/dtg.png",
    "picture_alt": "框架图",
}


def test_every_entry_of_a_real_list_is_read_as_it_is() -> None:
    document = parse(SEED.read_text())
    for section in document.sections:
        for entry in section.entries:
            assert pasting.read(entry.source).entry == entry
            below = pasting.read(f"{section.source}\r\n\r\n{entry.source}\r\n")
            assert (below.entry, below.section) == (entry, section.title)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no entry"),
        ("QLoRA是一种方法。", "no entry"),
        ("\n\n1、[标题](https://e.org", "Line 3 begins like an entry"),
        (f"\n\n{ENTRY}\n\n{ENTRY}", "2 entries begin here, in lines 3, 11"),
        (f"先说一句。\n\n{ENTRY}", "Line 1 is no part of the entry: “先说一句。”"),
        (f"{ENTRY}\n\n还有一段。", "Line 9 is no part of the entry: “还有一段。”"),
        (f"# 一、上一节\n\n# 二、调优\n\n{ENTRY}", "Line 1 is no part"),
        (f"{ENTRY}\n\n# 三、下一节", "Line 9 is no part"),
        (f"# 二、调优\n\n先说一句。\n\n{ENTRY}", "Line 3 is no part"),
    ],
)
def test_what_is_not_one_entry_is_refused_with_its_line(text: str, words: str) -> None:
    with override("en"), pytest.raises(Invalid, match=re.escape(words)):
        pasting.read(text)


@pytest.fixture
def author(people: People, client: Client) -> Client:
    client.force_login(people.author)
    return client


def test_the_form_is_filled_and_nothing_is_stored(people: People, author: Client) -> None:
    revision = RevisionFactory.create(author=people.author, tag_names=["LLM"], title="从前")
    form = browser_form(shown(author.get(change_url(revision))))
    page = shown(author.post(change_url(revision), form | {"pasted": ENTRY, "fill": "1"}))
    filled = browser_form(page)
    assert {name: filled[name] for name in FILLED} == FILLED
    assert (filled["tags"], filled["pasted"]) == ("LLM", "")
    assert filled["category"] == str(revision.category_id)
    assert "从前" in page  # what was typed is still there to be taken back
    assert "data-typed" in page
    revision.refresh_from_db()
    assert (revision.version, revision.title) == (1, "从前")
    author.post(change_url(revision), filled)
    revision.refresh_from_db()
    assert (revision.version, revision.title) == (2, "Deliberate then Generate")
    assert revision.links == [
        ["paper", "https://arxiv.org/abs/2305.19835"], ["主页", "https://e.org"],
    ]  # fmt: skip


def test_the_section_is_known_by_the_heading_above_the_entry(author: Client) -> None:
    section = category(title="大语言模型（**LLMs**）调优")
    text = f"# 二、大语言模型（LLMs）调优\n\n{ENTRY}"
    page = shown(author.post(ADD, typed(category(), pasted=text, fill="1")))
    assert browser_form(page)["category"] == str(section.pk)


@pytest.mark.parametrize("known", [0, 2])
def test_a_section_that_is_not_known_for_sure_is_left_to_people(known: int, author: Client) -> None:
    for number in range(known):
        category(title="调优", slug=f"s{number}")
    chosen = category()
    page = shown(author.post(ADD, typed(chosen, pasted=f"# 一、调优\n\n{ENTRY}", fill="1")))
    assert browser_form(page)["category"] == str(chosen.pk)
    assert "“调优”" in page


def test_what_cannot_be_read_is_kept_with_all_that_was_typed(author: Client) -> None:
    page = shown(author.post(ADD, typed(None, headline="写了", pasted="两句。\n话。", fill="1")))
    form = browser_form(page)
    assert (form["headline"], form["pasted"]) == ("写了", "两句。\r\n话。")
    assert 'id="id_pasted_error"' in page
    assert "errornote" not in page  # the other fields were not judged yet
    assert not Revision.objects.exists()


def test_a_file_chosen_at_the_same_time_is_the_picture(author: Client) -> None:
    page = shown(author.post(ADD, typed(None, pasted=ENTRY, fill="1", picture_file=png())))
    section = category()
    author.post(ADD, browser_form(page) | {"category": section.pk})
    revision = Revision.objects.get()
    assert revision.picture
    assert revision.picture_alt == "框架图"


def test_hostile_text_is_shown_as_text(author: Client) -> None:
    evil = "<script>alert(1)</script>"
    page = shown(author.post(ADD, typed(None, pasted=f"# {evil}\n\n{ENTRY}", fill="1")))
    assert evil not in page
    assert "&lt;script&gt;" in unescape(page) or "&lt;script&gt;" in page
    page = shown(author.post(ADD, typed(None, pasted=evil, fill="1")))
    assert evil not in page


def test_who_may_not_write_fills_nothing(people: People, client: Client) -> None:
    client.force_login(people.bystander)
    assert client.post(ADD, typed(None, pasted=ENTRY, fill="1")).status_code == 403
    assert not Event.objects.exists()
