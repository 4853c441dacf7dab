"""Accessibility, as axe-core judges a page in the browser, in both themes."""

from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOURS = {"type": "rule", "values": ["color-contrast"]}  # all that the themes differ in
IS_DARK = "matchMedia('(prefers-color-scheme: dark)').matches"


def violations(page: Page) -> list[str]:
    """Return each rule that the page breaks, in either theme, with the places that break it."""
    found = _broken(page, WCAG)
    here: Literal["dark", "light"]
    other: Literal["dark", "light"]
    here, other = ("dark", "light") if page.evaluate(IS_DARK) else ("light", "dark")
    page.emulate_media(color_scheme=other)
    page.evaluate("document.getAnimations().forEach((one) => one.finish())")  # from theme to theme
    found += [f"{other}: {one}" for one in _broken(page, OF_COLOURS)]
    page.emulate_media(color_scheme=here)
    return found


def _broken(page: Page, rules: Any) -> list[str]:
    results = Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]})
    return [
        f"{broken['id']}: {node['target']} {node['html'][:200]} {node['failureSummary']}"
        for broken in results.response["violations"]
        for node in broken["nodes"]
    ]
