"""Is a quote in a document's text, at its position, and under the headings of its section?

Positions are code points of the text as stored, the end excluded (W3C Web Annotation,
TextPositionSelector). Nothing is normalized, so a position is valid in every programming language.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Protocol

MAX_QUOTE_CHARACTERS = 10_000
# Characters of the text that a message shows.
_SHOWN_CHARACTERS = 16
_SHOWN_PASSAGE_CHARACTERS = 60
_WORD = re.compile(r"\w+")


class Quote(Protocol):
    """The selectors of a citation."""

    @property
    def section(self) -> Sequence[str]: ...
    @property
    def exact(self) -> str: ...
    @property
    def prefix(self) -> str: ...
    @property
    def suffix(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def digest(text: str) -> str:
    """SHA-256 of the text in UTF-8, as lower-case hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def same_words(first: str, second: str) -> bool:
    """Whether the texts are equal except for white space."""
    return first.split() == second.split()


def find_mistakes(
    quote: Quote, text: str, headings: Iterable[str]
) -> Iterator[tuple[str, str]]:
    """Each selector of the quote that does not fit the text, with a message that corrects it.

    `headings` are the lines of this text that any citation of it names in its section: the last of
    them above the quote must be the innermost heading of the quote's section."""
    if text[quote.start : quote.end] != quote.exact:
        yield "exact", _describe_position(quote, text)
        return
    yield from _find_context_mistakes(quote, text)
    above = split_lines_above(text, quote.start)
    yield from _find_section_mistakes(quote.section, above, set(headings))


def _find_context_mistakes(quote: Quote, text: str) -> Iterator[tuple[str, str]]:
    before = text[: quote.start]
    after = text[quote.end :]
    if before and not quote.prefix:
        actual = before[-_SHOWN_CHARACTERS:]
        yield "prefix", f"is empty, and {actual!r} stands before the quote. Give it."
    if after and not quote.suffix:
        actual = after[:_SHOWN_CHARACTERS]
        yield "suffix", f"is empty, and {actual!r} stands after the quote. Give it."
    if not before.endswith(quote.prefix):
        actual = before[-len(quote.prefix) :]
        yield "prefix", f"{quote.prefix!r} does not stand before the quote; {actual!r} does."
    if not after.startswith(quote.suffix):
        actual = after[: len(quote.suffix)]
        yield "suffix", f"{quote.suffix!r} does not stand after the quote; {actual!r} does."


def split_lines_above(text: str, position: int) -> list[str]:
    """The lines above the line at the position, which itself is not one of them."""
    *lines, _ = text[:position].split("\n")
    return [line.removesuffix("\r") for line in lines]


def find_innermost(above: Sequence[str], headings: Iterable[str]) -> str | None:
    """The last of the lines that is a heading."""
    for line in reversed(above):
        if line in headings:
            return line
    return None


def _find_section_mistakes(
    section: Sequence[str],
    above: Sequence[str],
    headings: set[str],
) -> Iterator[tuple[str, str]]:
    position = 0
    for heading in section:
        if heading not in above[position:]:
            yield (
                "section",
                f"{heading!r} is not a whole line above the quote, in this order.",
            )
            return
        position = above.index(heading, position) + 1
    nearest = find_innermost(above, headings)
    innermost = section[-1] if section else None
    if nearest != innermost:
        stated = "none" if innermost is None else repr(innermost)
        yield (
            "section",
            f"The nearest heading above the quote is {nearest!r}; it names {stated}.",
        )


def _describe_position(quote: Quote, text: str) -> str:
    """The position of the quote nearest to the stated one; or the passage most similar to it."""
    exact = quote.exact
    start = _find_nearest(exact, text, quote.start)
    if start is None:
        start, passage = nearest_passage(exact, text)
        return (
            f"{exact!r} is not in the text. The nearest passage, at {start}, is {passage!r}: "
            "quote it as it stands."
        )
    passage = _shorten(text[quote.start : quote.end])
    return (
        f"{exact!r} does not stand at {quote.start}–{quote.end}, where the text has {passage!r}. "
        f"It stands at {start}–{start + len(exact)}: correct `start` and `end`."
    )


def _find_nearest(exact: str, text: str, position: int) -> int | None:
    """The occurrence nearest to the position; the first of two at the same distance."""
    if not exact:
        return None
    starts = []
    start = text.find(exact)
    while start >= 0:
        starts.append(start)
        start = text.find(exact, start + 1)
    if not starts:
        return None
    return min(starts, key=lambda start: abs(start - position))


def nearest_passage(exact: str, text: str) -> tuple[int, str]:
    """Start and words of the passage, as long as the quote, around the longest run of words that
    both have in common."""
    quote_words = list(_WORD.finditer(exact))
    text_words = list(_WORD.finditer(text))
    # Compared word by word: letter by letter would take seconds for a long text.
    matcher = SequenceMatcher(
        None,
        [word[0] for word in quote_words],
        [word[0] for word in text_words],
        autojunk=False,
    )
    run = matcher.find_longest_match()
    start = 0
    if run.size > 0:
        first_in_text = text_words[run.b]
        first_in_quote = quote_words[run.a]
        start = first_in_text.start() - first_in_quote.start()
    latest_start = len(text) - len(exact)
    start = max(0, min(start, latest_start))
    return start, text[start : start + len(exact)]


def _shorten(text: str) -> str:
    if len(text) <= _SHOWN_PASSAGE_CHARACTERS:
        return text
    return text[: _SHOWN_PASSAGE_CHARACTERS - 1] + "…"
