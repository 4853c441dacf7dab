"""What people do at the desk in a browser, whichever story it belongs to."""

from typing import Any

from playwright.sync_api import Page, expect

DEVICES: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}


def sign_in(page: Page, person: Any, *, prefix: str = "") -> Page:
    """Sign in to the admin, in the language of the prefix."""
    page.goto(f"{prefix}/admin/login/?next={prefix}/admin/")
    page.fill("[name=username]", person.username)
    page.fill("[name=password]", "engine")
    page.click("[type=submit]")
    expect(page.locator("#user-tools")).to_contain_text(person.username)
    return page


def press(page: Page, move: str, note: str = "", at: str = "") -> None:
    """Press the button of this move, with a note or a time if it asks for one."""
    form = page.locator(f"form[data-move={move}]")
    if note or at:
        form.locator("summary").click()
        form.locator("textarea" if note else "[name=at]").fill(note or at)
    form.locator("button").click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def too_wide(page: Page) -> list[str]:
    """Return what lies beside the window, if the page can be scrolled sideways."""
    page.wait_for_load_state()  # with its stylesheets
    found: list[str] = page.evaluate(
        """() => {
          const root = document.documentElement, width = root.clientWidth;
          if (root.scrollWidth <= width) return [];
          const beside = (one) => one.getBoundingClientRect().right > width + 1;
          return [...document.querySelectorAll("main *")].filter(beside).map(
            (one) => `${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 40)}`);
        }"""
    )
    return found
