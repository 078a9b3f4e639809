"""Quotes that a model writes down are found where they stand, once, or not at all."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.drafts.lexicon import detect_language
from app.drafts.model.answers import Suggestion
from app.drafts.model.placement import Placer
from app.drafts.model.prompts import Prompt
from app.drafts.source import Source
from app.reading.reader import ReadingLimits, read_path
from app.settings import Settings
from app.text.alignment import Aligner, Alignment, Step, Unaligned
from tests.helpers.paths import ROOT
from tests.helpers.quotes import Quoted, letters, write_damaged, write_true

DOCUMENTS = ROOT.parent / "shared" / "drafting" / "documents"
TEXT = (
    "The harbour office will train 12 pilots by 2026\u20132028, cut delays by 2.5%, and "
    "\u201cco-oper\u00adate\u201d with the o\ufb03ce of the port\u00a0authority."
)


def align(quote: str, text: str = TEXT) -> tuple[str, Step] | int:
    """The words of the text that the quote is, and how they were found; else how often it stands
    there."""
    aligned = Aligner(f"before {text} after", 7, 7 + len(text)).align(quote)
    if isinstance(aligned, Unaligned):
        return aligned.count
    return f"before {text} after"[aligned.start : aligned.end], aligned.step


@pytest.mark.parametrize(
    ("quote", "words", "step"),
    [
        ("train 12 pilots", "train 12 pilots", Step.EXACT),
        ("  train 12 pilots\n", "train 12 pilots", Step.EXACT),
        ("by 2026-2028", "by 2026\u20132028", Step.SPELLING),
        ('and "co-operate" with', "and \u201cco-oper\u00adate\u201d with", Step.SPELLING),
        (
            "office of the port authority",
            "o\ufb03ce of the port\u00a0authority",
            Step.SPELLING,
        ),
        ("train\n 12  pilots", "train 12 pilots", Step.SPELLING),
        ("the Harbour Office will", "The harbour office will", Step.LETTERS),
        ('"Cut delays by 2.5%."', "cut delays by 2.5%", Step.LETTERS),
        ("- cut delays by 2.5%;", "cut delays by 2.5%", Step.LETTERS),
    ],
)
def test_true_quote_is_placed(quote: str, words: str, step: Step) -> None:
    assert align(quote) == (words, step)


@pytest.mark.parametrize(
    "quote",
    [
        "",
        " ",
        "\u2026",
        "train pilots",
        "train 21 pilots",
        "pilots train 12",
        "will train 12 pilots by 2027",
        # Parts of words and of numbers.
        "2 pilots",
        "train 1",
        "pilots by 2026",
        "by 2.5",
        "5%",
        "he harbour office",
        "train 12 pilot",
        # Parts of a character, and of the text around the passage.
        "ice of the port authority",
        "authority. after",
        "before The harbour office",
        # A question, and signs, that the text does not have.
        "train 12 pilots?",
        "-12 pilots",
        "12% pilots",
        ".12 pilots",
    ],
)
def test_quote_that_is_not_there_is_refused(quote: str) -> None:
    assert align(quote) == 0


@pytest.mark.parametrize(
    ("text", "quote", "expected"),
    [
        ("by \u22125 degrees", "5 degrees", 0),
        ("by \u22125 degrees", "-5 degrees", ("\u22125 degrees", Step.SPELLING)),
        ("for 10\u00a0000 people", "000 people", 0),
        ("for 10\u00a0000 people", "10 000 people", ("10\u00a0000 people", Step.SPELLING)),
        ("of 18, 7 were built", "7 were built", ("7 were built", Step.EXACT)),
        ("10\u00b2 ships", "10", 0),
        ("the will and the will", "the will", 2),
        ("The will and the will", "the will", ("the will", Step.EXACT)),
        ("The will and THE will", "the will", 2),
        (
            "\u6e2f\u306f\u5b66\u6821\u3092\u5efa\u3066\u308b",
            "\u5b66\u6821\u3092\u5efa\u3066\u308b",
            ("\u5b66\u6821\u3092\u5efa\u3066\u308b", Step.EXACT),
        ),
        ("Ein Hafenamt", "Amt", 0),
    ],
)
def test_numbers_and_scripts(text: str, quote: str, expected: tuple[str, Step] | int) -> None:
    assert align(quote, text) == expected


def test_refusal_has_the_nearest_passage() -> None:
    refusal = Aligner(TEXT, 0, len(TEXT)).align("office will train 21 pilots by 2026")
    assert isinstance(refusal, Unaligned)
    assert "office will train" in refusal.nearest


def test_first_of_several_is_found_where_any_will_do() -> None:
    text = "The port will grow and will close."
    aligner = Aligner(text, 0, len(text))
    assert aligner.align("will", take_first=True) == Alignment(9, 13, Step.EXACT)
    assert aligner.align("shall", take_first=True) == Unaligned(0, "The p")


WORDS = st.sampled_from(
    [
        "port",
        "Ports",
        "will",
        "not",
        "12",
        "2.5%",
        "\u22123",
        "co\u2011op",
        "o\ufb03ce",
        "\u00dfa",
        "\u201cyes\u201d",
        "end.",
    ]
)


@given(st.lists(WORDS, min_size=1, max_size=12), st.data())
def test_words_of_a_passage_are_placed_or_ambiguous(
    words: list[str], data: st.DataObject
) -> None:
    text = " ".join(words)
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    quote = " ".join(words[first : last + 1])
    aligned = Aligner(text, 0, len(text)).align(quote)
    if isinstance(aligned, Unaligned):
        assert aligned.count > 1
    else:
        assert text[aligned.start : aligned.end] == quote


@given(st.lists(WORDS, min_size=2, max_size=12), st.data())
def test_words_in_another_order_are_refused(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    shuffled = " ".join(data.draw(st.permutations(words)))
    assume(letters(shuffled) != letters(text))
    assert align(shuffled, text) == 0


@given(st.text(max_size=60), st.text(max_size=12))
def test_what_is_placed_has_the_letters_of_the_quote(text: str, quote: str) -> None:
    for written in (quote, text[3:9].upper(), text[2:7]):
        aligned = Aligner(text, 0, len(text)).align(written)
        if isinstance(aligned, Alignment):
            assert letters(text[aligned.start : aligned.end]) == letters(written)


def place(source: Source, quotes: Iterable[Quoted]) -> Counter[str]:
    """How many quotes were placed, ambiguous and refused."""
    prompt = Prompt(1, len(source.file.blocks), {})
    placer = Placer(source)
    counts: Counter[str] = Counter()
    for quote in quotes:
        suggestion = Suggestion(
            block=quote.block,
            quote=quote.words,
            type="initiative",
            modality="stated",
            cue=quote.words,
        )
        if list(placer.place_all(prompt, [suggestion])):
            counts["placed"] += 1
        elif placer.drops[-1].is_ambiguous:
            counts["ambiguous"] += 1
        else:
            counts["refused"] += 1
    return counts


def read_source(path: Path) -> Source:
    file = read_path(path, ReadingLimits.from_settings(Settings()))
    return Source(file, detect_language(file.text, file.language)[0])


@pytest.mark.skipif(not DOCUMENTS.is_dir(), reason="reads documents beside the repository")
@pytest.mark.accept
def test_quotes_of_real_documents() -> None:
    true: Counter[str] = Counter()
    damaged: Counter[str] = Counter()
    for path in sorted(DOCUMENTS.iterdir()):
        if path.name == "SOURCES.md":
            continue
        source = read_source(path)
        true += place(source, write_true(source))
        damaged += place(source, write_damaged(source))
    assert damaged.total() > 5_000
    assert damaged == {"refused": damaged.total()}
    assert true["refused"] == 0
    assert true["placed"] / true.total() >= 0.97
