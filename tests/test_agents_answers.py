"""Questions about the Amman article, answered with the six tools alone, and then checked."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.helpers.agents import Agent, agent_of
from tests.helpers.bases import SqliteBases, engine_of
from tests.helpers.paths import SEED

Json = dict[str, Any]


@pytest.fixture(scope="module")
def agent(plain_bases: SqliteBases) -> Iterator[Agent]:
    with engine_of(plain_bases.make("seeded")) as engine, agent_of(engine) as agent:
        yield agent


@pytest.fixture(scope="module")
def seed() -> Json:
    seed: Json = json.loads(SEED.read_text(encoding="utf-8"))
    return seed


def claims(seed: Json) -> Iterator[tuple[str, Json]]:
    for key in ("initiatives", "expected_outcomes", "timeline_items"):
        for record in seed[key]:
            yield f"{key.replace('_', '-')}/{record['slug']}", record


def search_all(agent: Agent, **arguments: Any) -> dict[str, Json]:
    """All results by id, page by page."""
    results: dict[str, Json] = {}
    cursor: str | None = None
    while True:
        pages = arguments if cursor is None else {**arguments, "cursor": cursor}
        page = agent.answer("search", **pages)
        results |= {result["id"]: result for result in page["results"]}
        cursor = page["next_cursor"]
        if cursor is None:
            return results


def test_who_claims_what_about_counter_terrorism(agent: Agent, seed: Json) -> None:
    found = search_all(agent, focus_area="counter-terrorism")
    expected = {
        id_
        for id_, record in claims(seed)
        if "counter-terrorism" in record["focus_area_slugs"]
    }
    assert set(found) == expected
    assert len(expected) == 7
    # The article speaks about the body, and each quote names it.
    document = agent.answer("fetch", id="documents/nato-expands-presence-in-amman")
    assert document["metadata"]["voice"] == "about"
    assert {result["document"] for result in found.values()} == {
        "nato-expands-presence-in-amman"
    }
    assert all(result["quote"] for result in found.values())
    assert Counter(result["modality"] for result in found.values()) == {
        "prospective": 5,
        "stated": 2,
    }


def test_what_is_only_recommended_and_by_when(agent: Agent, seed: Json) -> None:
    found = search_all(agent, modality="recommended")
    assert set(found) == {
        id_ for id_, record in claims(seed) if record["modality"] == "recommended"
    }
    times = {
        id_: result["dates"]["wording"] for id_, result in found.items() if "dates" in result
    }
    assert times == {
        "expected-outcomes/enhanced-tactical-readiness": "2026 – Ongoing",
        "expected-outcomes/faster-response-times": "Immediate",
        "expected-outcomes/improved-threat-detection-cybersecurity": "2025 Q4 – 2027",
        "timeline-items/cybersecurity-collaboration-2025-2027": "2025 Q4 – 2027",
        "timeline-items/intelligence-sharing-immediate": "Immediate",
        "timeline-items/joint-training-exercises-from-2026": "2026 – Ongoing",
    }


def test_which_outcomes_are_for_2026_in_every_reading(agent: Agent) -> None:
    found = search_all(agent, type="expected_outcome", overlaps="2026", match="certain")
    # "Immediate" has no end that is known, so it need not reach into 2026.
    assert set(found) == {
        "expected-outcomes/enhanced-tactical-readiness",
        "expected-outcomes/improved-threat-detection-cybersecurity",
    }


def test_which_initiatives_have_no_outcome(agent: Agent, seed: Json) -> None:
    found = search_all(agent, type="initiative", has_expected_outcome=False)
    with_outcome = {record["initiative_slug"] for record in seed["expected_outcomes"]}
    assert set(found) == {
        f"initiatives/{record['slug']}"
        for record in seed["initiatives"]
        if record["slug"] not in with_outcome
    }
    assert len(found) == 23


def test_what_is_recommended_and_what_expected_by_focus_area(
    agent: Agent, seed: Json
) -> None:
    counted: dict[str, Counter[str]] = {}
    for collection in ("initiatives", "expected-outcomes", "timeline-items"):
        table = agent.answer(
            "count", collection=collection, rows="focus_area", columns="modality"
        )
        modalities = [column["value"] for column in table["columns"]]
        for row in table["rows"]:
            counts = Counter(dict(zip(modalities, row["counts"], strict=True)))
            counted[row["value"]] = counted.get(row["value"], Counter()) + counts
    broader = {area["slug"]: area["broader_slugs"] for area in seed["focus_areas"]}
    expected: dict[str, Counter[str]] = {}
    for _, record in claims(seed):
        areas = set(record["focus_area_slugs"])
        for area in record["focus_area_slugs"]:
            areas.update(broader[area])
        for area in areas:
            expected.setdefault(area, Counter())[record["modality"]] += 1
    assert counted == expected
    assert counted["training"]["recommended"] == 3
    assert counted["border-security"]["recommended"] == 0


# Ten sentences of an answer, as an agent gives their quotes. Two are false.
ANSWER = [
    {
        "quote": "Expanding joint training programs with Jordanian defense forces to enhance "
        "interoperability.",
        "record": "initiatives/expand-joint-training-programs",
        "said_as": "recommended",
    },
    {
        "quote": "Establishing regular high-level consultations to align regional security "
        "objectives.",
        "record": "initiatives/establish-high-level-consultations",
        "said_as": "recommended",
    },
    {
        "quote": "NATO officially inaugurated its Liaison Office in Amman, Jordan",
        "record": "timeline-items/inauguration-of-the-office",
        "said_as": "occurred",
    },
    {
        "quote": "Counterterrorism operations coordination",
        "record": "initiatives/counterterrorism-operations-coordination",
        "said_as": "prospective",
    },
    # False: the outcome is only recommended, and told as if it were expected.
    {
        "quote": "Improved threat detection",
        "record": "expected-outcomes/improved-threat-detection-cybersecurity",
        "said_as": "prospective",
    },
    {
        "quote": "Improved threat detection",
        "record": "expected-outcomes/improved-threat-detection-counter-terrorism",
        "said_as": "prospective",
    },
    {
        "quote": "Monitoring developments in the region to provide timely situational "
        "awareness.",
        "record": "initiatives/monitor-regional-developments",
        "said_as": "stated",
    },
    # False: the document says 2027.
    {
        "quote": "2025 Q4 – 2028",
        "record": "timeline-items/cybersecurity-collaboration-2025-2027",
    },
    {
        "quote": "2026 – Ongoing",
        "record": "timeline-items/joint-training-exercises-from-2026",
        "said_as": "recommended",
    },
    {
        "quote": "This initiative is expected to enhance real-time intelligence-sharing",
        "record": "expected-outcomes/enhanced-real-time-intelligence-sharing",
        "said_as": "prospective",
    },
]


def test_check_finds_the_two_false_statements_of_ten(agent: Agent) -> None:
    checked = agent.answer("check", statements=ANSWER)
    assert (checked["passed"], checked["failed"]) == (8, 2)
    failed = [i for i, item in enumerate(checked["statements"]) if not item["passes"]]
    assert failed == [4, 7]
    overstated, wrong = (checked["statements"][i] for i in failed)
    assert (overstated["verdict"], overstated["overstated"]) == ("verbatim", True)
    assert (wrong["verdict"], wrong["nearest"]["words"]) == ("differs", "2025 Q4 – 2027")
