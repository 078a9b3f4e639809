"""The lines of a plain text, and what the form of a line tells."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

# A longer line is a sentence, whatever it ends in.
_MAX_HEADING_CHARACTERS = 120
_MAX_HEADING_WORDS = 16
# Lines that are filled up to such a width were broken by an editor, not by an author.
_MAX_WRAPPED_WIDTH = 100
_MIN_WRAPPED_WIDTH = 50
# The longest line may be shorter than the width by most of a word.
_MARGIN = 8
_UNDERLINE = re.compile(r"\s*(?P<mark>[=~*_-])(?P=mark){2,}\s*")


@dataclass(frozen=True)
class Line:
    """A line without its end, and without white space at its ends: `start` to `end`."""

    number: int
    start: int
    end: int
    indent: int
    text: str

    @property
    def is_blank(self) -> bool:
        """Whether it has no words."""
        return not self.text

    @property
    def is_underline(self) -> bool:
        """Whether it is a line of signs: a rule, or what makes a heading of the line above."""
        return _UNDERLINE.fullmatch(self.text) is not None


def split_lines(text: str) -> list[Line]:
    """The lines of a text, with their positions."""
    lines = []
    position = 0
    for number, raw in enumerate(text.splitlines(keepends=True)):
        words = raw.strip()
        indent = len(raw) - len(raw.lstrip())
        start = position + indent
        expanded = len(raw[:indent].expandtabs(4))
        lines.append(
            Line(
                number,
                start,
                start + len(words),
                expanded,
                words,
            )
        )
        position += len(raw)
    return lines


def is_short(words: str) -> bool:
    """Whether a line has no more words than a heading."""
    if not words or len(words) > _MAX_HEADING_CHARACTERS:
        return False
    return len(words.split()) <= _MAX_HEADING_WORDS


def is_full(line: Line, below: Line, width: int) -> bool:
    """Whether the first word of the line below would not have fitted at the end of the line."""
    first_word = below.text.split(maxsplit=1)[0]
    return line.indent + len(line.text) + 1 + len(first_word) > width


def find_wrapped_width(lines: Sequence[Line]) -> int | None:
    """The width at which the lines of a text were broken; None if each is a paragraph."""
    width = max((line.indent + len(line.text) for line in lines), default=0)
    if not _MIN_WRAPPED_WIDTH <= width <= _MAX_WRAPPED_WIDTH:
        return None
    full = 0
    for line, below in pairwise(lines):
        if line.is_blank or below.is_blank:
            continue
        full += is_full(line, below, width - _MARGIN)
    return width - _MARGIN if full >= 2 else None
