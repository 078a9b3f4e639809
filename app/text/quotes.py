"""Does a quote stand in a document's text, where it says it does, under the headings it names?

Positions are code points of the text as stored, the end excluded (W3C Web Annotation,
TextPositionSelector); nothing is normalized, so a position is good in any language's strings.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, Protocol

# Places of a quote that are looked at, the nearest ones.
PLACES = 20
# Characters of a quote.
LONGEST_QUOTE = 10_000
# Characters before and after a quote that moved, where it had fewer.
_AROUND = 16
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


def same_words(one: str, other: str) -> bool:
    """Equal but for white space."""
    return one.split() == other.split()


def find_mistakes(quote: Quote, text: str, headings: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What the quote gets wrong about the text, as (field, what is wrong and what to do).

    `headings` are the lines of this text that any citation of it names in its section: the
    innermost one of the quote must be the last of them above it.
    """
    if text[quote.start : quote.end] != quote.exact:
        yield "exact", _say_where(quote, text)
        return
    before = text[: quote.start]
    if before and not quote.prefix:
        yield "prefix", f"is empty, and {before[-16:]!r} stands before the quote. Give it."
    if len(text) > quote.end and not quote.suffix:
        after = text[quote.end : quote.end + 16]
        yield "suffix", f"is empty, and {after!r} stands after the quote. Give it."
    if not before.endswith(quote.prefix):
        found = before[-len(quote.prefix) :]
        yield "prefix", f"{quote.prefix!r} does not stand before the quote; {found!r} does."
    if not text.startswith(quote.suffix, quote.end):
        found = text[quote.end : quote.end + len(quote.suffix)]
        yield "suffix", f"{quote.suffix!r} does not stand after the quote; {found!r} does."
    yield from _find_section_mistakes(quote.section, before, set(headings))


def _find_section_mistakes(
    section: Sequence[str], before: str, headings: set[str]
) -> Iterator[tuple[str, str]]:
    """`before` ends where the quote starts, so its last line is the quote's own."""
    above = [line.removesuffix("\r") for line in before.split("\n")[:-1]]
    position = 0
    for heading in section:
        if heading not in above[position:]:
            yield "section", f"{heading!r} is not a whole line above the quote, in this order."
            return
        position = above.index(heading, position) + 1
    nearest = next((line for line in reversed(above) if line in headings), None)
    innermost = section[-1] if section else None
    if nearest != innermost:
        named = "none" if innermost is None else repr(innermost)
        yield "section", f"The nearest heading above the quote is {nearest!r}; it names {named}."


def relocate(
    quote: Quote, text: str, headings: Mapping[str, Iterable[Sequence[str]]]
) -> dict[str, Any] | None:
    """The selectors with which the quote is right for the text, or None if its words are not there.

    Words are the same but for white space. Of several places, the one between the same words comes
    first, then the one under the same headings, then the nearest (W3C Web Annotation leaves the
    choice open). `headings` are the lines that are headings, each with the sections that it is
    known to end."""
    found = [match for match in _find_words(quote, text) if len(match[0]) <= LONGEST_QUOTE]
    between = [match for match in found if _is_between(quote, text, match)] or found
    nearest = sorted(between, key=lambda match: abs(match.start() - quote.start))[:PLACES]
    places = [_selectors(quote, text, match, headings) for match in nearest]
    # The order among equals stays: by distance.
    return min(places, key=lambda one: one["section"] != list(quote.section), default=None)


def _find_words(quote: Quote, text: str) -> Iterator[re.Match[str]]:
    """Where the words stand, but for white space; as whole words, unless they were none."""
    words = r"\s+".join(re.escape(word) for word in quote.exact.split())
    if _WORD.match(quote.exact) and not _WORD.match(quote.prefix[-1:]):
        words = rf"(?<!\w){words}"
    if _WORD.match(quote.exact[-1:]) and not _WORD.match(quote.suffix):
        words = rf"{words}(?!\w)"
    return re.finditer(words, text)


def _is_between(quote: Quote, text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - len(quote.prefix)) : match.start()]
    return before == quote.prefix and text.startswith(quote.suffix, match.end())


def has_heading(quote: Quote, text: str) -> bool:
    """Whether the heading that the quote stood just under is a whole line of the text."""
    if not quote.section:
        return True
    line = re.escape(quote.section[-1])
    return re.search(rf"^{line}\r?$", text, re.MULTILINE) is not None


def _selectors(
    quote: Quote,
    text: str,
    match: re.Match[str],
    headings: Mapping[str, Iterable[Sequence[str]]],
) -> dict[str, Any]:
    start, end = match.span()
    before, after = (max(len(side), _AROUND) for side in (quote.prefix, quote.suffix))
    return {
        "section": _find_section(quote, text[:start], headings),
        "exact": match[0],
        "prefix": text[max(0, start - before) : start],
        "suffix": text[end : end + after],
        "start": start,
        "end": end,
    }


def _find_section(
    quote: Quote, before: str, headings: Mapping[str, Iterable[Sequence[str]]]
) -> list[str]:
    """The headings above the place: its own where they are, else as many as are known."""
    above = [line.removesuffix("\r") for line in before.split("\n")[:-1]]
    innermost = next((line for line in reversed(above) if line in headings), None)
    if innermost is None:
        return []
    known = [
        list(section)
        for section in [quote.section, *headings[innermost], [innermost]]
        if list(section[-1:]) == [innermost] and _in_order(section, above)
    ]
    return known[0] if known[0] == list(quote.section) else max(known, key=len)


def _in_order(section: Sequence[str], above: Sequence[str]) -> bool:
    lines = iter(above)
    return all(heading in lines for heading in section)


def _say_where(quote: Quote, text: str) -> str:
    """Where the quote stands instead, or the passage that is nearest to it."""
    at = _occurrences(quote.exact, text)
    there = text[quote.start : quote.end]
    if at:
        start = min(at, key=lambda position: abs(position - quote.start))
        return (
            f"{quote.exact!r} does not stand at {quote.start}–{quote.end}, where the text has "
            f"{_short(there)!r}. It stands at {start}–{start + len(quote.exact)}: correct "
            "`start` and `end`."
        )
    start, passage = nearest_passage(quote.exact, text)
    return (
        f"{quote.exact!r} is not in the text. The nearest passage, at {start}, is {passage!r}: "
        "quote it as it stands."
    )


def _occurrences(exact: str, text: str) -> list[int]:
    found, position = [], text.find(exact)
    while exact and position >= 0:
        found.append(position)
        position = text.find(exact, position + 1)
    return found


def nearest_passage(exact: str, text: str) -> tuple[int, str]:
    """Start and words of the passage, as long as the quote, around the longest run that it
    shares with the text."""
    ours, theirs = list(_WORD.finditer(exact)), list(_WORD.finditer(text))
    # Word by word: letter by letter would take seconds for a long text.
    matcher = SequenceMatcher(None, [w[0] for w in ours], [w[0] for w in theirs], autojunk=False)
    match = matcher.find_longest_match()
    shift = theirs[match.b].start() - ours[match.a].start() if match.size else 0
    start = max(0, min(shift, len(text) - len(exact)))
    return start, text[start : start + len(exact)]


def _short(text: str, length: int = 60) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
