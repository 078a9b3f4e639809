"""Links to quoted words: what they are, and whether a browser finds the words by them."""

import html
import json
import os
import re
import shutil
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from app.settings import shipped
from app.text.text_fragments import make_link, move_link

ADDRESS = "https://example.org/report"
ROOT = shipped("data").parent
# The text of the seed's document, which is not in this repository.
SOURCES = ROOT.parent / "shared" / "source"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"),
    reason="No Chromium here: apt-get install -y --no-install-recommends chromium",
)
LONG = "The harbour of Strelsau is to be " + "very " * 30 + "deep by the end of the year"


def cite(exact: str, prefix: str = "", suffix: str = "", start: int = 0) -> Any:
    return SimpleNamespace(
        exact=exact,
        prefix=prefix,
        suffix=suffix,
        start=start,
        end=start + len(exact),
        section=[],
    )


@pytest.mark.parametrize(
    "cited",
    [cite("a deep harbour"), cite("so-called :~: Plan", "a | b |\n"), cite("…"), cite(LONG)],
)
@pytest.mark.parametrize(
    "source_url",
    ["http://example.org", "https://example.org/a?b#c", f"{ADDRESS}#:~:text=x", "urn:isbn:1"],
)
def test_moved_link_is_the_link_to_the_new_address(cited: Any, source_url: str) -> None:
    link = make_link(f"{ADDRESS}#page-2", cited)
    assert link is not None
    assert move_link(link, source_url) == make_link(source_url, cited)


@pytest.mark.parametrize(
    ("cited", "directives"),
    [
        (cite("a deep harbour"), "text=a%20deep%20harbour"),
        (cite("so-called, A & B"), "text=so%2Dcalled%2C%20A%20%26%20B"),
        (cite("100 % Łódź"), "text=100%20%25%20%C5%81%C3%B3d%C5%BA"),
        (cite("white\u00a0 \tspace"), "text=white%20space"),
        (cite("**bold** words"), "text=bold%20words"),
        (cite("deep", "It is ", " now. "), "text=It%20is-,deep,-now."),
        # A word that the context cuts cannot be found.
        (cite("deep", "arbour is ", " and wid", 40), "text=is-,deep,-and"),
        (cite("deep", "arbour ", " wid", 40), "text=deep"),
        (cite("deep", "1 2 3 4 5 6 "), "text=2%203%204%205%206-,deep"),
        # Without a word of its own, the context is in the block before or after.
        (cite("Plan", "Old words.\n", "\nNext words. "), "text=Old%20words.-,Plan,-Next%20words."),
        (cite("Plan", "a | b |\n---|---|\n", " | c | d"), "text=b-,Plan,-c"),
        # A page may show a mark as text or as layout.
        (cite("Plan", "Steps:\n- ", "\n- Next"), "text=Plan"),
        (cite("Plan", "Steps:\n1. ", "\n2. Next"), "text=Plan"),
        (cite("- Plan", "Steps:\n", ""), "text=Plan"),
        (cite("- no mark here", "a dash ", ""), "text=a%20dash-,%2D%20no%20mark%20here"),
        (cite("Smith", "by A. ", ""), "text=by%20A.-,Smith"),
        (cite("Plan", "said: “", "” said so"), "text=said%3A%20%E2%80%9C-,Plan,-%E2%80%9D%20said"),
        (cite("Plan", "x\n(", ")\ny"), "text=Plan"),
        # Several blocks, and a long one: the first and the last words.
        (cite("1 2\n3\n4 5"), "text=1%202,-3&text=1%202-,3,4%205"),
        (cite("One\n- two\n- three"), "text=One,three"),
        (
            cite("Cell | next", "---|---|\n", " | last |"),
            "text=Cell,-next&text=Cell-,next,-last",
        ),
        (
            cite(LONG, "So: ", "."),
            "text=So%3A-,The%20harbour%20of%20Strelsau%20is,the%20end%20of%20the%20year",
        ),
        # Without spaces, words are not told apart.
        (cite("環境保護", "今日は", "です", 40), "text=%E7%92%B0%E5%A2%83%E4%BF%9D%E8%AD%B7"),
    ],
)  # fmt: skip
def test_link_names_the_words_and_their_neighbours(cited: Any, directives: str) -> None:
    assert make_link(ADDRESS, cited) == f"{ADDRESS}#:~:{directives}"


@pytest.mark.parametrize(
    ("source_url", "link"),
    [
        ("https://example.org/a?b=c", "https://example.org/a?b=c#:~:text=deep"),
        ("http://example.org/#part", "http://example.org/#part:~:text=deep"),
        ("http://example.org/#", "http://example.org/#:~:text=deep"),
        ("https://example.org/#part:~:text=old", "https://example.org/#part:~:text=deep"),
        ("ftp://example.org/a", None),
        ("javascript:alert(1)//https://", None),
        (None, None),
    ],
)
def test_link_keeps_the_address(source_url: str | None, link: str | None) -> None:
    assert make_link(source_url, cite("deep")) == link


def test_quote_without_a_word_is_linked_to_the_page() -> None:
    assert make_link(ADDRESS, cite("–", "a ", " b")) == ADDRESS


class Site:
    """A web site of one page, whose text is set by each test."""

    def __init__(self) -> None:
        self.page = b""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(site.page)

            def log_message(self, *_: Any) -> None:
                """Print nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/page"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def show(self, text: str) -> None:
        """Publish the text. Each block of it says where it begins, and fills a screen."""
        style = "<style>p, li, td { display: block; padding: 500px 0 }</style>"
        blocks = "".join(make_blocks(text))
        self.page = f"<!doctype html><meta charset=utf-8>{style}{blocks}".encode()


def make_blocks(text: str) -> Iterator[str]:
    """The text as a person would publish it: items without their hyphen, rows without bars."""
    start = 0
    for line in text.splitlines(keepends=True):
        words = line.rstrip()
        if words.startswith("- "):
            yield f"<ul>{make_block('li', start + 2, words[2:])}</ul>"
        elif re.fullmatch(r"[-| ]+", words) is None and "|" in words:
            yield f"<table><tr>{''.join(make_cells(start, words))}</tr></table>"
        elif "|" not in words:
            yield make_block("p", start, words)
        start += len(line)


def make_cells(start: int, row: str) -> Iterator[str]:
    for cell in row.split("|"):
        indent = len(cell) - len(cell.lstrip())
        if cell.strip():
            yield make_block("td", start + indent, cell.strip())
        start += len(cell) + 1


def make_block(tag: str, start: int, words: str) -> str:
    end = start + len(words)
    return f'<{tag} data-start="{start}" data-end="{end}">{html.escape(words)}</{tag}>'


# The blocks on the screen, as [start, end].
VISIBLE = """
() => [...document.querySelectorAll("[data-start]")]
  .filter((block) => {
    const range = document.createRange();
    range.selectNodeContents(block);
    const box = range.getBoundingClientRect();
    return box.top < innerHeight && box.bottom > 0;
  })
  .map((block) => [+block.dataset.start, +block.dataset.end])
"""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


def is_found(page: Page, site: Site, cited: Any) -> bool:
    """Whether the browser scrolls to the block in which the quote begins, and to no other."""
    link = make_link(site.url, cited)
    assert link is not None
    page.goto("about:blank")
    page.goto(link)
    # The browser looks for the words once the page is there.
    page.wait_for_function("() => scrollY > 0", timeout=5_000)
    blocks = page.evaluate(VISIBLE)
    # The mark of an item is before its block.
    places = [start - 2 <= cited.start < end for start, end in blocks]
    return any(places) and all(places)


def cite_place(text: str, exact: str, occurrence: int = 0, context: int = 16) -> Any:
    """The quote of an occurrence of the words, counted from 0."""
    start = -1
    for _ in range(occurrence + 1):
        start = text.index(exact, start + 1)
    end = start + len(exact)
    return cite(
        exact, text[max(0, start - context) : start], text[end : end + context], start
    )


TEXT = """\
A plan for the harbour of Strelsau
The harbour is to be deep, and the harbour is to be wide.
It is so-called "free trade", 100 % of it & more: trade, trade.
- Trade
- The moat of Łódź
Goal | When |
---|---|
Trade | 2030 |
Moat | 2030 |
環境保護の計画があります。
الميناء عميق جدا
The harbour is to be dredged in the first year, then widened in the second year, and at last it is \
to be opened to the ships of every country that keeps the peace.
The moat is to be dredged.
"""  # fmt: skip


@pytest.mark.accept
@needs_chromium
@pytest.mark.parametrize(
    ("exact", "occurrence"),
    [
        ("The harbour is to be deep", 0),
        ('so-called "free trade", 100 % of it & more', 0),
        ("trade", 2),
        ("The moat of Łódź", 0),
        ("Trade", 1),
        ("2030", 0),
        ("2030", 1),
        ("Moat | 2030", 0),
        ("環境保護", 0),
        ("الميناء عميق", 0),
        ("The harbour is to be dredged", 0),
        (TEXT.splitlines()[11], 0),
        ("is to be dredged", 1),
        ("- The moat of Łódź", 0),
        ("every country that keeps the peace.\nThe moat", 0),
    ],
)
def test_browser_finds_the_words(
    browser_page: Page, site: Site, exact: str, occurrence: int
) -> None:
    site.show(TEXT)
    assert is_found(browser_page, site, cite_place(TEXT, exact, occurrence))


@pytest.mark.accept
@needs_chromium
@pytest.mark.skipif(not SOURCES.exists(), reason="Needs the text of the seed's document.")
def test_browser_finds_every_quote_of_the_seed(browser_page: Page, site: Site) -> None:
    (file,) = SOURCES.glob("000_*.txt")
    site.show(file.read_text(encoding="utf-8"))
    bundle = json.loads((ROOT / "data" / "seed.json").read_text(encoding="utf-8"))
    quotes = {}
    for records in bundle.values():
        for record in records if isinstance(records, list) else ():
            for citation in record["citations"]:
                quotes[citation["start"], citation["end"]] = SimpleNamespace(**citation)
    missed = [
        cited.exact for cited in quotes.values() if not is_found(browser_page, site, cited)
    ]
    assert missed == []
    assert len(quotes) > 100
