"""The entry form in a real browser: what people type is shown as readers will get it."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import FrameLocator, Page, expect
from pytest_django.live_server_helper import LiveServer

from digest.models import Category
from editorial.models import Revision
from tests.browser.audit import violations
from tests.browser.desk import sign_in
from tests.editorial.factories import People, RevisionFactory
from tests.factories import ArticleFactory, CategoryFactory

pytestmark = pytest.mark.any_database("what scripts make of a form")

ADD = "/admin/editorial/revision/add/"
NewPage = Callable[..., Page]


@pytest.fixture
def section(live_server: LiveServer) -> Category:
    CategoryFactory.create(title="人工反馈强化学习（RLHF）", slug="rlhf", position=1)
    return CategoryFactory.create(title="大语言模型（LLMs）调优", slug="调优", position=2)


@pytest.fixture
def author(page: Page, people: People, section: Category) -> Page:
    """An author at the form of a new entry."""
    sign_in(page, people.author).goto(ADD)
    return page


def preview_of(page: Page) -> FrameLocator:
    return page.frame_locator(".desk-preview iframe")


def select(page: Page, text: str) -> None:
    """Mark this stretch of the summary."""
    page.locator("#id_summary").evaluate(
        """(area, text) => {
             const start = area.value.indexOf(text);
             area.focus();
             area.setSelectionRange(start, start + text.length);
           }""",
        text,
    )


def picture(colour: str) -> Any:
    content = BytesIO()
    Image.new("RGB", (60, 40), colour).save(content, "PNG")
    return {"name": "a.png", "mimeType": "image/png", "buffer": content.getvalue()}


def test_an_entry_is_written_with_the_keyboard_and_seen_as_readers_will(
    author: Page, section: Category
) -> None:
    for number in range(2):
        ArticleFactory.create(category=section).tags.add("大模型", *(["LLM"] * number))
    author.locator("#id_category").press_sequentially("调优")
    expect(author.get_by_role("option")).to_have_text(["二、大语言模型（LLMs）调优"])
    author.keyboard.press("Enter")
    expect(author.locator("#id_category")).to_have_value("二、大语言模型（LLMs）调优")
    author.fill("#id_headline", "QLoRA：<b>快</b>2倍")
    author.fill("#id_summary", "足以「微调」$x^2$。")
    author.locator("#id_tags").press_sequentially("新词，ll")
    expect(author.get_by_role("option")).to_have_text([re.compile("^LLM1")])
    author.keyboard.press("ArrowDown")
    expect(author.locator("#id_tags")).to_have_attribute("aria-activedescendant", re.compile("."))
    assert not violations(author)
    author.keyboard.press("Enter")
    expect(author.locator("#id_tags")).to_have_value("新词， LLM, ")
    author.locator("#id_tags").press_sequentially("模")
    author.keyboard.press("Escape")

    seen = preview_of(author)
    expect(seen.locator(".number")).to_contain_text("3")
    expect(seen.locator(".headline b")).to_have_text("快")
    expect(seen.locator(".prose math")).to_have_count(1)
    expect(seen.locator(".tags li")).to_have_text(["新词", "LLM", "模"])
    author.keyboard.press("Control+s")
    expect(author.locator(".messagelist .success")).to_be_visible()
    assert Revision.objects.get().tag_names == ["新词", "LLM", "模"]


def test_a_section_is_one_of_the_list_or_none(author: Page, section: Category) -> None:
    field = author.locator("#id_category")
    field.press_sequentially("rlhf")
    author.keyboard.press("Enter")
    field.fill("没有这一节")
    author.locator("#id_headline").focus()
    expect(field).to_have_value("一、人工反馈强化学习（RLHF）")
    field.click()
    expect(author.get_by_role("option")).to_have_count(2)
    author.get_by_role("option").nth(1).click()
    expect(author.locator("select[name=category]")).to_have_value(str(section.pk))


def test_marks_stand_where_github_renders_them(author: Page) -> None:
    summary = author.locator("#id_summary")
    summary.fill("足以将「微调 QLoRA」的，第三项（源码）。")
    select(author, "「微调 QLoRA」")
    author.keyboard.press("Control+b")
    expect(summary).to_have_value("足以将「**微调 QLoRA**」的，第三项（源码）。")
    author.keyboard.press("Control+b")
    expect(summary).to_have_value("足以将「微调 QLoRA」的，第三项（源码）。")
    select(author, " QLoRA")
    author.keyboard.press("Control+i")
    expect(summary).to_have_value("足以将「微调 *QLoRA*」的，第三项（源码）。")
    author.keyboard.press("Control+z")
    expect(summary).to_have_value("足以将「微调 QLoRA」的，第三项（源码）。")
    select(author, "源码")
    author.keyboard.press("Control+k")
    author.keyboard.insert_text("https://e.org/a")
    expect(summary).to_have_value("足以将「微调 QLoRA」的，第三项（[源码](https://e.org/a)）。")
    select(author, "QLoRA")
    author.click("[data-mark='`']")
    expect(summary).to_have_value("足以将「微调 `QLoRA`」的，第三项（[源码](https://e.org/a)）。")


def test_a_picture_is_seen_before_it_is_sent_and_survives_an_error(author: Page) -> None:
    shown, seen = author.locator("img.desk-picture"), preview_of(author).locator(".picture img")
    expect(shown).to_be_hidden()
    author.set_input_files("#id_picture_file", picture("red"))
    expect(shown).to_have_attribute("src", re.compile("^blob:"))
    expect(seen).to_have_js_property("naturalWidth", 60)
    author.click(".submit-row [type=submit]")
    expect(author.locator("#id_category")).to_be_focused()
    expect(shown).to_have_attribute("src", re.compile("^/media/pictures/"))
    expect(seen).to_have_js_property("naturalWidth", 60)
    assert not violations(author)
    author.check("#id_picture_removed")
    expect(seen).to_have_count(0)


def test_a_preview_that_cannot_be_refreshed_says_so(author: Page) -> None:
    seen = preview_of(author).locator(".headline")
    author.fill("#id_headline", "第一个标题")
    expect(seen).to_contain_text("第一个标题")
    author.route("**/typed/", lambda route: route.abort())
    author.fill("#id_headline", "第二个标题")
    status = author.locator(".desk-preview [role=status]")
    expect(status).not_to_be_empty()
    expect(seen).to_contain_text("第一个标题")
    author.unroute("**/typed/")
    author.fill("#id_headline", "第三个标题")
    expect(seen).to_contain_text("第三个标题")
    expect(status).to_be_empty()


def test_a_pasted_entry_fills_the_form(author: Page, section: Category) -> None:
    author.fill("#id_title", "Typed Before")
    author.click(".desk-paste summary")
    author.fill(
        "#id_pasted",
        "# 二、大语言模型（LLMs）调优\n\n**4、[DTG](https://e.org)**\n\n**Deliberate**",
    )
    author.click("[name=fill]")
    expect(author.locator("#id_title")).to_have_value("Deliberate")
    expect(author.locator("#id_category")).to_have_value("二、大语言模型（LLMs）调优")
    expect(author.locator(".desk-before")).to_contain_text("Typed Before")
    assert not violations(author)
    author.locator("#id_title").press("Enter")  # saves, and does not fill again
    expect(author.locator(".messagelist .success")).to_be_visible()
    assert Revision.objects.get().headline == "DTG"


def test_without_script_every_field_works(
    new_page: NewPage, people: People, section: Category
) -> None:
    author = sign_in(new_page(java_script_enabled=False), people.author)
    author.goto(ADD)
    author.select_option("[name=category]", str(section.pk))
    author.fill("[name=headline]", "无脚本")
    author.set_input_files("[name=picture_file]", picture("blue"))
    expect(author.locator(".desk-preview, .desk-toolbar")).to_have_count(2)
    expect(author.locator(".desk-preview, .desk-toolbar").locator("visible=true")).to_have_count(0)
    author.click(".submit-row [type=submit]")
    revision = Revision.objects.get()
    assert (revision.category, revision.headline) == (section, "无脚本")
    assert revision.picture


@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_form_fits_a_phone(look: str, new_page: NewPage, people: People) -> None:
    revision = RevisionFactory.create(author=people.author, summary="很长的摘要。" * 80)
    size = {"width": 390, "height": 844}
    author = sign_in(new_page(viewport=size, color_scheme=look), people.author)
    author.goto(f"/admin/editorial/revision/{revision.pk}/change/")
    expect(preview_of(author).locator(".entry")).to_be_visible()
    assert author.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert not violations(author)


def test_a_flaw_is_shown_while_it_is_typed_and_put_right_on_a_click(author: Page) -> None:
    author.fill("#id_headline", "快2倍")
    author.fill("#id_url", "https://mp.weixin.qq.com/s/1")
    author.fill("#id_summary", "它**「只需要」**单个GPU。")
    flaw = author.locator(".field-summary .desk-flaw-error")
    expect(flaw).to_contain_text("bold-literal")
    flaw.get_by_role("button").click()
    expect(author.locator("#id_summary")).to_have_value("它「**只需要**」单个GPU。")
    expect(author.locator("#id_url")).to_have_value("https://mp.weixin.qq.com/s/1")
    expect(author.locator(".field-summary .desk-flaw-error")).to_have_count(0)
    assert not Revision.objects.exists()
