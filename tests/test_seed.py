"""The seed against the document: all of it is there, and nothing that it does not say.

The document itself is not in the repository. Where it is absent, the tests that read it are
skipped and say so.
"""

import json
from itertools import takewhile
from typing import Any

import httpx
import pytest

from app.bundles.check import check_bundle
from tests.helpers.paths import ROOT, SEED

Json = dict[str, Any]
DOCUMENT = ROOT.parent / "shared" / "source" / "000_2090d7da579a100b.txt"


@pytest.fixture(scope="module")
def seed() -> dict[str, list[Json]]:
    bundle: Json = json.loads(SEED.read_text(encoding="utf-8"))
    assert bundle.pop("schema") == 3
    return bundle


@pytest.fixture(scope="module")
def document() -> str:
    if not DOCUMENT.exists():
        pytest.skip("the source document is not at hand: the seed cannot be compared with it")
    return DOCUMENT.read_bytes().decode()


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def read_tables(text: str) -> list[list[list[str]]]:
    """The rows of each table below its head, read without any code of ours."""
    lines = text.split("\n")
    tables = []
    for number, line in enumerate(lines):
        if line.startswith("---|"):
            rows = takewhile(lambda row: "|" in row, lines[number + 1 :])
            tables.append([cells(row) for row in rows])
    return tables


def read_lists(text: str) -> list[list[str]]:
    """The items of each list."""
    lists: list[list[str]] = [[]]
    for line in text.split("\n"):
        if line.startswith("- "):
            lists[-1].append(line[2:])
        elif lists[-1]:
            lists.append([])
    return [items for items in lists if items]


def find_record(records: list[Json], **fields: str) -> Json:
    """The only record with these fields."""
    matching = [record for record in records if fields.items() <= record.items()]
    assert len(matching) == 1, fields
    return matching[0]


@pytest.fixture(scope="module")
def slugs(seed: dict[str, list[Json]]) -> dict[str, str]:
    """The slug of each focus area, by its name and its aliases."""
    slugs = {}
    for area in seed["focus_areas"]:
        for label in (area["name"], *area["aliases"]):
            slugs[label] = area["slug"]
    return slugs


def test_seed_agrees_with_the_document(document: str) -> None:
    checked = check_bundle(SEED, [DOCUMENT])
    assert document
    assert checked.problems == []
    assert checked.verified == checked.citations > 100


def test_document_has_three_lists_and_three_tables(document: str) -> None:
    assert [len(items) for items in read_lists(document)] == [4, 4, 4]
    assert len(read_tables(document)) == 3


@pytest.mark.parametrize(
    ("number", "kind", "modality"),
    [
        (0, "objective", "stated"),
        (1, "cooperation", "prospective"),
        (2, "recommendation", "recommended"),
    ],
)
def test_every_item_of_a_list_is_an_initiative(
    document: str, seed: dict[str, list[Json]], number: int, kind: str, modality: str
) -> None:
    for title in read_lists(document)[number]:
        find_record(seed["initiatives"], kind=kind, modality=modality, title=title)


def test_first_table_has_initiatives_and_their_impact(
    document: str, seed: dict[str, list[Json]], slugs: dict[str, str]
) -> None:
    for area, title, impact in read_tables(document)[0]:
        initiative = find_record(seed["initiatives"], title=title)
        outcome = find_record(
            seed["expected_outcomes"],
            statement=impact,
            modality="prospective",
            initiative_slug=initiative["slug"],
        )
        for record in (initiative, outcome):
            assert slugs[area] in record["focus_area_slugs"]


def test_second_table_has_expected_outcomes(
    document: str, seed: dict[str, list[Json]], slugs: dict[str, str]
) -> None:
    for area, statement in read_tables(document)[1]:
        outcome = find_record(seed["expected_outcomes"], statement=statement)
        assert outcome["modality"] == "prospective"
        assert slugs[area] in outcome["focus_area_slugs"]


def test_third_table_has_recommended_outcomes_with_their_time(
    document: str, seed: dict[str, list[Json]], slugs: dict[str, str]
) -> None:
    for area, statement, wording in read_tables(document)[2]:
        item = find_record(seed["timeline_items"], title=area, wording=wording)
        outcome = find_record(seed["expected_outcomes"], slug=item["expected_outcome_slug"])
        assert outcome["statement"] == statement
        for record in (item, outcome):
            assert record["modality"] == "recommended"
            assert slugs[area] in record["focus_area_slugs"]


def test_third_table_is_supported_by_what_is_recommended(seed: dict[str, list[Json]]) -> None:
    recommended = [r for key in seed for r in seed[key] if r.get("modality") == "recommended"]
    assert len(recommended) == 4 + 3 + 3
    for record in recommended:
        (quote,) = [c["exact"] for c in record["citations"] if "modality" in c["supports"]]
        assert "recommended" in quote


def test_each_row_is_a_record_of_its_own_even_where_the_wording_repeats(
    seed: dict[str, list[Json]],
) -> None:
    statements = [record["statement"] for record in seed["expected_outcomes"]]
    assert statements.count("Improved threat detection") == 2


def test_inauguration_occurred_on_its_day(seed: dict[str, list[Json]]) -> None:
    (item,) = [t for t in seed["timeline_items"] if t["modality"] == "occurred"]
    assert (item["wording"], item["start_edtf"], item["end_kind"]) == (
        "September 16, 2025",
        "2025-09-16",
        "same",
    )
    (office,) = seed["offices"]
    assert office["opened_on"] == "2025-09-16"


def test_what_the_document_does_not_say_is_null(seed: dict[str, list[Json]]) -> None:
    (document,) = seed["documents"]
    unsaid = ("author", "publisher", "published_on", "source_url", "text")
    assert {document[name] for name in unsaid} == {None}
    assert document["voice"] == "about"


def test_immediate_is_anchored_and_says_so(seed: dict[str, list[Json]]) -> None:
    (item,) = [t for t in seed["timeline_items"] if t["wording"] == "Immediate"]
    assert (item["start_edtf"], item["end_kind"]) == ("2025-09-16~", "unknown")
    assert "inauguration" in item["derived"]["start_edtf"]


def mark_quoted(document: str, seed: dict[str, list[Json]]) -> bytearray:
    """One byte for each character of the document: 1 where the seed quotes it."""
    quoted = bytearray(len(document))
    for records in seed.values():
        for record in records:
            for quote in record["citations"]:
                start = quote["start"] - len(quote["prefix"])
                end = quote["end"] + len(quote["suffix"])
                quoted[start:end] = b"\1" * (end - start)
    return quoted


def test_running_text_is_not_in_the_repository(
    document: str, seed: dict[str, list[Json]]
) -> None:
    """Prose is quoted by the clause: no paragraph can be put together from the seed."""
    quoted = mark_quoted(document, seed)
    position = prose = hidden = 0
    for line in document.split("\n"):
        marks = quoted[position : position + len(line)]
        if "." in line and not line.startswith("- "):
            prose += len(line)
            hidden += marks.count(0)
            assert line.count(".") == 1 or 0 in marks
        position += len(line) + 1
    assert hidden > prose / 5


QUESTIONS = [
    # a word an analyst would use, and how many initiatives, outcomes and dates it must find
    ("training", 4, 3, 1),
    ("Joint Military Exercises", 3, 3, 1),
    ("joint training exercises", 3, 3, 1),
    ("counterterrorism", 5, 2, 0),
    ("Counter-terrorism", 5, 2, 0),
    ("terrorism", 5, 2, 0),
    ("cyber threats", 2, 2, 1),
    ("regional security", 8, 2, 0),
    ("intelligence sharing", 3, 4, 1),
    ("border security", 1, 1, 0),
    ("cybersecurity", 2, 2, 1),
    ("Cybersecurity Collaboration", 2, 2, 1),
    ("disaster relief", 2, 1, 0),
    ("humanitarian assistance", 2, 2, 0),
    ("diplomatic engagement", 4, 1, 0),
]


@pytest.mark.parametrize(("label", "initiatives", "outcomes", "dates"), QUESTIONS)
def test_one_question_finds_all_that_the_document_says(
    client: httpx.Client, label: str, initiatives: int, outcomes: int, dates: int
) -> None:
    expected = {
        "initiatives": initiatives,
        "expected-outcomes": outcomes,
        "timeline-items": dates,
    }
    for collection, total in expected.items():
        page = client.get(f"/v1/{collection}", params={"focus_area": label}).json()
        assert page["total"] == total, collection


def test_no_file_of_the_repository_holds_the_document(document: str) -> None:
    parts = [part for line in document.split("\n") for part in line.split(". ")]
    sentences = [part for part in parts if len(part) > 120]
    seed = SEED.read_text(encoding="utf-8")
    quoted = [sentence for sentence in sentences if sentence in seed]
    assert len(quoted) <= len(sentences) / 4
