"""Texts to take along: read by the parsers of others, and run as they are."""

import html
import json
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import bibtexparser
import httpx
import pytest
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle
from citeproc import formatter as formatters
from citeproc.source.json import CiteProcJSON

from app.pages.references import write_bibtex, write_csl
from app.schemas.read import DocumentRead
from tests.helpers.bases import SqliteBases
from tests.helpers.servers import serving
from tests.test_pages import BROWSER, DOCUMENT, ITEM

HARD = "Harbours & {quays}: 100 % of #1, at_last ~ ^ \\ $5 „für“"


def make_document(**fields: Any) -> DocumentRead:
    raw = {
        "slug": "memorandum",
        "title": HARD,
        "author": "Ministry of Ruritania",
        "publisher": "The Press and Sons",
        "published_on": "2031-05",
        "published_earliest": date(2031, 5, 1),
        "published_latest": date(2031, 5, 31),
        "published_precision": "month",
        "language": "en",
        "source_url": "https://example.org/a{b}?c=d&e=%20f",
        "voice": "issuer",
        "sha256": "0" * 64,
        "text_length": None,
        "text_url": None,
        "version": 1,
        "created_at": datetime(2031, 5, 1, tzinfo=UTC),
        "updated_at": datetime(2031, 5, 1, tzinfo=UTC),
        "url": "/v1/documents/memorandum",
        "citations": [],
    }
    return DocumentRead.model_validate(raw | fields)


def without_tex(text: str) -> str:
    """The text that TeX would print."""
    names = {"textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^"}
    text = re.sub(r"\\(text\w+)\{\}", lambda match: f"\0{match[1]}\0", text)
    text = re.sub(r"\\([&%$#_{}])", r"\1", text)
    return re.sub(r"\0(\w+)\0", lambda match: names[match[1]], text)


def test_bibtex_is_read_by_another_parser() -> None:
    bare = make_document(
        slug="note",
        title="A note",
        author=None,
        publisher=None,
        published_on=None,
        published_earliest=None,
        published_latest=None,
        published_precision=None,
        source_url=None,
    )
    library = bibtexparser.parse_string(write_bibtex([make_document(), bare]))
    assert not library.failed_blocks
    first, second = library.entries
    assert first.key == "memorandum"
    assert without_tex(first["title"][1:-1]) == HARD
    assert first["year"] == "2031"
    assert first["url"] == "https://example.org/a%7Bb%7D?c=d&e=%20f"
    assert {field.key for field in second.fields} == {"title", "langid"}


def test_csl_is_read_by_another_processor() -> None:
    items = json.loads(write_csl([make_document()]))
    source = CiteProcJSON(items)
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, source, formatters.plain)
    bibliography.register(Citation([CitationItem("memorandum")]))
    (entry,) = map(str, bibliography.bibliography())
    assert "Ministry of Ruritania" in entry
    assert "2031" in entry
    assert "Harbours & {quays}" in entry


@pytest.mark.parametrize(
    ("precision", "parts"),
    [("day", [2031, 5, 1]), ("month", [2031, 5]), ("year", [2031]), ("quarter", [2031])],
)
def test_csl_dates_are_no_more_precise_than_the_document(
    precision: str, parts: list[int]
) -> None:
    (item,) = json.loads(write_csl([make_document(published_precision=precision)]))
    assert item["issued"] == {"date-parts": [parts]}


@pytest.fixture(scope="module")
def browser(plain_bases: SqliteBases) -> Iterator[httpx.Client]:
    """A browser at a server over the seed."""
    with serving(plain_bases.make("seeded")) as client:
        client.headers.update(BROWSER)
        yield client


def takeaways_of(page: httpx.Response) -> dict[str, str]:
    """The texts to copy, by their label."""
    texts = re.findall(r'<pre [^>]*aria-label="([^"]*)">(.*?)</pre>', page.text, re.S)
    return {label: html.unescape(text) for label, text in texts}


@pytest.mark.parametrize(
    ("path", "labels"),
    [
        (f"/timeline-items/{ITEM}", {"BibTeX", "CSL-JSON", "EDTF", "Calendar"}),
        (f"/documents/{DOCUMENT}", {"BibTeX", "CSL-JSON"}),
        ("/focus-areas/training", {"Calendar"}),
        ("/claims?q=training&modality=stated", set()),
        ("/initiatives?as_of=1", set()),
        ("/timeline?overlaps=2026", {"Calendar"}),
    ],
)
def test_page_has_texts_to_take_along(
    browser: httpx.Client, path: str, labels: set[str]
) -> None:
    texts = takeaways_of(browser.get(path))
    assert set(texts) == labels | {"curl", "Spreadsheet (CSV)"}
    media_types = {"curl": "application/json", "Spreadsheet (CSV)": "text/csv"}
    for label, media_type in media_types.items():
        program, option, address = shlex.split(texts[label])
        assert (program, option) == ("curl", "-s")
        assert ("as_of=1" in address) == ("as_of=1" in path)
        response = httpx.get(address, headers={"Accept": "*/*"})
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith(media_type)
    if "Calendar" in labels:
        calendar = httpx.get(texts["Calendar"])
        assert calendar.headers["Content-Type"].startswith("text/calendar")


def test_edtf_is_that_of_the_record(browser: httpx.Client) -> None:
    texts = takeaways_of(browser.get(f"/timeline-items/{ITEM}"))
    assert texts["EDTF"] == "2025-09-16"
