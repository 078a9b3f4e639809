"""The sentences of a passage, with their positions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.drafts.lexicon import Lexicon, fold_case

_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s+|$)")
_LAST_WORD = re.compile(r"[\w.§&/-]+$")
# No abbreviation is longer.
_MAX_WORD_CHARACTERS = 40
_CLOSING = re.compile(r"\s*\S")


@dataclass(frozen=True)
class Span:
    """A piece of the text: `start` and `end` as in a citation."""

    start: int
    end: int

    def overlaps(self, other: "Span") -> bool:
        """Whether the two have a character in common."""
        return self.start < other.end and other.start < self.end


def strip_span(text: str, span: Span, characters: str = "") -> Span:
    """The span without white space, and without these characters, at its ends."""
    start, end = span.start, span.end
    while start < end and (text[start].isspace() or text[start] in characters):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in characters):
        end -= 1
    return Span(start, end)


def split_sentences(
    text: str,
    span: Span,
    lexicon: Lexicon,
) -> Iterator[Span]:
    """The sentences of a piece of the text, in order. A full stop after an abbreviation, an
    initial or the number of a day ends none."""
    start = span.start
    for match in _END.finditer(text, span.start, span.end):
        if match.end() < span.end and not _ends_sentence(
            text,
            start,
            match,
            lexicon,
        ):
            continue
        sentence = strip_span(text, Span(start, match.end()))
        if sentence.start < sentence.end:
            yield sentence
        start = match.end()
    sentence = strip_span(text, Span(start, span.end))
    if sentence.start < sentence.end:
        yield sentence


def _ends_sentence(
    text: str,
    start: int,
    match: re.Match[str],
    lexicon: Lexicon,
) -> bool:
    following = _CLOSING.match(text, match.end())
    if following is not None and following[0].strip().islower():
        return False
    if not match[0].startswith("."):
        return True
    nearest = max(start, match.start() - _MAX_WORD_CHARACTERS)
    word = _LAST_WORD.search(text, nearest, match.start())
    if word is None:
        return True
    folded = fold_case(word[0]).strip(".")
    if folded.isdigit():
        # "1. Goals": the number of a paragraph.
        if len(folded) <= 2 and word.start() == start:
            return False
        # "31. Dezember": a day, where nouns have capitals. Elsewhere a year ends a sentence.
        return not (lexicon.capitalized_nouns and len(folded) <= 2)
    is_initial = len(word[0]) == 1 and word[0].isalpha()
    return not is_initial and folded not in lexicon.abbreviations
