"""The seed against the document: all of it is there, and nothing that it does not say.

The document itself is not in the repository. Where it is absent, the tests that read it are
skipped and say so.
"""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.bundles.check import check_bundle
from tests.helpers.paths import ROOT, SEED

Json = dict[str, Any]
DOCUMENT = ROOT.parent / "shared" / "source" / "000_2090d7da579a100b.txt"


@pytest.fixture(scope="module")
def seed() -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = json.loads(SEED.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def document() -> str:
    if not DOCUMENT.exists():
        pytest.skip("the source document is not at hand: the seed cannot be compared with it")
    return DOCUMENT.read_bytes().decode()


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def tables(text: str) -> list[list[list[str]]]:
    """The rows of each table below its head, read without any code of ours."""
    lines, found = text.split("\n"), []
    for i, line in enumerate(lines):
        if line.startswith("---|"):
            rows = []
            for row in lines[i + 1 :]:
                if "|" not in row:
                    break
                rows.append(cells(row))
            found.append(rows)
    return found


def lists(text: str) -> list[list[str]]:
    """The items of each list."""
    found: list[list[str]] = [[]]
    for line in text.split("\n"):
        if line.startswith("- "):
            found[-1].append(line[2:])
        elif found[-1]:
            found.append([])
    return [items for items in found if items]


def test_seed_agrees_with_the_document(document: str) -> None:
    checked = check_bundle(SEED, [DOCUMENT])
    assert document
    assert checked.problems == []
    assert checked.verified == checked.citations > 100


def test_every_item_of_every_list_is_an_initiative(
    document: str, seed: dict[str, list[Json]]
) -> None:
    found = {
        (record["kind"], record["modality"], record["title"]) for record in seed["initiatives"]
    }
    expected = [("objective", "stated"), ("cooperation", "prospective")]
    expected.append(("recommendation", "recommended"))
    assert [len(items) for items in lists(document)] == [4, 4, 4]
    for how, items in zip(expected, lists(document), strict=True):
        assert {(*how, item) for item in items} <= found


def test_every_row_of_every_table_is_there(document: str, seed: dict[str, list[Json]]) -> None:
    areas = {record["slug"]: record for record in seed["focus_areas"]}
    initiatives = {record["slug"]: record for record in seed["initiatives"]}
    outcomes = {record["slug"]: record for record in seed["expected_outcomes"]}
    labels = {
        label: slug for slug, area in areas.items() for label in [area["name"], *area["aliases"]]
    }
    first, second, third = tables(document)

    for area, initiative, impact in first:
        (outcome,) = [
            o for o in outcomes.values() if o["statement"] == impact and o["initiative_slug"]
        ]
        assert outcome["modality"] == "prospective"
        assert initiatives[outcome["initiative_slug"]]["title"] == initiative
        assert labels[area] in outcome["focus_area_slugs"]
        assert labels[area] in initiatives[outcome["initiative_slug"]]["focus_area_slugs"]
    for area, statement in second:
        (outcome,) = [o for o in outcomes.values() if o["statement"] == statement]
        assert outcome["modality"] == "prospective"
        assert labels[area] in outcome["focus_area_slugs"]
    for area, statement, wording in third:
        (item,) = [t for t in seed["timeline_items"] if t["wording"] == wording]
        outcome = outcomes[item["expected_outcome_slug"]]
        assert (item["title"], outcome["statement"]) == (area, statement)
        assert item["modality"] == outcome["modality"] == "recommended"
        assert labels[area] in item["focus_area_slugs"]
        assert labels[area] in outcome["focus_area_slugs"]


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


def test_running_text_is_not_in_the_repository(document: str, seed: dict[str, list[Json]]) -> None:
    """Prose is quoted by the clause: no paragraph can be put together from the seed."""
    shown = bytearray(len(document))
    for records in seed.values():
        for record in records:
            for quote in record["citations"]:
                start, end = (
                    quote["start"] - len(quote["prefix"]),
                    quote["end"] + len(quote["suffix"]),
                )
                shown[start:end] = b"\1" * (end - start)
    position = prose = hidden = 0
    for line in document.split("\n"):
        if line.count(".") > 0 and not line.startswith("- "):
            prose += len(line)
            hidden += shown[position : position + len(line)].count(0)
            assert line.count(".") == 1 or 0 in shown[position : position + len(line)]
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
    found = [
        client.get(f"/v1/{name}", params={"focus_area": label}).raise_for_status().json()["total"]
        for name in ("initiatives", "expected-outcomes", "timeline-items")
    ]
    assert found == [initiatives, outcomes, dates]


def test_no_file_of_the_repository_holds_the_document(document: str) -> None:
    sentences = [s for line in document.split("\n") for s in line.split(". ") if len(s) > 120]
    whole = [s for s in sentences if s in Path(SEED).read_text(encoding="utf-8")]
    assert len(whole) <= len(sentences) / 4
