"""Words that a curator has typed, and where they stand in a text."""

import pytest

from app.curate.records.passages import (
    Passage,
    context_of,
    find_nearest,
    find_passages,
    words_around,
)
from app.text.cited_text import CitedText

TEXT = """A plan
The office\u00a0will open in Strelsau. The offices of others stay \u201cas they are\u201d.
Area | Goal |
---|---|
Trade | Open ports |
Towers | Open gates and ports |
The office will not close.
"""


def found(words: str) -> list[str]:
    """The passages that are found, as the text has them."""
    passages = find_passages(words, CitedText(TEXT))
    return [TEXT[passage.start : passage.end] for passage in passages]


@pytest.mark.parametrize(
    ("words", "passages"),
    [
        ("will open in Strelsau", ["will open in Strelsau"]),
        # Surrounding white space is not typed on purpose.
        ("  Trade | Open ports ", ["Trade | Open ports"]),
        # Another spelling: the space is a no-break space in the text, the quotes are typographic.
        ("The office will open", ["The office\u00a0will open"]),
        ('"as they are"', ["\u201cas they are\u201d"]),
        # Whole words come before parts of words, which are taken where there is nothing else.
        ("The office", ["The office", "The office"]),
        ("trelsa", ["trelsa"]),
        # Without case, if nothing is spelt so.
        ("open GATES", ["Open gates"]),
        ("ports", ["ports", "ports"]),
        ("harbour", []),
        ("", []),
        ("\u200b", []),
    ],
)
def test_words_are_found(words: str, passages: list[str]) -> None:
    assert found(words) == passages


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        ("The office never closes", "The office will not close."),
        ("open some gates and ports", "Towers | Open gates and ports |"),
    ],
)
def test_nearest_passage_comes_first(words: str, nearest: str) -> None:
    first = find_nearest(words, TEXT)[0]
    assert TEXT[first.start : first.end] == nearest


def test_nothing_is_near_in_an_empty_text() -> None:
    assert find_nearest("words", "") == []
    assert find_nearest("\u2026", TEXT) == []


def test_words_around_are_on_one_line_without_the_marks_of_a_table() -> None:
    start = TEXT.index("Open ports")
    before, after = words_around(Passage(start, start + len("Open ports")), TEXT)
    assert before.endswith("Area \u00b7 Goal \u00b7 Trade \u00b7 ")
    assert after.startswith(" \u00b7 Towers \u00b7 Open gates")
    assert after.endswith(" \u2026")


def test_context_is_what_stands_before_and_after() -> None:
    assert context_of(Passage(2, 6), "A plan") == ("A ", "")
    prefix, suffix = context_of(Passage(100, 110), TEXT)
    assert (prefix, suffix) == (TEXT[68:100], TEXT[110:142])
