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
        self._ended: OpenList | None = None
        self._count = 0

    def close(self) -> None:
        """End all lists. The numbers of the outermost may go on below a heading."""
        if self._open:
            self._ended = self._open[0]
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
        if self._stands_alone(line):
            return False
        if self._resumes(marker):
            return True
        if not follows(marker, None):
            return False
        first = line.number + 1
        for below in self._lines[first : first + _MAX_LINES_BETWEEN]:
            split = split_marker(below.text)
            if split is not None and follows(split[0], marker):
                return True
        return False

    def _resumes(self, marker: str) -> bool:
        """Whether a number comes after the last one of the list that ended last."""
        ended = self._ended
        return ended is not None and follows(marker, ended.marker)

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
        further right, a new one where a list of another kind begins at the same place. Letters
        that begin below a number are deeper, too, and the next number ends them."""
        while self._open and self._open[-1].indent > indent:
            self._open.pop()
        counting = [opened for opened in self._open if opened.indent == indent]
        for opened in reversed(counting):
            if _belongs(marker, opened.marker, is_only=len(counting) == 1):
                self._leave_lists_below(opened)
                opened.marker = marker
                return opened
        if counting and is_bullet(marker) != is_bullet(counting[-1].marker):
            self._leave_lists_below(counting[0])
            self._ended = self._open.pop()
        if not self._open and self._resumes(marker) and self._ended is not None:
            resumed = OpenList(indent, self._ended.number, marker)
            self._open.append(resumed)
            return resumed
        return self._open_list(indent, marker)

    def _leave_lists_below(self, opened: OpenList) -> None:
        while self._open[-1] is not opened:
            self._open.pop()

    def _open_list(self, indent: int, marker: str) -> OpenList:
        opened = OpenList(indent, self._count, marker)
        self._open.append(opened)
        self._count += 1
        return opened


def _belongs(marker: str, previous: str, *, is_only: bool) -> bool:
    """Whether an item belongs to the list of another that stands as far right: it counts on, or
    both have a bullet. What neither counts on nor begins to count belongs to the only list."""
    if is_bullet(marker) or is_bullet(previous):
        return is_bullet(marker) == is_bullet(previous)
    if follows(marker, previous):
        return True
    begins_below = follows(marker, None) and _form(marker) != _form(previous)
    return is_only and not begins_below


def _form(marker: str) -> str:
    """How a list writes its numbers: "(a)" and "(b)" alike, "1." otherwise."""
    core = marker.strip("().")
    kind = "0" if core.isdigit() else "a"
    return marker.replace(core, kind)
