"""The ruled tables of a PDF page."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.reading.pdf_lines import PageWord, make_lines
from app.reading.tables import SourceCell, SourceRow
from app.reading.words import Words, WordsBuilder

# Edges of cells that differ by less are the same, in points.
_EDGE_TOLERANCE = 3.0
_MIN_EDGES = 4
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class PageTable:
    """A table: its rows, and where it stands on the page, in points from the upper left."""

    rows: tuple[SourceRow, ...]
    top: float
    bottom: float
    columns: int


def take_tables(
    page: Any, words: Sequence[PageWord]
) -> tuple[list[PageTable], list[PageWord]]:
    """The tables of a page of pdfplumber, from top to bottom, and the words outside of them.

    What has lines around it and fewer than two rows or columns is no table, but a box."""
    if len(page.rects) + len(page.lines) + len(page.curves) < _MIN_EDGES:
        return [], list(words)
    tables = []
    remaining = list(words)
    for found in page.find_tables():
        boxes = [cell for cell in found.cells if cell is not None]
        table = _make_table(boxes, remaining)
        if table is not None:
            tables.append(table)
            remaining = [word for word in remaining if not _is_within(word, found.bbox)]
    tables.sort(key=lambda table: table.top)
    return tables, remaining


def _make_table(boxes: Sequence[Box], words: Sequence[PageWord]) -> PageTable | None:
    lefts = _merge_edges([box[0] for box in boxes])
    tops = _merge_edges([box[1] for box in boxes])
    if len(lefts) < 2 or len(tops) < 2:
        return None
    rows: list[list[tuple[int, SourceCell]]] = [[] for _ in tops]
    filled = 0
    for box in boxes:
        cell_words = join_cell([word for word in words if _is_within(word, box)])
        column, columns = _find_span(lefts, box[0], box[2])
        row, row_count = _find_span(tops, box[1], box[3])
        rows[row].append((column, SourceCell(cell_words, columns, row_count)))
        filled += bool(cell_words.text)
    if filled < 3:
        return None
    source = []
    for cells in rows:
        cells.sort(key=lambda placed: placed[0])
        source.append(SourceRow(tuple(cell for _, cell in cells)))
    top = min(box[1] for box in boxes)
    bottom = max(box[3] for box in boxes)
    return PageTable(
        tuple(source),
        top,
        bottom,
        len(lefts),
    )


def join_cell(words: Sequence[PageWord]) -> Words:
    """The words of a cell on one line."""
    builder = WordsBuilder()
    for line in make_lines(words):
        builder.end_line()
        for word in line.words:
            builder.add(word.text, is_bold=word.is_bold)
            builder.add(" ")
    return builder.finish()


def _merge_edges(edges: Sequence[float]) -> list[float]:
    merged: list[float] = []
    for edge in sorted(edges):
        if not merged or edge - merged[-1] > _EDGE_TOLERANCE:
            merged.append(edge)
    return merged


def _find_span(
    edges: Sequence[float],
    start: float,
    end: float,
) -> tuple[int, int]:
    """The first of the columns or rows that a cell covers, and how many they are."""
    first = bisect_left(edges, start + _EDGE_TOLERANCE) - 1
    after = bisect_left(edges, end - _EDGE_TOLERANCE)
    return max(first, 0), max(after - first, 1)


def _is_within(word: PageWord, box: Box) -> bool:
    x0, top, x1, bottom = box
    middle = (word.x0 + word.x1) / 2
    return x0 <= middle <= x1 and top <= word.middle <= bottom
