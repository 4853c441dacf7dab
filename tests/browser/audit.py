"""Accessibility, as axe-core judges a page in the browser."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def violations(page: Page) -> list[str]:
    """Return each rule that the page breaks, with the places that break it."""
    results = Axe().run(page, options=WCAG)
    return [
        f"{broken['id']}: {node['target']} {node['html'][:200]} {node['failureSummary']}"
        for broken in results.response["violations"]
        for node in broken["nodes"]
    ]
