"""Drafts on the server: from a file to a revision, through the real server and on both engines."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from app.reading.formats import MEDIA_TYPES, FileFormat
from app.store.models import Proposal
from app.text.headings import read_heading
from app.text.quotes import digest
from tests.helpers import fictional
from tests.helpers.bases import Bases, SqliteBases, engine_of, make_key
from tests.helpers.files import PdfPage, make_pdf, make_word, word_paragraph, word_table
from tests.helpers.paths import ROOT
from tests.helpers.problems import assert_problem
from tests.helpers.servers import serving
from tests.helpers.stored_drafts import (
    PLAN,
    TEXT,
    decide,
    draft_plan,
    find_proposal,
    list_proposals,
    patch_proposal,
    post_file,
)
from tests.helpers.walking import walk
from tests.helpers.writing import revision

pytestmark = pytest.mark.either_engine

SOURCES = sorted((ROOT.parent / "shared" / "source").glob("*.txt"))
UNKNOWN = "/v1/drafts/0123456789abcdef"


@pytest.fixture
def author(small_url: str) -> Iterator[httpx.Client]:
    """A client that may write to a base of its own."""
    with serving(small_url, scope="write") as client:
        yield client


@pytest.fixture(scope="module")
def reviewer(bases: Bases) -> Iterator[httpx.Client]:
    """A client that may write, whose base the tests share: nothing is published in it."""
    with serving(bases.make("small"), scope="write") as client:
        yield client


@pytest.fixture(scope="module")
def plan(reviewer: httpx.Client) -> str:
    """The path of a draft whose proposals are undecided before and after each test."""
    return draft_plan(reviewer)


@pytest.fixture(scope="module")
def refused(plain_bases: SqliteBases) -> Iterator[httpx.Client]:
    """A client that may write, on SQLite alone: what is refused does not depend on the engine."""
    with serving(plain_bases.make("small"), scope="write") as client:
        yield client


@pytest.fixture(scope="module")
def refused_plan(refused: httpx.Client) -> str:
    """The path of a draft that no test changes."""
    return draft_plan(refused)


def test_file_becomes_claims_that_are_found_by_focus_area(author: httpx.Client) -> None:
    posted = post_file(author, PLAN.read_bytes(), "?office=harbours&said_on=2031-01-01")
    assert posted.status_code == 201
    path = posted.headers["Location"]
    assert posted.json()["counts"]["state"] == {"proposed": posted.json()["total"]}
    school = find_proposal(author, path, "initiative", "Open a school")
    corrected = patch_proposal(author, school, record={"kind": "objective"})
    assert corrected.json()["state"] == "edited"
    assert corrected.json()["original"]["kind"] == "initiative"
    wrecks = find_proposal(author, path, "expected_outcome", "Fewer wrecks")
    assert patch_proposal(author, wrecks, state="rejected").json()["state"] == "rejected"
    decided = decide(author, path, state="accepted", min_score=0.9)
    assert school["number"] not in decided.json()["numbers"]
    assert wrecks["number"] not in decided.json()["numbers"]
    checked = author.post(f"{path}/publish?validate_only=true").json()
    assert checked["valid"]
    assert revision(author) == 1
    published = author.post(f"{path}/publish")
    assert (published.status_code, published.headers["Location"]) == (201, "/v1/revisions/2")
    assert [change["slug"] for change in checked["changes"]] == [
        change["slug"] for change in published.json()["changes"]
    ]
    (claim,) = author.get("/v1/initiatives?focus_area=pilotage").json()["items"]
    assert (claim["title"], claim["kind"]) == ("Open a school for pilots", "objective")
    assert author.get("/v1/expected-outcomes?q=wrecks").json()["total"] == 0
    assert author.get(path).json()["published_revision"] == 2


def test_same_file_is_the_same_draft(author: httpx.Client) -> None:
    first = post_file(author, PLAN.read_bytes())
    again = post_file(author, PLAN.read_bytes())
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.json() == first.json()
    assert re.fullmatch("rules [0-9a-f]{12}", first.json()["extractor"])
    assert author.get("/v1/drafts").json()["total"] == 1


def test_same_file_as_plain_text_is_another_draft(author: httpx.Client) -> None:
    first = post_file(author, PLAN.read_bytes())
    other = post_file(author, PLAN.read_bytes(), **TEXT)
    assert other.status_code == 201
    assert other.headers["Location"] != first.headers["Location"]
    assert other.json()["format"] == "txt"


def test_file_is_not_drafted_otherwise_without_a_word(
    refused: httpx.Client, refused_plan: str
) -> None:
    response = post_file(refused, PLAN.read_bytes(), "?prose=true")
    problem = assert_problem(response, 409, "already-exists")
    assert "prose=True" in problem["detail"]
    assert refused_plan in problem["detail"]


def test_time_that_is_added_counts_from_the_day_of_the_document(author: httpx.Client) -> None:
    posted = post_file(
        author,
        "# A plan\n\nThe office will mend the wall within a year.",
        "?said_on=2031-05-01",
    )
    path = posted.headers["Location"]
    text = author.get(f"{path}/text").text
    span = {"start": text.index("The office"), "end": len(text)}
    added = author.post(f"{path}/proposals", json={"type": "timeline_item", **span})
    assert added.json()["record"]["end_edtf"] == "2032-05~"
    assert added.json()["record"]["office_slug"] is None


def make_files() -> dict[str, bytes]:
    """The same fictional list as Word document and as PDF, by media type."""
    body = word_paragraph("Plan for the walls", "Heading1")
    body += word_paragraph("The office recommends that the ministry:")
    body += word_table([["Initiative", "Time"], ["Mend the wall", "2033"]])
    page = PdfPage().write(72, 72, "Plan for the walls", size=20, is_bold=True)
    page.write(72, 110, "The office recommends that the ministry:")
    page.write(72, 130, "• Mend the wall by 2033")
    media_types = {file_format: media_type for media_type, file_format in MEDIA_TYPES.items()}
    return {
        media_types[FileFormat.WORD]: make_word(body),
        media_types[FileFormat.PDF]: make_pdf([page]),
    }


@pytest.mark.parametrize("media_type", make_files())
def test_word_and_pdf_are_drafted(refused: httpx.Client, media_type: str) -> None:
    headers = {"Content-Type": media_type}
    posted = post_file(refused, make_files()[media_type], **headers)
    assert posted.status_code == 201, posted.text
    path = posted.headers["Location"]
    claim = find_proposal(refused, path, "initiative", "Mend the wall")
    assert claim["record"]["modality"] == "recommended"
    decide(refused, path, state="accepted", min_score=0)
    assert refused.post(f"{path}/publish?validate_only=true").json()["valid"]
    assert refused.delete(path).status_code == 204


def test_text_is_what_the_citations_are_of(reviewer: httpx.Client, plan: str) -> None:
    text = reviewer.get(f"{plan}/text").text
    assert digest(text) == reviewer.get(plan).json()["sha256"]
    citations = 0
    for proposal in list_proposals(reviewer, plan):
        start, end = proposal["start"], proposal["end"]
        assert text[start:end] == proposal["exact"]
        for citation in proposal["record"]["citations"]:
            assert text[citation["start"] : citation["end"]] == citation["exact"]
            citations += 1
    assert citations > 20


def test_outline_has_the_blocks_in_order(reviewer: httpx.Client, plan: str) -> None:
    text = reviewer.get(f"{plan}/text").text
    blocks = reviewer.get(f"{plan}/outline").json()["blocks"]
    headings = [text[b["start"] : b["end"]] for b in blocks if b["kind"] == "heading"]
    assert headings[1:] == ["Background", "Recommendations", "Measures"]
    rows = [block for block in blocks if block["kind"] == "row"]
    assert [len(row["cells"]) for row in rows] == [4, 4, 4]
    assert all(cell["is_head"] for cell in rows[0]["cells"])
    for before, after in pairwise(blocks):
        assert before["end"] <= after["start"]


def test_coverage_accounts_for_every_character(reviewer: httpx.Client, plan: str) -> None:
    text = reviewer.get(f"{plan}/text").text
    coverage = reviewer.get(f"{plan}/coverage").json()
    position = 0
    for span in coverage["spans"]:
        assert span["start"] == position < span["end"]
        position = span["end"]
        assert bool(span["numbers"]) == (span["status"] in ("claimed", "rejected"))
    assert position == len(text) == sum(coverage["characters"].values())
    missed = [sentence["exact"] for sentence in coverage["missed"]]
    assert missed == [
        "The ministry will not close the old harbour.",
        "It will open a new ferry by 2035.",
    ]


def test_coverage_tells_what_was_rejected(author: httpx.Client) -> None:
    path = draft_plan(author)
    pilots = find_proposal(author, path, "initiative", "Train pilots")
    patch_proposal(author, pilots, state="rejected")
    spans = author.get(f"{path}/coverage").json()["spans"]
    (span,) = [span for span in spans if span["status"] == "rejected"]
    assert (span["start"], span["end"]) == (pilots["start"], pilots["end"])
    assert span["numbers"] == [pilots["number"]]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("type=office", {""}),
        ("type=initiative&section=Measures", {"Open a school", "Rebuild the lighth"}),
        ("rule=focus area", {"Pilotage", "Lighthouses"}),
        ("type=expected_outcome&type=focus_area&rule=row", {"More pilots", "Fewer wrecks"}),
        ("state=rejected", set()),
        ("origin=model&origin=person", set()),
    ],
)
def test_filter_of_proposals(
    reviewer: httpx.Client, plan: str, query: str, words: set[str]
) -> None:
    proposals = list_proposals(reviewer, plan, f"&{query}")
    assert len(proposals) == len(words)
    for proposal in proposals:
        assert any(proposal["exact"].startswith(word) for word in words)


@pytest.mark.parametrize("sort", ["number", "position,score", "-score,type", "-position"])
def test_pages_of_proposals_have_each_once(
    reviewer: httpx.Client, plan: str, sort: str
) -> None:
    path = f"{plan}/proposals?sort={sort}"
    together = reviewer.get(f"{path}&limit=200").json()
    numbers = [proposal["number"] for proposal in together["items"]]
    walked = []
    for page in walk(reviewer, f"{path}&limit=4"):
        walked += [proposal["number"] for proposal in page["items"]]
    assert walked == numbers
    assert sorted(numbers) == list(range(1, together["total"] + 1))
    keys = [key.strip("-").replace("position", "start") for key in sort.split(",")]
    values = [proposal[keys[0]] for proposal in together["items"]]
    assert values == sorted(values, reverse=sort.startswith("-"))


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("proposals?section=Measure", "Did you mean 'Measures'?"),
        ("proposals?rule=rows", "Did you mean 'row'?"),
        ("proposals?flag=odd", "has the flag 'odd'"),
        ("proposals?state=open", "'proposed'"),
        ("proposals?sort=number,number", "is there twice"),
        ("proposals?nope=1", "Unknown parameter 'nope'"),
        ("proposals/1?nope=1", "Unknown parameter 'nope'"),
        ("coverage?nope=1", "Unknown parameter 'nope'"),
    ],
)
def test_wrong_parameter_is_named(
    refused: httpx.Client, refused_plan: str, path: str, detail: str
) -> None:
    problem = assert_problem(refused.get(f"{refused_plan}/{path}"), 422, "invalid-request")
    assert detail in problem["detail"]


@pytest.mark.parametrize(
    ("content", "query", "headers", "problem", "detail"),
    [
        (
            "a",
            "",
            {"Content-Type": "image/png"},
            (415, "unsupported-media-type"),
            "image/png",
        ),
        ("a", "", {"Content-Encoding": "gzip"}, (415, "unsupported-media-type"), "gzip"),
        ("", "", {}, (422, "unreadable-file"), "no text"),
        (b"\xff\xfe", "", TEXT, (422, "unreadable-file"), "The file"),
        ("no pdf", "", {"Content-Type": "application/pdf"}, (422, "unreadable-file"), "PDF"),
        ("a", "?language=xx", {}, (422, "invalid-request"), "for the language 'xx'"),
        ("a", "?office=Not a slug", {}, (422, "invalid-request"), "'office'"),
        ("a", "?said_on=soon", {}, (422, "invalid-request"), "'said_on'"),
        ("a", "?said_on=2031-02-30", {}, (422, "invalid-request"), "'said_on'"),
        ("a", "?prose=maybe", {}, (422, "invalid-request"), "'prose'"),
        ("a", "?nope=1", {}, (422, "invalid-request"), "'nope'"),
        ("a", "", {"If-Match": '"1"'}, (422, "invalid-request"), "If-Match"),
    ],
)
def test_file_that_cannot_be_drafted_is_refused(
    refused: httpx.Client,
    content: bytes | str,
    query: str,
    headers: dict[str, str],
    problem: tuple[int, str],
    detail: str,
) -> None:
    before = refused.get("/v1/drafts").json()["total"]
    body = assert_problem(post_file(refused, content, query, **headers), *problem)
    assert detail in body["detail"]
    assert refused.get("/v1/drafts").json()["total"] == before


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        ("```\ncode\n```", {}),
        ("?!", TEXT),
        ("\ufeff# A plan", TEXT),
        ("# " + "x" * 5_000, {}),
        ("<h1>A&#xD800;plan</h1>", {"Content-Type": "text/html"}),
        ("# A plan\n\n# A plan\n\nA plan\n\n- We will mend the wall\n", {}),
    ],
)
def test_text_without_claims_is_a_draft_of_its_document(
    refused: httpx.Client, content: str, headers: dict[str, str]
) -> None:
    response = post_file(refused, content, **headers)
    assert response.status_code == 201, response.text
    path = response.headers["Location"]
    assert list_proposals(refused, path)[0]["type"] == "document"
    length = len(refused.get(f"{path}/text").text)
    assert sum(refused.get(f"{path}/coverage").json()["characters"].values()) == length
    assert refused.delete(path).status_code == 204


def test_bounds_are_settings(plain_small_url: str) -> None:
    limits: dict[str, Any] = {
        "file_max_bytes": 2_000,
        "file_max_characters": 1_000,
        "draft_max_proposals": 16,
    }
    with serving(plain_small_url, scope="write", **limits) as client:
        large = assert_problem(post_file(client, "a" * 2_001), 413, "too-large")
        assert "COMMUNIQUE_FILE_MAX_BYTES" in large["detail"]
        long = assert_problem(post_file(client, "a" * 1_001), 422, "unreadable-file")
        assert "1,000 characters" in long["detail"]
        many = (
            "# Walls\n\nThe office recommends that the ministry:\n\n"
            + "- Mend the wall\n" * 17
        )
        assert_problem(post_file(client, many), 413, "too-large")
        path = draft_plan(client)
        lost = {"type": "initiative", "start": 0, "end": 10}
        assert client.post(f"{path}/proposals", json=lost).status_code == 201
        full = assert_problem(
            client.post(f"{path}/proposals", json=lost), 422, "invalid-request"
        )
        assert "COMMUNIQUE_DRAFT_MAX_PROPOSALS" in full["detail"]


# Requests for a draft that is not there.
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("GET", "/text", None),
        ("GET", "/outline", None),
        ("GET", "/coverage", None),
        ("GET", "/proposals", None),
        ("GET", "/proposals/1", None),
        ("POST", "/proposals", {"type": "initiative", "start": 0, "end": 1}),
        ("POST", "/decisions", {"state": "accepted", "min_score": 1}),
        ("POST", "/publish", None),
        ("POST", "/publish?validate_only=true", None),
        ("DELETE", "", None),
    ],
)
def test_draft_that_is_not_there(
    refused: httpx.Client, method: str, path: str, body: object
) -> None:
    response = refused.request(method, UNKNOWN + path, json=body)
    if body is None:
        response = refused.request(method, UNKNOWN + path)
    assert_problem(response, 404, "not-found")


# Patches of an initiative that the rules or the state of the proposal forbid.
@pytest.mark.parametrize(
    ("fields", "code", "place"),
    [
        ({"record": {"title": "Train pirates"}}, "invalid-records", "/record/title"),
        ({"record": {"title": None}}, "invalid-records", "/record/title"),
        ({"record": {"citations": []}}, "invalid-records", "/record/title"),
        ({"record": {"modality": "likely"}}, "invalid-records", "/record/modality"),
        (
            {"record": {"focus_area_slugs": ["piracy"]}},
            "invalid-records",
            "/record/focus_area_slugs/0",
        ),
        ({"record": {"office_slug": "nowhere"}}, "invalid-records", "/record/office_slug"),
        ({"record": {"piracy": 1}}, "invalid-records", "/record/piracy"),
        ({"record": {"slug": "other"}}, "invalid-request", "/record/slug"),
        ({"record": None}, "invalid-request", "/record"),
        ({"record": "x"}, "invalid-request", "/record"),
        ({"state": "published"}, "invalid-request", "/state"),
        ({"state": "edited"}, "invalid-request", "/state"),
        ({"state": "rejected", "record": {}}, "invalid-request", "/state"),
        ({"score": 1}, "invalid-request", "/score"),
    ],
)
def test_patch_that_breaks_a_rule_changes_nothing(
    refused: httpx.Client, refused_plan: str, fields: dict[str, object], code: str, place: str
) -> None:
    proposal = find_proposal(refused, refused_plan, "initiative", "Train pilots")
    problem = assert_problem(patch_proposal(refused, proposal, **fields), 422, code)
    assert place in [error["pointer"] for error in problem["errors"]]
    assert refused.get(proposal["url"]).json() == proposal


def test_quote_cannot_be_broken(refused: httpx.Client, refused_plan: str) -> None:
    proposal = find_proposal(refused, refused_plan, "initiative", "Train pilots")
    quote, *others = proposal["record"]["citations"]
    for name, value in (
        ("start", quote["start"] + 1),
        ("exact", "Train pirates for the river"),
        ("prefix", "pirates"),
        ("section", ["Background"]),
        ("document_slug", "memorandum"),
    ):
        record = {"citations": [{**quote, name: value}, *others]}
        response = patch_proposal(refused, proposal, record=record)
        problem = assert_problem(response, 422, "invalid-records")
        pointers = {error["pointer"] for error in problem["errors"]}
        assert any(pointer.startswith("/record/") for pointer in pointers), name


def test_correction_that_breaks_the_quotes_of_others_is_refused(
    refused: httpx.Client, refused_plan: str
) -> None:
    """A line that a section names is a heading for every quote below it."""
    proposal = find_proposal(refused, refused_plan, "initiative", "Train pilots")
    quote, *others = proposal["record"]["citations"]
    line = "- Repair the quays of Strelsau by 2033"
    assert f"\n{line}\n" in refused.get(f"{refused_plan}/text").text
    moved = {**quote, "section": [*quote["section"], line]}
    response = patch_proposal(refused, proposal, record={"citations": [moved, *others]})
    problem = assert_problem(response, 422, "invalid-records")
    assert "'publish-the-tides-every-month' would cite" in problem["detail"]


def test_correction_without_a_new_quote_refers_to_what_is_there(
    refused: httpx.Client, refused_plan: str
) -> None:
    proposal = find_proposal(refused, refused_plan, "initiative", "Train pilots")
    for field, slugs in (("focus_area_slugs", ["whaling"]), ("office_slug", "whalers")):
        record = {field: slugs, "derived": {field: "Known from the map"}}
        response = patch_proposal(refused, proposal, record=record)
        problem = assert_problem(response, 422, "invalid-records")
        assert "there is no" in problem["detail"]
    assert refused.get(proposal["url"]).json() == proposal


def test_words_of_a_title_are_shortened_with_its_quote(author: httpx.Client) -> None:
    path = draft_plan(author)
    proposal = find_proposal(author, path, "initiative", "Train pilots")
    quote, *others = proposal["record"]["citations"]
    assert quote["exact"] == "Train pilots for the river"
    shorter = {**quote, "exact": "Train pilots", "end": quote["start"] + 12, "suffix": " for"}
    record = {"title": "Train pilots", "citations": [shorter, *others]}
    response = patch_proposal(author, proposal, record=record)
    assert response.status_code == 200, response.text
    corrected = response.json()
    wrong = {**shorter, "suffix": " of"}
    response = patch_proposal(author, corrected, record={"citations": [wrong, *others]})
    problem = assert_problem(response, 422, "invalid-records")
    assert "does not stand after the quote" in problem["detail"]


def test_region_of_a_language_is_no_other_language(author: httpx.Client) -> None:
    plan = "# Plan\n\nLe conseil recommande :\n\n- ouvrir une école en 2031\n"
    first = post_file(author, plan, "?language=fr-CA")
    assert (first.status_code, first.json()["language"]) == (201, "fr")
    assert post_file(author, plan, "?language=FR").status_code == 200


def test_document_of_a_draft_keeps_its_text(refused: httpx.Client, refused_plan: str) -> None:
    document = find_proposal(refused, refused_plan, "document")
    response = patch_proposal(refused, document, record={"sha256": "0" * 64})
    problem = assert_problem(response, 422, "invalid-records")
    assert problem["errors"][0]["pointer"] == "/record/sha256"


@pytest.mark.each_engine
def test_of_two_patches_of_one_state_one_wins(author: httpx.Client) -> None:
    path = draft_plan(author)
    proposal = find_proposal(author, path, "initiative", "Train pilots")
    etag = author.get(proposal["url"]).headers["ETag"]

    def send(state: str) -> httpx.Response:
        headers = {"If-Match": etag, "Content-Type": "application/merge-patch+json"}
        return author.patch(
            proposal["url"], content=f'{{"state": "{state}"}}', headers=headers
        )

    with ThreadPoolExecutor(2) as pool:
        responses = list(pool.map(send, ["accepted", "rejected"]))
    assert sorted(response.status_code for response in responses) == [200, 412]
    assert author.get(proposal["url"]).json()["version"] == 2


def test_patch_needs_the_state_that_was_read(
    refused: httpx.Client, refused_plan: str
) -> None:
    proposal = find_proposal(refused, refused_plan, "initiative", "Train pilots")
    headers = {"Content-Type": "application/merge-patch+json"}
    response = refused.patch(
        proposal["url"], content='{"state": "accepted"}', headers=headers
    )
    assert_problem(response, 428, "precondition-required")
    headers["If-Match"] = '"7"'
    response = refused.patch(
        proposal["url"], content='{"state": "accepted"}', headers=headers
    )
    assert_problem(response, 412, "stale-version")


def test_decision_can_be_taken_back(author: httpx.Client) -> None:
    path = draft_plan(author)
    before = find_proposal(author, path, "initiative", "Train pilots")
    edited = patch_proposal(author, before, record={"kind": "cooperation"}).json()
    assert edited["state"] == "edited"
    rejected = patch_proposal(author, edited, state="rejected").json()
    assert rejected["record"]["kind"] == "cooperation"
    accepted = patch_proposal(author, rejected, state="accepted").json()
    assert accepted["state"] == "edited"
    after = patch_proposal(author, accepted, state="proposed").json()
    for name in ("state", "record", "original"):
        assert after[name] == before[name]
    assert after["version"] == 5
    assert author.get(path).json()["version"] == 5


def test_edited_back_is_accepted(author: httpx.Client) -> None:
    path = draft_plan(author)
    before = find_proposal(author, path, "initiative", "Train pilots")
    edited = patch_proposal(author, before, record={"kind": "cooperation"}).json()
    back = patch_proposal(author, edited, record={"kind": before["record"]["kind"]}).json()
    assert (back["state"], back["original"]) == ("accepted", None)


@pytest.mark.parametrize(
    ("chosen", "number"),
    [
        ({"numbers": [1, 3]}, 2),
        ({"section": "Recommendations"}, 5),
        ({"rule": "row"}, 6),
        ({"type": "expected_outcome"}, 2),
        ({"rule": "row", "type": "initiative"}, 2),
        ({"min_score": 1.0}, 0),
        ({"min_score": 0}, 15),
    ],
)
def test_decision_about_many(
    reviewer: httpx.Client, plan: str, chosen: dict[str, object], number: int
) -> None:
    made = decide(reviewer, plan, state="rejected", **chosen).json()
    rejected = list_proposals(reviewer, plan, "&state=rejected")
    assert made["numbers"] == [proposal["number"] for proposal in rejected]
    assert len(rejected) == number
    assert made["counts"]["state"].get("rejected", 0) == number
    if number:
        decide(reviewer, plan, state="proposed", numbers=made["numbers"])


def test_decision_about_many_leaves_what_is_decided_alone(author: httpx.Client) -> None:
    path = draft_plan(author)
    pilots = find_proposal(author, path, "initiative", "Train pilots")
    patch_proposal(author, pilots, state="accepted")
    made = decide(author, path, state="rejected", section="Recommendations").json()
    assert pilots["number"] not in made["numbers"]
    named = decide(author, path, state="rejected", numbers=[pilots["number"]]).json()
    assert named["numbers"] == [pilots["number"]]
    again = decide(author, path, state="rejected", numbers=[pilots["number"]]).json()
    assert (again["numbers"], again["version"]) == ([], named["version"])


def test_what_only_a_model_proposes_is_accepted_one_by_one(small_url: str) -> None:
    with serving(small_url, scope="write") as author, engine_of(small_url) as engine:
        path = draft_plan(author)
        with engine.begin() as connection:
            # No server asks a model yet.
            connection.execute(
                update(Proposal).where(Proposal.rule == "row").values(origin="model")
            )
        made = decide(author, path, state="accepted", min_score=0).json()
        left = list_proposals(author, path, "&state=proposed")
        assert {proposal["origin"] for proposal in left} == {"model"}
        assert len(made["numbers"]) + len(left) == author.get(path).json()["total"]
        numbers = [proposal["number"] for proposal in left]
        named = decide(author, path, state="accepted", numbers=numbers).json()
        assert named["numbers"] == numbers


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"state": "accepted"}, None),
        ({"state": "edited", "numbers": [1]}, "/state"),
        ({"state": "accepted", "numbers": []}, "/numbers"),
        ({"state": "accepted", "numbers": [1, 99]}, "/numbers/1"),
        ({"state": "accepted", "section": "Nowhere"}, "/section"),
        ({"state": "accepted", "rule": "magic"}, "/rule"),
        ({"state": "accepted", "flag": "odd"}, "/flag"),
        ({"state": "accepted", "min_score": 2}, "/min_score"),
        ({"state": "accepted", "min_score": "high"}, "/min_score"),
        ({"state": "accepted", "all": True}, "/all"),
    ],
)
def test_wrong_decision_is_named(
    refused: httpx.Client, refused_plan: str, fields: dict[str, object], pointer: str | None
) -> None:
    problem = assert_problem(decide(refused, refused_plan, **fields), 422, "invalid-request")
    if pointer is not None:
        assert pointer in [error["pointer"] for error in problem["errors"]]


def test_what_was_missed_is_added(author: httpx.Client) -> None:
    path = draft_plan(author)
    text = author.get(f"{path}/text").text
    words = "It will open a new ferry by 2035."
    start = text.index(words)
    span = {"start": start - 1, "end": start + len(words)}
    added = author.post(f"{path}/proposals", json={"type": "initiative", **span})
    assert added.status_code == 201
    proposal = author.get(added.headers["Location"]).json()
    assert proposal == added.json()
    assert (proposal["state"], proposal["origin"]) == ("accepted", "person")
    assert proposal["exact"] == proposal["record"]["title"] == words
    assert proposal["record"]["modality"] == "prospective"
    assert proposal["record"]["office_slug"] == "harbours"
    assert proposal["section"][-1] == "Measures"
    item = author.post(f"{path}/proposals", json={"type": "timeline_item", **span}).json()
    assert (item["record"]["end_edtf"], item["record"]["end_kind"]) == ("2035", "by")
    missed = author.get(f"{path}/coverage").json()["missed"]
    assert words not in [sentence["exact"] for sentence in missed]


def test_focus_area_is_added_and_claims_are_linked_to_it(author: httpx.Client) -> None:
    path = draft_plan(author)
    text = author.get(f"{path}/text").text
    start = text.index("ferry")
    span = {"start": start, "end": start + len("ferry")}
    area = author.post(f"{path}/proposals", json={"type": "focus_area", **span}).json()
    assert area["record"]["name"] == "ferry"
    claim = {
        "type": "expected_outcome",
        "start": text.index("It will open"),
        "end": start + len("ferry"),
        "record": {
            "focus_area_slugs": [area["record"]["slug"]],
            "derived": {"focus_area_slugs": "It names the ferry"},
        },
    }
    added = author.post(f"{path}/proposals", json=claim)
    assert added.status_code == 201, added.text
    assert author.post(f"{path}/publish").status_code == 201
    (outcome,) = author.get("/v1/expected-outcomes?focus_area=Ferry").json()["items"]
    assert outcome["statement"] == "It will open a new ferry"


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"type": "initiative", "start": 0}, "/end"),
        ({"type": "document", "start": 0, "end": 1}, "/type"),
        ({"type": "initiative", "start": 34, "end": 35}, "/start"),
        ({"type": "initiative", "start": 5, "end": 5}, "/start"),
        ({"type": "initiative", "start": 0, "end": 1_000_000}, "/end"),
        ({"type": "initiative", "start": -1, "end": 5}, "/start"),
        ({"type": "timeline_item", "start": 0, "end": 34}, "/end"),
    ],
)
def test_words_that_cannot_be_proposed_are_named(
    refused: httpx.Client, refused_plan: str, fields: dict[str, object], pointer: str
) -> None:
    response = refused.post(f"{refused_plan}/proposals", json=fields)
    problem = assert_problem(response, 422, "invalid-request")
    assert pointer in [error["pointer"] for error in problem["errors"]]


def test_focus_area_that_is_proposed_is_not_added_again(
    refused: httpx.Client, refused_plan: str
) -> None:
    area = find_proposal(refused, refused_plan, "focus_area", "Pilotage")
    fields = {"type": "focus_area", "start": area["start"], "end": area["end"]}
    response = refused.post(f"{refused_plan}/proposals", json=fields)
    problem = assert_problem(response, 422, "invalid-request")
    assert f"proposal {area['number']} already" in problem["detail"]


@pytest.mark.accept
def test_what_the_base_has_is_used(author: httpx.Client) -> None:
    """The office by its slug, a focus area by a label, whatever its case."""
    area = fictional.focus_area("pilots", name="PILOTAGE")
    area["aliases"] = ["Lighthouses"]
    area["derived"]["aliases"] = "fictional"
    assert author.post("/v1/focus-areas", json=area).status_code == 201
    path = draft_plan(author, "?office=strelsau")
    decide(author, path, state="accepted", min_score=0)
    published = author.post(f"{path}/publish").json()
    used = {(use["type"], use["slug"]) for use in published["used"]}
    assert used == {("office", "strelsau"), ("focus_area", "pilots")}
    assert author.get("/v1/initiatives?focus_area=pilots").json()["total"] == 2
    assert author.get("/v1/focus-areas").json()["total"] == 4
    assert published["revision"]["counts"]["create"] == 12


def test_claims_with_the_same_quote_are_not_made_again(author: httpx.Client) -> None:
    path = draft_plan(author)
    decide(author, path, state="accepted", min_score=0)
    assert author.post(f"{path}/publish").status_code == 201
    author.delete(path)
    again = draft_plan(author)
    assert again != path
    decide(author, again, state="accepted", min_score=0)
    response = author.post(f"{again}/publish")
    assert response.status_code == 200
    body = response.json()
    assert (body["revision"], body["changes"]) == (None, [])
    assert len(body["used"]) == 15
    assert revision(author) == 2


@pytest.mark.skipif(
    not SOURCES, reason="needs ../shared/source, which is not in the repository"
)
def test_document_of_the_seed_gives_no_claim_twice(seeded_url: str) -> None:
    """The seed has every claim that is drafted from its document, at the same place."""
    query = "?office=nato-liaison-office-amman&said_on=2025-09-16"
    with serving(seeded_url, scope="write") as author:
        path = post_file(author, SOURCES[0].read_bytes(), query, **TEXT).headers["Location"]
        for type_ in ("initiative", "expected_outcome", "timeline_item"):
            decide(author, path, state="accepted", type=type_)
        published = author.post(f"{path}/publish").json()
        assert [
            change for change in published["changes"] if "focus" not in change["url"]
        ] == []
        claims = [use for use in published["used"] if use["reason"].endswith("same quote.")]
        assert len(claims) == 28


def test_slug_that_is_taken_gets_a_counter(author: httpx.Client) -> None:
    taken = fictional.record("initiative", "open-a-school-for-pilots")
    assert author.post("/v1/initiatives", json=taken).status_code == 201
    path = draft_plan(author)
    decide(author, path, state="accepted", section="Measures")
    author.post(f"{path}/publish")
    school = find_proposal(author, path, "initiative", "Open a school")
    assert school["published_slug"] == "open-a-school-for-pilots-2"
    item = author.get("/v1/timeline-items?initiative=open-a-school-for-pilots-2").json()
    assert [record["wording"] for record in item["items"]] == ["2032"]


def test_link_to_what_is_not_accepted_is_left_out(author: httpx.Client) -> None:
    path = draft_plan(author)
    item = find_proposal(author, path, "timeline_item", "Open a school")
    assert item["record"]["initiative_slug"] == "open-a-school-for-pilots"
    patch_proposal(author, item, state="accepted")
    area = find_proposal(author, path, "focus_area", "Pilotage")
    patch_proposal(author, area, state="rejected")
    published = author.post(f"{path}/publish").json()
    types = [change["type"] for change in published["changes"]]
    assert types == ["document", "office", "timeline_item"]
    record = author.get(published["changes"][-1]["url"]).json()
    assert (record["initiative_slug"], record["focus_area_slugs"]) == (None, [])
    supports = {name for quote in record["citations"] for name in quote["supports"]}
    assert not supports & {"initiative_slug", "focus_area_slugs"}


def test_text_is_published_only_where_a_person_says_so(author: httpx.Client) -> None:
    path = draft_plan(author)
    decide(author, path, state="accepted", section="Measures")
    document = find_proposal(author, path, "document")
    text = author.get(f"{path}/text").text
    other = patch_proposal(author, document, record={"text": text + "."})
    assert_problem(other, 422, "invalid-records")
    (change, *_) = author.post(f"{path}/publish?validate_only=true").json()["changes"]
    assert change["difference"][0]["value"]["text"] is None
    edited = patch_proposal(author, document, record={"text": text})
    assert edited.json()["state"] == "edited"
    author.post(f"{path}/publish")
    url = "/v1/documents/plan-for-the-harbours-of-ruritania"
    assert author.get(f"{url}/text").text == text


def test_paths_of_drafts_are_public_ones(plain_small_url: str) -> None:
    address = "https://kb.example.org/kb"
    with serving(plain_small_url, scope="write", base_url=address) as client:
        path = draft_plan(client)
        assert path.startswith("/kb/v1/drafts/")
        assert client.get(path).json()["url"] == path
        page = client.get(f"{path}/proposals?limit=1").json()
        assert page["items"][0]["url"] == f"{path}/proposals/1"
        assert page["next"].startswith(f"{path}/proposals?")
        assert client.get(page["next"]).json()["items"][0]["number"] == 2


def test_publishing_goes_on_where_it_ended(author: httpx.Client) -> None:
    path = draft_plan(author)
    decide(author, path, state="accepted", section="Recommendations")
    first = author.post(f"{path}/publish").json()
    assert author.post(f"{path}/publish").json()["revision"] is None
    decide(author, path, state="accepted", section="Measures")
    second = author.post(f"{path}/publish").json()
    slugs = [change["slug"] for change in first["changes"] + second["changes"]]
    keys = [change["url"] for change in first["changes"] + second["changes"]]
    assert len(keys) == len(set(keys)) == 15, slugs
    assert author.get(path).json()["published_revision"] == second["revision"]["revision"]
    published = author.get("/v1/drafts?published=true").json()["items"]
    assert [draft["url"] for draft in published] == [path]
    assert author.get("/v1/drafts?published=false").json()["items"] == []


def test_published_proposal_is_changed_in_the_base(author: httpx.Client) -> None:
    path = draft_plan(author)
    decide(author, path, state="accepted", section="Measures")
    author.post(f"{path}/publish")
    school = find_proposal(author, path, "initiative", "Open a school")
    problem = assert_problem(
        patch_proposal(author, school, state="rejected"), 409, "already-exists"
    )
    assert "/v1/initiatives/open-a-school-for-pilots" in problem["detail"]
    numbers = [school["number"]]
    assert_problem(
        decide(author, path, state="rejected", numbers=numbers), 409, "already-exists"
    )


def test_rejected_document_keeps_all_from_publication(author: httpx.Client) -> None:
    path = draft_plan(author)
    decide(author, path, state="accepted", min_score=0)
    decide(author, path, state="rejected", numbers=[1])
    problem = assert_problem(author.post(f"{path}/publish"), 422, "invalid-request")
    assert "Proposal 1, the document" in problem["detail"]
    assert revision(author) == 1


def test_record_that_the_base_refuses_is_shown_before(author: httpx.Client) -> None:
    """The slug of a new focus area is a label that another one has."""
    path = draft_plan(author)
    area = find_proposal(author, path, "focus_area", "Pilotage")
    label = {"aliases": ["The trade"], "derived": {"aliases": "As merchants call it"}}
    assert patch_proposal(author, area, record=label).status_code == 200
    other = fictional.focus_area("commerce", name="Commerce", aliases=["The tr-ade"])
    other["derived"]["aliases"] = "fictional"
    assert author.post("/v1/focus-areas", json=other).status_code == 201
    decide(author, path, state="accepted", section="Measures")
    used = author.post(f"{path}/publish?validate_only=true").json()["used"]
    assert ("focus_area", "commerce") in [(use["type"], use["slug"]) for use in used]


def test_draft_is_no_part_of_the_base(author: httpx.Client) -> None:
    before = author.get("/v1").json()
    path = draft_plan(author)
    find_proposal(author, path, "initiative", "Open a school")
    assert author.get("/v1").json() == before
    assert author.get("/v1/search?q=lighthouse").json()["total"] == 0
    assert author.get("/v1/changes?since=1").json()["items"] == []


def test_deletion_leaves_nothing_but_what_was_published(author: httpx.Client) -> None:
    path = draft_plan(author)
    decide(author, path, state="accepted", section="Measures")
    author.post(f"{path}/publish")
    stale = author.delete(path, headers={"If-Match": '"1"'})
    assert_problem(stale, 412, "stale-version")
    etag = author.get(path).headers["ETag"]
    assert author.delete(path, headers={"If-Match": etag}).status_code == 204
    for part in ("", "/text", "/proposals", "/coverage"):
        assert_problem(author.get(path + part), 404, "not-found")
    assert_problem(author.delete(path), 404, "not-found")
    assert author.get("/v1/initiatives?q=school").json()["total"] == 1


def test_draft_is_never_public(small_url: str) -> None:
    with serving(small_url, scope="write") as writer, serving(small_url) as public:
        path = draft_plan(writer)
        reader = {"Authorization": f"Bearer {make_key(small_url, 'read')}"}
        for part in ("", "/text", "/outline", "/coverage", "/proposals", "/proposals/1"):
            assert_problem(public.get(path + part), 401, "unauthenticated")
            read = public.get(path + part, headers=reader)
            assert read.status_code == 200
            # Only after a key was given, and a second time: nothing is cached.
            assert_problem(public.get(path + part), 401, "unauthenticated")
            for response in (read, public.get(path + part)):
                assert response.headers["Cache-Control"] == "private, no-store"
                assert "Access-Control-Allow-Origin" not in response.headers
        for method, part in (("POST", "/decisions"), ("POST", "/publish"), ("DELETE", "")):
            refused = public.request(method, path + part, headers=reader)
            assert_problem(refused, 403, "forbidden")
            assert refused.headers["Cache-Control"] == "private, no-store"


def test_drafting_again_with_the_same_key_is_answered_again(author: httpx.Client) -> None:
    key = {"Idempotency-Key": "plan-1"}
    first = post_file(author, PLAN.read_bytes(), **key)
    again = post_file(author, PLAN.read_bytes(), **key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    other = post_file(author, "# Another plan", **key)
    assert_problem(other, 422, "idempotency-key-reused")


@pytest.mark.each_engine
def test_files_that_are_sent_at_once_are_one_draft(author: httpx.Client) -> None:
    with ThreadPoolExecutor(4) as pool:
        paths = list(pool.map(lambda _: draft_plan(author), range(4)))
    assert len(set(paths)) == 1
    assert author.get("/v1/drafts").json()["total"] == 1


def test_drafts_are_listed_the_newest_first(author: httpx.Client) -> None:
    for number in range(3):
        post_file(author, f"# Plan {number}\n\nThe office will mend wall {number}.")
    titles = []
    for page in walk(author, "/v1/drafts?limit=2"):
        titles += [draft["title"] for draft in page["items"]]
    assert titles == ["Plan 2", "Plan 1", "Plan 0"]


def test_prose_is_proposed_where_it_is_asked_for(author: httpx.Client) -> None:
    path = draft_plan(author, "?prose=true")
    ferry = find_proposal(author, path, "initiative", "It will open")
    assert "prose" in ferry["flags"]
    assert list_proposals(author, path, "&flag=prose")


def test_deletion_drops_pieces_of_the_text_that_are_stored_in_memory(
    author: httpx.Client,
) -> None:
    path = draft_plan(author)
    claim = find_proposal(author, path, "initiative", "Open a school")
    quotes = [
        {**quote, "prefix": quote["prefix"][-5:]} for quote in claim["record"]["citations"]
    ]
    assert patch_proposal(author, claim, record={"citations": quotes}).status_code == 200
    assert count_stored_headings() > 0
    assert author.delete(path).status_code == 204
    assert count_stored_headings() == 0


def count_stored_headings() -> int:
    # `text_cache` says no more of the function than what it takes.
    size: int = read_heading.cache_info().currsize  # type: ignore[attr-defined]
    return size
