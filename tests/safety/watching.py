"""A browser window that notices whatever runs in the pages it opens."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Response

WATCH = Path(__file__).with_name("watch.js").read_text()
HARMLESS = "/robots.txt"  # a page of the site without anything in it


class Watch:
    """Opens addresses of a site; ``hits`` are the payloads that ran, with where they did.

    ``failed`` are the addresses at which the site itself came to grief.

    Without ``policy`` the browser forgets the Content-Security-Policy, so that it is the pages
    themselves that must be safe.
    """

    def __init__(self, browser: Browser, site: str, *, policy: bool) -> None:
        self.context = browser.new_context(
            base_url=site, bypass_csp=not policy, accept_downloads=False
        )
        self.hits: dict[int, str] = {}
        self.context.expose_binding("hit", self._hit)
        self.page = self.context.new_page()
        self.failed: list[str] = []
        self.page.on("response", self._look)
        self.page.on("dialog", lambda dialog: dialog.dismiss())

    def _hit(self, source: Any, number: int) -> None:
        self.hits[number] = source["frame"].url

    def _look(self, response: Response) -> None:
        if response.status >= 500:
            self.failed.append(response.url)

    def open(self, addresses: Iterable[str], at_once: int = 4, *, files: bool = False) -> list[str]:
        """Open each in a frame; return what could run there, or lead astray, with its place.

        ``files`` says that some may be kept by the browser and not shown.
        """
        if not self.page.url.endswith(HARMLESS):
            self.page.goto(HARMLESS)
        asked = {"addresses": list(addresses), "atOnce": at_once, "files": files}
        found: list[str] = self.page.evaluate(WATCH, asked)
        return found

    def close(self) -> None:
        """Close the window."""
        self.context.set_offline(True)
        self.context.close()
