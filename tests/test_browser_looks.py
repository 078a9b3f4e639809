"""Pages in print, on narrow screens, and to those who do not see them."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.helpers.bases import SqliteBases, filled
from tests.helpers.browsing import SCHEMES, Visit, needs_chromium, open_browser
from tests.helpers.servers import serving
from tests.test_pages import ITEM
from tests.test_reader import TEXT
from tests.test_reader import bundle as bundle_with_text

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(plain_bases: SqliteBases) -> Iterator[str]:
    """The address of a server over the seed."""
    with serving(plain_bases.make("seeded")) as client:
        yield str(client.base_url)


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """An empty page of a browser, whose addresses are those of the server."""
    context = browser.new_context(base_url=address)
    visit = Visit(context, address)
    yield visit.page
    context.close()
    assert not visit.problems


def test_print_says_which_filters_and_which_revision(page: Page) -> None:
    page.goto("/claims?modality=recommended")
    page.emulate_media(media="print")
    assert page.get_by_text("How sure: Recommended").is_visible()
    assert page.get_by_text("Revision 1", exact=True).is_visible()
    for hidden in ("Clear all", "What changed", "How to read this"):
        assert not page.get_by_role("link", name=hidden).is_visible()


def test_numbers_of_the_crosstab_are_printed_on_their_colours(page: Page) -> None:
    page.goto("/crosstab?collection=initiatives&rows=focus_area&columns=modality")
    page.emulate_media(media="print")
    cell = page.locator(".cross td.heat-5").first
    assert cell.evaluate("cell => getComputedStyle(cell).printColorAdjust") == "exact"


def test_name_of_a_link_to_a_quote_has_no_sign(page: Page) -> None:
    page.goto(f"/timeline-items/{ITEM}")
    assert page.get_by_role("link", name=re.compile("^Read the quote in")).count() > 0
    assert page.get_by_role("link", name=re.compile("§")).count() == 0


@pytest.mark.parametrize(("width", "is_open"), [(1_280, True), (390, False)])
def test_legend_leaves_a_narrow_screen_to_the_picture(
    page: Page, width: int, is_open: bool
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/timeline")
    assert page.locator(".legend li").first.is_visible() == is_open


def test_keyboard_passes_the_filters(page: Page) -> None:
    page.goto("/claims")
    jump = page.get_by_role("link", name="after the filters")
    jump.focus()
    box = jump.bounding_box()
    assert box is not None
    assert box["width"] > 100
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    focused = "document.activeElement.closest('#results') !== null"
    assert page.evaluate(focused)


@pytest.fixture(scope="module")
def reader(plain_bases: SqliteBases) -> Iterator[str]:
    """The address of a server over a document with its text."""
    with serving(filled(plain_bases.make("empty"), bundle_with_text(TEXT))) as client:
        yield str(client.base_url)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_quotes_are_read_in_forced_colours(
    browser: Browser, reader: str, scheme: Any
) -> None:
    context = browser.new_context(
        base_url=reader, color_scheme=scheme, forced_colors="active"
    )
    page = context.new_page()
    page.goto("/documents/memorandum")
    marks = page.locator(".text mark, .text mark a")
    colours = marks.evaluate_all(
        "marks => marks.map(mark => getComputedStyle(mark))"
        ".map(style => [style.color, style.backgroundColor])"
    )
    context.close()
    assert len(colours) > 3
    for colour in colours:
        assert colour == ["rgb(0, 0, 0)", "rgb(253, 238, 181)"]
