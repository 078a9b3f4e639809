"""Where are the words of a quote in a text that has changed?"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from app.text.cited_text import CitedText
from app.text.headings import read_heading
from app.text.quotes import MAX_QUOTE_CHARACTERS, Quote
from app.text.spelling import FoldedText, fold_spelling

# Only the nearest occurrences of a quote are considered.
_MAX_OCCURRENCES = 20
# Least length of the prefix and suffix of a quote that moved.
_CONTEXT_CHARACTERS = 16
_WORD_CHARACTER = re.compile(r"\w")

# Lines that are headings, as `read_heading` returns them, each with the sections, outermost heading
# first, that end in it.
Headings = Mapping[str, Iterable[Sequence[str]]]


class _Occurrence(NamedTuple):
    """A passage with the words of a quote; `in_context` if they stand between the same words."""

    start: int
    end: int
    in_context: bool


def relocate(
    quote: Quote,
    cited: CitedText,
    headings: Headings,
) -> dict[str, Any] | None:
    """The selectors with which the quote fits the text; None if the text does not have its words.

    Words are compared without regard to white space and, where the text has them in no place as
    they are spelt, to spelling. Of several occurrences, one between the same words comes first,
    then one under the same headings, then the nearest (W3C Web Annotation leaves the choice
    open)."""
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
        selectors = _make_selectors(quote, cited, occurrence, headings)
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
    cited: CitedText,
    occurrence: _Occurrence,
    headings: Headings,
) -> dict[str, Any]:
    text = cited.text
    start = occurrence.start
    end = occurrence.end
    prefix_length = max(len(quote.prefix), _CONTEXT_CHARACTERS)
    suffix_length = max(len(quote.suffix), _CONTEXT_CHARACTERS)
    return {
        "section": _find_section(quote, cited, start, headings),
        "exact": text[start:end],
        "prefix": text[max(0, start - prefix_length) : start],
        "suffix": text[end : end + suffix_length],
        "start": start,
        "end": end,
    }


def _find_section(
    quote: Quote, cited: CitedText, start: int, headings: Headings
) -> list[str]:
    """The quote's own section if its headings are above the quote; else the longest section whose
    headings are."""
    number = cited.find_innermost(start, headings)
    if number is None:
        return []
    innermost = cited.headings[number]
    above = cited.headings[: number + 1]
    longest: list[str] = []
    for section in (quote.section, *headings[innermost]):
        words = [read_heading(heading) for heading in section]
        if words[-1:] != [innermost]:
            continue
        if not _in_order(words, above):
            # The heading as a citation spells it.
            section = section[-1:]
        if section is quote.section:
            return list(section)
        if len(section) > len(longest):
            longest = list(section)
    return longest


def _in_order(section: Sequence[str], above: Sequence[str]) -> bool:
    """Whether the headings are among the lines, in the same order."""
    lines = iter(above)
    # `in` advances the iterator, so that each heading is looked for after the one before.
    return all(heading in lines for heading in section)
