"""A reader finds entries, sees what is new, and is kept out by nothing: in a real browser."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from digest import renditions
from digest.models import Article
from digest.search import index
from editorial.incoming import import_readme
from editorial.live import publishing
from tests.browser.audit import violations
from tests.browser.desk import DEVICES
from tests.digest.test_renditions import picture
from tests.editorial.factories import People

pytestmark = pytest.mark.any_database("what the browser makes of a page")

ROOT = Path(__file__).parents[2]
FIRST_LOAD = 60_000  # bytes of HTML, styles and scripts, as they are before any compression
VISIT = """before => localStorage.setItem('digest.visit', JSON.stringify({before, seen: before}))"""


@pytest.fixture
def articles(live_server: LiveServer, people: People) -> list[Article]:
    """The real list of 16 entries, the first with a picture, some with tags."""
    text = (ROOT / "fixtures" / "README.md").read_text(encoding="utf-8")
    import_readme(text, people.publisher, publish=True)
    articles = list(Article.objects.all())
    for number, article in enumerate(articles):
        article.tags.set(["LLM", "微调"] if number % 3 else ["评估"])
    articles[0].picture.save("p.png", ContentFile(picture(1400, 800)))
    renditions.note(str(articles[0].picture.name))
    index.write(articles, {}, fresh=False)
    return articles


def addresses(articles: list[Article]) -> list[str]:
    first = articles[0]
    assert first.paper
    local = first.published_at
    return [
        *("/", first.category.get_absolute_url(), first.get_absolute_url()),
        *(first.paper.get_absolute_url(), "/articles/", "/articles/?q=模型&code=on&tag=LLM"),
        *("/articles/?q=没有这个", "/articles/?year=x", "/tags/", "/tags/llm/", "/archive/"),
        *(f"/archive/{local.year}/", f"/archive/{local.year}/{local.month:02}/", "/figures/"),
        *("/issues/", f"/issues/{local:%G-W%V}/"),
        *("/suggest/", f"/articles/{first.pk}/report/", "/api/", "/nowhere/"),
    ]


@pytest.mark.parametrize(
    ("prefix", "scheme", "device"), [("", "dark", "desktop"), ("/en", "light", "phone")]
)
def test_the_site_is_for_everyone(
    new_page: Callable[..., Page],
    articles: list[Article],
    prefix: str,
    scheme: str,
    device: str,
) -> None:
    page = new_page(color_scheme=scheme, reduced_motion="reduce", **DEVICES[device])
    gone, *_ = articles[8:]
    Article.objects.filter(pk=gone.pk).update(taken_down_at=gone.published_at)
    found = []
    for address in [*addresses(articles), gone.get_absolute_url()]:
        page.goto(f"{prefix}{address}")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found += [f"{address} {violation}" for violation in violations(page)]
        width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found += [f"{address} is too wide"] * (width > 0)
    assert not found, "\n".join(found)
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


@pytest.mark.usefixtures("articles")
@pytest.mark.parametrize(
    ("prefix", "device", "scripts"), [("", "phone", False), ("/en", "desktop", True)]
)
def test_a_reader_searches_and_narrows_down(
    new_page: Callable[..., Page], prefix: str, device: str, scripts: bool
) -> None:
    page = new_page(java_script_enabled=scripts, **DEVICES[device])
    rows, filters = page.locator(".rows > li"), page.locator(".facets")
    page.goto(f"{prefix}/")
    page.get_by_role("searchbox").fill("模型")
    page.get_by_role("searchbox").press("Enter")
    expect(rows.first.locator("mark").first).to_have_text("模型")
    everything = rows.count()

    if device == "phone":
        filters.locator("summary").click()
    choice = filters.get_by_role("link", name=re.compile(r"^评估 \d+$"))
    number = int(choice.locator(".count").inner_text())
    assert 0 < number < everything
    choice.click()
    expect(rows).to_have_count(number)
    assert page.url.endswith("?q=%E6%A8%A1%E5%9E%8B&tag=%E8%AF%84%E4%BC%B0")

    page.locator(".orders a").last.click()  # as in the list
    expect(page.locator(".orders [aria-current]")).to_have_count(1)
    expect(rows).to_have_count(number)
    page.locator(".chips a").first.click()
    expect(rows).to_have_count(everything)


@pytest.mark.usefixtures("articles")
def test_filters_stand_open_where_there_is_room(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/articles/")
    expect(page.locator(".facets summary")).to_be_hidden()
    page.locator(".facets").get_by_role("link", name="代码").click()
    expect(page.locator(".chips a").first).to_contain_text("有代码")


@pytest.mark.usefixtures("articles")
def test_a_reader_sees_what_is_new_since_the_last_visit(page: Page) -> None:
    page.goto("/")
    expect(page.locator(".since")).to_have_count(0)  # on a first visit nothing is told apart
    newest = Article.objects.order_by("position", "pk")[5]
    at = newest.published_at.timestamp()
    Article.objects.exclude(pk=newest.pk).update(published_at="2020-01-01T00:00:00Z")
    publishing.hold(timezone.now())  # for the update went past the list's version
    page.evaluate(VISIT, at - 3600)
    page.reload()
    note = page.locator(".since")
    expect(note).to_contain_text("1 个新条目")
    expect(page.locator(".fresh")).to_have_count(1)
    note.get_by_role("link").press("Enter")
    expect(page.locator(".fresh .headline")).to_be_in_viewport()
    expect(page.locator(".fresh .headline")).to_contain_text("（新）")
    page.reload()
    expect(page.locator(".fresh")).to_have_count(1)  # the same visit goes on
    page.locator(".since").get_by_role("button", name="关闭").click()
    expect(page.locator(".since")).to_have_count(0)
    assert violations(page) == []


@pytest.mark.usefixtures("articles")
def test_a_picture_has_its_room_and_comes_in_the_size_of_a_phone(
    new_page: Callable[..., Page],
) -> None:
    page = new_page(**DEVICES["phone"])
    held: list[Route] = []
    page.route("**/media/**", lambda route: held.append(route))  # noqa: PLW0108 - it wants a function
    page.goto("/", wait_until="domcontentloaded")
    picture = page.locator(".picture img")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box
    assert (box["width"], box["height"]) == (224, 128)
    with page.expect_response("**/media/**") as loaded:
        held[0].continue_()
    assert loaded.value.headers["content-type"] == "image/webp"
    assert loaded.value.url.endswith(("-320.webp", "-640.webp"))


@pytest.mark.usefixtures("articles")
def test_the_first_load_of_the_list_is_small(page: Page) -> None:
    sizes = {}
    page.on("response", lambda response: sizes.update({response.url: response}))
    page.goto("/", wait_until="networkidle")
    bodies = {
        url: len(response.body())
        for url, response in list(sizes.items())
        if not response.headers["content-type"].startswith("image/")
    }
    assert page.locator("article").count() == 16
    assert len(bodies) >= 3
    assert sum(bodies.values()) < FIRST_LOAD, bodies


@pytest.mark.usefixtures("articles")
def test_paper_gets_the_text_and_the_addresses_alone(page: Page) -> None:
    page.emulate_media(media="print")
    page.goto("/")
    for hidden in (".masthead nav", ".search", ".contents", ".colophon"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator(".entry")).to_have_count(16)
    after = page.locator(".links a").first.evaluate("a => getComputedStyle(a, '::after').content")
    assert "https://" in after
