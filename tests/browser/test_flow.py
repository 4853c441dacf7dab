"""The desk's story in a real browser: written, reviewed, published; seen by nobody before."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from digest.models import Article, Category
from editorial.transitions import State
from tests.editorial.factories import People, revision_in
from tests.factories import CategoryFactory

NewPage = Callable[..., Page]

# A word of each field that is found nowhere else.
WRITTEN = {
    "headline": "渡鸦headline：快2倍",
    "url": "https://mp.weixin.qq.com/s/canaryurl",
    "title": "Canarytitle Is All You Need",
    "summary": "金丝雀summary**「只需要」**单个GPU。",
    "links": "paper https://arxiv.org/abs/2399.01234\ncode https://github.com/canary/links",
    "picture_src": "https://e.org/canarypicture.png",
    "picture_alt": "canaryalt",
    "tags": "canarytag, 评估",
}
CANARIES = re.compile("渡鸦|金丝雀|canary|2399", re.IGNORECASE)


@pytest.fixture
def people(live_server: LiveServer) -> People:
    return People()


@pytest.fixture
def section(live_server: LiveServer) -> Category:
    return CategoryFactory.create(title="大语言模型（LLMs）调优", slug="调优", position=1)


def sign_in(page: Page, person: Any, *, prefix: str = "") -> Page:
    page.goto(f"{prefix}/admin/login/?next={prefix}/admin/")
    page.fill("[name=username]", person.username)
    page.fill("[name=password]", "engine")
    page.click("[type=submit]")
    expect(page.locator("#user-tools")).to_contain_text(person.username)
    return page


def press(page: Page, move: str, note: str = "") -> None:
    """Press the button of this move, with a note if it asks for one."""
    form = page.locator(f"form[data-move={move}]")
    if note:
        form.locator("summary").click()
        form.locator("textarea").fill(note)
    form.locator("button").click()
    expect(page.locator(".messagelist .success")).to_be_visible()


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


def test_an_entry_goes_from_its_author_to_readers(
    new_page: NewPage, people: People, section: Category
) -> None:
    visitor = new_page()
    author = sign_in(new_page(), people.author)
    author.goto("/admin/editorial/revision/")
    author.click(".addlink")
    author.select_option("[name=category]", str(section.pk))
    for name, text in WRITTEN.items():
        author.fill(f"[name={name}]", text)
    author.click(".submit-row [type=submit]")
    expect(author.locator(".desk-state").first).to_have_class(re.compile("desk-draft"))
    assert_hidden(visitor)
    press(author, "submit")
    expect(author.locator("form[data-move=approve]")).to_have_count(0)
    assert_hidden(visitor)
    desk = author.url

    reviewer = sign_in(new_page(locale="en-GB"), people.reviewer, prefix="/en")
    reviewer.goto("/en/admin/editorial/revision/?state=in_review")
    reviewer.click("#result_list tbody th a")
    expect(reviewer.locator("form[data-move=publish]")).to_have_count(0)
    press(reviewer, "request_changes", "标题再短一点")
    assert_hidden(visitor)

    author.goto(desk)
    expect(author.locator("#history")).to_contain_text("标题再短一点")
    author.fill("[name=headline]", "渡鸦headline")
    expect(author.locator("form[data-move=submit] button")).to_be_disabled()
    author.click(".submit-row [type=submit]")
    press(author, "submit")

    reviewer.reload()
    press(reviewer, "approve")
    assert_hidden(visitor)
    publisher = sign_in(new_page(), people.publisher)
    publisher.goto(desk)
    press(publisher, "publish")

    article = Article.objects.published().get()
    for path in ("/", "/categories/调优/", f"/articles/{article.pk}/", "/tags/canarytag/"):
        visitor.goto(path)
        expect(visitor.locator("main")).to_contain_text("渡鸦headline")
    visitor.goto(article.get_absolute_url())
    expect(visitor.locator("main")).to_contain_text("金丝雀summary「只需要」单个GPU")
    feed = visitor.request.get("/feed.atom").text()
    assert "渡鸦headline" in feed
    readme = visitor.request.get("/README.md").text()
    assert "**1、[渡鸦headline](https://mp.weixin.qq.com/s/canaryurl)**" in readme


def test_a_live_article_stays_until_its_change_is_published(
    new_page: NewPage, people: People, section: Category
) -> None:
    live = revision_in(State.PUBLISHED, people, category=section, headline="从前的标题")
    visitor = new_page()
    author = sign_in(new_page(), people.author)
    author.goto(f"/admin/digest/article/{live.article_id}/change/")
    author.click("form[action$=revise\\/] button")
    author.fill("[name=headline]", WRITTEN["headline"])
    author.fill("[name=summary]", WRITTEN["summary"])
    author.click(".submit-row [type=submit]")
    press(author, "submit")
    assert_hidden(visitor)
    reviewer = sign_in(new_page(), people.reviewer)
    reviewer.goto(author.url)
    press(reviewer, "approve")
    publisher = sign_in(new_page(), people.publisher)
    publisher.goto(author.url)
    assert_hidden(visitor)
    press(publisher, "publish")
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
