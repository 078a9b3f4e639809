"""Whether a time within a claim is the claim's own."""

from app.dates.context import Context
from app.drafts.sentences import Span
from app.drafts.source import Source
from app.drafts.times import read_time

# "of " before a date.
_OF_CHARACTERS = 14
# In brackets: "expected October 2026".
_MAX_WORDS_BEFORE_TIME = 2


def is_attribute(
    source: Source,
    span: Span,
    time: Span,
) -> bool:
    """Whether the time belongs to a name and not to the claim: in brackets, a bare year before the
    words of a name ("the 2020 Action Plan"), or the date of a paper ("the order of 3 May 1998")."""
    before = source.text[span.start : time.start]
    if before.count("(") > before.count(")"):
        return True
    words = source.fold(time)
    following = source.text[time.end : span.end]
    is_followed = following[:1] == " " and following[1:2].isalnum()
    attributes = source.lexicon.compile(source.lexicon.times.attributes)
    if words.isdigit() or attributes.fullmatch(words):
        return is_followed
    return _follows_of(source, span, time) or _dates_a_name(source, words)


def closes_item(
    source: Source,
    span: Span,
    time: Span,
    *,
    may_be_year: bool,
) -> bool:
    """Whether the time stands alone in brackets at the end of an item: "Adoption by the council
    (expected October 2026)". A bare year may be that of a name: "the Paris Agreement (2015)"."""
    if source.fold(time).isdigit() and not may_be_year:
        return False
    opening = source.text.rfind("(", span.start, time.start)
    if opening < 0 or source.text[time.end : span.end].rstrip(" .;") != ")":
        return False
    return len(source.text[opening + 1 : time.start].split()) <= _MAX_WORDS_BEFORE_TIME


def _follows_of(
    source: Source,
    span: Span,
    time: Span,
) -> bool:
    near = Span(max(span.start, time.start - _OF_CHARACTERS), time.start)
    matches = source.folded.find_all(source.lexicon.times.of, near)
    return any(match.end() == time.start - 1 for match in matches)


def _dates_a_name(
    source: Source,
    words: str,
) -> bool:
    """ "The circular of 3 May 2021": its date, and not that of the claim. A range is one."""
    match = source.lexicon.compile_opening(source.lexicon.times.of).match(words)
    if match is None:
        return False
    reading = read_time(words[match.end() :].strip(), Context(language=source.language))
    return reading is not None and reading.end_kind == "same"
