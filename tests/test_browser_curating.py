"""Curating in a real browser: edit, two curators at once, a session that ends in between."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page

from app.access.keys import revoke_key
from tests.helpers.bases import SqliteBases, engine_of, filled, make_key
from tests.helpers.browsing import Visit, check_in_all_looks, needs_chromium, open_browser
from tests.helpers.servers import serving
from tests.test_reader import TEXT, bundle

pytestmark = [needs_chromium, pytest.mark.accept]
DREDGING = "/curate/initiatives/dredging"
PAGES = (
    *("/curate", "/curate/records", "/curate/records?q=dredge&type=initiatives"),
    *("/curate/records?q=nothing", "/curate/new", "/curate/new/timeline-items"),
    *("/curate/new/documents", "/curate/documents/memorandum", DREDGING),
    *("/curate/focus-areas/castles", f"{DREDGING}/history", f"{DREDGING}/history/1"),
    *(f"{DREDGING}/delete", "/curate/offices/strelsau/delete", "/curate/changes"),
    *("/curate/changes/1", "/curate/keys", "/curate/nowhere"),
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture
def url(plain_bases: SqliteBases) -> str:
    return filled(plain_bases.make("empty"), bundle(TEXT + "Trees along the quay.\n"))


@pytest.fixture
def address(url: str) -> Iterator[str]:
    """The address of a server over a base of its own."""
    with serving(url) as client:
        yield str(client.base_url).rstrip("/")


@contextmanager
def signed_in(
    browser: Browser, address: str, key: str, *, script: bool = True
) -> Iterator[Page]:
    """A browser of its own for one curator. Nothing goes wrong until the end of the block."""
    context = browser.new_context(java_script_enabled=script)
    visit = Visit(context, address)
    page = visit.read("/curate")
    page.get_by_label("Your key").fill(key)
    page.get_by_role("button", name="Sign in").click()
    assert page.get_by_role("button", name="Sign out").is_visible()
    yield page
    context.close()
    assert not visit.problems


def choose_kind(page: Page, kind: str) -> None:
    page.get_by_role("combobox", name="Kind").select_option(kind)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


@pytest.mark.parametrize("script", [True, False])
def test_record_is_edited_with_quotes_that_the_server_finds(
    browser: Browser, address: str, url: str, script: bool
) -> None:
    with signed_in(browser, address, make_key(url, "write"), script=script) as page:
        page.goto(f"{address}/initiatives/dredging")
        page.get_by_role("link", name="Edit").click()
        press(page, "Add a quote")
        page.get_by_label("Words of quote 2").fill("along the quay")
        press(page, "Find the words")
        # Its radio buttons are to be chosen first.
        assert page.locator(".cite.bad .choice").count() == 2
        page.locator(".cite.bad .choice").nth(1).click()
        press(page, "Find the words")
        assert "✓ Found" in page.locator(".cite").nth(1).inner_text()
        page.locator("[aria-labelledby=g-kind]").get_by_text("2").check()
        choose_kind(page, "cooperation")
        page.get_by_label("What you did, in a line, for the log").fill("Trees, too")
        press(page, "See what changes")
        assert "cooperation" in page.locator("ins").first.inner_text()
        press(page, "Save")
        assert "Saved in revision 2" in page.get_by_role("status").inner_text()
        page.get_by_role("link", name="See the record").click()
        assert page.url == f"{address}/initiatives/dredging"
        assert "along the quay" in page.locator("main").inner_text()


def test_two_curators_at_once_lose_nothing(browser: Browser, address: str, url: str) -> None:
    with (
        signed_in(browser, address, make_key(url, "write", "Flavia")) as first,
        signed_in(browser, address, make_key(url, "write", "Sapt")) as second,
    ):
        for page in (first, second):
            page.goto(f"{address}{DREDGING}")
        choose_kind(first, "cooperation")
        press(first, "See what changes")
        press(first, "Save")
        second.get_by_role("radio", name="Required").check()
        press(second, "See what changes")
        assert "Somebody else was first" in second.locator("h1").inner_text()
        check_in_all_looks(second)
        press(second, "Put both together")
        press(second, "See what changes")
        press(second, "Save")
        assert "The record is at version 3" in second.get_by_role("status").inner_text()
        assert second.get_by_role("combobox", name="Kind").input_value() == "cooperation"
        assert second.get_by_role("radio", name="Required").is_checked()


def test_session_that_ends_in_a_form_loses_nothing(
    browser: Browser, address: str, url: str
) -> None:
    key = make_key(url, "write", "Flavia")
    with signed_in(browser, address, key) as page:
        page.goto(f"{address}{DREDGING}")
        choose_kind(page, "cooperation")
        page.get_by_label("What you did, in a line, for the log").fill("Typed before")
        with engine_of(url) as engine:
            revoke_key(engine, key[:12])
        press(page, "See what changes")
        assert page.locator("h1").inner_text() == "Your session has ended"
        check_in_all_looks(page)
        page.get_by_label("Your key").fill(make_key(url, "write", "Sapt"))
        press(page, "Sign in")
        check_in_all_looks(page)
        press(page, "Go on")
        press(page, "Save")
        assert "Saved in revision 2" in page.get_by_role("status").inner_text()
        page.goto(f"{address}/changes/2")
        text = page.locator("main").inner_text()
        assert "Typed before" in text
        assert "Sapt" in text


def test_key_that_was_made_can_be_copied(browser: Browser, address: str, url: str) -> None:
    with signed_in(browser, address, make_key(url, "admin", "Sapt")) as page:
        page.goto(f"{address}/curate/keys")
        page.get_by_label("Whose it is").fill("Fritz")
        press(page, "Make the key")
        assert page.locator("#made").inner_text().startswith("cmq_")
        assert page.get_by_role("button", name="Copy").is_visible()
        check_in_all_looks(page)


@pytest.mark.parametrize("path", PAGES)
def test_everybody_can_use_the_page(
    browser: Browser, address: str, url: str, path: str
) -> None:
    with signed_in(browser, address, make_key(url, "admin", "Sapt")) as page:
        page.goto(f"{address}{path}")
        check_in_all_looks(page)


def test_everybody_can_use_a_form_with_problems(
    browser: Browser, address: str, url: str
) -> None:
    with signed_in(browser, address, make_key(url, "write")) as page:
        page.goto(f"{address}{DREDGING}")
        press(page, "Add a quote")
        for words in ("along the quay", "The ministry dredges harbours"):
            page.get_by_label("Words of quote 2").fill(words)
            press(page, "See what changes")
            assert page.get_by_role("alert").is_visible()
            check_in_all_looks(page)


def test_everybody_can_sign_in(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = Visit(context, address).read("/curate")
    check_in_all_looks(page)
    page.get_by_label("Your key").fill("cmq_no")
    press(page, "Sign in")
    check_in_all_looks(page)
    context.close()
