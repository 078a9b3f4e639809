"""Joins the lines of a PDF to headings, paragraphs and items."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from app.reading.blocks import BlockKind
from app.reading.parts import Part
from app.reading.pdf_lines import PageLine
from app.reading.words import STOPS, WordsBuilder, continues, is_bullet, split_marker

# Compared with the text of the body, or the usual distance of lines.
_HEADING_SIZE = 1.12
_PARAGRAPH_GAP = 1.3
_MAX_HEADING_CHARACTERS = 160
_MAX_LEVEL = 6
_HYPHEN = re.compile(r"\w[-\u00ad\u2010]$")


@dataclass(frozen=True)
class BodyStyle:
    """How the body of a document is set: the size of most characters, the distance of lines."""

    size: float
    leading: float
    heading_sizes: tuple[float, ...]

    def is_heading(self, line: PageLine) -> bool:
        """Whether the line is set as a heading."""
        if len(line.text) > _MAX_HEADING_CHARACTERS:
            return False
        return line.size >= _HEADING_SIZE * self.size or (
            line.is_bold and line.size >= self.size
        )

    def find_level(self, line: PageLine) -> int:
        """The larger its letters, the higher a heading; bold ones of the body come last."""
        for level, size in enumerate(self.heading_sizes, start=1):
            if line.size >= size:
                return min(level, _MAX_LEVEL)
        return min(len(self.heading_sizes) + 1, _MAX_LEVEL)


def find_style(pages: Sequence[Sequence[PageLine]]) -> BodyStyle:
    """The style of the body of a document."""
    sizes: Counter[float] = Counter()
    gaps: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[line.size] += len(line.text)
        for line, below in pairwise(lines):
            gap = below.bottom - line.bottom
            if line.size == below.size and 0 < gap < 3 * line.size:
                gaps[round(gap * 2) / 2] += 1
    size = max(sizes, key=lambda size: (sizes[size], size), default=10.0)
    leading = max(gaps, key=lambda gap: (gaps[gap], -gap), default=1.2 * size)
    body = BodyStyle(size, leading, ())
    heading_sizes = set()
    for lines in pages:
        for line in lines:
            if line.size > size and body.is_heading(line):
                heading_sizes.add(line.size)
    return BodyStyle(size, leading, tuple(sorted(heading_sizes, reverse=True)))


@dataclass
class _Open:
    """Lines that are one block so far; `left` is where its words begin."""

    lines: list[PageLine]
    page: int
    left: float
    is_heading: bool
    marker: str | None = None
    marker_left: float = 0.0


@dataclass
class BlockJoiner:
    """Takes lines in reading order and makes parts of them."""

    style: BodyStyle
    parts: list[Part] = field(default_factory=list)
    list_count: int = 0
    hyphens: int = 0
    _open: _Open | None = None
    _previous: PageLine | None = None
    _previous_page: int = 0
    _lists: list[tuple[float, int]] = field(default_factory=list)

    def add_line(
        self,
        line: PageLine,
        page: int,
        right: float,
    ) -> None:
        """Add the next line; `right` is where full lines of its column end."""
        marked = _split_line(line)
        opened = self._open
        is_new = opened is None or self._begins_block(
            opened,
            line,
            page,
            right,
            marked,
        )
        if is_new:
            self.end_block()
            self._begin(line, page, marked)
        elif opened is not None:
            opened.lines.append(line)
            if opened.marker is None and len(opened.lines) == 2:
                opened.left = line.x0
        self._previous = line
        self._previous_page = page

    def end_block(self) -> None:
        """End the block that is open."""
        opened = self._open
        self._open = None
        if opened is None:
            return
        words = self._join(opened)
        if opened.marker is not None:
            level, number = self._place_item(opened.marker_left)
            item = Part(
                BlockKind.ITEM,
                words.finish(),
                level,
                number,
                page=opened.page,
            )
            self.parts.append(replace(item, marker=opened.marker))
            return
        self._lists = []
        if opened.is_heading:
            level = self.style.find_level(opened.lines[0])
            self.parts.append(
                Part(
                    BlockKind.HEADING,
                    words.finish(),
                    level,
                    page=opened.page,
                )
            )
            return
        self.parts.append(Part(BlockKind.PARAGRAPH, words.finish(), page=opened.page))

    def _begin(
        self,
        line: PageLine,
        page: int,
        marked: tuple[str, PageLine] | None,
    ) -> None:
        if marked is not None:
            marker, words = marked
            opened = _Open(
                [words],
                page,
                words.x0,
                False,
                marker,
                line.x0,
            )
        else:
            is_heading = self.style.is_heading(line) and line.text[-1] not in ".,;"
            opened = _Open(
                [line],
                page,
                line.x0,
                is_heading,
            )
        self._open = opened

    def _begins_block(
        self,
        opened: _Open,
        line: PageLine,
        page: int,
        right: float,
        marked: tuple[str, PageLine] | None,
    ) -> bool:
        previous = self._previous
        if marked is not None or previous is None:
            return True
        if abs(line.size - opened.lines[-1].size) > 0.6:
            return True
        is_heading = self.style.is_heading(line)
        if opened.is_heading or (is_heading and opened.marker is None):
            is_near = page == self._previous_page and self._gap(line) < _PARAGRAPH_GAP
            return not (opened.is_heading and is_heading and is_near)
        last = previous.text[-1]
        is_elsewhere = page != self._previous_page or line.top < previous.top
        if is_elsewhere:
            return last in STOPS or not (continues(previous.text, line.text) or last == ",")
        if self._gap(line) > _PARAGRAPH_GAP:
            return True
        if opened.marker is not None:
            return line.x0 < opened.left - self.style.size
        if line.x0 > opened.left + self.style.size and last in STOPS:
            return True
        is_short = previous.x1 < right - 0.2 * (right - opened.left)
        return is_short and last in STOPS

    def _gap(self, line: PageLine) -> float:
        """The distance from the line before, in usual distances of lines of that size."""
        previous = self._previous
        if previous is None:
            return 0.0
        usual = self.style.leading * max(line.size / self.style.size, 1.0)
        return (line.bottom - previous.bottom) / usual

    def _place_item(self, left: float) -> tuple[int, int]:
        """The depth and the list of an item whose marker stands at a place."""
        tolerance = 0.5 * self.style.size
        while self._lists and self._lists[-1][0] > left + tolerance:
            self._lists.pop()
        if not self._lists or self._lists[-1][0] < left - tolerance:
            self._lists.append((left, self.list_count))
            self.list_count += 1
        return len(self._lists) - 1, self._lists[-1][1]

    def _join(self, opened: _Open) -> WordsBuilder:
        """The words of the lines. A word that is broken at the end of a line keeps its hyphen, and
        no space is put within it: only a person can tell whether the hyphen is its own."""
        builder = WordsBuilder()
        for index, line in enumerate(opened.lines):
            following = opened.lines[index + 1 : index + 2]
            for number, word in enumerate(line.words):
                if number > 0:
                    builder.add(" ", is_bold=word.is_bold)
                builder.add(word.text, is_bold=word.is_bold)
            if not following:
                continue
            is_broken = _HYPHEN.search(line.text) and following[0].text[0].islower()
            if is_broken:
                self.hyphens += 1
            builder.end_line(is_broken=bool(is_broken))
        return builder


def _split_line(line: PageLine) -> tuple[str, PageLine] | None:
    """The marker that a line begins with, and the words after it: a number only where the words
    after it stand apart or the number ends in a stop."""
    split = split_marker(line.text + " ")
    first = line.words[0].text
    if split is None or len(line.words) < 2 or first != split[0]:
        return None
    if len(first) == 1 and not is_bullet(first):
        return None
    return split[0], PageLine(line.words[1:])
