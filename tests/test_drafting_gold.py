"""Drafts of real documents, which are not in the repository: skipped where these are absent."""

from functools import cache
from pathlib import Path

import pytest

from app.drafts.draft import Draft, draft_document
from app.reading.reader import read_path
from app.settings import shipped
from tests.helpers.drafting import LIMITS, words_of
from tests.helpers.drafting_gold import Score, only_structure, read_gold, score

SHARED = shipped("data").parent.parent / "shared"
DOCUMENTS = SHARED / "drafting" / "documents"
GOLD = SHARED / "drafting" / "gold"
AMMAN = "nato-amman"

pytestmark = pytest.mark.skipif(not GOLD.is_dir(), reason="needs the documents of ../shared")


@cache
def draft_file(path: Path) -> Draft:
    return draft_document(read_path(path, LIMITS))


@pytest.fixture(scope="module")
def drafts() -> dict[str, Draft]:
    """The draft of each document that has a gold answer, by its name."""
    result = {}
    for path in sorted(GOLD.glob("*.json")):
        name = path.stem
        if name == AMMAN:
            [document] = (SHARED / "source").glob("*.txt")
        else:
            [document] = DOCUMENTS.glob(f"{name}.*")
        result[name] = draft_file(document)
    return result


def add_scores(drafts: dict[str, Draft], *, with_prose: bool) -> Score:
    total = Score()
    for name, draft in drafts.items():
        rows = read_gold(GOLD / f"{name}.json")
        if not with_prose:
            rows = only_structure(rows)
        total.add(score(draft, rows, with_prose=with_prose))
    return total


def test_amman_has_all_rows_and_items_with_their_modality(drafts: dict[str, Draft]) -> None:
    rows = only_structure(read_gold(GOLD / f"{AMMAN}.json"))
    result = score(drafts[AMMAN], rows, with_prose=False)
    assert (result.found, result.rows, result.right_modalities) == (28, 28, 28)


def test_structure_is_found_and_right(drafts: dict[str, Draft]) -> None:
    result = add_scores(drafts, with_prose=False)
    assert result.found >= 0.97 * result.rows
    assert result.right >= 0.97 * result.claims
    assert result.right_modalities >= 0.97 * result.found


def test_prose_is_mostly_found_and_right(drafts: dict[str, Draft]) -> None:
    result = add_scores(drafts, with_prose=True)
    assert result.found >= 0.80 * result.rows
    assert result.right >= 0.75 * result.claims


def list_documents() -> list[Path]:
    if not DOCUMENTS.is_dir():
        return []
    return sorted(path for path in DOCUMENTS.iterdir() if path.name != "SOURCES.md")


@pytest.mark.accept
@pytest.mark.parametrize("path", list_documents(), ids=lambda path: path.name)
def test_every_quote_stands_at_its_position(path: Path) -> None:
    if path.suffix == ".pdf":
        pytest.importorskip("pdfplumber")
    draft = draft_file(path)
    text = draft.source.text
    folded = " ".join(text.split())
    assert draft.entries
    for entry in draft.entries:
        assert not entry.problems
        assert words_of(entry) in folded
        for citation in entry.record["citations"]:
            assert text[citation["start"] : citation["end"]] == citation["exact"]
