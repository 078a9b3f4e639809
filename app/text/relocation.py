"""Where are the words of a quote in a text that has changed?"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from app.text.cited_text import CitedText, Quote
from app.text.headings import read_heading
from app.text.quotes import MAX_QUOTE_CHARACTERS
from app.text.sections import Sections
from app.text.spelling import FoldedText, fold_spelling

# Only the nearest occurrences of a quote are considered.
_MAX_OCCURRENCES = 20
# Least length of the prefix and suffix of a quote that moved.
_CONTEXT_CHARACTERS = 16
_WORD_CHARACTER = re.compile(r"\w")


class _Occurrence(NamedTuple):
    """A passage with the words of a quote; `in_context` if they stand between the same words."""

    start: int
    end: int
    in_context: bool


def relocate(quote: Quote, sections: Sections) -> dict[str, Any] | None:
    """The selectors with which the quote fits the text; None if the text does not have its words.

    Words are compared without regard to white space and, where the text has them in no place as
    they are spelt, to spelling. Of several occurrences, one between the same words comes first,
    then one under the same headings, then the nearest (W3C Web Annotation leaves the choice
    open)."""
    cited = sections.cited
    candidates = list(_find_occurrences(quote, cited))
    words = quote.exact.split()
    spelt_alike = []
    for occurrence in candidates:
        passage = cited.text[occurrence.start : occurrence.end]
        if passage.split() == words:
            spelt_alike.append(occurrence)
    candidates = spelt_alike or candidates
    in_context = [occurrence for occurrence in candidates if occurrence.in_context]
    candidates = in_context or candidates

    def distance(occurrence: _Occurrence) -> int:
        return abs(occurrence.start - quote.start)

    candidates.sort(key=distance)
    nearest = None
    for occurrence in candidates[:_MAX_OCCURRENCES]:
        selectors = _make_selectors(quote, occurrence, sections)
        if selectors["section"] == list(quote.section):
            return selectors
        if nearest is None:
            nearest = selectors
    return nearest


def _find_occurrences(quote: Quote, cited: CitedText) -> Iterator[_Occurrence]:
    """The words of the quote; whole words where they were."""
    words = fold_spelling(quote.exact)
    if not words:
        return
    folded = cited.folded
    before = _fold_context(quote.prefix)
    after = _fold_context(quote.suffix)
    for start, end in folded.find(words):
        if _cuts_word(quote, folded.text, start, end):
            continue
        span = folded.locate(start, end)
        if span is None:
            continue
        text_start, text_end = span
        if text_end - text_start > MAX_QUOTE_CHARACTERS:
            continue
        has_prefix = folded.text.endswith(before, 0, start)
        has_suffix = folded.text.startswith(after, end)
        yield _Occurrence(text_start, text_end, has_prefix and has_suffix)


def _fold_context(text: str) -> str:
    """The folded form of a prefix or suffix, with the white space at its ends."""
    return FoldedText(text).text


def _cuts_word(
    quote: Quote,
    text: str,
    start: int,
    end: int,
) -> bool:
    """Whether the passage begins or ends within a word, which the quote does not."""
    quote_begins_in_word = _WORD_CHARACTER.match(quote.prefix[-1:])
    quote_ends_in_word = _WORD_CHARACTER.match(quote.suffix)
    before = text[max(0, start - 1) : start]
    after = text[end : end + 1]
    begins_in_word = _WORD_CHARACTER.match(before)
    ends_in_word = _WORD_CHARACTER.match(after)
    if begins_in_word and not quote_begins_in_word and _WORD_CHARACTER.match(text[start]):
        return True
    is_cut_at_end = ends_in_word and not quote_ends_in_word
    return bool(is_cut_at_end and _WORD_CHARACTER.match(text[end - 1]))


def has_heading(quote: Quote, cited: CitedText) -> bool:
    """Whether the innermost heading of the quote's section is a whole line of the text."""
    if not quote.section:
        return True
    return read_heading(quote.section[-1]) in cited.headings


def _make_selectors(
    quote: Quote,
    occurrence: _Occurrence,
    sections: Sections,
) -> dict[str, Any]:
    text = sections.cited.text
    start = occurrence.start
    end = occurrence.end
    prefix_length = max(len(quote.prefix), _CONTEXT_CHARACTERS)
    suffix_length = max(len(quote.suffix), _CONTEXT_CHARACTERS)
    return {
        "section": sections.choose(quote, text[start:end], start),
        "exact": text[start:end],
        "prefix": text[max(0, start - prefix_length) : start],
        "suffix": text[end : end + suffix_length],
        "start": start,
        "end": end,
    }
