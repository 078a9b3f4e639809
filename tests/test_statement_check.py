"""Whether the words of a statement stand in the documents, and what they bear out: truth tables."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import Engine

from app.changes.apply import apply
from app.queries.statement_check import CheckedStatements, check_statements
from app.schemas.record_types import ENTITIES
from app.schemas.write import Citation
from app.store.sessions import read_session, write_session
from app.text.known_text import CitedWords, KnownDocument
from app.text.quotes import digest
from app.text.statement_check import (
    MODALITIES,
    Checked,
    KnownRecord,
    Statement,
    check_statement,
)
from tests.helpers import fictional
from tests.helpers.paths import SEED

AMMAN = "nato-expands-presence-in-amman"
OUTCOME = "expected-outcomes/"
INITIATIVE = "initiatives/"
ITEM = "timeline-items/"

READINESS = f"{OUTCOME}enhanced-tactical-readiness"
CYBER_OUTCOME = f"{OUTCOME}improved-threat-detection-cybersecurity"
TERROR_OUTCOME = f"{OUTCOME}improved-threat-detection-counter-terrorism"
COLLABORATION = f"{ITEM}cybersecurity-collaboration-2025-2027"
INAUGURATION = f"{ITEM}inauguration-of-the-office"
TRAINING = f"{INITIATIVE}expand-joint-training-programs"

TRAINING_WORDS = (
    "Expanding joint training programs with Jordanian defense forces to enhance "
    "interoperability."
)


def read_seed() -> tuple[list[KnownDocument], dict[str, KnownRecord]]:
    """The seed's document, of which no text is known, and the records that cite it."""
    seed = json.loads(SEED.read_text(encoding="utf-8"))
    records = {}
    citations = []
    for entity in ENTITIES.values():
        for record in seed[entity.bundle_key]:
            id_ = f"{entity.collection}/{record['slug']}"
            modality = record.get("modality")
            records[id_] = KnownRecord(id_, record[entity.main], modality, entity.main)
            for fields in record["citations"]:
                citation = Citation.model_validate(fields)
                citations.append(CitedWords(id_, citation, citation.supports))
    return [KnownDocument(AMMAN, citations)], records


DOCUMENTS, RECORDS = read_seed()


def check(quote: str, **said: Any) -> Checked:
    return check_statement(Statement(quote, **said), DOCUMENTS, RECORDS)


def ids(checked: Checked) -> list[str]:
    return [item.record.id for item in checked.records]


@pytest.mark.parametrize(
    ("quote", "verdict", "borne"),
    [
        # As it stands.
        (TRAINING_WORDS, "verbatim", {TRAINING}),
        # One letter changed, one left out, one word changed, one number changed.
        ("Enhanced tactical readyness", "differs", set()),
        ("Enhanced tactcal readiness", "differs", set()),
        ("Enhanced strategic readiness", "differs", set()),
        ("2025 Q4 – 2028", "differs", set()),
        # In another case, or with punctuation that is not there: the words are, the quote is not.
        ("ENHANCED TACTICAL READINESS", "differs", {READINESS}),
        ("Enhanced tactical readiness!", "differs", {READINESS}),
        # Other white space and dashes are no other words.
        ("2025  Q4 -\n2027", "verbatim", {COLLABORATION}),
        # Over two cells: as the text has them, and without what stands between them.
        (
            "Cybersecurity Collaboration | Improved threat detection",
            "verbatim",
            {COLLABORATION, CYBER_OUTCOME},
        ),
        ("Cybersecurity Collaboration Improved threat detection", "differs", set()),
        # Over the quotes of two citations, whose positions say what stands between them.
        (
            "September 16, 2025, NATO officially inaugurated its Liaison Office",
            "verbatim",
            set(),
        ),
        (
            "September 16, 2025, NATO officially inaugurated its Liaison Office in Amman, Jordan",
            "verbatim",
            {INAUGURATION},
        ),
        # A part of a word or of a number is not in the text.
        ("nhanced tactical readines", "differs", set()),
        ("16, 202", "differs", set()),
        # A quote of several citations bears out each of their records.
        (
            "Improved threat detection",
            "verbatim",
            {CYBER_OUTCOME, TERROR_OUTCOME, COLLABORATION},
        ),
        # Other words.
        ("Jordan will host four new squadrons by 2030", "not_found", set()),
        ("Enhanced", "verbatim", {READINESS}),
        # Nothing, no words, and very many of them.
        ("", "not_found", set()),
        (" \n", "not_found", set()),
        ("…!", "not_found", set()),
        ("word " * 2_000, "not_found", set()),
        ("x" * 10_000, "not_found", set()),
        ("x" * 10_001, "not_found", set()),
    ],
)
def test_verdict(quote: str, verdict: str, borne: set[str]) -> None:
    checked = check(quote)
    assert checked.verdict == verdict
    assert checked.passes is (verdict == "verbatim")
    assert borne <= set(ids(checked))
    if not borne and verdict != "verbatim":
        assert ids(checked) == []


@pytest.mark.parametrize(
    ("quote", "nearest"),
    [
        ("Enhanced tactical readyness", "Enhanced tactical readiness"),
        ("2025 Q4 – 2028", "2025 Q4 – 2027"),
        (
            TRAINING_WORDS.replace("Jordanian", "Iraqi"),
            "programs with Jordanian defense forces to enhance interoperability",
        ),
    ],
)
def test_nearest_words_are_whole_words_of_the_document(quote: str, nearest: str) -> None:
    checked = check(quote)
    assert checked.nearest is not None
    assert checked.nearest.document == AMMAN
    assert nearest in checked.nearest.words
    assert not checked.nearest.words[0].isspace()


def test_words_in_another_case_are_given_as_they_stand() -> None:
    assert check("enhanced TACTICAL readiness").written == "Enhanced tactical readiness"
    assert check("2025 Q4 - 2027").written == "2025 Q4 – 2027"
    assert check("2025 Q4 – 2027").written is None


@pytest.mark.parametrize("said_as", MODALITIES)
def test_what_is_said_more_strongly_is_overstated(said_as: Any) -> None:
    """The outcome is recommended, the weakest: whatever else is said is stronger."""
    checked = check("Enhanced tactical readiness", said_as=said_as)
    assert checked.overstated is (said_as != "recommended")
    assert checked.passes is (said_as == "recommended")


@pytest.mark.parametrize(
    ("said_as", "overstated"),
    [
        ("occurred", True),
        ("stated", True),
        ("prospective", False),
        ("required", False),
        ("recommended", False),
    ],
)
def test_what_is_said_more_weakly_is_not(said_as: Any, overstated: bool) -> None:
    quote = "Counterterrorism operations coordination"
    assert check(quote, said_as=said_as).overstated is overstated


def test_records_of_different_modality_have_to_be_named() -> None:
    """The same three words are expected of one initiative, and recommended to another."""
    words = "Improved threat detection"
    unnamed = check(words, said_as="prospective")
    assert (unnamed.overstated, unnamed.passes) == (None, False)
    assert unnamed.note is not None
    assert "`record`" in unnamed.note
    by_id = {item.record.id: item.overstated for item in unnamed.records}
    assert by_id[TERROR_OUTCOME] is False
    assert by_id[CYBER_OUTCOME] is True
    # It cites them for its outcome alone, which says nothing of how it is asserted itself.
    assert by_id[COLLABORATION] is None
    expected = check(words, said_as="prospective", record=TERROR_OUTCOME)
    assert (expected.overstated, expected.passes) == (False, True)
    advised = check(words, said_as="prospective", record=CYBER_OUTCOME)
    assert (advised.overstated, advised.passes) == (True, False)
    assert ids(advised)[0] == CYBER_OUTCOME


def test_words_of_another_record_do_not_bear_out_the_named_one() -> None:
    checked = check("Enhanced tactical readiness", record=TRAINING)
    assert (checked.verdict, checked.bears_out, checked.passes) == ("verbatim", False, False)
    assert ids(checked)[0] == READINESS


def test_words_that_only_name_an_office_say_nothing_of_strength() -> None:
    checked = check("The establishment of NATO’s Liaison Office in Amman", said_as="stated")
    assert checked.verdict == "verbatim"
    assert (checked.overstated, checked.passes) == (None, False)


def test_words_of_a_date_are_as_strong_as_what_they_date() -> None:
    advised = check("2025 Q4 – 2027", record=COLLABORATION, said_as="recommended")
    assert (advised.overstated, advised.passes) == (False, True)
    promised = check("2025 Q4 – 2027", record=COLLABORATION, said_as="prospective")
    assert (promised.overstated, promised.passes) == (True, False)


def test_nearest_words_name_the_record_of_the_statement_first() -> None:
    quote = TRAINING_WORDS.replace("Jordanian", "Iraqi")
    for id_ in (TRAINING, "focus-areas/training"):
        nearest = check(quote, record=id_).nearest
        assert nearest is not None
        assert nearest.records[0] == id_
    # Then the record whose main field they support.
    nearest = check(quote).nearest
    assert nearest is not None
    assert nearest.records[0] == TRAINING


def test_words_of_another_document_are_not_found_there() -> None:
    other = KnownDocument("another", [], "A text that is made up.")
    statement = Statement("Enhanced tactical readiness", document="another")
    checked = check_statement(statement, [*DOCUMENTS, other], RECORDS)
    assert checked.verdict == "not_found"
    assert checked.note == f"The words stand in {AMMAN}, not in another."


def cite(text: str, words: str, record: str, context: int = 4) -> CitedWords:
    start = text.index(words)
    end = start + len(words)
    citation = Citation(
        document_slug="made-up",
        section=[],
        exact=words,
        prefix=text[max(0, start - context) : start],
        suffix=text[end : end + context],
        start=start,
        end=end,
        supports=["title"],
    )
    return CitedWords(record, citation, ["title"])


TEXT = "The bridge will open in May. The tower should be painted. The gate is closed."
MADE_UP = {
    name: KnownRecord(name, name, "prospective", "title") for name in ("bridge", "tower")
}


@pytest.mark.parametrize(
    ("quote", "with_text", "without", "borne"),
    [
        # Within a citation, and around it: the words around two citations are known, and touch.
        ("will open in May", True, True, {"bridge"}),
        ("The bridge will open in May. The tower", True, True, {"bridge"}),
        # Over an edge of both, neither of which says so much.
        ("in May. The tower should", True, True, set()),
        # What nobody cites stands in the text alone.
        ("painted. The gate is", True, False, set()),
        ("The gate is closed.", True, False, set()),
    ],
)
def test_text_of_the_document_is_compared_where_it_is_held(
    quote: str, with_text: bool, without: bool, borne: set[str]
) -> None:
    citations = [
        cite(TEXT, "bridge will open in May", "bridge"),
        cite(TEXT, "tower should be painted", "tower"),
    ]
    for text, is_there in ((TEXT, with_text), (None, without)):
        document = KnownDocument("made-up", citations, text)
        checked = check_statement(Statement(quote), [document], MADE_UP)
        assert (checked.verdict == "verbatim") is is_there
        if is_there:
            assert set(ids(checked)) == borne


def test_pieces_that_disagree_are_not_joined() -> None:
    """Where no text is held, a position may be wrong: words from two places make no quote."""
    right = cite(TEXT, "bridge will open in May", "bridge")
    wrong = cite(TEXT.replace("painted", "shut"), "tower should be shut", "tower")
    moved = right.quote.start + 5
    quote = Citation.model_validate(
        {**wrong.quote.__dict__, "start": moved, "end": moved + len(wrong.quote.exact)}
    )
    document = KnownDocument("made-up", [right, CitedWords("tower", quote, ["title"])])
    assert len(document.passages) == 2
    for words, expected in (("will open", {"bridge"}), ("should be shut", {"tower"})):
        checked = check_statement(Statement(words), [document], MADE_UP)
        assert set(ids(checked)) == expected


def found(session_engine: Engine, *statements: Statement) -> CheckedStatements:
    with read_session(session_engine) as session:
        return check_statements(session, statements)


@pytest.mark.parametrize(
    ("said", "verdict", "note"),
    [
        ({"quote": TRAINING_WORDS, "record": TRAINING}, "verbatim", None),
        (
            {"quote": TRAINING_WORDS, "record": "initiatives/expand-joint-training-program"},
            "not_found",
            "There is no initiative 'expand-joint-training-program'. Did you mean "
            "'expand-joint-training-programs'?",
        ),
        (
            {"quote": TRAINING_WORDS, "document": "nato-in-amman"},
            "not_found",
            "There is no document 'nato-in-amman'.",
        ),
        (
            {"quote": TRAINING_WORDS, "record": "training"},
            "not_found",
            "'training' is not COLLECTION/SLUG, as in 'initiatives/some-slug'.",
        ),
        ({"quote": "Intelligense Sharing"}, "differs", "Quote the words as they stand."),
        # Nothing is like words of which none is right.
        ({"quote": "Intelligense Sharng"}, "not_found", None),
        ({"quote": ""}, "not_found", "The quote has no words."),
    ],
)
def test_base_is_searched_for_the_words(
    seeded: Engine, said: Mapping[str, str], verdict: str, note: str | None
) -> None:
    (checked,) = found(seeded, Statement(**said)).items  # type: ignore[arg-type]
    assert checked.verdict == verdict
    assert (checked.note or "").startswith(note or "")


def test_quote_of_common_words_is_found_among_many_records(
    seeded: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the records that have one of its words, only some are ranked."""
    monkeypatch.setattr("app.queries.statement_check.MAX_RANKED", 2)
    for quote in ("Faster response times", "Enhanced tactical readiness", TRAINING_WORDS):
        (checked,) = found(seeded, Statement(quote)).items
        assert checked.verdict == "verbatim", quote


def test_every_quote_of_the_seed_is_verbatim_and_bears_out_its_record(seeded: Engine) -> None:
    statements = []
    for citation in DOCUMENTS[0].citations:
        statements.append(Statement(citation.quote.exact, citation.record, AMMAN))
    checked = found(seeded, *statements)
    failed = [
        statement
        for statement, item in zip(statements, checked.items, strict=True)
        if not item.passes
    ]
    assert failed == []


def store_text(engine: Engine, slug: str, text: str) -> None:
    document = fictional.create("document", slug, text=text, sha256=digest(text))
    with write_session(engine) as session:
        apply(session, [document], "test", "A document with its text")


def test_texts_of_the_base_are_searched_as_far_as_they_are_not_too_long(
    empty: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_text(empty, "made-up", TEXT)
    store_text(empty, "other", TEXT.replace("bridge", "ferry"))
    statement = Statement("The ferry will open in May.")
    checked = found(empty, statement)
    assert (checked.items[0].verdict, checked.items[0].documents) == ("verbatim", ["other"])
    assert checked.unread_texts == []
    # Beyond the words that the index has.
    end = "Zenda fell silent at midnight."
    store_text(empty, "saga", "The story goes on and on. " * 3_000 + end)
    checked = found(empty, Statement(end))
    assert (checked.items[0].verdict, checked.items[0].documents) == ("verbatim", ["saga"])
    monkeypatch.setattr("app.queries.statement_check.MAX_TEXT_CHARACTERS", len(TEXT) + 5)
    named = Statement("The ferry will open in May.", document="other")
    both: Sequence[Statement] = (named, Statement("The gate is closed."))
    checked = found(empty, *both)
    assert [item.verdict for item in checked.items] == ["verbatim", "verbatim"]
    assert checked.unread_texts == ["made-up", "saga"]


@pytest.mark.parametrize("place", [0, 3_000, 11_999])
def test_nearest_words_are_found_anywhere_in_a_long_text(place: int) -> None:
    """Such a text is not compared as a whole, only where the rare words of the quote stand."""
    sentences = [f"Paragraph {number} speaks of the harbour." for number in range(12_000)]
    sentences[place] = "The lighthouse of Zenda will be rebuilt in granite by 2031."
    document = KnownDocument("long", [], " ".join(sentences))
    quote = "The lighthouse of Zenda will be rebuilt in marble by 2031."
    checked = check_statement(Statement(quote), [document], {})
    assert checked.verdict == "differs"
    assert checked.nearest is not None
    assert "rebuilt in granite by 2031" in checked.nearest.words


def test_beginning_of_a_long_quote_decides_whether_words_are_like_it() -> None:
    text = " ".join(f"Paragraph {number} speaks of the harbour." for number in range(300))
    document = KnownDocument("long", [], text)
    changed = text.replace("Paragraph 5 ", "Section 5 ")[:9_000]
    checked = check_statement(Statement(changed), [document], {})
    assert checked.verdict == "differs"
    invented = "A wall of steel goes round Strelsau. " * 200
    assert check_statement(Statement(invented), [document], {}).verdict == "not_found"
