"""The desk's story in a real browser: written, reviewed, published; seen by nobody before."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from digest.models import Article, Category
from editorial import scheduling
from editorial.transitions import State
from tests.browser.desk import DEVICES, press, sign_in, too_wide
from tests.editorial.factories import People, revision_in
from tests.factories import CategoryFactory

NewPage = Callable[..., Page]

# A word of each field that is found nowhere else.
WRITTEN = {
    "headline": "渡鸦headline：快2倍",
    "url": "https://mp.weixin.qq.com/s/canaryurl",
    "title": "Canarytitle Is All You Need",
    "summary": "金丝雀summary「**只需要**」单个GPU。",
    "links": "paper https://arxiv.org/abs/2399.01234\ncode https://github.com/canary/links",
    "picture_src": "https://e.org/canarypicture.png",
    "picture_alt": "canaryalt",
    "tags": "canarytag, 评估",
}
CANARIES = re.compile("渡鸦|金丝雀|canary|2399", re.IGNORECASE)


@pytest.fixture
def section(live_server: LiveServer) -> Category:
    return CategoryFactory.create(title="大语言模型（LLMs）调优", slug="调优", position=1)


def assert_hidden(page: Page) -> None:
    """Read all that a visitor without an account can be given; none of it holds a canary."""
    paths = ["/", "/en/", "/categories/调优/", "/articles/", "/tags/", "/feed.atom", "/README.md"]
    sitemap = page.request.get("/sitemap.xml").text()
    sections = re.findall(r"<loc>([^<]*)</loc>", sitemap)
    assert sections
    paths += [urlsplit(section).path for section in sections]
    for path in [*paths, "/sitemap.xml", "/robots.txt"]:
        answer = page.request.get(path)
        assert answer.ok, path
        assert not CANARIES.search(answer.text()), path
    for path in ("/tags/canarytag/", "/papers/1/"):
        assert page.request.get(path).status == 404, path


def write_entry(page: Page) -> None:
    page.locator("input#id_category").press_sequentially("调优")
    page.get_by_role("option", name="大语言模型（LLMs）调优").click()
    for name, text in WRITTEN.items():
        page.fill(f"[name={name}]", text)
    page.click(".submit-row [type=submit]")


def assert_readers_see(page: Page) -> None:
    article = Article.objects.published().get()
    for path in ("/", "/categories/调优/", f"/articles/{article.pk}/", "/tags/canarytag/"):
        page.goto(path)
        expect(page.locator("main")).to_contain_text("渡鸦headline")
    page.goto(article.get_absolute_url())
    expect(page.locator("main")).to_contain_text("金丝雀summary「只需要」单个GPU")
    assert "渡鸦headline" in page.request.get("/feed.atom").text()
    readme = page.request.get("/README.md").text()
    assert "**1、[渡鸦headline](https://mp.weixin.qq.com/s/canaryurl)**" in readme


@pytest.mark.parametrize("device", DEVICES)
def test_an_entry_goes_from_its_author_to_readers(
    device: str, new_page: NewPage, people: People, section: Category
) -> None:
    size = DEVICES[device]
    visitor = new_page(**size)
    author = sign_in(new_page(**size), people.author)
    author.click("main a[href$='/revision/add/']")
    assert not too_wide(author)
    write_entry(author)
    expect(author.locator(".desk-state").first).to_have_class(re.compile("desk-draft"))
    assert_hidden(visitor)
    press(author, "submit")
    expect(author.locator("form[data-move=approve]")).to_have_count(0)
    assert_hidden(visitor)
    desk = author.url

    reviewer = sign_in(new_page(locale="en-GB", **size), people.reviewer, prefix="/en")
    reviewer.click("main a:has-text('渡鸦headline')")
    expect(reviewer.locator("form[data-move=publish]")).to_have_count(0)
    assert not too_wide(reviewer)
    reviewer.select_option("#comments select", "summary")
    reviewer.fill("#comments textarea", "哪个数据集？")
    reviewer.click("#comments form [type=submit]:has-text('comment')")
    expect(reviewer.locator(".field-summary")).to_contain_text("哪个数据集？")
    press(reviewer, "request_changes", "标题再短一点")
    assert_hidden(visitor)

    author.goto("/admin/")
    author.click("main a:has-text('渡鸦headline')")
    expect(author.locator("#history")).to_contain_text("标题再短一点")
    author.fill("[name=headline]", "渡鸦headline")
    expect(author.locator("form[data-move=submit] button")).to_be_disabled()
    author.click(".submit-row [type=submit]")
    author.click("#comments button:has-text('标为已解决')")
    expect(author.locator("#comments")).to_contain_text("1 条已解决")
    press(author, "submit")

    reviewer.reload()
    reviewer.click(".desk-tabs >> text=Compare")
    expect(reviewer.locator("main del").last).to_contain_text("：快2倍")
    assert not too_wide(reviewer)
    reviewer.click(".desk-tabs >> text=Entry")
    press(reviewer, "approve")
    assert_hidden(visitor)
    publisher = sign_in(new_page(**size), people.publisher)
    publisher.goto(desk)
    press(publisher, "publish")
    assert_readers_see(visitor)


@pytest.mark.parametrize("device", DEVICES)
def test_a_live_article_stays_until_the_time_of_its_change(
    device: str, new_page: NewPage, people: People, section: Category
) -> None:
    size = DEVICES[device]
    live = revision_in(State.PUBLISHED, people, category=section, headline="从前的标题")
    visitor = new_page(**size)
    author = sign_in(new_page(**size), people.author)
    author.goto(f"/admin/digest/article/{live.article_id}/change/")
    assert not too_wide(author)
    author.click("form[action$=revise\\/] button")
    author.fill("[name=headline]", WRITTEN["headline"])
    author.fill("[name=summary]", WRITTEN["summary"])
    author.click(".submit-row [type=submit]")
    press(author, "submit")
    assert_hidden(visitor)
    reviewer = sign_in(new_page(**size), people.reviewer)
    reviewer.goto(author.url)
    press(reviewer, "approve")

    publisher = sign_in(new_page(**size), people.publisher)
    publisher.goto(author.url)
    press(publisher, "schedule", at="2999-07-01T09:00")
    expect(publisher.locator(".desk-schedule")).to_contain_text("09:00")
    assert not too_wide(publisher)
    assert not scheduling.publish_due(timezone.now()).published
    assert_hidden(visitor)
    assert len(scheduling.publish_due(datetime(2999, 7, 1, 1, tzinfo=UTC)).published) == 1
    visitor.goto("/")
    expect(visitor.locator("main")).to_contain_text("渡鸦headline")
    expect(visitor.locator("main")).not_to_contain_text("从前的标题")

    publisher.goto(f"/admin/digest/article/{live.article_id}/change/")
    press(publisher, "take_down", "撤稿")
    assert visitor.request.get(f"/articles/{live.article_id}/").status == 410
    assert_hidden(visitor)
    press(publisher, "restore", "改好了")
    visitor.goto("/")
    expect(visitor.locator("main")).to_contain_text("渡鸦headline")
    publisher.goto(f"/admin/digest/article/{live.article_id}/history/")
    expect(publisher.locator("main")).to_contain_text("撤稿")
    assert not too_wide(publisher)
