"""Ordering by mouse, finger and keys: the page fills in numbers, and one save sends them all."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from digest.models import Article, Category
from editorial import actions
from editorial.models import Revision
from editorial.transitions import State
from tests.browser.audit import violations
from tests.browser.desk import sign_in
from tests.editorial.factories import People, RevisionFactory, revision_in
from tests.factories import CategoryFactory

pytestmark = pytest.mark.any_database("what mouse, finger and keys make of a form")

NAMES = "甲乙丙丁戊己庚辛"


@pytest.fixture
def section(people: People) -> Category:
    section = CategoryFactory.create(title="大语言模型（LLMs）调优", slug="调优", position=1)
    new = [
        RevisionFactory.create(
            state=State.APPROVED, category=section, headline=f"{name}：一种方法，快2倍！"
        )
        for name in NAMES
    ]
    actions.perform_all(new, "publish", people.publisher)
    return section


@pytest.fixture
def open_page(
    new_page: Callable[..., Page], people: People, section: Category
) -> Callable[..., Page]:
    def open_page(**options: object) -> Page:
        page = sign_in(new_page(**options), people.publisher, prefix="/en")
        page.goto(f"/en/admin/digest/category/{section.pk}/order/")
        return page

    return open_page


def stored() -> str:
    return "".join(article.headline[0] for article in Article.objects.published())


def rows(page: Page) -> str:
    return "".join(text.strip()[0] for text in page.locator(".order-row label").all_inner_texts())


def row(page: Page, name: str) -> Locator:
    return page.locator(".order-row", has_text=f"{name}：")


def numbers(page: Page) -> list[int]:
    return [int(field.input_value()) for field in page.locator(".order-row input").all()]


def save(page: Page, message: str) -> None:
    page.get_by_role("button", name="Save the order").click()
    expect(page.locator(".messagelist")).to_contain_text(message)


def test_a_row_is_dragged_by_its_handle(open_page: Callable[..., Page]) -> None:
    page = open_page()
    handle = row(page, "庚").locator(".order-handle")
    handle.drag_to(row(page, "乙"), target_position={"x": 20, "y": 4})
    assert rows(page) == "甲庚乙丙丁戊己辛"
    assert numbers(page) == [*range(1, 9)]
    expect(page.get_by_role("status")).to_have_text("“庚：一种方法，快2倍！” is now number 2 of 8.")
    assert stored() == NAMES
    save(page, "1 entry moved")
    assert stored() == rows(page) == "甲庚乙丙丁戊己辛"


def test_a_drag_that_is_broken_off_moves_nothing(open_page: Callable[..., Page]) -> None:
    page = open_page()
    row(page, "甲").locator(".order-handle").hover()
    page.mouse.down()
    row(page, "丁").hover()
    assert rows(page) != NAMES
    page.keyboard.press("Escape")
    page.mouse.up()
    assert rows(page) == NAMES
    save(page, "Nothing had changed")


def test_a_finger_drags_on_a_phone(open_page: Callable[..., Page]) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, x: float = 0, y: float = 0) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    row(page, "甲").scroll_into_view_if_needed()
    start = row(page, "甲").locator(".order-handle").bounding_box()
    end = row(page, "丙").bounding_box()
    assert start
    assert end
    x, y = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2
    touch("touchStart", x, y)
    for part in range(1, 11):
        touch("touchMove", x, y + (end["y"] + end["height"] - 4 - y) * part / 10)
    touch("touchEnd")
    assert rows(page) == "乙丙甲丁戊己庚辛"
    save(page, "1 entry moved")
    assert stored() == "乙丙甲丁戊己庚辛"


def test_keys_move_a_row_and_the_focus_stays_on_it(open_page: Callable[..., Page]) -> None:
    page = open_page()
    handle = row(page, "丙").locator(".order-handle")
    handle.focus()
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    expect(handle).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("is now number 1 of 8.")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.get_by_role("status")).to_contain_text("is still number 1 of 8.")
    down = page.get_by_role("button", name="Down: “甲")
    down.press("Enter")
    down.press("Enter")
    expect(down).to_be_focused()
    number = row(page, "辛").locator("input")
    number.fill("4")
    number.press("Enter")
    expect(number).to_be_focused()
    assert rows(page) == "丙乙丁辛甲戊己庚"
    assert numbers(page) == [*range(1, 9)]
    save(page, "3 entries moved")
    assert stored() == "丙乙丁辛甲戊己庚"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible(scheme: str, open_page: Callable[..., Page]) -> None:
    page = open_page(color_scheme=scheme)
    row(page, "乙").locator("[data-step='-1']").click()
    assert violations(page) == []


def test_leaving_with_an_unsaved_order_asks_first(open_page: Callable[..., Page]) -> None:
    page = open_page()
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    row(page, "乙").locator("[data-step='-1']").click()
    expect(page.get_by_text("Not saved yet.")).to_be_visible()
    page.goto("/admin/")
    assert asked == ["beforeunload"]
    assert stored() == NAMES


def test_who_comes_second_is_told_and_keeps_their_order(
    open_page: Callable[..., Page], people: People, section: Category
) -> None:
    page = open_page()
    row(page, "丁").locator(".order-handle").focus()
    page.keyboard.press("Alt+ArrowUp")
    actions.perform(
        Revision.objects.get(headline__startswith="乙"), "take_down", people.superuser, "撤"
    )
    revision_in(State.PUBLISHED, people, category=section, headline="壬：新来的")
    page.get_by_role("button", name="Save the order").click()
    expect(page.get_by_role("alert")).to_contain_text("Someone else has changed this list")
    assert stored() == "甲丙丁戊己庚辛壬"
    assert rows(page) == "甲丁丙戊己庚辛壬"
    expect(page.get_by_text("Not saved yet.")).to_be_visible()
    save(page, "1 entry moved")
    assert stored() == "甲丁丙戊己庚辛壬"


def test_without_a_script_numbers_do_it(open_page: Callable[..., Page]) -> None:
    page = open_page(java_script_enabled=False)
    expect(page.locator(".order-handle").first).to_be_hidden()
    row(page, "己").locator("input").fill("1")
    save(page, "1 entry moved")
    assert stored() == "己甲乙丙丁戊庚辛"
