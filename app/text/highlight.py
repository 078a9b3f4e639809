"""A snippet of a text, with the words that match a query marked."""

import html
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from operator import attrgetter

from app.text.tokens import (
    Term,
    Token,
    find_compounds,
    tokenize,
)

# Only the beginning of a text is searched for a snippet.
MAX_SEARCHED_CHARACTERS = 20_000
# Length of a snippet, without the marks.
SNIPPET_CHARACTERS = 240

# Start and end, in code points.
Span = tuple[int, int]

_word_of = attrgetter("word")


def highlight(texts: Sequence[str], terms: Sequence[Term]) -> str:
    """A snippet, as HTML, of the text that matches most of the terms: everything escaped, and the
    matches within `<mark>`. The start of the first text if none matches any."""
    snippet_text = texts[0]
    snippet_spans: list[Span] = []
    max_matched = 0
    for text in texts:
        matched, spans = _find_spans(text, terms)
        if matched > max_matched:
            max_matched = matched
            snippet_text = text
            snippet_spans = spans
    return _cut(snippet_text, snippet_spans)


def _find_spans(text: str, terms: Sequence[Term]) -> tuple[int, list[Span]]:
    """The number of terms that the text matches, and the matches, in order and without overlap."""
    words = _Words(text[:MAX_SEARCHED_CHARACTERS])
    matched = 0
    spans: set[Span] = set()
    for term in terms:
        term_spans = set(words.find(term))
        spans |= term_spans
        if term_spans:
            matched += 1
    return matched, _merge(sorted(spans))


class _Words:
    """The words of a text, by stem and by spelling."""

    def __init__(self, text: str) -> None:
        self.tokens = tokenize(text)
        self.stems = tuple(token.stem for token in self.tokens)
        self.indexes: dict[str, list[int]] = defaultdict(list)
        for index, token in enumerate(self.tokens):
            self.indexes[self.stems[index]].append(index)
            if token.is_unspaced and token.head != token.word:
                self.indexes[token.head].append(index)
        self.compounds: dict[str, list[Token]] = defaultdict(list)
        self.sorted = self.tokens.copy()
        for compound in find_compounds(text, self.tokens):
            token = compound.token
            self.compounds[token.stem].append(token)
            self.sorted.append(token)
        self.sorted.sort(key=_word_of)

    def find(self, term: Term) -> Iterator[Span]:
        """The places that match the term."""
        for phrase in term.phrases:
            yield from self._find_phrase(phrase)
        for prefix in term.prefixes:
            yield from self._find_prefix(prefix)

    def _find_phrase(self, phrase: tuple[str, ...]) -> Iterator[Span]:
        *stems, last_stem = phrase
        first_stems = tuple(stems)
        for index in self.indexes.get(phrase[0], ()):
            last_index = index + len(stems)
            if self.stems[index:last_index] != first_stems or last_index >= len(self.tokens):
                continue
            end = self._find_end(last_index, last_stem)
            if end is not None:
                yield self.tokens[index].start, end
        if not stems:
            for token in self.compounds.get(last_stem, ()):
                yield token.start, token.end

    def _find_end(self, index: int, stem: str) -> int | None:
        """The end of the stem at this token: of the whole token, or of its first character."""
        token = self.tokens[index]
        if self.stems[index] == stem:
            return token.end
        if token.is_unspaced and token.head == stem:
            return token.head_end
        return None

    def _find_prefix(self, prefix: str) -> Iterator[Span]:
        index = bisect_left(self.sorted, prefix, key=_word_of)
        for token in self.sorted[index:]:
            if not token.word.startswith(prefix):
                break
            yield token.start, token.end


def _merge(spans: Sequence[Span]) -> list[Span]:
    """Sorted spans; those that overlap become one."""
    merged: list[Span] = []
    previous_end = 0
    for start, end in spans:
        if start < previous_end:
            start, _ = merged.pop()
            end = max(end, previous_end)
        merged.append((start, end))
        previous_end = end
    return merged


def _cut(text: str, spans: Sequence[Span]) -> str:
    """The window of the text that has most of the spans, with marks."""
    window_start, window_end = _find_window(text, spans)
    pieces = []
    if window_start > 0:
        pieces.append("…")
    position = window_start
    for start, end in spans:
        if start < window_start or start >= window_end:
            continue
        # A match longer than the window is cut with it.
        end = min(end, window_end)
        between = html.escape(text[position:start])
        match = html.escape(text[start:end])
        pieces.append(f"{between}<mark>{match}</mark>")
        position = end
    tail = html.escape(text[position:window_end])
    pieces.append(tail)
    if window_end < len(text):
        pieces.append("…")
    return "".join(pieces)


def _find_window(text: str, spans: Sequence[Span]) -> Span:
    """The window around the densest spans; it begins and ends between words where it can."""
    first, last = _find_densest(spans)
    latest_start = max(0, len(text) - SNIPPET_CHARACTERS)
    start = max(0, first - SNIPPET_CHARACTERS // 4)
    start = min(start, latest_start)
    if start > 0:
        while start < first:
            if text[start - 1].isspace():
                break
            start += 1
    end = start + SNIPPET_CHARACTERS
    if end >= len(text):
        return start, len(text)
    while end > last:
        if text[end].isspace():
            break
        end -= 1
    return start, end


def _find_densest(spans: Sequence[Span]) -> Span:
    """The span that most others follow within half a snippet."""
    if not spans:
        return (0, 0)
    starts = [start for start, _ in spans]
    counts = []
    for index, start in enumerate(starts):
        following = bisect_left(starts, start + SNIPPET_CHARACTERS // 2)
        counts.append(following - index)
    densest = counts.index(max(counts))
    return spans[densest]
