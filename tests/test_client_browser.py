"""The TypeScript client on a page of another origin, in a real browser."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.helpers.bases import SqliteBases
from tests.helpers.browsing import CHROMIUM
from tests.helpers.servers import serving
from tests.helpers.typescript import FOLDER, build_client, needs_npm
from tests.test_browser import pytestmark as needs_chromium

pytestmark = [needs_npm, needs_chromium, pytest.mark.accept]

# Parameters of the list that the example shows first.
FIRST = "/v1/initiatives?facet=modality,focus_area&limit=5"
# Reads by the client, in the page of the example: a key makes the browser ask before the request.
READ = """async ([address, key]) => {
  const { Communique } = await import("communique-client");
  const base = new Communique(address, { key });
  const first = await base.read("/v1/offices");
  const changes = [];
  for await (const event of base.changes({ since: 0, type: ["office"] })) {
    if (event.type === "current") break;
    changes.push(event.change.slug);
  }
  const problem = await base.get("/v1/offices/{slug}", { path: { slug: "nowhere" } })
    .catch((error) => error.code);
  return { revision: first.revision, etag: first.etag, changes, problem };
}"""


class _Files(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (its name in the library)
        """Print nothing."""


@contextmanager
def serving_files() -> Iterator[str]:
    """The address of the package, as a page on another origin has it."""
    handler = partial(_Files, directory=str(FOLDER))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert shutil.which(CHROMIUM or "") is not None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(plain_bases: SqliteBases) -> Iterator[httpx.Client]:
    build_client()
    with serving(plain_bases.make("seeded"), scope="read") as server:
        yield server


@pytest.fixture
def page(browser: Browser, server: httpx.Client) -> Iterator[Page]:
    """The example, open, without an error in its console."""
    errors: list[str] = []
    context = browser.new_context()
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    with serving_files() as address:
        page.goto(f"{address}/examples/index.html?base={server.base_url}")
        yield page
        context.close()
    assert errors == []


def test_example_shows_a_list_with_facets_and_pages(page: Page, server: httpx.Client) -> None:
    first = server.get(FIRST).json()
    expect(page.locator("h1")).to_have_text(f"{first['total']} initiatives")
    titles = [item["title"] for item in first["items"]]
    expect(page.locator("#items > li > b")).to_have_text(titles)
    page.get_by_text("Next page").click()
    second = server.get(first["next"]).json()
    expect(page.locator("#items > li > b")).to_have_text(
        [item["title"] for item in second["items"]]
    )
    bucket = next(
        bucket
        for bucket in first["facets"]["modality"]["buckets"]
        if bucket["value"] == "recommended"
    )
    page.locator("aside").get_by_text("recommended", exact=True).click()
    expect(page.locator("h1")).to_have_text(f"{bucket['count']} initiatives")


def test_example_shows_a_dossier(page: Page, server: httpx.Client) -> None:
    page.locator("aside a", has_text="Training").first.wait_for()
    page.evaluate("location.hash = '/v1/focus-areas/training'")
    expect(page.locator("h1")).to_have_text("Training")
    area = server.get("/v1/focus-areas/training?include=initiatives").json()
    quotes = [
        citation["exact"]
        for initiative in area["initiatives"]["items"]
        for citation in initiative["citations"]
    ]
    expect(page.locator("blockquote")).to_have_text(quotes)
    assert len(quotes) > 3


def test_example_shows_what_is_wrong(page: Page) -> None:
    page.locator("h1").wait_for()
    page.evaluate("location.hash = '/v1/initiatives?modality=promised'")
    expect(page.locator("main")).to_contain_text("modality")


@pytest.mark.parametrize("has_key", [False, True])
def test_page_of_another_origin_reads_data_headers_and_changes(
    page: Page, server: httpx.Client, has_key: bool
) -> None:
    page.locator("h1").wait_for()
    key = server.headers["authorization"].removeprefix("Bearer ") if has_key else None
    response = server.get("/v1/offices")
    read = page.evaluate(READ, [str(server.base_url), key])
    assert read["revision"] == int(response.headers["Communique-Revision"]) == 1
    # The ETag of a coding of its own.
    assert read["etag"].startswith('"1-')
    assert read["changes"] == [item["slug"] for item in response.json()["items"]]
    assert read["problem"] == "not-found"
