"""Lists of plain text that are open: which items belong to which, and how deep."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.reading.plain_lines import Line
from app.reading.words import STOPS, follows, is_bullet, split_marker

# Lines below a number in which the next number of its list is looked for.
_MAX_LINES_BETWEEN = 7


@dataclass
class OpenList:
    """A list: how far right its items stand, its number in the text, its last marker."""

    indent: int
    number: int
    marker: str


class OpenLists:
    """The lists that are open, the outermost first."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._open: list[OpenList] = []
        self._count = 0

    def close(self) -> None:
        """End all lists."""
        self._open = []

    @property
    def innermost(self) -> OpenList | None:
        """The list of the last item."""
        return self._open[-1] if self._open else None

    @property
    def depth(self) -> int:
        """The depth of the last item, from 0."""
        return len(self._open) - 1

    def counts_on(self, marker: str) -> bool:
        """Whether a number comes after the last one of an open list."""
        return any(follows(marker, opened.marker) for opened in self._open)

    def is_item(self, line: Line, marker: str) -> bool:
        """Whether a number is that of an item: it comes after the last one of an open list, or is
        the first, and the next number stands on one of the lines below."""
        if is_bullet(marker) or self.counts_on(marker):
            return True
        if not follows(marker, None) or self._stands_alone(line):
            return False
        first = line.number + 1
        for below in self._lines[first : first + _MAX_LINES_BETWEEN]:
            split = split_marker(below.text)
            if split is not None and follows(split[0], marker):
                return True
        return False

    def _stands_alone(self, line: Line) -> bool:
        """Whether a short numbered line is the heading of what stands below it, further left or
        at the same place, and not the first of several items."""
        following = [
            other for other in self._lines[line.number + 1 : line.number + 4] if other.text
        ]
        if not following or following[0].number == line.number + 1:
            return False
        below = following[0]
        is_item = split_marker(below.text) is not None
        return line.text[-1] not in STOPS and below.indent <= line.indent and not is_item

    def place(self, indent: int, marker: str) -> OpenList:
        """The list of an item, which is the innermost then: deeper than the last where it is
        further right, a new one where a list of another kind begins at the same place."""
        while self._open and self._open[-1].indent > indent:
            self._open.pop()
        innermost = self.innermost
        if innermost is not None and innermost.indent == indent:
            if is_bullet(marker) == is_bullet(innermost.marker):
                innermost.marker = marker
                return innermost
            self._open.pop()
        opened = OpenList(indent, self._count, marker)
        self._open.append(opened)
        self._count += 1
        return opened
