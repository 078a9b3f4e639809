"""Where in a passage do the words of a quote stand that something else has written down?

Three steps, each only where the one before finds nothing: the quote as it is; in one spelling
(`app/text/spelling.py`: quotation marks, dashes, white space, soft hyphens, ligatures); without
case and the punctuation around it. There is no fourth that takes similar words for the same.

A quote that begins or ends within a word or a number of the passage is not in it: "2 officers" is
no part of "12 officers", nor "5%" of "2.5%".
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from app.memory import text_cache
from app.text.characters import word_pattern
from app.text.folding import lower_in_place
from app.text.quotes import MAX_QUOTE_CHARACTERS, nearest_passage
from app.text.spelling import FoldedText, fold_spelling

# What may stand around a quote without being part of its words. A sign, a percent sign or a
# decimal point beside a digit is part of a number, and a question is another sentence.
_OPENING = re.compile(r"(?:[\s\"'«»‹›(\[{<*_;:!•·▪…]|[.,](?!\d)|-(?!\d))+")
_CLOSING = re.compile(r"[\s\"'«»‹›)\]}>*_.,;:!•·▪…-]+\Z")
# A number with its sign, currency, separators, other end ("2026–2028") and unit sign.
_NUMBER = re.compile(
    r"(?<![\w)])[+\-\u2010-\u2015\u2212±]?(?:[$€£¥]\s?)?"
    r"(?:(?<!\d)\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+|\.\d+)"
    r"(?:[.,:/'’·\-\u2010-\u2015\u2212]\d+)*"
    r"(?:\s?[%‰°]|[\u00b2\u00b3\u00b9\u00bc-\u00be\u2070\u2074-\u2079]+)?"
)
# In a longer passage, to find the one that is most similar takes too long for a hint.
_MAX_COMPARED_CHARACTERS = 50_000


class Step(StrEnum):
    """How a quote was found."""

    EXACT = "exact"
    SPELLING = "spelling"
    LETTERS = "case or punctuation"


@dataclass(frozen=True)
class Alignment:
    """Where the words stand in the text: `start` and `end` as in a citation."""

    start: int
    end: int
    step: Step


@dataclass(frozen=True)
class Unaligned:
    """Why a quote has no position: it stands `count` times in the passage, which is 0 or more
    than 1. `nearest` is the passage that is most similar to it; "" of a very long one."""

    count: int
    nearest: str

    @property
    def is_ambiguous(self) -> bool:
        """Whether the words are there, but more than once."""
        return self.count > 1


class Aligner:
    """A piece of a text in which quotes are looked for."""

    def __init__(
        self,
        text: str,
        start: int,
        end: int,
    ) -> None:
        self.start = start
        self.end = end
        self.words = text[start:end]

    @cached_property
    def _folded(self) -> FoldedText:
        return FoldedText(self.words)

    @cached_property
    def _small(self) -> str:
        return lower_in_place(self._folded.text)

    @cached_property
    def _whole_pieces(self) -> list[tuple[list[int], list[int]]]:
        """The starts and ends of words, and those of numbers."""
        pieces = []
        for pattern in (word_pattern(), _NUMBER):
            spans = [match.span() for match in pattern.finditer(self.words)]
            starts = [start for start, _ in spans]
            ends = [end for _, end in spans]
            pieces.append((starts, ends))
        return pieces

    def _is_inner(self, position: int) -> bool:
        """Whether the position is within a word or a number."""
        for starts, ends in self._whole_pieces:
            index = bisect_left(starts, position) - 1
            if index >= 0 and position < ends[index]:
                return True
        return False

    def align(self, quote: str, *, take_first: bool = False) -> Alignment | Unaligned:
        """The only position of the quote in the passage, or why it has none. `take_first` is for
        words of which any will do: the first position of several."""
        places = self.find_all(quote)
        if len(places) == 1 or (places and take_first):
            return places[0]
        return self._refuse(quote, len(places))

    def find_all(self, quote: str) -> list[Alignment]:
        """Every position of the quote in the passage, in order, by the first step that finds it."""
        for step, spans in self._find_by_steps(quote.strip()):
            places = []
            for start, end in sorted(set(self._without_cuts(spans))):
                places.append(Alignment(self.start + start, self.start + end, step))
            if places:
                return places
        return []

    def _refuse(self, quote: str, count: int) -> Unaligned:
        nearest = ""
        if len(self.words) <= _MAX_COMPARED_CHARACTERS:
            _, nearest = nearest_passage(quote.strip()[:MAX_QUOTE_CHARACTERS], self.words)
        return Unaligned(count, nearest)

    def _find_by_steps(self, quote: str) -> Iterator[tuple[Step, Iterable[tuple[int, int]]]]:
        if not quote or len(quote) > MAX_QUOTE_CHARACTERS:
            return
        yield Step.EXACT, _find_all(quote, self.words)
        spelt = _fold_quote(quote)
        if not spelt:
            return
        yield Step.SPELLING, self._locate(spelt, self._folded.text)
        letters = _strip_punctuation(lower_in_place(spelt))
        if letters:
            yield Step.LETTERS, self._locate(letters, self._small)

    def _locate(self, words: str, folded: str) -> Iterator[tuple[int, int]]:
        """Positions in the passage of words in its folded form. Parts of one character, such as a
        ligature, have none."""
        for start, end in _find_all(words, folded):
            span = self._folded.locate(start, end)
            if span is not None:
                yield span

    def _without_cuts(self, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        for start, end in spans:
            if not self._is_inner(start) and not self._is_inner(end):
                yield start, end


# The same quote is looked for in passage after passage.
_fold_quote = text_cache(maxsize=64)(fold_spelling)


def _find_all(words: str, text: str) -> Iterator[tuple[int, int]]:
    start = text.find(words)
    while start >= 0:
        yield start, start + len(words)
        start = text.find(words, start + 1)


def _strip_punctuation(words: str) -> str:
    """The words without the punctuation before and after them."""
    opening = _OPENING.match(words)
    if opening is not None:
        words = words[opening.end() :]
    return _CLOSING.sub("", words)
