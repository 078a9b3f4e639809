"""The words of a text, and the terms of a query.

Both database engines receive words that were cut, folded and stemmed here, so that a search has the
same matches on both: neither's own tokenizer is used. Stems are those of English (Snowball).
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from threading import Lock
from typing import NamedTuple

from snowballstemmer import stemmer

from app.text.folding import fold

# Longer words are cut: a database may reject a complete text because of one.
MAX_WORD_CHARACTERS = 64
# Between the parts of a compound: counter-terrorism, office's, and scripts without spaces.
_JOINERS = frozenset(("", "-", "\u2010", "\u2011", "'", "\u2019"))

# Scripts without spaces between words: each character is a word, and a run of them a phrase.
_UNSPACED = re.compile(
    "[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]",
)
_ASCII_WORD = re.compile("[a-z0-9]+")
_PHRASE_OR_PIECE = re.compile(r'"(?P<phrase>[^"]*)"|(?P<piece>[^\s"]+)')
# Word processors write “…” and «…».
_STRAIGHT_QUOTES = dict.fromkeys(map(ord, "“”„‟«»"), '"')

_stemmer = stemmer("english")
# The stemmer keeps its state between calls.
_stemmer_lock = Lock()


class Token(NamedTuple):
    """A word of a text: its start and end in code points, and its folded form."""

    start: int
    end: int
    word: str

    @property
    def stem(self) -> str:
        return find_stem(self.word)


class Compound(NamedTuple):
    """Neighbouring tokens, from the index `first` to `last`, and the one word that they make."""

    first: int
    last: int
    token: Token


@dataclass(frozen=True)
class Term:
    """One part of a query. A text matches it with any of the phrases or prefixes.

    `phrases` are stems that follow one another; `prefixes` are beginnings of words."""

    phrases: tuple[tuple[str, ...], ...] = ()
    prefixes: tuple[str, ...] = ()


@lru_cache(maxsize=100_000)
def find_stem(word: str) -> str:
    """The English stem of a folded word: "exercises" and "exercise" give "exercis"."""
    with _stemmer_lock:
        return str(_stemmer.stemWord(word))


def tokenize(text: str, limit: int | None = None) -> list[Token]:
    """The words of a text, in order; only the first `limit` of them, if there is one."""
    if text.isascii():
        return list(islice(_tokenize_ascii(text), limit))
    return list(islice(_tokenize_unicode(text), limit))


def _tokenize_ascii(text: str) -> Iterator[Token]:
    for match in _ASCII_WORD.finditer(text.lower()):
        start, end = match.span()
        word = match[0][:MAX_WORD_CHARACTERS]
        yield Token(start, end, word)


def _tokenize_unicode(text: str) -> Iterator[Token]:
    for start, end in _find_words(text):
        folded = fold(text[start:end])
        word = folded[:MAX_WORD_CHARACTERS]
        # Some letters, such as a lone modifier, fold to nothing.
        if word:
            yield Token(start, end, word)


def _find_words(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each run of letters, digits and marks, and of each unspaced character."""
    start: int | None = None
    for position, char in enumerate(text):
        category = unicodedata.category(char)[0]
        is_unspaced = _UNSPACED.match(char) is not None
        # A mark belongs to the word before it; it does not begin one.
        in_word = category in "LN" or (category == "M" and start is not None)
        if start is not None and (is_unspaced or not in_word):
            yield start, position
            start = None
        if is_unspaced:
            if category in "LN":
                yield position, position + 1
        elif in_word and start is None:
            start = position
    if start is not None:
        yield start, len(text)


def find_compounds(text: str, tokens: Sequence[Token]) -> list[Compound]:
    """The longest runs of tokens with a joiner between them, or nothing at all."""
    compounds = []
    first = 0
    for last, token in enumerate(tokens):
        following = last + 1
        if following < len(tokens):
            gap = text[token.end : tokens[following].start]
            if gap in _JOINERS:
                continue
        if last > first:
            joined = _join(tokens[first:following])
            compounds.append(Compound(first, last, joined))
        first = following
    return compounds


def _join(tokens: Sequence[Token]) -> Token:
    word = "".join(token.word for token in tokens)
    return Token(
        tokens[0].start,
        tokens[-1].end,
        word[:MAX_WORD_CHARACTERS],
    )


def parse_query(text: str) -> list[Term]:
    """The terms of a query, which a record must match all.

    `"…"` is a phrase, a trailing `*` marks a prefix, everything else is literal. Any text is a
    query; one without any word has no terms."""
    terms: list[Term] = []
    for match in _PHRASE_OR_PIECE.finditer(text.translate(_STRAIGHT_QUOTES)):
        if match["phrase"] is None:
            terms += _parse_piece(match["piece"])
            continue
        tokens = tokenize(match["phrase"])
        stems = tuple(token.stem for token in tokens)
        if stems:
            terms.append(Term(phrases=(stems,)))
    return list(dict.fromkeys(terms))


def _parse_piece(piece: str) -> Iterator[Term]:
    """The terms of a text without spaces."""
    tokens = tokenize(piece)
    compounds = {}
    for compound in find_compounds(piece, tokens):
        compounds[compound.first] = compound
    is_prefix = piece.endswith("*")
    first = 0
    while first < len(tokens):
        token = tokens[first]
        joined = compounds.get(first)
        last = first
        # Unspaced characters are a phrase and not a prefix: a word may begin at any of them.
        is_unspaced = False
        if joined is not None:
            last = joined.last
            is_unspaced = token.end == tokens[first + 1].start
            token = joined.token
        parts = tokens[first : last + 1]
        first = last + 1
        if is_prefix and first == len(tokens) and not is_unspaced:
            yield Term(prefixes=(token.word,))
        else:
            yield _make_phrase(parts, token)


def _make_phrase(parts: Sequence[Token], joined: Token) -> Term:
    """A term that is matched by the parts in sequence, or written as one word."""
    stems = tuple(token.stem for token in parts)
    spellings = [stems]
    if len(parts) > 1:
        spellings.append((joined.stem,))
    return Term(phrases=tuple(spellings))
