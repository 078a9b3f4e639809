"""Drafts in a real browser: decided by keys and by selecting, by everybody, in one sitting."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.helpers.bases import SqliteBases, make_key
from tests.helpers.browsing import (
    HEIGHT,
    Visit,
    check_in_all_looks,
    needs_chromium,
    open_browser,
)
from tests.helpers.curating import curating
from tests.helpers.draft_pages import draft_plan, find_number
from tests.helpers.files import make_word, word_paragraph, word_table
from tests.helpers.paths import ROOT
from tests.helpers.servers import serving
from tests.helpers.stored_drafts import PLAN

pytestmark = [needs_chromium, pytest.mark.accept, pytest.mark.usefixtures("draft_patience")]
SOURCES = sorted((ROOT.parent / "shared" / "source").glob("*.txt"))
# What a person may need to decide on every claim of the article.
MAX_DECISIONS = 80
VIEWPORT: Any = {"width": 1280, "height": HEIGHT}
FILE_FIELD = "input[type=file]"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture
def empty(plain_bases: SqliteBases) -> Iterator[httpx.Client]:
    """A client of a server over a base without records."""
    with serving(plain_bases.make("empty")) as client:
        yield client


@pytest.fixture(scope="module")
def shared(plain_bases: SqliteBases) -> Iterator[httpx.Client]:
    """A curator whose base the tests share: none publishes in it."""
    with curating(plain_bases.make("small")) as client:
        yield client


def url_of(client: httpx.Client) -> str:
    return str(client.app.state.services.settings.database_url)  # type: ignore[attr-defined]


def sign_in(
    context: BrowserContext, client: httpx.Client, scope: Any = "write", name: str = "Zenda"
) -> Visit:
    """A page in the browser of somebody who has signed in."""
    visit = Visit(context, str(client.base_url).rstrip("/"))
    page = visit.read("/curate")
    page.fill("#key", make_key(url_of(client), scope, name))
    page.click("form.sign button")
    page.wait_for_load_state()
    return visit


def accept(page: Page, key: str | None = None) -> None:
    """Press a button of the card, or a key, and wait for the next card."""
    number = page.locator(".decide [name=number]").input_value()
    if key is not None:
        page.keyboard.press(key)
    else:
        page.click(".decide button[value=accept]")
    page.wait_for_function(
        "number => document.querySelector('.decide [name=number]')?.value !== number",
        arg=number,
    )


def count_left(page: Page) -> int:
    words = page.locator(".title .aka").inner_text()
    return int(words.split()[0]) if " left" in words else 0


def write_plan(count: int) -> bytes:
    """A Word document of a fictional ministry with so many recommendations, and a table."""
    body = word_paragraph("Plan for the rivers of Ruritania", "Heading1")
    body += word_paragraph("The ministry recommends that the towns:")
    items = ""
    for number in range(count):
        items += word_paragraph(f"- Mend bridge {number} of the river Eisen")
    body += word_table(
        [["Initiative", "Time"], *[[f"Build tower {i}", str(2031 + i)] for i in range(3)]]
    )
    rows = [["Initiative", "Expected outcome"]]
    rows += [[f"Mend bridge {i}", f"Dry feet in town {i}"] for i in range(count)]
    return make_word(body + word_table(rows))


def test_decision_is_in_sight_on_a_phone_and_the_text_has_room(
    browser: Browser, shared: httpx.Client
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 360})
    page = sign_in(context, shared).read("/curate/drafts/new")
    box = page.locator("#text").bounding_box()
    assert box is not None
    assert box["height"] >= 150
    page.goto(f"{shared.base_url}{draft_plan(shared)}")
    page.locator("#claim").evaluate("claim => claim.scrollIntoView()")
    expect(page.locator(".decide button[value=accept]")).to_be_in_viewport()


def test_word_file_becomes_claims_that_are_found_corrected_and_restored(
    browser: Browser, empty: httpx.Client, tmp_path: Path
) -> None:
    file = tmp_path / "rivers.docx"
    file.write_bytes(write_plan(15))
    context = browser.new_context(viewport=VIEWPORT)
    visit = sign_in(context, empty)
    page = visit.read("/curate/drafts/new")
    page.set_input_files(FILE_FIELD, file)
    page.fill("#office", "Ministry of Rivers")
    page.click("form.sheet button")
    expect(page.locator("h1")).to_contain_text("Plan for the rivers of Ruritania")
    total = count_left(page)
    assert total >= 31
    for number in range(total - 1):
        accept(page, key="a" if number % 2 else None)
    page.keyboard.press("e")
    expect(page.locator("h1")).to_contain_text("Edit:")
    page.check("[value=required]")
    page.fill("[name=why-modality]", "The minister has signed it")
    page.locator("[name=by-modality]:checked").uncheck()
    page.fill("#exact-2", "")
    page.click("text=Save and accept")
    expect(page.locator("#claim")).to_contain_text("Every claim is decided")
    page.click("text=See what would be published")
    expect(page.locator(".lead")).to_contain_text("This becomes one revision")
    page.click("form.sheet button")
    expect(page.locator(".title")).to_contain_text("Published in revision 1")
    # Found by an analyst, in the pages and in the data.
    page = visit.read("/claims?modality=required")
    expect(page.locator(".claims > li")).to_have_count(1)
    (found,) = empty.get("/v1/search?modality=required").json()["items"]
    claim = empty.get(found["url"]).json()
    assert claim["derived"]["modality"] == "The minister has signed it"
    assert empty.get("/v1/search").json()["total"] >= total
    # Corrected, and restored.
    path = claim["url"].removeprefix("/v1")
    page = visit.read(f"/curate{path}")
    page.check("[value=recommended]")
    page.click("text=See what changes")
    page.click("form button:has-text('Save')")
    expect(page.locator(".done")).to_contain_text("Saved in revision 2")
    assert empty.get(claim["url"]).json()["modality"] == "recommended"
    page = visit.read(f"/curate{path}/history")
    page.click("text=Restore >> nth=0")
    page.click("main form:not([action$=out]) button >> nth=-1")
    page.wait_for_load_state()
    assert empty.get(claim["url"]).json()["modality"] == "required"
    context.close()
    assert not visit.problems


def test_keys_decide_and_take_back(browser: Browser, shared: httpx.Client) -> None:
    draft = draft_plan(shared, edition="1")
    context = browser.new_context(viewport=VIEWPORT)
    visit = sign_in(context, shared)
    page = visit.read(draft)
    total = count_left(page)
    first = page.locator("#claim").inner_text()
    accept(page, "a")
    expect(page.locator(".notice")).to_contain_text(first)
    assert count_left(page) == total - 1
    page.keyboard.press("u")
    expect(page.locator(".notice")).to_have_count(0)
    expect(page.locator("#claim")).to_have_text(first)
    assert count_left(page) == total
    put_off = page.locator(".decide [name=number]").input_value()
    page.keyboard.press("l")
    expect(page.locator(".decide [name=number]")).not_to_have_value(put_off)
    assert count_left(page) == total
    # Keys can be turned off, and are text in a field.
    page.uncheck("#keys")
    second = page.locator("#claim").inner_text()
    page.keyboard.press("r")
    page.check("#keys")
    assert count_left(page) == total
    page.fill("#find", "")
    page.focus("#find")
    page.keyboard.press("a")
    assert page.locator("#find").input_value() == "a"
    assert page.locator("#claim").inner_text() == second
    context.close()
    assert not visit.problems


def test_selected_words_become_a_proposal(browser: Browser, shared: httpx.Client) -> None:
    draft = draft_plan(shared)
    context = browser.new_context(viewport=VIEWPORT)
    visit = sign_in(context, shared)
    page = visit.read(draft)
    page.evaluate("""() => {
        const words = "harbours lost half of their trade";
        for (const cell of document.querySelectorAll("article p[data-start]")) {
            const node = cell.firstChild;
            const start = node.textContent.indexOf(words);
            const end = start + words.length;
            if (start >= 0) getSelection().setBaseAndExtent(node, start, node, end);
        }
    }""")
    page.click("#selected button[value=expected_outcome]")
    expect(page.locator("#claim")).to_have_text("harbours lost half of their trade")
    expect(page.locator("mark.picked")).to_have_text("harbours lost half of their trade")
    context.close()
    assert not visit.problems


def test_everything_works_without_script(browser: Browser, empty: httpx.Client) -> None:
    context = browser.new_context(java_script_enabled=False)
    visit = sign_in(context, empty)
    page = visit.read("/curate/drafts/new")
    page.fill("#text", PLAN.read_text())
    page.check("#markdown")
    page.click("form.sheet button")
    page.click(".decide button[value=accept]")
    expect(page.locator(".notice")).to_contain_text("Accepted")
    page.click("nav.pages >> text=Many at once")
    page.click("section.bundle button[value=accept] >> nth=0")
    expect(page.locator(".decisions > li")).to_have_count(2)
    page.click("nav.pages >> text=Something is missing")
    page.fill("#words", "It will open a new ferry by 2035")
    page.click("form.sheet button")
    expect(page.locator("#claim")).to_have_text("It will open a new ferry by 2035")
    page.click("nav.pages >> text=Publish")
    page.click("form.sheet button")
    expect(page.locator(".title")).to_contain_text("Published in revision 1")
    context.close()
    assert not visit.problems
    assert empty.get("/v1/initiatives?q=ferry").json()["total"] == 1


def test_two_curators_at_once_see_each_other(browser: Browser, shared: httpx.Client) -> None:
    draft = draft_plan(shared, edition="2")
    contexts = [browser.new_context(viewport=VIEWPORT) for _ in range(2)]
    first, second = [
        sign_in(context, shared, name=name).read(draft)
        for context, name in zip(contexts, ("Fritz", "Sapt"), strict=True)
    ]
    accept(first)
    second.click(".decide button[value=reject]")
    expect(second.locator(".wrong")).to_contain_text("Fritz has changed this proposal")
    expect(second.locator(".draft")).to_contain_text("Accepted by Fritz")
    second.click("[data-do=later]")
    expect(second.locator(".decide button[value=accept]")).to_be_visible()
    assert count_left(second) == count_left(first)
    for context in contexts:
        context.close()


def test_session_that_ends_in_an_edit_loses_nothing(
    browser: Browser, shared: httpx.Client
) -> None:
    draft = draft_plan(shared)
    number = find_number(shared, draft, "Publish the tides every month")
    context = browser.new_context(viewport=VIEWPORT)
    visit = sign_in(context, shared)
    page = visit.read(f"{draft}/proposals/{number}/edit")
    page.fill("[name=why-kind]", "Typed before the session ended")
    page.select_option("#f-kind", "objective")
    context.clear_cookies()
    page.click("text=Save and accept")
    expect(page.locator("h1")).to_have_text("Your session has ended")
    page.fill("#key", make_key(url_of(shared), "write", "Zenda"))
    page.click("form.sign button")
    page.click("button:has-text('Go on')")
    expect(page.locator(".notice")).to_contain_text("Accepted with changes")
    page = visit.read(f"{draft}?at={number}")
    expect(page.locator(".draft")).to_contain_text("Typed before the session ended")
    expect(page.locator(".draft")).to_contain_text("Accepted with changes")
    context.close()


def test_session_that_ends_under_a_decision_asks_to_sign_in(
    browser: Browser, shared: httpx.Client
) -> None:
    draft = draft_plan(shared, edition="3")
    context = browser.new_context(viewport=VIEWPORT)
    visit = sign_in(context, shared)
    page = visit.read(draft)
    total = count_left(page)
    context.clear_cookies()
    page.keyboard.press("a")
    expect(page.locator("h1")).to_have_text("Your session has ended")
    page.fill("#key", make_key(url_of(shared), "write", "Zenda"))
    page.click("form.sign button")
    page.click("button:has-text('Go on')")
    expect(page.locator(".notice")).to_contain_text("Accepted")
    assert count_left(page) == total - 1
    context.close()


PAGES = (
    *("", "?at=1", "/groups", "/groups?kind=table", "/decided", "/missed", "/coverage"),
    *("/records", "/publish", "/delete"),
)


def test_everybody_can_use_every_page(browser: Browser, shared: httpx.Client) -> None:
    draft = draft_plan(shared, edition="4")
    number = find_number(shared, draft, "Train pilots")
    paths = ["/curate/drafts", "/curate/drafts/new", f"{draft}/proposals/{number}/edit"]
    paths += [f"{draft}{page}" for page in PAGES]
    context = browser.new_context(viewport=VIEWPORT)
    visit = sign_in(context, shared)
    accept(visit.read(draft))
    check_in_all_looks(visit.page)
    for path in paths:
        check_in_all_looks(visit.read(path))
    page = visit.read(f"{draft}/missed")
    page.fill("#words", "pilots")
    page.click("form.sheet button")
    check_in_all_looks(page)
    page = visit.read("/curate/drafts/new")
    page.click("form.sheet button")
    check_in_all_looks(page)
    context.close()
    assert not visit.problems


@pytest.mark.skipif(not SOURCES, reason="The article is not here: ../shared/source has it.")
def test_article_is_published_from_an_empty_base(
    browser: Browser, empty: httpx.Client
) -> None:
    context = browser.new_context(viewport=VIEWPORT)
    visit = sign_in(context, empty)
    page = visit.read("/curate/drafts/new")
    page.fill("#text", SOURCES[0].read_text())
    page.fill("#office", "NATO Liaison Office in Amman")
    page.click("form.sheet button")
    expect(page.locator("h1")).to_contain_text("NATO Expands Presence")
    decisions = 0
    while count_left(page):
        accept(page, "a")
        decisions += 1
    page.click("text=See what would be published")
    page.click("form.sheet button")
    expect(page.locator(".title")).to_contain_text("Published in revision 1")
    context.close()
    assert not visit.problems
    assert decisions <= MAX_DECISIONS
    published = empty.get("/v1/search?limit=200").json()
    texts = {item["text"] for item in published["items"]}
    assert {"Improved threat detection", "Cybersecurity Collaboration"} <= texts
    for claim in empty.get("/v1/initiatives?limit=200").json()["items"]:
        assert claim["office_slug"] == "nato-liaison-office-in-amman"
