"""The words of a PDF page as lines in reading order."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

# As a share of the font's size: gaps from this on separate words.
WORD_GAP = 0.15
# Raised digits this much smaller than their line are the mark of a footnote.
_MARK_SIZE = 0.8
_MARK = re.compile(r"[\[(]?(?:\d{1,3}|[*†‡§]{1,3})[\])]?,?")
_BOLD = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
# The share of a page's width in which the space between two columns is looked for.
_GUTTER_RANGE = (0.35, 0.65)
_GUTTER_STEP = 2.0
_MIN_COLUMN_LINES = 6
_MAX_CROSSING_SHARE = 0.12
# In sizes of the font: what is further apart stands in different columns, or is no sentence.
_WIDE_GAP = 3.0


@dataclass(frozen=True)
class PageWord:
    """A word with its box, in points from the upper left corner of the page."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    is_bold: bool

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass
class PageLine:
    """Words on one line, from left to right."""

    words: list[PageWord] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def x0(self) -> float:
        return self.words[0].x0

    @property
    def x1(self) -> float:
        return self.words[-1].x1

    @property
    def top(self) -> float:
        return min(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        return max(word.bottom for word in self.words)

    @property
    def size(self) -> float:
        """The size of most of its characters."""
        sizes: dict[float, int] = {}
        for word in self.words:
            size = round(word.size * 2) / 2
            sizes[size] = sizes.get(size, 0) + len(word.text)
        return max(sizes, key=lambda size: (sizes[size], size))

    @property
    def is_bold(self) -> bool:
        return all(word.is_bold for word in self.words)


def read_words(page: Any) -> list[PageWord]:
    """The words of a page of pdfplumber that stand upright."""
    words = []
    extracted = page.extract_words(
        x_tolerance_ratio=WORD_GAP, extra_attrs=["fontname", "size", "upright"]
    )
    for word in extracted:
        text = word["text"].replace("\0", "").strip()
        if text and word["upright"]:
            is_bold = _BOLD.search(word["fontname"]) is not None
            box = (word["x0"], word["x1"], word["top"], word["bottom"])
            words.append(
                PageWord(
                    text,
                    *box,
                    word["size"],
                    is_bold,
                )
            )
    return words


def make_lines(words: Iterable[PageWord]) -> list[PageLine]:
    """The words as lines, from top to bottom; marks of footnotes are left away."""
    lines: list[PageLine] = []
    for word in sorted(words, key=lambda word: (word.bottom, word.x0)):
        line = _find_line(word, lines)
        if line is None:
            line = PageLine()
            lines.append(line)
        line.words.append(word)
    for line in lines:
        line.words.sort(key=lambda word: word.x0)
        line.words = _without_marks(line)
    lines.sort(key=lambda line: line.top)
    return lines


def _find_line(word: PageWord, lines: Sequence[PageLine]) -> PageLine | None:
    """The line that a word stands on: the middle of one is within the height of the other."""
    for line in lines[-1:-4:-1]:
        reference = max(line.words, key=lambda other: other.size)
        if reference.top <= word.middle <= reference.bottom:
            return line
        if word.top <= reference.middle <= word.bottom:
            return line
    return None


def _without_marks(line: PageLine) -> list[PageWord]:
    size = line.size
    bottom = line.bottom
    words = []
    for index, word in enumerate(line.words):
        is_small = word.size < _MARK_SIZE * size and word.bottom < bottom - 0.1 * size
        if index > 0 and is_small and _MARK.fullmatch(word.text):
            continue
        words.append(word)
    return words


def order_lines(words: Sequence[PageWord], width: float) -> list[PageLine]:
    """The lines of a page in the order in which they are read: two columns one after the other,
    between the lines that go across both."""
    lines = make_lines(words)
    gutter = _find_gutter(lines, width)
    if gutter is None:
        return lines
    ordered: list[PageLine] = []
    left: list[PageLine] = []
    right: list[PageLine] = []
    for line in lines:
        before = [word for word in line.words if word.x1 <= gutter]
        after = [word for word in line.words if word.x0 >= gutter]
        if len(before) + len(after) < len(line.words) or _is_one(before, after):
            ordered += [*left, *right, line]
            left = []
            right = []
            continue
        if before:
            left.append(PageLine(before))
        if after:
            right.append(PageLine(after))
    return [*ordered, *left, *right]


def _is_one(before: Sequence[PageWord], after: Sequence[PageWord]) -> bool:
    """Whether words on both sides of the gutter are one line: no more than a space separates
    them."""
    if not before or not after:
        return False
    return after[0].x0 - before[-1].x1 < 0.6 * before[-1].size


def _find_gutter(lines: Sequence[PageLine], width: float) -> float | None:
    """The horizontal position of the space between two columns; None if there are none."""
    best = None
    fewest = len(lines) * _MAX_CROSSING_SHARE
    position = width * _GUTTER_RANGE[0]
    while position < width * _GUTTER_RANGE[1]:
        crossing = _count_crossing(lines, position)
        if crossing is not None and crossing < fewest:
            best = position
            fewest = crossing
        position += _GUTTER_STEP
    return best


def _count_crossing(lines: Sequence[PageLine], position: float) -> int | None:
    """How many lines a vertical line would cut; None if it would not part two columns."""
    crossing = 0
    in_both = 0
    for line in lines:
        before = [word for word in line.words if word.x1 <= position]
        after = [word for word in line.words if word.x0 >= position]
        if len(before) + len(after) < len(line.words) or _is_one(before, after):
            crossing += 1
        elif before and after:
            in_both += 1
    return crossing if in_both >= _MIN_COLUMN_LINES else None
