"""The words of a text that are most like a quote which is not in it: a hint, and nothing else."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from operator import itemgetter

from app.text.alignment import Step
from app.text.folding import lower_in_place
from app.text.known_text import KnownDocument, Passage, Place
from app.text.quotes import nearest_passage

# Words that are less like the quote than this share are other words.
MIN_SIMILARITY = 0.6
# Of a longer quote, the beginning is compared.
_MAX_QUOTE_CHARACTERS = 1_000
# Passages whose words are compared in full with the quote: those that share most of its words.
_MAX_COMPARED_PASSAGES = 20
# Longer quotes are compared word by word: letter by letter would take seconds.
_MAX_COMPARED_CHARACTERS = 400
# A longer passage is compared where the rare words of the quote are, with as much around them.
_MAX_PASSAGE_CHARACTERS = 5_000
_MAX_RARE_WORDS = 30
_MAX_WORD_PLACES = 500
_WORD = re.compile(r"\w+")


def find_similar(quote: str, documents: Sequence[KnownDocument]) -> Place | None:
    """The words of a document that are most like the beginning of the quote, without regard to
    case; None if none are like it."""
    beginning = quote[:_MAX_QUOTE_CHARACTERS]
    small_quote = lower_in_place(beginning)
    nearest = None
    best = MIN_SIMILARITY
    for document, passage in _most_alike(small_quote, documents):
        start, end = _align(small_quote, passage)
        similarity = _compare(small_quote, passage.small[start:end])
        if similarity < best:
            continue
        best = similarity
        nearest = Place(
            document,
            passage,
            passage.start + start,
            passage.start + end,
            Step.LETTERS,
        )
    return nearest


def _most_alike(
    small_quote: str, documents: Sequence[KnownDocument]
) -> Iterator[tuple[KnownDocument, Passage]]:
    """The passages that share most words with the quote."""
    quote_words = set(_WORD.findall(small_quote))
    ranked = []
    for document in documents:
        for passage in document.passages:
            shared = quote_words & passage.word_places.keys()
            ranked.append((len(shared), document, passage))
    # The first of equals stays first.
    ranked.sort(key=itemgetter(0), reverse=True)
    for _, document, passage in ranked[:_MAX_COMPARED_PASSAGES]:
        yield document, passage


def _align(small_quote: str, passage: Passage) -> tuple[int, int]:
    """Start and end, in the passage, of the whole words around those most like the quote."""
    small = passage.small
    window_start, window_end = _choose_window(small_quote, passage)
    start, near = nearest_passage(small_quote, small[window_start:window_end])
    start += window_start
    return _widen(small, start, start + len(near))


def _choose_window(small_quote: str, passage: Passage) -> tuple[int, int]:
    """The part of a long passage that has most of the quote's rare words; all of a short one."""
    length = len(passage.small)
    if length <= _MAX_PASSAGE_CHARACTERS:
        return 0, length
    size = max(len(small_quote), _MAX_COMPARED_CHARACTERS)
    votes: Counter[int] = Counter()
    for places in _find_rare_words(small_quote, passage):
        parts = {place // size for place in places[:_MAX_WORD_PLACES]}
        # Each word once for a part, however often it stands there.
        votes.update(parts)
    if not votes:
        return 0, size
    best_part = max(votes, key=votes.__getitem__)
    start = (best_part - 1) * size
    end = (best_part + 2) * size
    return max(0, start), min(length, end)


def _find_rare_words(small_quote: str, passage: Passage) -> Sequence[Sequence[int]]:
    """The places of the words of the quote in the passage, of the rarest words first."""
    places = []
    for word in set(_WORD.findall(small_quote)):
        if word in passage.word_places:
            places.append(passage.word_places[word])
    places.sort(key=len)
    return places[:_MAX_RARE_WORDS]


def _widen(words: str, start: int, end: int) -> tuple[int, int]:
    """The span with whole words at its ends, and no white space there."""
    while _is_in_word(words, start):
        start -= 1
    while _is_in_word(words, end):
        end += 1
    while start < end and words[start].isspace():
        start += 1
    while start < end and words[end - 1].isspace():
        end -= 1
    return start, end


def _is_in_word(words: str, position: int) -> bool:
    if position <= 0 or position >= len(words):
        return False
    return words[position - 1].isalnum() and words[position].isalnum()


def _compare(quote: str, words: str) -> float:
    """The share of the quote and the words that is the same, 0 to 1."""
    if max(len(quote), len(words)) <= _MAX_COMPARED_CHARACTERS:
        return SequenceMatcher(None, quote, words, autojunk=False).ratio()
    quote_words = _WORD.findall(quote)
    passage_words = _WORD.findall(words)
    return SequenceMatcher(None, quote_words, passage_words, autojunk=False).ratio()
