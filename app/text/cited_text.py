"""A text that is cited: its lines, and its folded form. Both are computed once, when needed."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Protocol

from app.text.headings import read_heading
from app.text.spelling import FoldedText

BYTE_ORDER_MARK = "\ufeff"


def without_mark(text: str) -> str:
    """The text without a byte order mark before it, which tells how a file is encoded and is no
    part of the text (RFC 3629 §6): readers and programs do not count it."""
    return text.removeprefix(BYTE_ORDER_MARK)


class Quote(Protocol):
    """The selectors of a citation."""

    @property
    def section(self) -> Sequence[str]: ...
    @property
    def exact(self) -> str: ...
    @property
    def prefix(self) -> str: ...
    @property
    def suffix(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


class CitedText:
    """A text, with what comparing many quotes with it needs again and again."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def folded(self) -> FoldedText:
        """The text in one spelling."""
        return FoldedText(self.text)

    @cached_property
    def lines(self) -> Sequence[str]:
        """The lines without their ends, which are LF, CRLF, CR and the other ones of Unicode."""
        return self.text.splitlines()

    @cached_property
    def headings(self) -> Sequence[str]:
        """Each line as it would be read as a heading."""
        return [read_heading(line) for line in self.lines]

    @cached_property
    def heading_lines(self) -> Mapping[str, Sequence[int]]:
        """The numbers of the lines, from 0, that would be read as each heading."""
        numbers: dict[str, list[int]] = {}
        for number, heading in enumerate(self.headings):
            numbers.setdefault(heading, []).append(number)
        return numbers

    @cached_property
    def _line_starts(self) -> Sequence[int]:
        starts = []
        position = 0
        for line in self.text.splitlines(keepends=True):
            starts.append(position)
            position += len(line)
        return starts

    def count_lines_above(self, position: int) -> int:
        """The number of lines above the line at the position."""
        return max(0, bisect_right(self._line_starts, position) - 1)

    def find_line_above(self, heading: str, line: int) -> int | None:
        """The number of the last line above this one that would be read as the heading."""
        numbers = self.heading_lines.get(heading, ())
        position = bisect_left(numbers, line)
        if position == 0:
            return None
        return numbers[position - 1]
