"""The text of a document with its quotes marked, also where quotes overlap.

Positions are code points of the text. Lines become blocks: headings as citations name them, items
of a list, rows of a table, and paragraphs. A block has cells (one, but for rows), and a cell has
segments: each is in the same quotes from its first to its last character."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from app.text.headings import read_heading

# A page of a long text: about a hundred lines.
PART_CHARACTERS = 20_000
_BULLET = re.compile(r"\s*(?:[-*+•]|\d+[.)])\s+")
_RULE = re.compile(r"[\s|:\-]+")


@dataclass(frozen=True)
class Mark:
    """A quote in the text. `is_reason` tells that it supports a modality alone."""

    start: int
    end: int
    path: str
    title: str
    modality: str | None
    is_reason: bool
    is_chosen: bool


@dataclass(frozen=True)
class Segment:
    """A piece of the text. `mark` is the shortest quote that it is in; `is_first` tells that this
    quote begins here, and `depth` in how many quotes it is."""

    text: str
    mark: Mark | None
    is_first: bool
    depth: int

    @property
    def style(self) -> str:
        """The classes of the marked segment."""
        names = []
        if self.mark is None:
            return ""
        if self.mark.is_reason:
            names.append("why")
        elif self.mark.modality is not None:
            names.append(f"m-{self.mark.modality}")
        if self.depth > 1:
            names.append("deep")
        if self.mark.is_chosen:
            names.append("picked")
        return " ".join(names)


Cell = tuple[Segment, ...]


@dataclass(frozen=True)
class Block:
    """One line: `heading`, `item`, `row` or `paragraph`."""

    kind: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class BlockGroup:
    """Consecutive blocks of a kind."""

    kind: str
    blocks: tuple[Block, ...]


def split_parts(text: str) -> list[tuple[int, int]]:
    """The first and the last position of each part: whole lines, about PART_CHARACTERS long."""
    parts = []
    start = 0
    while start < len(text):
        end = text.find("\n", start + PART_CHARACTERS)
        end = len(text) if end == -1 else end + 1
        parts.append((start, end))
        start = end
    return parts or [(0, 0)]


def mark_text(
    text: str,
    part: tuple[int, int],
    marks: Sequence[Mark],
    headings: Iterable[str],
) -> tuple[BlockGroup, ...]:
    """The blocks of one part of the text. `headings` are the lines that citations name."""
    heading_lines = {read_heading(heading) for heading in headings}
    blocks = []
    start, end = part
    for line in text[start:end].splitlines(keepends=True):
        kind = _classify(line, heading_lines)
        stop = start + len(line.rstrip())
        near = [mark for mark in marks if mark.start < stop and mark.end > start]
        if kind is not None:
            spans = _split_cells(
                text,
                start,
                stop,
                kind,
            )
            cells = tuple(
                tuple(
                    _segment(
                        text,
                        first,
                        last,
                        near,
                    )
                )
                for first, last in spans
            )
            blocks.append(Block(kind, cells))
        start += len(line)
    groups = []
    for kind, group in groupby(blocks, key=lambda block: block.kind):
        groups.append(BlockGroup(kind, tuple(group)))
    return tuple(groups)


def _classify(
    line: str,
    heading_lines: set[str],
) -> str | None:
    """The kind of a line; None for an empty one, and for the rule of a table."""
    if not line.strip() or ("|" in line and _RULE.fullmatch(line)):
        return None
    if read_heading(line.strip()) in heading_lines:
        return "heading"
    if line.count("|") > 1:
        return "row"
    if _BULLET.match(line):
        return "item"
    return "paragraph"


def _split_cells(
    text: str,
    start: int,
    stop: int,
    kind: str,
) -> list[tuple[int, int]]:
    """The cells of a line, each with its first and last position, without signs of layout."""
    if kind == "item":
        bullet = _BULLET.match(text, start)
        assert bullet is not None
        return [(bullet.end(), stop)]
    if kind != "row":
        return [(start, stop)]
    cells = []
    first = start
    for piece in text[start:stop].split("|"):
        indent = len(piece) - len(piece.lstrip())
        cells.append((first + indent, first + len(piece.rstrip())))
        first += len(piece) + 1
    return [(first, last) for first, last in cells if first < last]


def _segment(
    text: str,
    start: int,
    stop: int,
    marks: Sequence[Mark],
) -> Iterator[Segment]:
    """The segments from one position to another."""
    edges = {start, stop}
    for mark in marks:
        edges.update(edge for edge in (mark.start, mark.end) if start < edge < stop)
    order = sorted(edges)
    for first, last in pairwise(order):
        covering = [mark for mark in marks if mark.start <= first and mark.end >= last]
        innermost = min(
            covering,
            key=_rank,
            default=None,
        )
        is_first = innermost is not None and innermost.start == first
        yield Segment(
            text[first:last],
            innermost,
            is_first,
            len(covering),
        )


def _rank(mark: Mark) -> tuple[bool, int, int]:
    """The chosen quote first, then the shortest."""
    return (not mark.is_chosen, mark.end - mark.start, mark.start)
