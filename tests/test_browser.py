"""Pages in a real browser: nothing is refused, nothing comes from elsewhere, everybody can read."""

import re
from collections.abc import Iterator
from itertools import product

import pytest
from playwright.sync_api import Browser

from tests.helpers import fictional, page_bases
from tests.helpers.bases import SqliteBases, filled
from tests.helpers.browsing import (
    SCHEMES,
    WIDTHS,
    Visit,
    check_page,
    check_readable,
    needs_chromium,
    open_browser,
)
from tests.helpers.servers import serving
from tests.test_pages import CROSSTAB, DOCUMENT, ITEM, OFFICE
from tests.test_reader import TEXT
from tests.test_reader import bundle as bundle_with_text
from tests.test_timeline_page import KINDS, make_item

pytestmark = [needs_chromium, pytest.mark.accept]
SEEDED = (
    *("/", "/about", "/claims", "/claims?q=training&modality=stated", "/claims?q=nothing"),
    *("/focus-areas", "/focus-areas/training", "/initiatives", "/timeline", CROSSTAB),
    *(f"/documents/{DOCUMENT}", f"/offices/{OFFICE}", f"/timeline-items/{ITEM}?as_of=1"),
    *(
        "/changes",
        "/changes/1",
        "/changes?since=0",
        f"/offices/{OFFICE}/history/1",
        "/nowhere",
    ),
)
READING = "/documents/memorandum?of=initiatives/harbour&quote=1#q"
# What a first visit may send, compressed, and how many requests it may need.
MAX_VISIT_BYTES = 30_000
MAX_VISIT_REQUESTS = 6


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


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


@pytest.mark.parametrize("path", SEEDED)
def test_everybody_can_read_the_page(browser: Browser, seeded: str, path: str) -> None:
    for scheme, width in product(SCHEMES, WIDTHS):
        check_page(browser, seeded, path, scheme, width)


def test_everybody_can_read_every_kind_of_date(browser: Browser, kinds: str) -> None:
    for scheme, width in product(SCHEMES, WIDTHS):
        check_page(browser, kinds, "/timeline", scheme, width)


def test_everybody_can_read_a_document(browser: Browser, reader: str) -> None:
    for scheme, width in product(SCHEMES, WIDTHS):
        check_page(browser, reader, READING, scheme, width)


@pytest.fixture(scope="module")
def hostile(plain_bases: SqliteBases) -> Iterator[str]:
    """The address of a server over records that try to open something, or to widen a page."""
    with serving(filled(plain_bases.make("empty"), page_bases.hostile())) as client:
        yield str(client.base_url)


HOSTILE = (
    *(
        "/",
        "/claims",
        "/claims?q=script",
        "/initiatives",
        "/offices",
        "/documents",
        "/timeline",
    ),
    *("/focus-areas", "/focus-areas/area-4", "/initiatives/claim-4", "/initiatives/claim-1"),
    *("/offices/office-4", "/timeline-items/claim-4", "/documents/memorandum", "/changes/1"),
    *("/crosstab?collection=initiatives&rows=focus_area&columns=office",),
    *("/initiatives/claim-4/history/1", "/initiatives/claim-0/history"),
)


@pytest.mark.parametrize("path", HOSTILE)
def test_hostile_record_opens_and_widens_nothing(
    browser: Browser, hostile: str, path: str
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 900})
    visit = Visit(context, hostile)
    page = visit.read(path)
    width = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert not visit.problems
    assert width <= 320


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
    check_readable(page, 1_280)
    context.close()
    assert not visit.problems


def test_quote_of_an_address_is_in_sight(browser: Browser, reader: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 300})
    page = Visit(context, reader).read(READING)
    box = page.locator("#q").bounding_box()
    context.close()
    assert box is not None
    assert 0 <= box["y"] <= 300
