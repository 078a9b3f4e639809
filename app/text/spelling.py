"""Texts compared without regard to how their characters are encoded and their lines are broken.

A text comes from a PDF with ligatures and soft hyphens, from a web page with no-break spaces, from
one system composed (NFC) and from another decomposed (NFD). Its folded form has one spelling for
all of these, and each of its positions leads back to the text.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple

# Characters that a reader does not see: soft hyphen, zero-width and directional characters, byte
# order mark, variation selectors.
INVISIBLE = (
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069"
    "\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef"
)
_SINGLE_QUOTES = "\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4"
_DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f\u2033"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_TYPOGRAPHIC = str.maketrans(
    {
        **dict.fromkeys(_SINGLE_QUOTES, "'"),
        **dict.fromkeys(_DOUBLE_QUOTES, '"'),
        **dict.fromkeys(_DASHES, "-"),
    }
)
_PLAIN_SPACE = str.maketrans("\t\n\r", "   ")
# What is more than a way to write the same characters: "m²" is not "m2", nor "½" "1/2".
_MEANINGFUL = ("<super>", "<sub>", "<fraction>", "<circle>")
# A word that is broken at a soft hyphen; white space of more or other than one plain character;
# characters that are not seen; a run of characters that may be spelt in several ways.
_PIECE = re.compile(
    rf"(?P<invisible>\u00ad[ \t]*(?:\r\n|[\r\n])[ \t]*|[{INVISIBLE}]+(?!\s))"
    rf"|(?P<space>(?:[ \t\n\r](?=[\s{INVISIBLE}])|[^\S \t\n\r]|[{INVISIBLE}]+\s)"
    rf"[\s{INVISIBLE}]*)"
    rf"|(?P<run>[\x21-\x7e]?[^\x00-\x7f\s{INVISIBLE}]+)"
)
_ENDS = re.compile(rf"^[\s{INVISIBLE}]+|[\s{INVISIBLE}]+\Z")
_MAX_DIFFERENCES = 3
_MAX_NAMED_CHARACTERS = 4
_PLAIN_NAMES = {" ": "a space", "\n": "a line feed", "\r": "a carriage return", "\t": "a tab"}


class _Piece(NamedTuple):
    """A part of a text whose folded form is not equal to it, character by character."""

    folded_start: int
    folded_end: int
    start: int
    end: int


class FoldedText:
    """A text in its folded form, and where in the text each part of that comes from."""

    def __init__(self, text: str) -> None:
        parts: list[str] = []
        self._pieces: list[_Piece] = []
        position = 0
        folded_position = 0
        for folded, start, end in _fold_pieces(text):
            plain = text[position:start].translate(_PLAIN_SPACE)
            folded_start = folded_position + len(plain)
            folded_position = folded_start + len(folded)
            parts += (plain, folded)
            self._pieces.append(_Piece(folded_start, folded_position, start, end))
            position = end
        parts.append(text[position:].translate(_PLAIN_SPACE))
        self.text = "".join(parts)

    @cached_property
    def _folded_starts(self) -> list[int]:
        return [piece.folded_start for piece in self._pieces]

    def find(self, words: str) -> Iterator[tuple[int, int]]:
        """Start and end, in this folded form, of each occurrence of folded words that begins and
        ends with a character of the text."""
        start = self.text.find(words)
        while start >= 0:
            end = start + len(words)
            is_whole = not unicodedata.combining(self.text[end : end + 1] or " ")
            if is_whole and self.locate(start, end) is not None:
                yield start, end
            start = self.text.find(words, start + 1)

    def locate(self, start: int, end: int) -> tuple[int, int] | None:
        """Start and end in the text of a part of the folded form; None if one of them is within a
        character, such as a ligature."""
        text_start = self._locate(start, start, is_end=False)
        text_end = self._locate(end, end - 1, is_end=True)
        if text_start is None or text_end is None:
            return None
        return text_start, text_end

    def _locate(
        self,
        position: int,
        character: int,
        *,
        is_end: bool,
    ) -> int | None:
        index = bisect_right(self._folded_starts, character) - 1
        if index < 0:
            return position
        piece = self._pieces[index]
        if position >= piece.folded_end:
            return piece.end + position - piece.folded_end
        if position == piece.folded_start and not is_end:
            return piece.start
        return None


def fold_spelling(text: str) -> str:
    """The folded form, without white space at its ends."""
    if text.isascii():
        return " ".join(text.split())
    return FoldedText(text).text.strip()


def _fold_pieces(text: str) -> Iterator[tuple[str, int, int]]:
    for match in _PIECE.finditer(text):
        if match["invisible"] is not None:
            yield "", match.start(), match.end()
        elif match["space"] is not None:
            yield " ", match.start(), match.end()
        elif _may_be_spelt_otherwise(match[0]):
            yield from _fold_run(match[0], match.start())


def _may_be_spelt_otherwise(run: str) -> bool:
    is_folded = unicodedata.is_normalized("NFKD", run)
    return not is_folded or run.translate(_TYPOGRAPHIC) != run


def _fold_run(run: str, offset: int) -> Iterator[tuple[str, int, int]]:
    """Each character of the run with the marks that follow it."""
    start = 0
    for end in range(1, len(run) + 1):
        if end < len(run) and unicodedata.combining(run[end]):
            continue
        characters = run[start:end]
        folded = "".join(map(_fold_character, characters))
        if end - start > 1:
            # Marks in their canonical order, whatever order they were written in.
            folded = unicodedata.normalize("NFD", folded)
        if folded != characters:
            yield folded, offset + start, offset + end
        start = end


@lru_cache(maxsize=10_000)
def _fold_character(character: str) -> str:
    typographic = character.translate(_TYPOGRAPHIC)
    if typographic != character:
        return typographic
    if unicodedata.decomposition(character).startswith(_MEANINGFUL):
        return character
    folded = unicodedata.normalize("NFKD", character)
    if " " in folded:
        # A diaeresis alone is not a space with a mark, and separates no words.
        return character
    return folded.translate(_TYPOGRAPHIC)


def describe_difference(quote: str, passage: str) -> str | None:
    """What differs between a quote and a passage with the same folded form, as a sentence; None
    if nothing does but plain white space, or what is at the ends."""
    differences = []
    quote = _ENDS.sub("", quote)
    passage = _ENDS.sub("", passage)
    for quoted, actual in _pair_characters(quote, passage):
        are_plain_spaces = _is_plain_space(quoted) and _is_plain_space(actual)
        if quoted == actual or are_plain_spaces:
            continue
        names = f"{_name(actual)} where the quote has {_name(quoted)}"
        if names not in differences:
            differences.append(names)
    if not differences:
        return None
    listed = "; ".join(differences[:_MAX_DIFFERENCES])
    if len(differences) > _MAX_DIFFERENCES:
        listed += "; and more"
    return f"The text has {listed}."


def _is_plain_space(text: str) -> bool:
    return not text.strip(" \t\n\r")


def _pair_characters(quote: str, passage: str) -> Iterator[tuple[str, str]]:
    """The shortest parts, in order, of two texts that have the same folded form."""
    quote_parts = _split(quote)
    passage_parts = _split(passage)
    quoted = actual = ""
    # Folded characters of the quote's part less those of the passage's.
    lead = 0
    for folded, characters in quote_parts:
        if not folded:
            yield characters, ""
            continue
        quoted += characters
        lead += len(folded)
        while lead > 0:
            part = next(passage_parts, None)
            if part is None:
                # The folded forms differ at their ends.
                yield quoted, actual
                return
            folded, characters = part
            if not folded:
                yield "", characters
                continue
            actual += characters
            lead -= len(folded)
        if lead == 0:
            yield quoted, actual
            quoted = actual = ""
    for _, characters in passage_parts:
        yield "", characters


def _split(text: str) -> Iterator[tuple[str, str]]:
    position = 0
    for folded, start, end in _fold_pieces(text):
        for character in text[position:start]:
            yield character.translate(_PLAIN_SPACE), character
        yield folded, text[start:end]
        position = end
    for character in text[position:]:
        yield character.translate(_PLAIN_SPACE), character


def _name(text: str) -> str:
    """Characters as a reader can tell them apart: by name and number unless they are plain."""
    if not text:
        return "nothing"
    is_plain = text.isascii() and text.isprintable()
    if is_plain and not text.isspace():
        return repr(text)
    names = []
    for character in text[:_MAX_NAMED_CHARACTERS]:
        names.append(_name_character(character))
    return " and ".join(names)


def _name_character(character: str) -> str:
    name = _PLAIN_NAMES.get(character)
    if name is not None:
        return name
    if character.isascii() and character.isprintable():
        return repr(character)
    unicode_name = unicodedata.name(character, "character").casefold()
    article = "an" if unicode_name.startswith(tuple("aeiou")) else "a"
    return f"{article} {unicode_name} (U+{ord(character):04X})"
