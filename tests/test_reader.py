"""The reader: the text of a document with every quote marked, or its outline with the quotes."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.pages.marked_text import Mark, mark_text, split_parts
from app.text.quotes import digest
from tests.helpers import fictional
from tests.helpers.bases import SqliteBases, filled
from tests.helpers.command_line import run
from tests.helpers.servers import serving
from tests.test_page_contents import text_of
from tests.test_pages import BROWSER, DOCUMENT, ITEM, links_of

TEXT = """A memorandum
Plans
The ministry will dredge the harbour of Strelsau by 2031.
- It should plant <trees> along the quay.
Area | Plan |
---|---|
Harbour | Dredging |
"""
WORDS = {
    "dredging": "The ministry will dredge the harbour of Strelsau by 2031.",
    "harbour": "dredge the harbour",
    "trees": "plant <trees> along the quay",
    "table": "Harbour | Dredging",
}


def bundle(text: str | None) -> fictional.Json:
    """A document, and an initiative for each quote of it."""
    document = fictional.record("document", "memorandum", sha256=digest(text or TEXT))
    document |= {"title": "A memorandum", "text": text}
    initiatives = []
    for slug, exact in WORDS.items():
        start = TEXT.index(exact)
        fields = {
            "start": start,
            "end": start + len(exact),
            "prefix": TEXT[max(0, start - 5) : start],
            "suffix": TEXT[start + len(exact) :][:5],
            "section": ["A memorandum", "Plans"],
        }
        quote = fictional.citation("memorandum", exact, "title", "modality", **fields)
        record = fictional.record("initiative", slug, title=exact, citations=[quote])
        initiatives.append(record)
    base = fictional.base(initiatives=initiatives)
    return {**base, "documents": [document]}


@pytest.fixture(scope="module", params=["text", "outline"])
def reader(
    plain_bases: SqliteBases, request: pytest.FixtureRequest
) -> Iterator[httpx.Client]:
    """A browser at a server that holds the text, and at one that does not."""
    text = TEXT if request.param == "text" else None
    with serving(filled(plain_bases.make("empty"), bundle(text))) as client:
        client.headers.update(BROWSER)
        yield client


def marked_words(page: str) -> str:
    """The words within marks, in order."""
    marks = re.findall(r"<mark[^>]*>(.*?)</mark>", page, re.S)
    return html.unescape(re.sub(r"<[^>]*>", "", " ".join(marks)))


def test_every_quote_is_marked(reader: httpx.Client) -> None:
    page = reader.get("/documents/memorandum")
    words = marked_words(page.text)
    for exact in ("dredge the harbour", "plant <trees> along the quay"):
        assert exact in words
    assert "Harbour" in words
    assert "Dredging" in words
    assert "<trees>" not in page.text


def test_every_quote_leads_to_its_record(reader: httpx.Client) -> None:
    links = links_of(reader.get("/documents/memorandum"))
    assert {f"/initiatives/{slug}" for slug in WORDS} <= set(links)


def test_record_leads_to_the_place_of_its_quote(reader: httpx.Client) -> None:
    address = "/documents/memorandum?of=initiatives/harbour&quote=1"
    assert address in links_of(reader.get("/initiatives/harbour"))
    page = reader.get(address).text
    assert page.count('id="q"') == 1
    chosen = page.partition('id="q"')[2]
    assert marked_words(f"<mark{chosen}").removeprefix("… ").startswith("dredge the harbour")


def test_quote_of_no_record_is_refused(reader: httpx.Client) -> None:
    for address in (
        "of=initiatives/nothing",
        "of=initiatives/harbour&quote=2",
        "of=x",
        "part=9",
    ):
        page = reader.get(f"/documents/memorandum?{address}")
        assert page.status_code == 422


def test_text_on_the_page_is_the_text_of_the_document(plain_bases: SqliteBases) -> None:
    with serving(filled(plain_bases.make("empty"), bundle(TEXT))) as client:
        client.headers.update(BROWSER)
        page = client.get("/documents/memorandum").text
    article = page.partition("<article")[2].partition("</article>")[0].partition(">")[2]
    shown = html.unescape(re.sub(r"<(?!trees)[^>]*>", "", article))
    expected = TEXT.replace("---|---|", "").replace("|", " ").replace("- It", "It")
    assert "".join(shown.split()) == "".join(expected.split())
    assert page.count("<h2>") >= 2


def test_outline_says_that_the_text_is_not_held(plain_bases: SqliteBases) -> None:
    with serving(plain_bases.make("seeded")) as client:
        client.headers.update(BROWSER)
        page = client.get(f"/documents/{DOCUMENT}")
        assert "The base does not hold the text of this document." in text_of(page)
        assert len(page.content) <= 100_000
        chosen = client.get(f"/documents/{DOCUMENT}?of=timeline-items/{ITEM}&quote=2").text
        assert chosen.count('id="q"') == 1


def make_mark(start: int, end: int, *, is_chosen: bool = False) -> Mark:
    return Mark(start, end, "/x", "x", "stated", False, is_chosen)


def test_overlapping_quotes_are_cut_where_one_begins_or_ends() -> None:
    marks = [make_mark(0, 10), make_mark(4, 8), make_mark(6, 12)]
    ((block,),) = [group.blocks for group in mark_text("abcdefghijklmn", (0, 14), marks, [])]
    segments = [
        (segment.text, segment.mark and segment.mark.start, segment.is_first, segment.depth)
        for segment in block.cells[0]
    ]
    assert segments == [
        ("abcd", 0, True, 1),
        ("ef", 4, True, 2),
        ("gh", 4, False, 3),
        ("ij", 6, False, 2),
        ("kl", 6, False, 1),
        ("mn", None, False, 0),
    ]


def test_chosen_quote_is_above_shorter_ones() -> None:
    marks = [make_mark(0, 10, is_chosen=True), make_mark(4, 8)]
    ((block,),) = [group.blocks for group in mark_text("abcdefghij", (0, 10), marks, [])]
    assert all(segment.style.endswith("picked") for segment in block.cells[0])


def test_parts_are_whole_lines_and_the_whole_text() -> None:
    text = "".join(f"{'word ' * (number % 50)}\n" for number in range(2_000))
    parts = split_parts(text)
    assert len(parts) > 5
    assert "".join(text[start:end] for start, end in parts) == text
    assert all(text[end - 1] == "\n" for _, end in parts)
    assert split_parts("") == [(0, 0)]


def test_load_stores_the_text_with_its_document(plain_url: str, tmp_path: Path) -> None:
    path = fictional.write(tmp_path / "bundle.json", bundle(None))
    text = tmp_path / "memorandum.txt"
    text.write_text(TEXT, encoding="utf-8")
    assert run(plain_url, "load", path).returncode == 0
    for argument in (text, f"memorandum={text}"):
        loaded = run(plain_url, "load", path, "--text", argument)
        assert loaded.returncode == 0, loaded.stderr
    assert "Nothing to change" in loaded.stdout
    with serving(plain_url) as client:
        assert client.get("/v1/documents/memorandum/text").text == TEXT


def test_load_refuses_another_text(plain_url: str, tmp_path: Path) -> None:
    path = fictional.write(tmp_path / "bundle.json", bundle(None))
    text = tmp_path / "other.txt"
    text.write_text("Another text", encoding="utf-8")
    for argument in (text, f"memorandum={text}", f"nothing={text}"):
        refused = run(plain_url, "load", path, "--text", argument)
        assert refused.returncode == 1
        assert "which no document" in refused.stderr
        assert "Nothing was written" in refused.stderr
