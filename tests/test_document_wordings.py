"""What policy documents say for times, in three languages: tests/data/wordings.csv.

`source` names the document in which a wording stands, or is `usual` for wordings of the kind that
such documents have. Each is read as its row says, or not read, for the reason in `why`.
"""

import csv
import html
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.dates.context import Context
from app.dates.lexicon import list_languages, normalize
from app.dates.readings import Reading
from app.dates.refusals import explain_refusal
from app.dates.wording import read_wording
from app.schemas.timeline import describe_reading, find_time_mistakes
from app.schemas.write import TimelineItemCreate
from tests.helpers import fictional
from tests.helpers.paths import ROOT

TABLE = Path(__file__).parent / "data" / "wordings.csv"
# The least share of the wordings that is read as dates or as a recurrence.
MIN_READ = 0.8


@dataclass(frozen=True)
class Row:
    """A wording, what it depends on, and what it means."""

    language: str
    source: str
    wording: str
    context: str
    start: str
    end: str
    end_kind: str
    recurrence: str
    needs: str
    refused: str
    why: str

    @property
    def is_read(self) -> bool:
        return not self.needs and not self.refused

    def given(self) -> Context:
        options: dict[str, Any] = {"language": self.language}
        for pair in self.context.split():
            name, _, value = pair.partition("=")
            options[name] = date.fromisoformat(value) if name == "anchor" else int(value)
        return Context(**options)


def read_rows() -> list[Row]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [Row(**fields) for fields in csv.DictReader(file)]


ROWS = read_rows()


def name_row(row: Row) -> str:
    return f"{row.language}-{row.wording}"


@pytest.mark.parametrize("row", [row for row in ROWS if row.is_read], ids=name_row)
def test_wording_means_what_the_table_says(row: Row) -> None:
    reading = read_wording(row.wording, row.given())
    assert reading is not None
    described = describe_reading(row.wording, reading)
    names = ("start_edtf", "end_edtf", "end_kind", "recurrence")
    expected = (row.start or None, row.end or None, row.end_kind, row.recurrence or None)
    assert tuple(described[name] for name in names) == expected
    assert reading.start_kind == ("dated" if row.start else "unknown")
    assert all(reading.derived.values())


@pytest.mark.parametrize("row", [row for row in ROWS if row.needs], ids=name_row)
def test_wording_needs_what_the_table_says(row: Row) -> None:
    reading = read_wording(row.wording, row.given())
    assert reading is not None
    assert reading.needs == row.needs
    assert (reading.start, reading.end) == (None, None)


@pytest.mark.parametrize("row", [row for row in ROWS if row.refused], ids=name_row)
def test_wording_is_refused_for_the_reason_of_the_table(row: Row) -> None:
    assert read_wording(row.wording, row.given()) is None
    assert row.refused in explain_refusal(row.wording, row.language)


def test_most_wordings_are_read() -> None:
    read = Counter(row.language for row in ROWS if row.is_read)
    listed = Counter(row.language for row in ROWS)
    assert set(listed) == set(list_languages())
    assert listed.total() >= 225
    assert read.total() >= MIN_READ * listed.total(), (read, listed)


def test_every_wording_is_listed_once_and_every_refusal_has_a_reason() -> None:
    keys = Counter((row.language, row.wording, row.context) for row in ROWS)
    assert [key for key, number in keys.items() if number > 1] == []
    assert [row.wording for row in ROWS if not row.is_read and not row.why] == []


@pytest.mark.parametrize("row", [row for row in ROWS if row.is_read], ids=name_row)
def test_wording_is_an_item_without_mistakes(row: Row) -> None:
    reading = read_wording(row.wording, row.given())
    assert reading is not None
    described = describe_reading(row.wording, reading)
    fields = ("start_edtf", "start_kind", "end_edtf", "end_kind", "recurrence", "derived")
    raw = fictional.record("timeline_item", "x", **{name: described[name] for name in fields})
    assert not list(find_time_mistakes(TimelineItemCreate.model_validate(raw)))


def read_table() -> list[list[str]]:
    """The table of forms in docs/timeline.md: start, end, recurrence, then three languages."""
    text = (ROOT / "docs" / "timeline.md").read_text(encoding="utf-8")
    table = text.partition("<!-- wordings -->\n")[2].partition("<!-- end -->")[0]
    rows = [line.strip("| ").split("|") for line in table.splitlines()[2:]]
    return [[cell.strip().replace("`", "") for cell in row] for row in rows]


@pytest.mark.parametrize("row", read_table(), ids=lambda row: row[3])
def test_docs_show_what_each_form_means(row: list[str]) -> None:
    start, end, recurrence, *wordings = row
    for language, cell in zip(("en", "fr", "de"), wordings, strict=True):
        context = Context(
            anchor=date(2026, 3, 15), language=language, year=2026, fiscal_year_start=10
        )
        for wording in cell.split("; "):
            reading = read_wording(wording, context)
            assert reading is not None, wording
            assert (describe_start(reading), describe_end(reading)) == (start, end), wording
            assert (reading.recurrence or "") == recurrence, wording


def describe_start(reading: Reading) -> str:
    return reading.start_kind if reading.start is None else reading.start.edtf


def describe_end(reading: Reading) -> str:
    if reading.end is None:
        return reading.end_kind
    prefix = "by " if reading.end_kind == "by" else ""
    return f"{prefix}{reading.end.edtf}"


def test_docs_count_the_wordings() -> None:
    text = (ROOT / "docs" / "timeline.md").read_text(encoding="utf-8")
    read = sum(row.is_read for row in ROWS)
    assert f"Of {len(ROWS)} wordings in `tests/data/wordings.csv`" in text
    assert f"{read} are read" in text


# The documents are beside the repository, not in it: without them the test is skipped.
DOCUMENTS = {
    path.stem: path
    for folder in ("drafting/documents", "source")
    for path in (ROOT.parent / "shared" / folder).glob("*")
    if path.suffix in (".md", ".html", ".txt")
}
PLACED = [row for row in ROWS if row.source in DOCUMENTS]


@pytest.mark.skipif(not DOCUMENTS, reason="the documents in ../shared are not there")
def test_wordings_stand_in_their_documents() -> None:
    assert len(PLACED) >= 75
    for source, path in DOCUMENTS.items():
        text = normalize(html.unescape(path.read_text(encoding="utf-8")).replace("*", " "))
        rows = [row for row in PLACED if row.source == source]
        assert [row.wording for row in rows if normalize(row.wording) not in text] == []
