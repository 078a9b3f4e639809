"""The lines of a plain text, and what the form of a line tells."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low

from app.reading.words import STOPS, split_marker

# A longer line is a sentence, whatever it ends in.
_MAX_HEADING_CHARACTERS = 120
_MAX_HEADING_WORDS = 16
# Lines that are filled up to such a width were broken by an editor, not by an author.
_MAX_WRAPPED_WIDTH = 100
_MIN_WRAPPED_WIDTH = 50
# The longest line may be shorter than the width by most of a word.
_MARGIN = 8
# Of so few lines nothing is usual.
_MIN_WRAPPED_LINES = 5
# Where each line is a paragraph, more of them end in a stop.
_MAX_SHARE_OF_STOPS = 0.3
_MIN_SHARE_OF_WIDTH = 0.6
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
    if width > _MAX_WRAPPED_WIDTH:
        return _find_usual_width(lines)
    if width < _MIN_WRAPPED_WIDTH:
        return None
    full = 0
    for line, below in pairwise(lines):
        if line.is_blank or below.is_blank:
            continue
        full += is_full(line, below, width - _MARGIN)
    return width - _MARGIN if full >= 2 else None


def _find_usual_width(lines: Sequence[Line]) -> int | None:
    """The width of most lines that go on, in a text where somebody joined a few by hand: most
    are about as long, and most end within a sentence."""
    widths = []
    stops = 0
    for line, below in pairwise(lines):
        if line.is_blank or below.is_blank or line.is_underline or below.is_underline:
            continue
        if split_marker(below.text) is not None:
            continue
        widths.append(line.indent + len(line.text))
        stops += line.text[-1] in STOPS
    if len(widths) < _MIN_WRAPPED_LINES or stops > len(widths) * _MAX_SHARE_OF_STOPS:
        return None
    usual = median_low(widths)
    alike = sum(abs(width - usual) <= _MARGIN for width in widths)
    if (
        alike < len(widths) * _MIN_SHARE_OF_WIDTH
        or not _MIN_WRAPPED_WIDTH <= usual <= _MAX_WRAPPED_WIDTH
    ):
        return None
    return usual - _MARGIN
