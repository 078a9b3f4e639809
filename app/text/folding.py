"""When do two labels name the same thing, and which words does a search take for the same?

A label has two forms. The **strict** form ignores case, width, white space and punctuation between
letters: "Counter-terrorism" and "counter terrorism" are one label. Marks stay, and so do symbols
and what stands beside a digit: "Article 6.4" is not "Article 64", and "C++" is not "C#". The
**loose** form also ignores accents and pointing, by script, and spells letters as people type them.
Labels with the same strict form have the same loose form.

All of it is done in Python, so that both engines agree.
"""

import re
import unicodedata
from enum import Enum, auto
from functools import lru_cache
from hashlib import sha256
from itertools import groupby
from typing import NamedTuple

from app.memory import text_cache
from app.text.characters import INVISIBLE, LETTER_APOSTROPHES, POINTED, TYPED_AS

# An index of PostgreSQL takes 2,704 bytes, and some characters fold to many: longer forms are cut,
# and end in a digest.
MAX_FORM_BYTES = 2_400

# Punctuation by category that tells names apart as letters do: "C#", "R&D".
_SYMBOLS = frozenset("#%&*@§¶†‡‰‱′")
_QUOTES = frozenset("\"'`‘’‚“”„‹›«»")
_PLAIN_WORDS = re.compile("[A-Za-z]+(?:[ -][A-Za-z]+)*")
_MINUS = "\u2212"
_FRACTION_SLASH = "\u2044"
_PUNCTUATION_BEFORE_SPACE = re.compile(r"[.,:;!?-]+(?=\s)")
_PUNCTUATION_AT_END = re.compile(r"[.,:;!?\s]+$")
# As in "minus 2 degrees": -2.
_SIGN = re.compile(r"\s-$")
# A separator of words and not of numbers.
_PLAIN_SEPARATORS = (" ", "-", "_")
_SPACE_BESIDE_LETTER = re.compile("(?<![0-9]) | (?![0-9])")


class LabelForms(NamedTuple):
    """The two forms of a label."""

    strict: str
    loose: str


class _Kind(Enum):
    DIGITS = auto()
    LETTERS = auto()
    SYMBOLS = auto()
    GAP = auto()
    EDGE = auto()


# The records of a bundle or a draft name the same labels again and again.
@text_cache(maxsize=10_000)
def fold_label(label: str) -> LabelForms:
    """The forms under which a label is compared, and stored to be found by."""
    strict = strict_form(label)
    loose = _SPACE_BESIDE_LETTER.sub("", _loosen(strict))
    return LabelForms(_shorten(strict), _shorten(loose))


def strict_form(label: str) -> str:
    """The label without case, width, white space, and punctuation between letters.

    White space and a hyphen between a letter and a digit are one separator ("COVID-19",
    "covid 19"); between digits every separator stays as it is."""
    if _PLAIN_WORDS.fullmatch(label):
        # The same result as below, in a tenth of the time.
        return label.lower().replace(" ", "").replace("-", "")
    folded = _fold_case(label).replace(_MINUS, "-")
    runs = [(kind, "".join(chars)) for kind, chars in groupby(folded, _kind_of)]
    kinds = [_Kind.EDGE, *(kind for kind, _ in runs), _Kind.EDGE]
    pieces = []
    for index, (kind, piece) in enumerate(runs):
        if kind is _Kind.GAP:
            piece = _fold_gap(piece, kinds[index], kinds[index + 2])
        pieces.append(piece)
    return unicodedata.normalize("NFKC", "".join(pieces))


def has_letter_or_digit(text: str) -> bool:
    """Whether there is anything to find the text by."""
    return any(char.isalnum() for char in text)


# Words repeat, and folding one takes longer than cutting it out of a text.
@lru_cache(maxsize=50_000)
def fold_word(word: str) -> str:
    """The loose form of a word in a text: its letters, digits, and the marks that are letters."""
    if word.isascii():
        return word.lower()
    # The slash of a fraction stays: ½ is not 12.
    return _loosen("".join(filter(_is_in_word, _fold_case(word))))


def fold_text(text: str) -> str:
    """The loose form of a text with its punctuation and white space."""
    return _loosen(_fold_case(text))


def _is_in_word(char: str) -> bool:
    return unicodedata.category(char)[0] in "LMN" or char == _FRACTION_SLASH


def _fold_case(text: str) -> str:
    """Compatibility caseless text (The Unicode Standard, D146); but "Maße" is not "Masse"."""
    if text.isascii():
        return text.lower()
    visible = INVISIBLE.sub("", text)
    decomposed = unicodedata.normalize("NFKD", _separate_numbers(visible))
    parts = decomposed.replace("ẞ", "ß").split("ß")
    folded = "ß".join(part.casefold() for part in parts)
    return unicodedata.normalize("NFKC", folded)


def _separate_numbers(text: str) -> str:
    """The text with a space where NFKC would make one number of two: 10² is not 102."""
    if all(unicodedata.category(char) != "No" for char in text):
        return text
    pieces = [""]
    previous = ""
    for char in text:
        category = unicodedata.category(char)
        digits = unicodedata.normalize("NFKC", char)
        was_number = unicodedata.normalize("NFKC", previous)[-1:].isdecimal()
        is_superscript = "No" in (category, previous and unicodedata.category(previous))
        if is_superscript and was_number and digits[:1].isdecimal():
            pieces.append(" ")
        pieces.append(char)
        previous = char
    return "".join(pieces)


@lru_cache(maxsize=10_000)
def _kind_of(char: str) -> _Kind:
    category = unicodedata.category(char)
    if char.isdecimal():
        return _Kind.DIGITS
    if category[0] in "LMN":
        return _Kind.LETTERS
    is_symbol = category[0] == "S" and category != "Sk"
    if is_symbol or char in _SYMBOLS:
        return _Kind.SYMBOLS
    return _Kind.GAP


def _fold_gap(
    gap: str,
    before: _Kind,
    after: _Kind,
) -> str:
    """What stays of the characters between two runs: little, unless one of them is digits."""
    gap = "".join(_fold_separator(char) for char in gap)
    if before is after is _Kind.DIGITS:
        return _join_punctuation(gap)
    gap = "".join(char for char in gap if char not in _QUOTES)
    if _Kind.DIGITS not in (before, after):
        # Ratings and blood groups: "A-" is not "A".
        is_minus = gap == "-" and after is _Kind.EDGE
        return gap if is_minus else ""
    gap = _PUNCTUATION_BEFORE_SPACE.sub("", gap)
    if after is _Kind.EDGE:
        gap = _PUNCTUATION_AT_END.sub("", gap)
    if _Kind.LETTERS not in (before, after):
        return "".join(gap.split())
    if after is _Kind.DIGITS and _SIGN.search(gap):
        return "".join(gap[:-1].split()) + " -"
    gap = _join_punctuation(gap)
    return " " if gap in _PLAIN_SEPARATORS else gap


def _fold_separator(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Pd":
        return "-"
    # Separators and control characters.
    if category[0] in "ZC":
        return " "
    return char


def _join_punctuation(gap: str) -> str:
    """The gap without white space beside punctuation; one space if it is nothing else."""
    return "".join(gap.split()) or gap[:1]


def _loosen(text: str) -> str:
    """The text without accents and pointing, and with letters and digits as people type them."""
    if text.isascii():
        return text
    decomposed = LETTER_APOSTROPHES.sub("", unicodedata.normalize("NFD", text))
    bare = []
    base = ""
    for char in decomposed:
        if unicodedata.category(char)[0] != "M":
            base = char
        elif POINTED.match(base):
            continue
        bare.append(char)
    return unicodedata.normalize("NFC", "".join(bare)).translate(_TYPED)


class _Typed(dict[int, str]):
    """What stands for each code point, as `str.translate` takes it: also digits of any script."""

    def __missing__(self, code_point: int) -> str:
        char = chr(code_point)
        typed = str(unicodedata.decimal(char)) if char.isdecimal() else char
        self[code_point] = typed
        return typed


_TYPED = _Typed({ord(letter): typed for letter, typed in TYPED_AS.items()})


def _shorten(form: str) -> str:
    octets = form.encode()
    if len(octets) <= MAX_FORM_BYTES:
        return form
    digest = sha256(octets).hexdigest()
    return f"{form[:100]}…{digest}"


def lower_in_place(text: str) -> str:
    """The text in small letters; every character keeps its position."""
    small = text.lower()
    if len(small) == len(text):
        return small
    letters = []
    for letter in text:
        lower = letter.lower()
        letters.append(lower if len(lower) == 1 else letter)
    return "".join(letters)
