"""Citations that stay true: what became of each in a text that changed, and how it is mended."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.schemas.write import Citation
from app.text.cited_text import CitedText
from app.text.quotes import digest, find_mistakes
from app.text.relocation import relocate
from app.text.sections import Sections
from tests.helpers import fictional
from tests.helpers.bases import filled
from tests.helpers.command_line import Finished, run
from tests.helpers.examples import examples
from tests.helpers.servers import serving

pytestmark = pytest.mark.either_engine

Json = dict[str, Any]
TEXT = """\
Plan of the harbour
Part one
The harbour is deepened. Ships call.
Part two
The harbour is deepened. Trade grows, and the
town with it.
"""
HEADINGS = ("Plan of the harbour", "Part one", "Part two")


def cite(exact: str, part: str, *supports: str) -> Json:
    """A citation as it is right for the text: the first after the heading."""
    start = TEXT.index(exact, TEXT.index(part))
    return fictional.citation(
        "plan",
        exact,
        *supports,
        section=["Plan of the harbour", part],
        start=start,
        end=start + len(exact),
        prefix=TEXT[max(0, start - 5) : start],
        suffix=TEXT[start + len(exact) : start + len(exact) + 5],
    )


def harbour(**document: Any) -> Json:
    title = "Plan of the harbour"
    plan = fictional.record("document", "plan", title=title, sha256=digest(TEXT), **document)
    deepened = [cite("The harbour is deepened.", "Part two", "title")]
    grows = [
        cite("Trade grows", "Part two", "statement"),
        cite("Ships call", "Part one", "modality"),
    ]
    return fictional.base(
        documents=[plan],
        initiatives=[
            fictional.record(
                "initiative", "deepen", title="The harbour is deepened.", citations=deepened
            )
        ],
        expected_outcomes=[
            fictional.record(
                "expected_outcome", "grow", statement="Trade grows", citations=grows
            )
        ],
    )


@pytest.fixture
def curator(empty_url: str) -> Iterator[httpx.Client]:
    with serving(filled(empty_url, harbour()), scope="write") as client:
        yield client


def verify(client: httpx.Client, text: str) -> Json:
    headers = {"Content-Type": "text/plain"}
    answer = client.post("/v1/documents/plan/verify", content=text.encode(), headers=headers)
    assert answer.status_code == 200, answer.text
    verification: Json = answer.json()
    return verification


def test_text_as_it_is_cited_matches(curator: httpx.Client) -> None:
    verification = verify(curator, TEXT)
    assert verification["counts"] == {"match": 3, "moved": 0, "missing": 0}
    assert (verification["is_cited_text"], verification["changeset"]) == (True, None)
    assert curator.get("/v1").json()["revision"] == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Plan", "A word before. Plan"),
        ("Ships call.", "Ships of any size call."),
        ("Part two\n", "Part two\nA sentence comes between.\n"),
        ("Trade grows", "Trade  grows"),
        ("deepened. Trade", "deepened.\nTrade"),
        ("Part two", "Part three\nNothing.\nPart two"),
    ],
)
def test_what_moved_is_mended_by_the_change_list_that_comes_with_it(
    curator: httpx.Client, old: str, new: str
) -> None:
    text = TEXT.replace(old, new)
    verification = verify(curator, text)
    missing = "Ships of" in new
    assert verification["counts"]["missing"] == missing
    created = curator.post("/v1/changesets", json=verification["changeset"])
    assert created.status_code == 201, created.text
    after = verify(curator, text)
    assert after["is_cited_text"]
    assert after["counts"] == {"match": 3 - missing, "moved": 0, "missing": int(missing)}
    grow = curator.get("/v1/expected-outcomes/grow").json()
    for citation in grow["citations"][: 2 - missing]:
        assert text[citation["start"] : citation["end"]] == citation["exact"]


def test_one_of_several_places_is_the_one_between_the_same_words(
    curator: httpx.Client,
) -> None:
    verification = verify(curator, "Note.\n" + TEXT)
    (deepen,) = [item for item in verification["items"] if item["slug"] == "deepen"]
    text = "Note.\n" + TEXT
    assert deepen["moved"]["start"] == text.index(
        "The harbour is deepened.", text.index("Part two")
    )
    assert deepen["moved"]["section"] == ["Plan of the harbour", "Part two"]


def test_what_is_missing_is_shown_the_nearest(curator: httpx.Client) -> None:
    verification = verify(curator, TEXT.replace("Trade grows", "Trade shrinks"))
    (grow,) = [item for item in verification["items"] if item["status"] == "missing"]
    assert (grow["slug"], grow["citation"], grow["exact"]) == ("grow", 0, "Trade grows")
    assert grow["nearest"]["exact"].startswith("Trade")


def test_where_the_text_is_loaded_a_quote_that_is_not_in_it_is_refused(
    empty_url: str,
) -> None:
    with serving(filled(empty_url, harbour(text=TEXT)), scope="write") as client:
        for citation, field in (
            (cite("Ships call", "Part one", "title") | {"exact": "Ships sink"}, "exact"),
            (cite("Ships call", "Part one", "title") | {"start": 0, "end": 10}, "exact"),
            (cite("Ships call", "Part one", "title") | {"suffix": "nowhere"}, "suffix"),
        ):
            raw = fictional.record(
                "initiative", "ships", title=citation["exact"], citations=[citation]
            )
            refused = client.post("/v1/initiatives", json=raw)
            assert refused.status_code == 422
            assert refused.json()["errors"][0]["pointer"] == f"/citations/0/{field}"
        quote = cite("Ships call", "Part one", "title")
        raw = fictional.record("initiative", "ships", title="Ships call", citations=[quote])
        assert client.post("/v1/initiatives", json=raw).status_code == 201
        # And the text is not changed under its quotes.
        new = "Another text."
        body = json.dumps({"text": new, "sha256": digest(new)})
        headers = {"Content-Type": "application/merge-patch+json", "If-Match": "*"}
        changed = client.patch("/v1/documents/plan", content=body, headers=headers)
        assert changed.status_code == 422
        verification = verify(client, TEXT.replace("Part one", "Part one\nFirst."))
        assert (
            client.post("/v1/changesets", json=verification["changeset"]).status_code == 201
        )
        assert "First." in client.get("/v1/documents/plan").json()["text"]


def test_heading_that_is_gone_is_left_to_a_person(curator: httpx.Client) -> None:
    verification = verify(curator, TEXT.replace("Part two", "Part deux"))
    lost = [item for item in verification["items"] if item["slug"] == "deepen"]
    assert [(item["status"], item.get("moved")) for item in lost] == [("moved", None)]
    changed = [change["slug"] for change in verification["changeset"]["changes"]]
    assert "deepen" not in changed


def test_words_are_not_found_inside_other_words(curator: httpx.Client) -> None:
    verification = verify(curator, TEXT.replace("Trade grows", "FreeTrade growsome"))
    (grow,) = [item for item in verification["items"] if item["exact"] == "Trade grows"]
    assert grow["status"] == "missing"


def test_verifying_has_its_mistakes(curator: httpx.Client) -> None:
    headers = {"Content-Type": "text/plain"}
    for path, content, status in (
        ("/v1/documents/plam/verify", b"x", 404),
        ("/v1/documents/plan/verify", b"", 422),
        ("/v1/documents/plan/verify", b"\xff", 422),
        ("/v1/documents/plan/verify?x=1", b"x", 422),
    ):
        assert curator.post(path, content=content, headers=headers).status_code == status
    answer = curator.post("/v1/documents/plan/verify", json={"text": "x"})
    assert (answer.status_code, answer.headers["accept"]) == (415, "text/plain")


LINES = st.lists(st.sampled_from([*HEADINGS, "The harbour", "is deepened.", "Trade grows"]))


@examples(200)
@given(
    before=LINES,
    middle=LINES,
    after=LINES,
    section=st.lists(st.sampled_from(HEADINGS), max_size=2, unique=True),
)
def test_quote_that_is_found_again_is_right_there(
    before: list[str], middle: list[str], after: list[str], section: list[str]
) -> None:
    text = "\n".join([*before, "x The harbour  is", *middle, "deepened. y", *after])
    exact = "The harbour is deepened."
    raw = fictional.citation(
        "plan", exact, "title", section=section, prefix="x ", suffix=" y"
    )
    named = [[heading] for heading in HEADINGS] + [section]
    quotes = [Citation.model_validate(raw | {"section": path}) for path in named]
    sections = Sections(CitedText(text), HEADINGS[0], quotes)
    relocated = relocate(Citation.model_validate(raw), sections)
    there = re.search(r"The\s+harbour\s+is\s+deepened\.", text)
    assert (relocated is not None) == (there is not None)
    if relocated is not None:
        moved = Citation.model_validate(raw | relocated)
        assert moved.exact.split() == exact.split()
        assert list(find_mistakes(moved, sections)) == []


def check(url: str, *arguments: str) -> Finished:
    return run(url, "check", *arguments)


def test_base_is_checked_on_the_command_line(plain_url: str, tmp_path: Path) -> None:
    filled(plain_url, harbour())
    same, changed = tmp_path / "same.txt", tmp_path / "other.txt"
    same.write_bytes(TEXT.encode())
    changed.write_bytes(TEXT.replace("Trade grows", "Trade shrinks").encode())
    matching = check(plain_url, "--document", str(same))
    assert (matching.returncode, matching.stderr) == (0, "")
    assert matching.stdout == (
        "plan: 3 citations, 3 as they stand, 0 moved, 0 missing\nNo problems.\n"
    )
    unknown = check(plain_url, "--document", str(changed))
    assert (unknown.returncode, "which no document of the base has" in unknown.stderr) == (
        1,
        True,
    )
    none = check(plain_url)
    assert (none.returncode, "holds the text of no document" in none.stderr) == (1, True)


def test_text_of_the_only_document_needs_no_digest(plain_url: str, tmp_path: Path) -> None:
    bundle = harbour()
    bundle["documents"] = [one for one in bundle["documents"] if one["slug"] == "plan"]
    filled(plain_url, bundle)
    path = tmp_path / "other.txt"
    path.write_bytes(TEXT.replace("Trade grows", "Trade shrinks").encode())
    finished = check(plain_url, "--document", str(path))
    assert finished.returncode == 1
    assert "2 as they stand, 0 moved, 1 missing" in finished.stdout
    assert (
        "/v1/expected-outcomes/grow citation 0: 'Trade grows' is missing." in finished.stdout
    )
    assert "document says another" in finished.stdout
