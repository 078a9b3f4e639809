"""A language model asked by the server: only where a request wants it, and within the same bounds.

The model is a server on loopback."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, update

from app.store.models import Draft
from tests.helpers.bases import engine_of
from tests.helpers.models import Response, StubModel, answering, complete_claims
from tests.helpers.problems import assert_problem
from tests.helpers.servers import serving
from tests.helpers.stored_drafts import decide, list_proposals, post_file

pytestmark = pytest.mark.either_engine

PLAN = """\
# Harbour plan

The harbour is old and its lamps burn all night.

The ministry will:

- build a mole by 2031
"""
LAMPS, MOLE = 2, 4


def claim(block: int, quote: str, modality: str, cue: str) -> dict[str, object]:
    members = {"type": "initiative", "wording": None, "focus": None}
    return {"block": block, "quote": quote, "modality": modality, "cue": cue, **members}


BURN = claim(LAMPS, "its lamps burn all night", "stated", "burn")
BUILD = claim(MOLE, "build a mole by 2031", "prospective", "will")


@pytest.fixture
def model() -> Iterator[StubModel]:
    invented = claim(LAMPS, "the harbour shines", "stated", "shines")
    with answering(complete_claims(BURN, BUILD, invented)) as stub:
        yield stub


@pytest.fixture
def author(small_url: str, model: StubModel) -> Iterator[httpx.Client]:
    """A client of a server that has a language model."""
    settings: dict[str, Any] = {"model_url": model.url, "model_name": "tiny"}
    with serving(small_url, scope="write", **settings) as client:
        yield client


def test_nothing_is_asked_without_the_parameter(
    author: httpx.Client, model: StubModel
) -> None:
    drafted = post_file(author, PLAN)
    assert (drafted.status_code, drafted.json()["options"]["model"]) == (201, False)
    assert [run["origin"] for run in drafted.json()["runs"]] == ["rule"]
    assert model.requests == []


def estimate_run(client: httpx.Client, content: str) -> httpx.Response:
    headers = {"Content-Type": "text/markdown"}
    return client.post("/v1/drafts/model-estimate", content=content, headers=headers)


def test_estimate_tells_what_a_run_needs_and_asks_nothing(
    author: httpx.Client, model: StubModel
) -> None:
    estimate = estimate_run(author, PLAN).json()
    assert (estimate["model"], estimate["requests"], estimate["answered"]) == ("tiny", 1, 0)
    assert 100 < estimate["tokens"] < estimate["max_tokens"]
    assert estimate["refusal"] is None
    assert model.requests == []
    assert author.get("/v1/drafts").json()["total"] == 0
    drafted = post_file(author, PLAN, "?model=true").json()
    (announced,) = drafted["runs"][1]["details"]["estimate"]
    assert f"about {estimate['tokens']:,} tokens to send" in announced
    again = estimate_run(author, PLAN).json()
    assert (again["answered"], again["tokens"]) == (1, 0)


def test_estimate_says_which_bound_a_run_would_exceed(
    small_url: str, model: StubModel
) -> None:
    settings: dict[str, Any] = {"model_url": model.url, "model_name": "tiny"}
    long = PLAN + "\nThe river carries salt to the sea.\n" * 400
    with serving(small_url, scope="write", model_max_tokens=1_000, **settings) as client:
        assert "COMMUNIQUE_MODEL_MAX_TOKENS" in estimate_run(client, long).json()["refusal"]


def test_estimate_needs_a_model_and_a_key(plain_small_url: str) -> None:
    with serving(plain_small_url, scope="write") as client:
        assert_problem(estimate_run(client, PLAN), 422, "invalid-request")
    with serving(plain_small_url, scope="read") as client:
        assert_problem(estimate_run(client, PLAN), 403, "forbidden")


def test_model_proposes_quotes_and_nothing_else(
    author: httpx.Client, model: StubModel
) -> None:
    drafted = post_file(author, PLAN, "?model=true")
    assert drafted.status_code == 201, drafted.text
    assert len(model.requests) == 1
    path = drafted.headers["Location"]
    proposals = list_proposals(author, path)
    (lamps,) = [entry for entry in proposals if entry["origin"] == "model"]
    assert lamps["exact"] == "its lamps burn all night"
    assert lamps["flags"][0] == "only a model"
    mole = [
        entry["number"] for entry in proposals if entry["exact"] == "build a mole by 2031"
    ]
    _, run = drafted.json()["runs"]
    assert (run["origin"], run["extractor"]) == ("model", "model tiny")
    details = run["details"]
    assert details["proposals"]["proposes"] == [lamps["number"]]
    assert set(details["proposals"]["agrees"]) <= set(mole) != set()
    assert "about" in details["estimate"][0]
    assert details["requests"][0]["answer_tokens"] == 100
    assert [drop["words"] for drop in details["drops"]] == ["the harbour shines"]
    # The requests repeat the whole text, and are kept for the next time only.
    assert "answers" not in details


def test_what_a_model_proposes_is_accepted_one_by_one(author: httpx.Client) -> None:
    path = post_file(author, PLAN, "?model=true").headers["Location"]
    decide(author, path, state="accepted", min_score=0)
    states = {entry["origin"]: entry["state"] for entry in list_proposals(author, path)}
    assert states == {"rule": "accepted", "model": "proposed"}


@pytest.mark.accept
def test_run_is_repeated_without_asking_again(
    author: httpx.Client, model: StubModel, small_url: str
) -> None:
    first = post_file(author, PLAN, "?model=true").json()
    # As after an upgrade that changes the rules.
    with engine_of(small_url) as engine, engine.begin() as connection:
        connection.execute(update(Draft).values(extractor="rules of yesterday"))
    again = post_file(author, PLAN, "?model=true").json()
    assert again["id"] != first["id"]
    assert again["runs"][1]["details"]["requests"][0]["is_repeated"]
    assert (
        again["runs"][1]["details"]["proposals"] == first["runs"][1]["details"]["proposals"]
    )
    assert len(model.requests) == 1
    with engine_of(small_url) as engine, engine.begin() as connection:
        connection.execute(delete(Draft))
    assert post_file(author, PLAN, "?model=true").status_code == 201
    assert len(model.requests) == 2


def test_draft_is_not_made_otherwise_without_a_word(
    author: httpx.Client, model: StubModel
) -> None:
    post_file(author, PLAN)
    problem = assert_problem(post_file(author, PLAN, "?model=true"), 409, "already-exists")
    assert "model=True" in problem["detail"]
    assert model.requests == []


def test_server_without_a_model_says_so(plain_small_url: str) -> None:
    with serving(plain_small_url, scope="write") as client:
        response = post_file(client, PLAN, "?model=true")
        problem = assert_problem(response, 422, "invalid-request")
        assert "has no language model" in problem["detail"]
        assert client.get("/v1/drafts").json()["total"] == 0


@pytest.mark.parametrize(
    ("response", "settings", "detail"),
    [
        (Response(b"no", status=500), {}, "answers 500"),
        (Response(b"{}"), {}, "answer 1 of 1"),
        (complete_claims(BURN), {"model_max_tokens": 1_000}, "MODEL_MAX_TOKENS"),
    ],
)
def test_model_that_fails_leaves_no_draft(
    plain_small_url: str, response: Response, settings: dict[str, int], detail: str
) -> None:
    with answering(response) as stub:
        named: dict[str, Any] = {"model_url": stub.url, "model_name": "tiny", **settings}
        with serving(plain_small_url, scope="write", **named) as client:
            problem = assert_problem(
                post_file(client, PLAN, "?model=true"), 502, "model-failed"
            )
            assert detail in problem["detail"]
            assert client.get("/v1/drafts").json()["total"] == 0
            assert post_file(client, PLAN).status_code == 201
