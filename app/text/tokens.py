"""The words of a text, and the terms of a query.

Both database engines receive words that were cut, folded and stemmed here, so that a search has the
same matches on both: neither's own tokenizer is used. Stems are those of English (Snowball).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise
from threading import Lock
from typing import NamedTuple

from snowballstemmer import stemmer

from app.text.characters import HANGUL, INVISIBLE, UNSPACED_GROUP, word_pattern
from app.text.folding import fold_word

# Longer words are cut: a database may reject a complete text because of one.
MAX_WORD_CHARACTERS = 64
_MAX_FOLDED_CHARACTERS = 4 * MAX_WORD_CHARACTERS
# Between the parts of a compound: counter-terrorism, office's, col·lab, and the zero-width space.
_JOINERS = frozenset(
    ("-", "\u2010", "\u2011", "\u05be", "'", "\u2018", "\u2019", "·", "\u200b")
)
_SEPARATORS = frozenset(' \t\n\r,;:!?/()[]"')
# A word that is hyphenated at the end of a line.
_HYPHENATED = re.compile("[-\u00ad\u2010]\r?\n[ \t]*")
# Within a run of characters without spaces: an interpunct between names, and the zero-width space.
_RUN_JOINERS = frozenset(("·", "・", "･", "\u200b"))
# Between the two characters of a pair, and after the last character of a run. No word is spelled
# with it, and SQLite's tokenizer takes it for a letter.
PAIR_MARK = "·"

_ASCII_WORD = re.compile("[a-z0-9]+")
_PHRASE_OR_PIECE = re.compile(r'"(?P<phrase>[^"]*)"|(?P<piece>[^\s"]+)')
# Word processors write “…” and «…».
_STRAIGHT_QUOTES = dict.fromkeys(map(ord, "“”„‟«»"), '"')

_stemmer = stemmer("english")
# The stemmer keeps its state between calls.
_stemmer_lock = Lock()


class Token(NamedTuple):
    """A word of a text: its start and end in code points, and its folded form.

    In a script without spaces between words each character, with its marks, begins a token, which
    has the next character of the run, too: 環境保護 is 環·境, 境·保, 保·護 and 護·. So a word of
    two characters or more is found within a run, and never across two runs. `head_end` is the end
    of the first character of such a token, and None for a word."""

    start: int
    end: int
    word: str
    head_end: int | None = None

    @property
    def is_unspaced(self) -> bool:
        return self.head_end is not None

    @property
    def stem(self) -> str:
        # Asked for every word of a text, so without a property.
        if self.head_end is not None:
            return self.word
        return find_stem(self.word)

    @property
    def head(self) -> str:
        """The first character of a pair, with the mark: how every token of the character begins."""
        return self.word.partition(PAIR_MARK)[0] + PAIR_MARK


class Compound(NamedTuple):
    """Neighbouring tokens, from the index `first` to `last`, and the one word that they make."""

    first: int
    last: int
    token: Token


@dataclass(frozen=True)
class Term:
    """One part of a query. A text matches it with any of the phrases or prefixes.

    `phrases` are stems that follow one another; one that ends in PAIR_MARK and is the last is the
    first character of a pair. `prefixes` are beginnings of words."""

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
    # A character without spaces around it waits for the next one.
    character: Token | None = None
    for match in word_pattern().finditer(text):
        start, end = match.span()
        # The bound keeps folding cheap, whatever the text.
        word = fold_word(text[start : min(end, start + _MAX_FOLDED_CHARACTERS)])
        word = word[:MAX_WORD_CHARACTERS]
        # Some letters, such as a lone modifier, fold to nothing.
        if not word:
            continue
        token = Token(start, end, word)
        if match.lastgroup == UNSPACED_GROUP:
            if character is not None:
                yield _pair(text, character, token)
            character = token
            continue
        if character is not None:
            yield _pair(text, character, None)
            character = None
        yield token
    if character is not None:
        yield _pair(text, character, None)


def _pair(
    text: str,
    left: Token,
    right: Token | None,
) -> Token:
    """The token of a character, with the next character if that belongs to the same run."""
    head = left.word + PAIR_MARK
    if right is None or not _is_in_run(text, left, right):
        return Token(left.start, left.end, head, left.end)
    return Token(left.start, right.end, head + right.word, left.end)


def _is_in_run(
    text: str,
    left: Token,
    right: Token,
) -> bool:
    """Whether a character belongs to the run of the one before it. A run goes on over the end of a
    line and over spaces, which only lay out such a text, but not over punctuation; one of Korean,
    which has spaces between words, over nothing that is visible."""
    if left.end == right.start:
        return True
    gap = _read_gap(text, left.end, right.start)
    if not gap:
        return True
    if HANGUL.match(text, left.start) or HANGUL.match(text, right.start):
        return False
    is_paragraph_end = gap.count("\n") > 1
    return gap in _RUN_JOINERS or (gap.isspace() and not is_paragraph_end)


def _read_gap(
    text: str,
    start: int,
    end: int,
) -> str:
    """What is visible between two words."""
    gap = text[start:end]
    return gap if gap.isascii() else INVISIBLE.sub("", gap)


def find_compounds(text: str, tokens: Sequence[Token]) -> list[Compound]:
    """The longest runs of words that may also be written as one: counter-terrorism, U.S.A.; of
    anti-U.S. also U.S."""
    runs = set(_find_runs(text, tokens, _is_joined))
    runs.update(_find_runs(text, tokens, _is_dotted))
    compounds = []
    for first, last in sorted(runs):
        joined = _join(tokens[first : last + 1])
        compounds.append(Compound(first, last, joined))
    return compounds


def _find_runs(
    text: str,
    tokens: Sequence[Token],
    is_linked: Callable[[str, Token, Token], bool],
) -> Iterator[tuple[int, int]]:
    """The first and last index of each longest run of two or more linked neighbours."""
    first = 0
    for last, (left, right) in enumerate(pairwise(tokens)):
        if is_linked(text, left, right):
            continue
        if last > first:
            yield first, last
        first = last + 1
    if first < len(tokens) - 1:
        yield first, len(tokens) - 1


def _is_joined(
    text: str,
    left: Token,
    right: Token,
) -> bool:
    """Whether two neighbours are parts of a compound."""
    if _is_separated(text, left, right):
        return False
    # Characters without spaces follow each other in any case. And 6-4 is not 64.
    if left.is_unspaced or right.is_unspaced or _are_numbers(left, right):
        return False
    if _HYPHENATED.fullmatch(text, left.end, right.start):
        return True
    gap = _read_gap(text, left.end, right.start)
    return gap in _JOINERS or _is_dotted(text, left, right)


def _is_separated(
    text: str,
    left: Token,
    right: Token,
) -> bool:
    # Most neighbours are, and no more has to be looked at.
    return left.end < right.start and text[left.end] in _SEPARATORS


def _is_dotted(
    text: str,
    left: Token,
    right: Token,
) -> bool:
    """Whether two neighbours are parts of an abbreviation with dots, such as U.S.A. and Ph.D."""
    if _is_separated(text, left, right) or left.is_unspaced or right.is_unspaced:
        return False
    if left.word[-1].isdigit() or right.word[0].isdigit():
        return False
    has_initial = _is_initial(left.word) or _is_initial(right.word)
    return has_initial and _read_gap(text, left.end, right.start) == "."


def _are_numbers(left: Token, right: Token) -> bool:
    return left.word[-1].isdigit() and right.word[0].isdigit()


def _is_initial(word: str) -> bool:
    """Whether the word is one letter, with its marks."""
    letters = [char for char in word if char.isalnum()]
    return len(letters) == 1


def _is_adjacent(
    text: str,
    left: Token,
    right: Token,
) -> bool:
    """Whether two neighbours of a query without spaces must be neighbours in a text: the parts of a
    compound, unspaced characters, and what stands beside a number, as in 6.4 and 12(3)."""
    if _is_joined(text, left, right):
        return True
    if left.word[-1].isdigit() or right.word[0].isdigit():
        return True
    gap = _read_gap(text, left.end, right.start)
    return not gap or gap in _JOINERS


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
        if tokens:
            terms.append(_make_phrase(tokens, None))
    return list(dict.fromkeys(terms))


def _parse_piece(piece: str) -> Iterator[Term]:
    """The terms of a text without spaces."""
    tokens = tokenize(piece)
    compounds = {}
    for compound in find_compounds(piece, tokens):
        compounds[compound.first, compound.last] = compound.token
    last_indexes = dict(_find_runs(piece, tokens, _is_adjacent))
    is_prefix = piece.endswith("*")
    first = 0
    while first < len(tokens):
        last = last_indexes.get(first, first)
        parts = tokens[first : last + 1]
        joined = compounds.get((first, last))
        word = parts[0] if len(parts) == 1 else joined
        first = last + 1
        is_last = first == len(tokens)
        # Neighbours that make no word are a phrase, and unspaced characters are always one: a word
        # may begin at any of them.
        if is_prefix and is_last and word is not None and not word.is_unspaced:
            yield Term(prefixes=(word.word,))
        else:
            yield _make_phrase(parts, joined)


def _make_phrase(parts: Sequence[Token], joined: Token | None) -> Term:
    """A term that is matched by the parts in sequence, or written as one word."""
    stems = [token.stem for token in parts]
    if _ends_in_pair(parts):
        # The run may go on in a text.
        stems.pop()
    spellings = [tuple(stems)]
    if joined is not None:
        spellings.append((joined.stem,))
    return Term(phrases=tuple(spellings))


def _ends_in_pair(tokens: Sequence[Token]) -> bool:
    """Whether the last token is a character that the token before it has, too."""
    return len(tokens) > 1 and tokens[-2].end == tokens[-1].end
