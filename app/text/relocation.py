"""Where are the words of a quote in a text that has changed?"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from app.text.quotes import (
    MAX_QUOTE_CHARACTERS,
    Quote,
    find_innermost,
    split_lines_above,
)

# Only the nearest occurrences of a quote are considered.
_MAX_OCCURRENCES = 20
# Least length of the prefix and suffix of a quote that moved.
_CONTEXT_CHARACTERS = 16
_WORD_CHARACTER = re.compile(r"\w")

# Lines that are headings, each with the sections, outermost heading first, that end in it.
Headings = Mapping[str, Iterable[Sequence[str]]]


def relocate(quote: Quote, text: str, headings: Headings) -> dict[str, Any] | None:
    """The selectors with which the quote fits the text; None if the text does not have its words.

    Words are compared without regard to white space. Of several occurrences, one between the same
    words comes first, then one under the same headings, then the nearest (W3C Web Annotation leaves
    the choice open)."""
    occurrences = []
    in_context = []
    for match in _find_occurrences(quote, text):
        if len(match[0]) > MAX_QUOTE_CHARACTERS:
            continue
        occurrences.append(match)
        if _has_context(quote, text, match):
            in_context.append(match)
    candidates = in_context or occurrences

    def distance(match: re.Match[str]) -> int:
        return abs(match.start() - quote.start)

    candidates.sort(key=distance)
    nearest = None
    for match in candidates[:_MAX_OCCURRENCES]:
        selectors = _make_selectors(quote, text, match, headings)
        if selectors["section"] == list(quote.section):
            return selectors
        if nearest is None:
            nearest = selectors
    return nearest


def _find_occurrences(quote: Quote, text: str) -> Iterator[re.Match[str]]:
    """The words of the quote with any white space between them; whole words where they were."""
    words = quote.exact.split()
    pattern = r"\s+".join(map(re.escape, words))
    begins_in_word = _WORD_CHARACTER.match(quote.prefix[-1:])
    ends_in_word = _WORD_CHARACTER.match(quote.suffix)
    if _WORD_CHARACTER.match(quote.exact) and not begins_in_word:
        pattern = rf"(?<!\w){pattern}"
    if _WORD_CHARACTER.match(quote.exact[-1:]) and not ends_in_word:
        pattern = rf"{pattern}(?!\w)"
    return re.finditer(pattern, text)


def _has_context(quote: Quote, text: str, match: re.Match[str]) -> bool:
    start, end = match.span()
    has_prefix = text.endswith(quote.prefix, 0, start)
    return has_prefix and text.startswith(quote.suffix, end)


def has_heading(quote: Quote, text: str) -> bool:
    """Whether the innermost heading of the quote's section is a whole line of the text."""
    if not quote.section:
        return True
    line = re.escape(quote.section[-1])
    return re.search(rf"^{line}\r?$", text, re.MULTILINE) is not None


def _make_selectors(
    quote: Quote,
    text: str,
    match: re.Match[str],
    headings: Headings,
) -> dict[str, Any]:
    start, end = match.span()
    prefix_length = max(len(quote.prefix), _CONTEXT_CHARACTERS)
    suffix_length = max(len(quote.suffix), _CONTEXT_CHARACTERS)
    above = split_lines_above(text, start)
    return {
        "section": _find_section(quote, above, headings),
        "exact": match[0],
        "prefix": text[max(0, start - prefix_length) : start],
        "suffix": text[end : end + suffix_length],
        "start": start,
        "end": end,
    }


def _find_section(quote: Quote, above: Sequence[str], headings: Headings) -> list[str]:
    """The quote's own section if its headings are above the quote; else the longest section whose
    headings are."""
    innermost = find_innermost(above, headings)
    if innermost is None:
        return []
    longest = [innermost]
    for section in (quote.section, *headings[innermost]):
        ends_here = list(section[-1:]) == [innermost]
        if not ends_here or not _in_order(section, above):
            continue
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
