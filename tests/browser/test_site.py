"""The reader's site in a real browser: it fits every screen, and needs no mouse."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from digest.markup import block
from digest.models import Article
from tests.factories import ArticleFactory, CategoryFactory, PassageFactory

pytestmark = pytest.mark.any_database("what the browser makes of a page")

LONG = "https://example.org/" + "long" * 40


@pytest.fixture
def article(live_server: LiveServer) -> Article:
    category = CategoryFactory.create(title="大语言模型（LLMs）调优", position=1)
    PassageFactory.create(
        source=f"本仓库收集NLP最新研究进展，见 <{LONG}>。\n\n|a|b|\n|-|-|\n|{'x' * 90}|{'y' * 90}|"
    )
    article: Article = ArticleFactory.create(
        category=category,
        headline="模块化Prompt多任务预训练，可快速适应下游任务",
        title="Multitask Pre-training of Modular Prompt " + "Supercalifragilistic" * 6,
        summary=f"提出了**多任务预训练模块化Prompt（简称为：$MP^2$）**。\n\n    {'code' * 60}",
        links=[["paper", "https://arxiv.org/abs/1"], ["code" * 30, "file:///C:/x"]],
        tags=["微调", "t" * 80],
    )
    return article


@pytest.fixture
def quiet(page: Page) -> Iterator[Page]:
    """A window whose console must stay empty."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    yield page
    assert not said


def addresses(article: Article) -> list[str]:
    assert article.paper
    chinese = [
        *("/", "/articles/", "/tags/", "/tags/微调/", article.get_absolute_url()),
        *("/articles/?code=on&year=2023&month=2023-06", "/articles/?q=微调&sort=list"),
        *("/archive/", "/archive/2023/", "/archive/2023/06/", "/figures/"),
        *("/issues/", "/issues/2023-W26/"),
        *(article.category.get_absolute_url(), article.paper.get_absolute_url()),
    ]
    return [*chinese, *(f"/en{address}" for address in chinese)]


@pytest.mark.parametrize("width", [320, 360, 768, 1024, 1280])
def test_no_page_scrolls_sideways(quiet: Page, article: Article, width: int) -> None:
    quiet.set_viewport_size({"width": width, "height": 800})
    for address in addresses(article):
        quiet.goto(address)
        assert quiet.evaluate("document.documentElement.scrollWidth") <= width, address


def test_a_formula_is_set_by_the_browser(new_page: Callable[..., Page], article: Article) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(article.get_absolute_url())
    expect(page.locator(".prose msup")).to_have_text("P2")
    base, power = (page.locator(f".prose msup > {tag}").bounding_box() for tag in ("mi", "mn"))
    assert base
    assert power
    assert power["y"] + power["height"] / 2 < base["y"] + base["height"] / 2


@pytest.mark.usefixtures("article")
def test_the_first_tab_leads_past_the_head(quiet: Page) -> None:
    quiet.goto("/")
    skip = quiet.locator(".skip")
    assert skip.evaluate("link => link.getBoundingClientRect().width") <= 1
    quiet.keyboard.press("Tab")
    expect(skip).to_be_focused()
    assert skip.evaluate("link => link.getBoundingClientRect().width") > 20
    quiet.keyboard.press("Enter")
    expect(quiet.locator("main")).to_be_focused()
    quiet.keyboard.press("Tab")
    assert quiet.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.usefixtures("article")
def test_the_contents_lead_to_their_section(quiet: Page) -> None:
    quiet.set_viewport_size({"width": 360, "height": 640})
    quiet.goto("/")
    quiet.locator(".contents a").click()
    expect(quiet.get_by_role("heading", name="一、大语言模型（LLMs）调优")).to_be_in_viewport()
    assert quiet.url.endswith(
        "#%E4%B8%80%E5%A4%A7%E8%AF%AD%E8%A8%80%E6%A8%A1%E5%9E%8Bllms%E8%B0%83%E4%BC%98"
    )


def test_a_reader_changes_the_language_and_stays_on_the_page(quiet: Page, article: Article) -> None:
    quiet.goto(article.get_absolute_url())
    quiet.get_by_role("link", name="English").click()
    expect(quiet.locator("html")).to_have_attribute("lang", "en")
    expect(quiet.get_by_role("heading", level=1)).to_have_text(article.headline)
    quiet.get_by_role("link", name="简体中文").click()
    expect(quiet.locator("html")).to_have_attribute("lang", "zh-hans")


def test_a_reader_filters_without_scripts(new_page: Callable[..., Page], article: Article) -> None:
    ArticleFactory.create(category=article.category, headline="另一条")
    page = new_page(java_script_enabled=False)
    page.goto("/articles/")
    expect(page.locator(".rows > li")).to_have_count(2)
    page.get_by_role("link", name="微调 1", exact=True).click()
    expect(page.locator(".rows > li")).to_have_count(1)
    page.get_by_role("link", name="#微调").click()  # takes it off
    expect(page.locator(".rows > li")).to_have_count(2)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(
    new_page: Callable[..., Page], article: Article, scheme: str
) -> None:
    """WCAG AA asks for 4.5 : 1."""
    article.summary_html = block(article.summary + " `a` [x](file:///x)")
    article.save()
    page = new_page(color_scheme=scheme)
    for address in ("/", "/articles/", article.get_absolute_url()):
        page.goto(address)
        assert page.evaluate(CONTRAST) == []


# Every element with text of its own, and the nearest ground that is painted behind it.
CONTRAST = """() => {
  const numbers = color => color.match(/[\\d.]+/g).map(Number);
  const light = color => {
    const [r, g, b] = numbers(color).map(v => v / 255)
      .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const ground = node => {
    for (; node; node = node.parentElement) {
      const color = getComputedStyle(node).backgroundColor;
      if ((numbers(color)[3] ?? 1) > 0) return color;
    }
    return 'rgb(255, 255, 255)';
  };
  const own = node => [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim());
  return [...document.body.querySelectorAll('*')].filter(own).map(node => {
    const lights = [light(getComputedStyle(node).color), light(ground(node))];
    const [high, low] = lights.sort((a, b) => b - a);
    return [`${node.className} ${node.textContent.slice(0, 20)}`, (high + .05) / (low + .05)];
  }).filter(([, ratio]) => ratio < 4.5);
}"""
