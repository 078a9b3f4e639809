"""A language model may quote a document, and nothing more: what it cannot do, and what goes wrong.

The model is a server on loopback; what it answers was written for the text in `data/model`."""

import gzip
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, get_args

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bundles.check import check_bundle
from app.cli.draft_files import dump_json
from app.drafts.claims import Claims
from app.drafts.draft import Draft, Entry, Options, draft_document
from app.drafts.model.answers import Suggestion
from app.drafts.model.cache import AnswerFolder
from app.drafts.model.endpoint import MAX_RESPONSE_BYTES
from app.drafts.model.merging import merge_claims
from app.drafts.model.placement import Placer
from app.drafts.model.prompts import Prompt
from app.drafts.model.run import ModelOptions, ModelReader
from app.drafts.proposals import ClaimType, Flag
from app.drafts.source import Source
from app.errors import ModelFailed
from app.reading.blocks import ReadFile
from app.settings import read_settings
from app.vocabulary import Modality
from tests.helpers import fictional
from tests.helpers.bases import Bases, filled
from tests.helpers.command_line import error_of, run
from tests.helpers.drafting import find_entry, read_markdown_text, words_of
from tests.helpers.models import (
    Json,
    Response,
    StubModel,
    answering,
    complete,
    complete_claims,
)
from tests.helpers.paths import ROOT

DOCUMENT = ROOT / "tests" / "data" / "model" / "harbour.md"
KEY = "sk-fictional-0123456789"
OPTIONS = ModelOptions("tiny", None, KEY, 200_000, 4_000, 5, 20)
# The blocks of the document, as the model sees them.
MEETING, LEAD_IN, FEES, LAMPS, ROW = 3, 4, 5, 8, 10


@pytest.fixture(scope="module")
def file() -> ReadFile:
    return read_markdown_text(DOCUMENT.read_text(encoding="utf-8"))


def claim(block: int, quote: str, **members: Any) -> Json:
    """A claim as a model gives it."""
    return {
        "block": block,
        "quote": quote,
        "type": "initiative",
        "modality": "prospective",
        "cue": "will",
        "wording": None,
        "focus": None,
        **members,
    }


TRAIN = claim(MEETING, "The city will train 200 pilots by 2027.")
BURN = claim(LAMPS, "Lamps on the north mole burn all night", modality="stated", cue="burn")


def read(model: StubModel, folder: Path | None = None, **options: Any) -> ModelReader:
    """Asks this model, with the labels of no base."""
    chosen = replace(OPTIONS, **{"url": model.url, **options})
    return ModelReader(chosen, (), AnswerFolder(folder), lambda _: None)


def draft(file: ReadFile, *claims: Json) -> tuple[Draft, ModelReader]:
    """The draft of the document with these claims of a model."""
    with answering(complete_claims(*claims)) as model:
        reader = read(model)
        return draft_document(file, Options(with_prose=True), reader.extend), reader


def drops_of(reader: ModelReader) -> list[tuple[str, str]]:
    """What was dropped: the member of the claim, and the reason."""
    assert reader.run is not None
    return [(drop.member, drop.reason) for drop in reader.run.drops]


def counts_of(reader: ModelReader) -> dict[str, int]:
    """How many claims of the model there were, of each sort that there is one of."""
    assert reader.run is not None
    return {name: count for name, count in reader.run.counts.items() if count}


def new_of(draft: Draft) -> list[Entry]:
    """The proposals of the model alone."""
    return [entry for entry in draft.entries if entry.proposal.is_of_model_only]


def test_model_sees_blocks_and_labels_and_is_told_its_bounds(file: ReadFile) -> None:
    with answering(complete_claims()) as model:
        options = replace(OPTIONS, url=model.url)
        reader = ModelReader(
            options, ["Pilotage", "Fees"], AnswerFolder(None), lambda _: None
        )
        draft_document(file, None, reader.extend)
    ((headers, body),) = model.requests
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert (body["model"], body["max_tokens"], body["temperature"]) == ("tiny", 4_000, 0)
    material = json.loads(body["messages"][1]["content"])
    assert material["labels"] == ["Fees", "Pilotage"]
    assert model.blocks[0] == {"block": 1, "kind": "heading", "text": "Harbour plan"}
    # Nothing of the document's words, or of any other, stands in the instructions.
    assert "pilot" not in body["messages"][0]["content"]


def test_words_of_a_rule_in_its_modality_raise_the_score(file: ReadFile) -> None:
    plain = find_entry(draft_document(file), "The city will train").proposal
    drafted, reader = draft(file, TRAIN)
    agreed = find_entry(drafted, "The city will train").proposal
    assert (agreed.rule, agreed.model) == ("sentence", "tiny")
    assert agreed.score == (1 + plain.score) / 2
    assert agreed.flags == plain.flags
    assert counts_of(reader) == {"agreed": 1}


@pytest.mark.parametrize(
    "members",
    [{"modality": "required"}, {"type": "expected_outcome"}],
    ids=["modality", "type"],
)
def test_other_modality_or_type_is_a_flag_and_changes_nothing(
    file: ReadFile, members: Json
) -> None:
    same = claim(FEES, "Publish its fees", modality="recommended", cue="recommended")
    drafted, reader = draft(file, same | members)
    plain = find_entry(draft_document(file), "Publish").proposal
    flagged = find_entry(drafted, "Publish").proposal
    assert flagged == replace(plain, model="tiny", flags=(Flag.MODEL_DIFFERS,))
    assert counts_of(reader) == {"differs": 1}


def test_doubtful_proposal_is_not_raised_by_a_model(file: ReadFile) -> None:
    words = "The city will not extend the ferry scheme."
    drafted, reader = draft(file, claim(MEETING, words))
    plain = find_entry(draft_document(file), words).proposal
    assert find_entry(drafted, words).proposal == replace(plain, model="tiny")
    assert counts_of(reader) == {"agreed": 1}


def test_claim_that_no_rule_gave_waits_for_a_person(file: ReadFile) -> None:
    drafted, reader = draft(file, BURN)
    (entry,) = new_of(drafted)
    assert (words_of(entry), entry.problems) == (BURN["quote"], ())
    assert (entry.proposal.rule, entry.proposal.model) == ("model", "tiny")
    assert Flag.MODEL_ONLY in entry.proposal.flags
    assert not entry.is_in_draft(with_prose=True)
    supported = {c["exact"]: c["supports"] for c in entry.record["citations"]}
    assert supported["burn"] == ["modality"]
    assert counts_of(reader) == {"new": 1}


def test_initiative_with_a_time_is_a_timeline_item_as_well(file: ReadFile) -> None:
    words = "train 200 pilots by 2027"
    drafted, _ = draft(file, claim(MEETING, words, wording="by 2027"))
    item = find_entry(drafted, words, "timeline_item").record
    assert (item["wording"], item["end_edtf"], item["end_kind"]) == ("by 2027", "2027", "by")
    assert item["initiative_slug"] == find_entry(drafted, words).record["slug"]


def test_focus_is_the_words_of_a_heading_above(file: ReadFile) -> None:
    drafted, _ = draft(file, BURN | {"focus": "safety"})
    assert new_of(drafted)[0].record["focus_area_slugs"] == ["safety"]
    assert drafted.focus_areas["safety"]["name"] == "Safety"


@pytest.mark.parametrize(
    ("words", "flag"),
    [
        ("extend the ferry scheme.", None),
        ("the ferry scheme", Flag.NEGATED),
        ("could open a second quay", Flag.CONDITIONAL),
    ],
)
def test_part_of_a_negated_or_conditional_sentence_is_flagged_or_dropped(
    file: ReadFile, words: str, flag: Flag | None
) -> None:
    cue = "could" if "could" in words else "The city will not"
    drafted, reader = draft(file, claim(MEETING, words, cue=cue))
    if flag is None:
        assert drops_of(reader) == [("quote", "cut off from the negation 'not' beside it")]
        assert new_of(drafted) == []
    else:
        assert flag in new_of(drafted)[0].proposal.flags


@pytest.mark.parametrize(
    ("members", "member", "reason"),
    [
        ({"quote": "The city will train 300 pilots by 2027."}, "quote", "not there"),
        ({"quote": "The city will extend the ferry scheme."}, "quote", "not there"),
        ({"quote": "The city will"}, "quote", "ambiguous: it stands there 2 times"),
        ({"quote": ""}, "quote", "not there"),
        ({"quote": "."}, "quote", "ambiguous: it stands there 4 times"),
        ({"cue": "shall"}, "cue", "not there"),
        ({"block": LAMPS}, "quote", "not there"),
        ({"block": 0}, "block", "not a block of the request, which has 1\u201310"),
        ({"block": -1}, "block", "not a block of the request, which has 1\u201310"),
        ({"block": 10**30}, "block", "not a block of the request, which has 1\u201310"),
        (
            {"modality": "prospectiv"},
            "modality",
            "not one of the values. Did you mean 'prospective'?",
        ),
        ({"type": "timeline_item"}, "wording", "a timeline item without words for its time"),
        ({"type": "timeline_item", "wording": "by 2028"}, "wording", "not there"),
    ],
)
def test_claim_with_words_that_do_not_stand_there_is_dropped(
    file: ReadFile, members: Json, member: str, reason: str
) -> None:
    drafted, reader = draft(file, TRAIN | members)
    assert drops_of(reader) == [(member, reason)]
    assert drafted == draft_document(file, Options(with_prose=True))


def test_claim_stands_without_a_time_or_subject_that_does_not(file: ReadFile) -> None:
    drafted, reader = draft(file, BURN | {"wording": "in 2030", "focus": "Whales"})
    assert drops_of(reader) == [("wording", "not there"), ("focus", "not there")]
    assert [words_of(entry) for entry in new_of(drafted)] == [BURN["quote"]]


def test_drop_is_kept_with_the_nearest_passage(file: ReadFile) -> None:
    _, reader = draft(file, TRAIN | {"quote": "The city will train 300 pilots by 2027."})
    assert reader.run is not None
    (drop,) = reader.run.save()["drops"]
    assert (drop["block"], drop["words"]) == (
        MEETING,
        "The city will train 300 pilots by 2027.",
    )
    assert drop["nearest"].startswith("The city will train")


def test_repeated_claim_counts_once(file: ReadFile) -> None:
    drafted, reader = draft(file, BURN, BURN | {"modality": "required"})
    assert len(new_of(drafted)) == 1
    assert counts_of(reader) == {"new": 1, "repeated": 1}


def test_text_that_instructs_the_model_can_make_it_mislabel_but_not_invent(
    file: ReadFile,
) -> None:
    """The model obeys the document: what it makes up is dropped, what it quotes is the text's."""
    obeyed = claim(LAMPS, "the city will close the port", modality="required")
    invented = claim(LAMPS, "The city will sell the port to its mayor.")
    drafted, reader = draft(file, obeyed, invented)
    assert drops_of(reader) == [("quote", "not there")]
    (entry,) = new_of(drafted)
    assert words_of(entry) in file.text
    assert not entry.is_in_draft(with_prose=True)


def suggest(data: st.DataObject, file: ReadFile) -> Json:
    """A claim with any words of a block."""
    number = data.draw(st.integers(1, len(file.blocks)))
    words = file.words(file.blocks[number - 1]).split()

    def quote() -> str:
        start = data.draw(st.integers(0, len(words) - 1))
        end = data.draw(st.integers(start + 1, len(words)))
        return " ".join(words[start:end])

    return claim(
        number,
        quote(),
        type=data.draw(st.sampled_from(get_args(ClaimType))),
        modality=data.draw(st.sampled_from(get_args(Modality))),
        cue=quote(),
        wording=quote(),
        focus=quote(),
    )


@hypothesis.settings(max_examples=30)
@given(st.data())
def test_no_answer_changes_the_bundle(file: ReadFile, data: st.DataObject) -> None:
    """Before a person decides, a draft with a model has what a draft without one has."""
    plain = draft_document(file, Options(with_prose=True))
    number = data.draw(st.integers(1, 8))
    claims = [Suggestion(**suggest(data, file)) for _ in range(number)]

    def extend(source: Source, rules: Claims) -> Claims:
        prompt = Prompt(1, len(file.blocks), {})
        placed = Placer(source).place_all(prompt, claims)
        return merge_claims(source, rules, placed, "tiny").claims

    drafted = draft_document(file, Options(with_prose=True), extend)
    assert drafted.make_bundle() == plain.make_bundle()
    for entry in drafted.entries:
        span = entry.proposal.span
        assert words_of(entry) == " ".join(file.text[span.start : span.end].split())


def test_every_quote_of_a_draft_with_a_model_stands_in_the_text(
    file: ReadFile, tmp_path: Path
) -> None:
    drafted, _ = draft(
        file, TRAIN, BURN | {"focus": "Safety"}, claim(ROW, "Renew the lamps", cue="Renew")
    )
    bundle = drafted.make_bundle()
    (tmp_path / "plan.json").write_text(dump_json(bundle), encoding="utf-8")
    (tmp_path / "plan.txt").write_text(file.text, encoding="utf-8")
    checked = check_bundle(tmp_path / "plan.json", [tmp_path / "plan.txt"], {})
    assert (checked.problems, checked.citations) == ([], checked.verified)
    for entry in drafted.entries:
        for citation in entry.record["citations"]:
            assert file.text[citation["start"] : citation["end"]] == citation["exact"]


# What a model can answer that cannot be used, and what the one line says of it.
BAD_ANSWERS: list[tuple[Response, str]] = [
    (complete("There are no claims."), "is not the JSON that was asked for"),
    (complete('{"claims": [{"block": 3, "quo'), "is not the JSON that was asked for"),
    (complete("[]"), "is not the JSON that was asked for"),
    (complete('{"claims": null}'), "/claims: Input should be a valid array"),
    (complete_claims({"block": 3}), "/claims/0/quote: Field required"),
    (complete_claims(TRAIN | {"block": "3"}), "/claims/0/block: Input should be a valid int"),
    (
        complete_claims(TRAIN | {"quote": ["a"]}),
        "/claims/0/quote: Input should be a valid str",
    ),
    (complete_claims(TRAIN, TRAIN | {"cue": None}), "/claims/1/cue: Input should be a valid"),
    (complete("[" * 100_000), "is not the JSON that was asked for"),
    (complete('{"claims": [{"quote": "\\ud800"}]}'), "is not the JSON that was asked for"),
    (
        complete('{"claims": [', "length"),
        "was cut off. Raise COMMUNIQUE_MODEL_MAX_ANSWER_TOKENS",
    ),
    (complete(None), "has no text (finish_reason 'stop')"),
    (complete("{}", "content_filter"), "is not complete: finish_reason 'content_filter'"),
    (
        complete("{}", choices=[]),
        "is not a chat completion (/choices: List should have at least",
    ),
    (
        complete("{}", usage={"prompt_tokens": -5, "completion_tokens": 0}),
        "/usage/prompt_tokens",
    ),
    (Response(b"<html>Sign in</html>"), "is not a chat completion"),
    (Response(b""), "is not a chat completion"),
    (Response(b"\xff\xfe"), "is not a chat completion"),
    (
        Response(b'{"error": {"message": "No such\\nmodel."}}', 404),
        "answers 404: No such model.",
    ),
    (Response(b"oops", 500), "answers 500: 'oops'."),
    (
        Response(f'{{"error": {{"message": "Bad {KEY}"}}}}'.encode(), 401),
        "answers 401: Bad ….",
    ),
    (Response(f"Hello {KEY}".encode()), "It begins 'Hello ...'."),
    (
        Response(status=307, headers={"Location": "http://127.0.0.1:1/v1"}),
        "redirects to http",
    ),
    (Response(b"x" * 1_048_576, repeats=10), f"more than {MAX_RESPONSE_BYTES:,} bytes"),
    (
        Response(gzip.compress(b"{}"), headers={"Content-Encoding": "gzip"}),
        "did not send what was asked for, but in the coding gzip.",
    ),
    (Response(status=429, headers={"Retry-After": "3600"}), "in 3,600 seconds, and"),
    (Response(status=429, headers={"Retry-After": "9" * 400}), "999,999,999 seconds"),
]


@pytest.mark.parametrize(("response", "message"), BAD_ANSWERS)
def test_answer_that_cannot_be_used_is_one_line_and_no_draft(
    file: ReadFile, tmp_path: Path, response: Response, message: str
) -> None:
    folder = tmp_path / "plan.model"
    with answering(response) as model, pytest.raises(ModelFailed) as failure:
        draft_document(file, None, read(model, folder).extend)
    line = str(failure.value)
    assert message in line
    assert "\n" not in line
    assert len(line) < 400
    assert KEY not in line
    assert not folder.exists()


def test_json_in_a_block_of_markdown_is_read(file: ReadFile) -> None:
    fenced = f"```json\n{json.dumps({'claims': [TRAIN]})}\n```"
    with answering(complete(fenced)) as model:
        reader = read(model)
        draft_document(file, None, reader.extend)
    assert counts_of(reader) == {"agreed": 1}


def test_server_that_is_busy_is_asked_again_when_it_says(file: ReadFile) -> None:
    soon = format_datetime(datetime.now(UTC) - timedelta(seconds=5), usegmt=True)
    busy = [
        Response(status=429, headers={"Retry-After": "0"}),
        Response(status=503, headers={"Retry-After": soon}),
    ]
    with answering(*busy, complete_claims(TRAIN)) as model:
        reader = read(model)
        draft_document(file, None, reader.extend)
    assert len(model.requests) == 3
    assert counts_of(reader) == {"agreed": 1}


def test_server_that_stays_busy_is_given_up(file: ReadFile) -> None:
    busy = Response(status=429, headers={"Retry-After": "0"})
    with answering(busy) as model:
        with pytest.raises(ModelFailed, match=r"answers 429.* It was asked 4 times"):
            draft_document(file, None, read(model).extend)
        with pytest.raises(ModelFailed, match=r"asked 2 times.*MODEL_MAX_REQUESTS"):
            draft_document(file, None, read(model, max_requests=2).extend)


@pytest.mark.parametrize(
    "slow", [Response(b"{}", delay=30), Response(b" ", delay=0.2, repeats=200)]
)
def test_slow_answer_ends_at_the_deadline(file: ReadFile, slow: Response) -> None:
    with answering(slow) as model:
        started = time.monotonic()
        with pytest.raises(ModelFailed, match="did not answer within 1 seconds"):
            draft_document(file, None, read(model, max_seconds=1).extend)
        assert time.monotonic() - started < 5


def test_server_that_is_not_there_is_one_line(file: ReadFile) -> None:
    with answering(complete_claims()) as model:
        pass
    with pytest.raises(ModelFailed, match="cannot be asked"):
        draft_document(file, None, read(model).extend)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"max_tokens": 100},
            "tokens, and COMMUNIQUE_MODEL_MAX_TOKENS allows 100. Nothing was",
        ),
        ({"max_tokens": 4_500}, "the next request could exceed the 4,500"),
        ({"max_requests": 0}, "needs 1 requests, and COMMUNIQUE_MODEL_MAX_REQUESTS allows 0"),
    ],
)
def test_bounds_are_kept_before_anything_is_asked(
    file: ReadFile, options: Json, message: str
) -> None:
    with answering(complete_claims()) as model, pytest.raises(ModelFailed) as failure:
        draft_document(file, None, read(model, **options).extend)
    assert message in str(failure.value)
    assert model.requests == []


def test_estimate_is_announced_before_anything_is_asked(file: ReadFile) -> None:
    announced: list[tuple[str, int]] = []
    with answering(complete_claims()) as model:
        options = replace(OPTIONS, url=model.url)

        def announce(estimate: str) -> None:
            announced.append((estimate, len(model.requests)))

        draft_document(
            file, None, ModelReader(options, (), AnswerFolder(None), announce).extend
        )
    ((estimate, requests),) = announced
    host = model.url.removeprefix("http://").removesuffix("/v1")
    assert estimate.startswith(f"Model tiny at {host}: 1 requests, 0 answered before; about ")
    assert requests == 0


def test_long_document_is_asked_in_parts_and_goes_on_where_it_failed(tmp_path: Path) -> None:
    paragraphs = [f"The port will open quay number {n} in the bay." for n in range(500)]
    long = read_markdown_text("# Plan\n\n" + "\n\n".join(paragraphs))
    folder = tmp_path / "plan.model"
    answers = [complete_claims(), complete_claims(), Response(b"oops", 500)]
    with answering(*answers) as model, pytest.raises(ModelFailed, match="answers 500"):
        draft_document(long, None, read(model, folder).extend)
    assert len(list(folder.iterdir())) == 2
    # The number of a block is that of the document, in every part.
    last = claim(501, "The port will open quay number 499 in the bay.")
    first = claim(2, "The port will open quay number 0 in the bay.")
    with answering(complete_claims(last, first)) as model:
        reader = read(model, folder, max_requests=50)
        draft_document(long, None, reader.extend)
    assert reader.run is not None
    assert [exchange.is_repeated for exchange in reader.run.exchanges][:3] == [
        True,
        True,
        False,
    ]
    numbers = [block["block"] for block in model.blocks]
    assert numbers == list(range(numbers[0], 502))
    assert counts_of(reader) == {"agreed": 1}
    assert ("block", f"not a block of the request, which has {numbers[0]}") in [
        (member, reason.partition("\u2013")[0]) for member, reason in drops_of(reader)
    ]


def test_run_is_repeated_without_a_network(file: ReadFile, tmp_path: Path) -> None:
    with answering(complete_claims(TRAIN, BURN)) as model:
        first = read(model, tmp_path)
        drafted = draft_document(file, None, first.extend)
    again = ModelReader(
        replace(OPTIONS, url=None), (), AnswerFolder(tmp_path), lambda _: None
    )
    assert draft_document(file, None, again.extend) == drafted
    assert first.run is not None
    assert again.run is not None
    saved, repeated = first.run.save(), again.run.save()
    assert [request.pop("is_repeated") for request in saved["requests"]] == [False]
    assert [request.pop("is_repeated") for request in repeated["requests"]] == [True]
    assert saved == repeated
    assert saved["requests"][0]["prompt_tokens"] == 1_000
    (stored,) = tmp_path.iterdir()
    assert stored.name == f"{saved['requests'][0]['sha256']}.json"
    assert KEY not in stored.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "change", [{"name": "large"}, {"max_answer_tokens": 5_000}], ids=["model", "bound"]
)
def test_another_request_has_no_stored_answer(
    file: ReadFile, tmp_path: Path, change: Json
) -> None:
    with answering(complete_claims(TRAIN)) as model:
        draft_document(file, None, read(model, tmp_path).extend)
    other = ModelReader(
        replace(OPTIONS, url=None, **change), (), AnswerFolder(tmp_path), lambda _: None
    )
    with pytest.raises(ModelFailed, match="1 of 1 requests have no stored answer"):
        draft_document(file, None, other.extend)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda text: text[:-20], "is damaged"),
        (lambda _: "{}", "is damaged"),
        (lambda text: text.replace("200 pilots", "900 pilots", 1), "to another request"),
    ],
)
def test_damaged_answer_in_the_folder_is_named(
    file: ReadFile, tmp_path: Path, damage: Callable[[str], str], message: str
) -> None:
    with answering(complete_claims(TRAIN)) as model:
        draft_document(file, None, read(model, tmp_path).extend)
        (stored,) = tmp_path.iterdir()
        stored.write_text(damage(stored.read_text(encoding="utf-8")), encoding="utf-8")
        with pytest.raises(ModelFailed, match=message) as failure:
            draft_document(file, None, read(model, tmp_path).extend)
    assert str(stored) in str(failure.value)


def variables(model: StubModel) -> dict[str, str]:
    return {
        "COMMUNIQUE_MODEL_URL": model.url,
        "COMMUNIQUE_MODEL_NAME": "tiny",
        "COMMUNIQUE_MODEL_KEY": KEY,
    }


def test_command_drafts_with_a_model_and_shows_its_estimate(
    bases: Bases, tmp_path: Path
) -> None:
    area = fictional.record("focus_area", "pilotage", name="Pilotage", aliases=["Steering"])
    url = filled(bases.make("empty"), fictional.base(focus_areas=[area]))
    name = tmp_path / "plan"
    invented = claim(MEETING, "The city will sell the port.")
    with answering(complete_claims(TRAIN, BURN, invented)) as model:
        finished = run(url, "draft", DOCUMENT, "--model", "-o", name, **variables(model))
    assert finished.returncode == 0, finished.stderr
    material = json.loads(model.requests[0][1]["messages"][1]["content"])
    assert {"Pilotage", "Steering"} <= set(material["labels"])
    assert ": 1 requests, 0 answered before; about " in finished.stderr
    assert (
        "1 claims as the rules have them, 0 otherwise, 1 that no rule gave" in finished.stderr
    )
    assert "1 dropped: quote, not there" in finished.stderr
    saved = json.loads((tmp_path / "plan.draft.json").read_text(encoding="utf-8"))
    models = {p["rule"]: p["model"] for p in saved["proposals"] if p["model"] is not None}
    assert models == {"sentence": "tiny", "model": "tiny"}
    bundle = (tmp_path / "plan.json").read_text(encoding="utf-8")
    assert "burn all night" not in bundle
    kept = json.loads((tmp_path / "plan.model" / "run.json").read_text(encoding="utf-8"))
    assert kept["counts"] == {"agreed": 1, "differs": 0, "new": 1, "repeated": 0}
    for path in tmp_path.rglob("*.json"):
        assert KEY not in path.read_text(encoding="utf-8")
    # Again, and nothing answers.
    again = run(url, "draft", DOCUMENT, "--model", "-o", name, COMMUNIQUE_MODEL_NAME="tiny")
    assert again.returncode == 0, again.stderr
    assert "1 requests, 1 answered before; about 0 tokens to send, at most 0" in again.stderr
    assert json.loads((tmp_path / "plan.draft.json").read_text(encoding="utf-8")) == saved


def test_command_that_fails_writes_no_draft(plain_url: str, tmp_path: Path) -> None:
    with answering(Response(b"oops", 500)) as model:
        finished = run(
            plain_url,
            "draft",
            DOCUMENT,
            "--model",
            "-o",
            tmp_path / "plan",
            **variables(model),
        )
    assert error_of(finished).splitlines()[-1].endswith("answers 500: 'oops'.")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_asked_without_the_option(plain_url: str) -> None:
    with answering(complete_claims()) as model:
        finished = run(plain_url, "draft", DOCUMENT, **variables(model))
    assert finished.returncode == 0, finished.stderr
    assert model.requests == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {},
            "No language model is named. Set COMMUNIQUE_MODEL_URL and COMMUNIQUE_MODEL_NAME.",
        ),
        ({"COMMUNIQUE_MODEL_NAME": "tiny"}, "Set COMMUNIQUE_MODEL_URL to ask the model."),
        (
            {"COMMUNIQUE_MODEL_NAME": "tiny", "COMMUNIQUE_MODEL_URL": "ftp://models"},
            "COMMUNIQUE_MODEL_URL='ftp://models': is not an address",
        ),
        (
            {"COMMUNIQUE_MODEL_NAME": "tiny", "COMMUNIQUE_MODEL_URL": "http://models:x/v1"},
            "models:x cannot be asked: ",
        ),
        (
            {"COMMUNIQUE_MODEL_KEY": "two\nlines"},
            "COMMUNIQUE_MODEL_KEY: has other characters than a key has",
        ),
    ],
)
def test_settings_that_name_no_model_are_one_line(
    plain_url: str, given: dict[str, str], message: str
) -> None:
    finished = run(plain_url, "draft", DOCUMENT, "--model", **given)
    last = error_of(finished).splitlines()[-1]
    assert message in last
    assert "lines" not in last


def test_missing_extra_is_one_line(file: ReadFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "app.drafts.model.endpoint", raising=False)
    monkeypatch.setitem(sys.modules, "httpx", None)
    reader = ModelReader(
        replace(OPTIONS, url="http://127.0.0.1:9"), (), AnswerFolder(None), lambda _: None
    )
    with pytest.raises(ModelFailed, match=r"needs httpx: pip install 'communique\[model\]'"):
        draft_document(file, None, reader.extend)


@pytest.mark.accept
def test_client_is_imported_only_to_ask() -> None:
    program = "import sys, app.cli.drafting; print('httpx' in sys.modules)"
    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert finished.stdout == "False\n"


def test_key_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMUNIQUE_MODEL_KEY", KEY)
    settings = read_settings(model_name="tiny")
    assert KEY not in repr(settings)
    assert KEY not in repr(ModelOptions.from_settings(settings))


def test_tokens_are_counted_where_the_server_does_not(file: ReadFile) -> None:
    with answering(complete(json.dumps({"claims": []}), usage=None)) as model:
        reader = read(model)
        draft_document(file, None, reader.extend)
    assert reader.run is not None
    (exchange,) = reader.run.exchanges
    assert exchange.prompt_tokens == exchange.prompt.tokens
    assert 0 < exchange.answer_tokens < 10
