"""Which words does a text have, what does a query ask of them, and where in a text is that?

Both database engines are given words that were cut, folded and stemmed here, so that they agree on
what is found: neither's own tokenizer is used. Stems are those of English (Snowball).
"""

import html
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from threading import Lock
from typing import NamedTuple

from snowballstemmer import stemmer

from app.text.folding import fold

# Longer words are cut: a database may refuse a whole text because of one.
LONGEST_WORD = 64
# What joins two words to one that is also written without it: counter-terrorism, office's.
JOINERS = "-\u2010\u2011'\u2019"
# Characters of one text in which a snippet is looked for.
LONGEST_LOOK = 20_000
# Characters of a snippet, short of the marks.
SNIPPET = 240

# Scripts without spaces between words: each character is a word, and a run of them a phrase.
_ALONE = "[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
_ASCII_WORD = re.compile("[a-z0-9]+")
_stemmer = stemmer("english")
_stemming = Lock()  # the stemmer keeps its state between calls


class Token(NamedTuple):
    """A word of a text: where it stands (code points) and how it is looked for."""

    start: int
    end: int
    word: str

    @property
    def stem(self) -> str:
        return find_stem(self.word)


@dataclass(frozen=True)
class Term:
    """What a text must have to meet one part of a query: any of these.

    `phrases` are stems that follow one another; `prefixes` are beginnings of words."""

    phrases: tuple[tuple[str, ...], ...] = ()
    prefixes: tuple[str, ...] = ()


@lru_cache(maxsize=100_000)
def find_stem(word: str) -> str:
    """The English stem of a folded word: "exercises" and "exercise" give "exercis"."""
    with _stemming:
        return str(_stemmer.stemWord(word))


def tokenize(text: str, most: int | None = None) -> list[Token]:
    """The words of a text, in order; the first ones, if there is a bound."""
    if text.isascii():
        words = islice(_ASCII_WORD.finditer(text.lower()), most)
        return [Token(*word.span(), word[0][:LONGEST_WORD]) for word in words]
    folded = (
        Token(start, end, word)
        for start, end in _find_words(text)
        if (word := fold(text[start:end])[:LONGEST_WORD])
    )
    return list(islice(folded, most))


def _find_words(text: str) -> Iterator[tuple[int, int]]:
    start: int | None = None
    for i, char in enumerate(text):
        kind = unicodedata.category(char)[0]
        alone = re.match(_ALONE, char) is not None
        inside = kind in "LN" or (kind == "M" and start is not None)
        if start is not None and (alone or not inside):
            yield start, i
            start = None
        if alone and kind in "LN":
            yield i, i + 1
        elif inside and not alone and start is None:
            start = i
    if start is not None:
        yield start, len(text)


def find_compounds(text: str, tokens: Sequence[Token]) -> list[tuple[int, int, str]]:
    """Words that are joined to one, by a joiner or by nothing at all, as (first, last, the one
    word); `first` and `last` index `tokens`."""
    found = []
    first = 0
    joined_by = ("", *JOINERS)
    for i, token in enumerate(tokens):
        following = tokens[i + 1] if i + 1 < len(tokens) else None
        gap = text[token.end : following.start] if following is not None else None
        if gap not in joined_by:
            if i > first:
                joined = "".join(token.word for token in tokens[first : i + 1])
                found.append((first, i, joined[:LONGEST_WORD]))
            first = i + 1
    return found


_QUOTES = dict.fromkeys(map(ord, "“”„‟«»"), '"')


def parse_query(text: str) -> list[Term]:
    """What a person asks for: every term must be met. `"…"` is a phrase (`“…”` and `«…»` too, as
    word processors write them), a trailing `*` a prefix, everything else is literal. Any text is a
    query; one without any word has no terms."""
    terms = []
    for match in re.finditer(r'"([^"]*)"|([^\s"]+)', text.translate(_QUOTES)):
        phrase, piece = match.groups()
        if phrase is not None:
            stems = tuple(token.stem for token in tokenize(phrase))
            terms += [Term(phrases=(stems,))] if stems else []
        else:
            terms += _parse_piece(piece)
    return list(dict.fromkeys(terms))


def _parse_piece(piece: str) -> Iterator[Term]:
    """The terms of a text without spaces."""
    tokens = tokenize(piece)
    compounds = {first: (last, joined) for first, last, joined in find_compounds(piece, tokens)}
    is_prefix = piece.endswith("*")
    i = 0
    while i < len(tokens):
        last, joined = compounds.get(i, (i, tokens[i].word))
        # A word of a script without spaces may begin anywhere in a run: it is a phrase at most.
        runs_on = last > i and tokens[i].end == tokens[i + 1].start
        if is_prefix and last == len(tokens) - 1 and not runs_on:
            yield Term(prefixes=(joined,))
        else:
            apart = tuple(token.stem for token in tokens[i : last + 1])
            yield Term(phrases=tuple(dict.fromkeys([apart, (find_stem(joined),)])))
        i = last + 1


def highlight(texts: Sequence[str], terms: Sequence[Term]) -> str:
    """A part of the text that meets most of the terms, as HTML: everything escaped, and what
    meets a term within `<mark>`. The start of the first text if none meets any."""
    best: tuple[int, str, list[tuple[int, int]]] = 0, texts[0], []
    for text in texts:
        met, spans = _find_spans(text[:LONGEST_LOOK], terms)
        if met > best[0]:
            best = met, text, spans
    return _cut(best[1], best[2])


def _find_spans(text: str, terms: Sequence[Term]) -> tuple[int, list[tuple[int, int]]]:
    """How many terms the text meets, and where it does, in order and without overlap."""
    tokens = tokenize(text)
    stems = tuple(token.stem for token in tokens)
    positions: dict[str, list[int]] = {}
    for i, stem in enumerate(stems):
        positions.setdefault(stem, []).append(i)
    joined = [
        (word, tokens[first].start, tokens[last].end)
        for first, last, word in find_compounds(text, tokens)
    ]
    compounds: dict[str, list[tuple[int, int]]] = {}
    for word, start, end in joined:
        compounds.setdefault(find_stem(word), []).append((start, end))
    words = sorted([*((token.word, token.start, token.end) for token in tokens), *joined])
    spans: set[tuple[int, int]] = set()
    met = 0
    for term in terms:
        found = {
            (tokens[i].start, tokens[i + len(phrase) - 1].end)
            for phrase in term.phrases
            for i in positions.get(phrase[0], ())
            if stems[i : i + len(phrase)] == phrase
        }
        for phrase in term.phrases:
            found.update(compounds.get(phrase[0], ()) if len(phrase) == 1 else ())
        for prefix in term.prefixes:
            some = islice(words, bisect_left(words, (prefix,)), None)
            for word, start, end in some:
                if not word.startswith(prefix):
                    break
                found.add((start, end))
        met += bool(found)
        spans |= found
    return met, _merge(sorted(spans))


def _merge(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _cut(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The window of the text that shows most of the spans, from word to word."""
    first, last = _find_densest(spans)
    begin = max(0, min(first - SNIPPET // 4, len(text) - SNIPPET))
    while 0 < begin < first and not text[begin - 1].isspace():
        begin += 1
    end = min(len(text), begin + SNIPPET)
    while last < end < len(text) and not text[end].isspace():
        end -= 1
    pieces = ["…" if begin else ""]
    at = begin
    for start, stop in spans:
        if begin <= start < end:
            # What is longer than a snippet is cut with it.
            stop = min(stop, end)
            pieces += [html.escape(text[at:start]), f"<mark>{html.escape(text[start:stop])}</mark>"]
            at = stop
    pieces += [html.escape(text[at:end]), "…" if end < len(text) else ""]
    return "".join(pieces)


def _find_densest(spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Where the span begins from which a snippet would show most spans, and where it ends."""
    starts = [start for start, _ in spans]
    shown = [bisect_left(starts, start + SNIPPET // 2) - i for i, start in enumerate(starts)]
    return spans[shown.index(max(shown))] if spans else (0, 0)
