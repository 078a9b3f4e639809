"""Pages in a real browser: nothing is refused, nothing comes from elsewhere, everybody can read."""

import os
import re
import shutil
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.helpers import fictional
from tests.helpers.bases import SqliteBases, filled
from tests.helpers.servers import serving
from tests.test_pages import CROSSTAB, DOCUMENT, ITEM, OFFICE
from tests.test_reader import TEXT
from tests.test_reader import bundle as bundle_with_text
from tests.test_timeline_page import KINDS, make_item

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"),
    reason="No Chromium here: apt-get install -y --no-install-recommends chromium",
)
SCHEMES = ("light", "dark")
WIDTHS = (1280, 390, 320)
SEEDED = (
    *("/", "/about", "/claims", "/claims?q=training&modality=stated", "/claims?q=nothing"),
    *("/focus-areas", "/focus-areas/training", "/initiatives", "/timeline", CROSSTAB),
    *(f"/documents/{DOCUMENT}", f"/offices/{OFFICE}", f"/timeline-items/{ITEM}?as_of=1"),
    *("/changes", "/changes/1", f"/offices/{OFFICE}/history/1", "/nowhere"),
)
READING = "/documents/memorandum?of=initiatives/harbour&quote=1#q"
# What a first visit may send, compressed, and how many requests it may need.
MAX_VISIT_BYTES = 30_000
MAX_VISIT_REQUESTS = 6


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def seeded(plain_bases: SqliteBases) -> Iterator[str]:
    """The address of a server over the seed."""
    with serving(plain_bases.make("seeded")) as client:
        yield str(client.base_url)


@pytest.fixture(scope="module")
def kinds(plain_bases: SqliteBases) -> Iterator[str]:
    """The address of a server over every kind of date."""
    items = [make_item(slug, kind) for slug, kind in KINDS.items()]
    url = filled(plain_bases.make("empty"), fictional.base(timeline_items=items))
    with serving(url) as client:
        yield str(client.base_url)


@pytest.fixture(scope="module")
def reader(plain_bases: SqliteBases) -> Iterator[str]:
    """The address of a server over a document with its text."""
    url = filled(plain_bases.make("empty"), bundle_with_text(TEXT))
    with serving(url) as client:
        yield str(client.base_url)


class Visit:
    """A page in a browser, with all that went wrong while it was read."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.page: Page = context.new_page()
        self.base = base
        self.problems: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", lambda request: self._note(request.url))

    def _hear(self, message: Any) -> None:
        is_status = "the server responded with a status of 404" in message.text
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
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    visit = Visit(context, base)
    page = visit.read(path)
    violations = Axe().run(page).response["violations"]
    context_width = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert not visit.problems
    assert [(item["id"], item["nodes"][0]["html"]) for item in violations] == []
    assert context_width <= width


@pytest.mark.accept
@pytest.mark.parametrize("path", SEEDED)
def test_everybody_can_read_the_page(browser: Browser, seeded: str, path: str) -> None:
    for scheme, width in product(SCHEMES, WIDTHS):
        check_page(browser, seeded, path, scheme, width)


@pytest.mark.accept
def test_everybody_can_read_every_kind_of_date(browser: Browser, kinds: str) -> None:
    for scheme, width in product(SCHEMES, WIDTHS):
        check_page(browser, kinds, "/timeline", scheme, width)


@pytest.mark.accept
def test_everybody_can_read_a_document(browser: Browser, reader: str) -> None:
    for scheme, width in product(SCHEMES, WIDTHS):
        check_page(browser, reader, READING, scheme, width)


def test_first_visit_is_small(browser: Browser, seeded: str) -> None:
    context = browser.new_context()
    visit = Visit(context, seeded)
    sizes: list[int] = []
    visit.page.on(
        "response",
        lambda response: sizes.append(int(response.headers.get("content-length", 0))),
    )
    visit.read("/")
    context.close()
    assert len(visit.requests) <= MAX_VISIT_REQUESTS
    assert 0 < sum(sizes) <= MAX_VISIT_BYTES


def test_page_is_the_same_without_script(browser: Browser, seeded: str) -> None:
    texts = []
    for enabled in (True, False):
        context = browser.new_context(java_script_enabled=enabled)
        page = Visit(context, seeded).read(f"/timeline-items/{ITEM}")
        texts.append(re.sub(r"today|Copy\b|\s", "", page.locator("main").inner_text()))
        context.close()
    assert texts[0] == texts[1]


def test_keyboard_reaches_the_content_first(browser: Browser, seeded: str) -> None:
    context = browser.new_context()
    page = Visit(context, seeded).read("/claims")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    context.close()


def test_endpoints_are_shown_under_the_policy(browser: Browser, seeded: str) -> None:
    context = browser.new_context()
    visit = Visit(context, seeded)
    page = visit.read("/docs")
    page.wait_for_selector(".opblock")
    assert page.locator(".opblock").count() > 40
    context.close()
    assert not visit.problems


def test_quote_of_an_address_is_in_sight(browser: Browser, reader: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 300})
    page = Visit(context, reader).read(READING)
    box = page.locator("#q").bounding_box()
    context.close()
    assert box is not None
    assert 0 <= box["y"] <= 300
