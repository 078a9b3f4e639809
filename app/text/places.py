"""Where do words that a person types stand in a text? Once, several times, or almost."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nlargest

from app.text.alignment import Aligner
from app.text.folding import fold_word
from app.text.quotes import MAX_QUOTE_CHARACTERS, nearest_passage

CONTEXT_CHARACTERS = 60
# How many places a person can choose from, and how many passages are shown instead.
MAX_PLACES = 50
MAX_PASSAGES = 3
_WORD = re.compile(r"\w+")
_LINE = re.compile(r"[^\r\n]+")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Place:
    """Words of a text with what stands around them on their line. Positions are code points."""

    start: int
    end: int
    before: str
    exact: str
    after: str


@dataclass(frozen=True)
class Places:
    """The `places` of words, in order; without any, the passages that have most of the words.
    `count` is the number of all places."""

    count: int
    places: tuple[Place, ...]
    nearest: tuple[Place, ...]


def find_places(text: str, words: str) -> Places:
    """Where the words stand: as they are typed, else in another spelling, else in another case."""
    spans = [
        (found.start, found.end) for found in Aligner(text, 0, len(text)).find_all(words)
    ]
    places = tuple(show_place(text, start, end) for start, end in spans[:MAX_PLACES])
    nearest: tuple[Place, ...] = ()
    if not places:
        nearest = tuple(_find_nearest(text, words[:MAX_QUOTE_CHARACTERS]))
    return Places(len(spans), places, nearest)


def show_place(text: str, start: int, end: int) -> Place:
    """The words from one position to another, with what stands around them."""
    before = text[max(0, start - CONTEXT_CHARACTERS) : start]
    _, is_within_line, line = before.rpartition("\n")
    if not is_within_line and start > CONTEXT_CHARACTERS:
        line = f"…{line}"
    after = text[end : end + CONTEXT_CHARACTERS]
    rest_of_line, is_complete, _ = after.partition("\n")
    if not is_complete and end + CONTEXT_CHARACTERS < len(text):
        rest_of_line = f"{rest_of_line}…"
    exact = _SPACES.sub(" ", text[start:end])
    return Place(start, end, line, exact, rest_of_line)


def _find_nearest(text: str, words: str) -> Iterator[Place]:
    """The passages of the lines that share most words with these; a rare word counts for more."""
    wanted_words = {fold_word(match[0]) for match in _WORD.finditer(words)}
    lines = []
    frequencies: Counter[str] = Counter()
    for match in _LINE.finditer(text):
        shared = {fold_word(word) for word in _WORD.findall(match[0])} & wanted_words
        if shared:
            frequencies.update(shared)
            lines.append((match.span(), shared))
    scored = []
    for (start, end), shared in lines:
        score = sum(1 / frequencies[word] for word in shared) + len(shared)
        scored.append((score, -start, end))
    for _, negative_start, end in nlargest(MAX_PASSAGES, scored):
        start = -negative_start
        offset, passage = nearest_passage(words, text[start:end])
        first = start + offset
        yield show_place(text, *_complete_words(text, first, first + len(passage)))


def _complete_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The positions moved outwards, so that neither is within a word."""
    while 0 < start < len(text) and text[start].isalnum() and text[start - 1].isalnum():
        start -= 1
    while 0 < end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    return start, end
