"""What is known of the text of a document, and where words stand in it.

Where a base holds the text, that is all of it. Where it does not, it is the quotes of the
citations with the words around them: their positions say which of these pieces touch or overlap,
so that words that run from one quote into the next are found, too.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from app.text.alignment import Aligner, Alignment, Step
from app.text.cited_text import Quote
from app.text.folding import lower_in_place

# From words that are the same to words that are alike.
STEPS = tuple(Step)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class CitedWords:
    """The selectors of a citation, the fields that it supports, and the record that cites."""

    record: str
    quote: Quote
    supports: Sequence[str]


class Passage:
    """A piece of a document's text. `start` is its position in the text."""

    def __init__(self, start: int, words: str) -> None:
        self.start = start
        self.words = words

    @property
    def end(self) -> int:
        return self.start + len(self.words)

    @cached_property
    def aligner(self) -> Aligner:
        return Aligner(self.words, 0, len(self.words))

    @cached_property
    def small(self) -> str:
        """The words in small letters, each at its position."""
        return lower_in_place(self.words)

    @cached_property
    def word_places(self) -> Mapping[str, Sequence[int]]:
        """Where in the passage each word begins, in small letters."""
        places: dict[str, list[int]] = {}
        for match in _WORD.finditer(self.small):
            places.setdefault(match[0], []).append(match.start())
        return places

    def cut(self, start: int, end: int) -> str:
        """The words between two positions of the text."""
        return self.words[max(0, start - self.start) : max(0, end - self.start)]

    def find_all(self, quote: str) -> Iterator[Alignment]:
        """The places of the quote, as positions of the document's text."""
        for place in self.aligner.find_all(quote):
            yield Alignment(place.start + self.start, place.end + self.start, place.step)

    def holds(self, citation: CitedWords) -> bool:
        """Whether the words of the citation stand here, at its position."""
        quote = citation.quote
        return quote.start >= self.start and self.cut(quote.start, quote.end) == quote.exact


@dataclass(frozen=True)
class Place:
    """Words in a document: `start` and `end` as in a citation, and the step that found them."""

    document: "KnownDocument"
    passage: Passage
    start: int
    end: int
    step: Step

    @property
    def words(self) -> str:
        """The words as the document has them."""
        return self.passage.cut(self.start, self.end)

    def find_citations(self) -> list[CitedWords]:
        """The citations that lie within the words, or that the words lie within."""
        citations = []
        for citation in self.document.citations:
            quote = citation.quote
            is_within = self.start <= quote.start and quote.end <= self.end
            is_around = quote.start <= self.start and self.end <= quote.end
            if (is_within or is_around) and self.passage.holds(citation):
                citations.append(citation)
        return citations


class KnownDocument:
    """A document: its slug, its citations that are known, and its text if that is."""

    def __init__(
        self,
        slug: str,
        citations: Sequence[CitedWords],
        text: str | None = None,
    ) -> None:
        self.slug = slug
        self.citations = citations
        self.text = text

    @cached_property
    def passages(self) -> Sequence[Passage]:
        """The text in one piece, or the pieces around the citations, in order."""
        if self.text is not None:
            return [Passage(0, self.text)]
        return _join_pieces(self.citations)

    def find_all(self, quote: str) -> list[Place]:
        """The places of the quote, each found by the same step: the first that finds any."""
        places = []
        for passage in self.passages:
            for found in passage.find_all(quote):
                places.append(Place(self, passage, found.start, found.end, found.step))
        return keep_best(places)


def keep_best(places: Sequence[Place]) -> list[Place]:
    """The places that the first of the steps has found."""
    by_step = sorted(places, key=lambda place: STEPS.index(place.step))
    for _, best in groupby(by_step, key=lambda place: place.step):
        return list(best)
    return []


def _join_pieces(citations: Sequence[CitedWords]) -> list[Passage]:
    pieces = set()
    for citation in citations:
        quote = citation.quote
        start = quote.start - len(quote.prefix)
        pieces.add((start, quote.prefix + quote.exact + quote.suffix))
    passages: list[Passage] = []
    for start, words in sorted(pieces):
        joined = _join(passages[-1], start, words) if passages else None
        if joined is None:
            passages.append(Passage(start, words))
        else:
            passages[-1] = joined
    return passages


def _join(passage: Passage, start: int, words: str) -> Passage | None:
    """The passage with a piece that begins within it, or where it ends; None if there is a gap, or
    if the two do not agree: the positions of citations may be wrong where no text is held."""
    if start > passage.end:
        return None
    common = passage.cut(start, start + len(words))
    if not words.startswith(common):
        return None
    return Passage(passage.start, passage.words + words[len(common) :])
