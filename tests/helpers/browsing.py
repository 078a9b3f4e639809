"""Pages in a real browser: what goes wrong while one is read, and whether everybody can read it."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"),
    reason="No Chromium here: apt-get install -y --no-install-recommends chromium",
)
SCHEMES: tuple[Any, ...] = ("light", "dark")
WIDTHS = (1280, 390, 320)
HEIGHT = 900
# Chromium logs the status of a page that is an error.
_STATUS = re.compile(r"the server responded with a status of (40[3-9]|41\d|422)")


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Chromium, which ends with the block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Visit:
    """A page in a browser, with all that went wrong while it was read."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.page: Page = context.new_page()
        self.base = base
        self.problems: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("dialog", lambda dialog: self.problems.append(dialog.message))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", lambda request: self._note(request.url))

    def _hear(self, message: Any) -> None:
        is_status = _STATUS.search(message.text)
        if message.type in ("error", "warning") and not is_status:
            self.problems.append(message.text)

    def _note(self, url: str) -> None:
        self.requests.append(url)
        if not url.startswith((self.base, "data:")):
            self.problems.append(f"request to {url}")

    def read(self, path: str) -> Page:
        self.page.goto(f"{self.base}{path}", wait_until="networkidle")
        return self.page


def check_page(browser: Browser, base: str, path: str, scheme: Any, width: int) -> None:
    """Read a page that needs no key: nothing goes wrong, and everybody can read it."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT}, color_scheme=scheme
    )
    visit = Visit(context, base)
    page = visit.read(path)
    check_readable(page, width)
    context.close()
    assert not visit.problems


def check_readable(page: Page, width: int) -> None:
    """Nothing violates a rule of axe, and nothing is wider than the window."""
    violations = Axe().run(page).response["violations"]
    assert [(item["id"], item["nodes"][0]["html"]) for item in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def check_in_all_looks(page: Page) -> None:
    """The page as it is now, in both schemes and at three widths."""
    for scheme, width in product(SCHEMES, WIDTHS):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": HEIGHT})
        check_readable(page, width)
