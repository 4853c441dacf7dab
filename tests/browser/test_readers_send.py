"""A reader suggests a paper and reports a dead link, with and without scripts, on any screen."""

from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from digest.inbox import guards
from digest.models import Article, LinkReport, Suggestion
from tests.browser.audit import violations
from tests.browser.desk import DEVICES, too_wide
from tests.factories import ArticleFactory, PaperFactory

ARXIV = "https://arxiv.org/abs/2305.14314"
NewPage = Callable[..., Page]


@pytest.fixture
def article(live_server: LiveServer) -> Article:
    paper = PaperFactory.create(identity="arxiv:2305.14314")
    return ArticleFactory.create(paper=paper, links=[["paper", ARXIV]])


@pytest.mark.parametrize(
    ("device", "scheme", "scripts"), [("desktop", "light", True), ("phone", "dark", False)]
)
def test_a_paper_is_suggested_and_its_duplicate_named(
    device: str, scheme: str, scripts: bool, new_page: NewPage, article: Article
) -> None:
    options = {**DEVICES[device], "color_scheme": scheme}
    page = new_page(java_script_enabled=scripts, **options)
    page.goto("/")
    page.get_by_role("link", name="推荐论文").click()
    page.get_by_label("论文题目或网址").fill(ARXIV)
    page.get_by_label("推荐理由").fill("只需一块显卡。")
    page.wait_for_timeout(guards.FASTEST.total_seconds() * 1000 + 200)
    page.get_by_role("button", name="发送", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("是下面这些吗")
    page.get_by_role("button", name="仍然发送").click()
    expect(page.get_by_role("status")).to_contain_text("等待编辑")
    assert Suggestion.objects.get().why == "只需一块显卡。"


def test_a_dead_link_is_reported_by_keyboard(page: Page, article: Article) -> None:
    page.goto(article.get_absolute_url())
    page.get_by_role("link", name="报告失效链接").focus()
    page.keyboard.press("Enter")
    page.get_by_label(f"paper: {ARXIV}").focus()
    page.keyboard.press("Space")
    page.wait_for_timeout(guards.FASTEST.total_seconds() * 1000 + 200)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("谢谢")
    assert LinkReport.objects.get().url == ARXIV


@pytest.mark.parametrize(
    ("prefix", "scheme", "device"), [("", "light", "desktop"), ("/en", "dark", "phone")]
)
def test_the_forms_are_for_everyone(
    prefix: str, scheme: str, device: str, new_page: NewPage, article: Article
) -> None:
    page = new_page(color_scheme=scheme, **DEVICES[device])
    found = []
    for path in ("suggest/", f"articles/{article.pk}/report/", f"suggest/{UUID(int=0)}/"):
        page.goto(f"{prefix}/{path}")
        found += [f"{path} {violation}" for violation in violations(page)]
        found += [f"{path} is too wide: {one}" for one in too_wide(page)]
    assert not found, "\n".join(found)
