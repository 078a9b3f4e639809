"""The grid of a table: where each cell stands, and which rows are its head or a band."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from app.reading.blocks import BlockKind
from app.reading.parts import Part, PartCell
from app.reading.words import STOPS, Words

# What HTML allows (§4.9.11), and what a reader can use.
MAX_COLUMNS = 1_000
MAX_ROWS = 65_534
# The name of a column is no sentence.
_MAX_NAME_CHARACTERS = 40


@dataclass(frozen=True)
class SourceCell:
    """A cell as the document has it, without its place; `is_named` if it is marked as a head."""

    words: Words
    columns: int = 1
    rows: int = 1
    is_named: bool = False


@dataclass(frozen=True)
class SourceRow:
    """A row as the document has it; `in_head` if it stands in the head of the table."""

    cells: tuple[SourceCell, ...]
    in_head: bool = False


def make_rows(
    source: Sequence[SourceRow],
    table: int,
    page: int | None = None,
) -> list[Part]:
    """The rows of a table that have words, with each cell placed."""
    grid = _place_cells(source)
    source, grid = _drop_empty_rows(source, grid)
    width = 0
    for cells in grid:
        for cell in cells:
            width = max(width, cell.column + cell.columns)
    heads = _find_heads(source, grid, width)
    parts = []
    for number, cells in enumerate(grid):
        is_band = _is_band(cells, width)
        placed = []
        for cell in cells:
            named = replace(cell, is_head=number in heads, is_band=is_band)
            placed.append(named)
        part = Part(
            BlockKind.ROW,
            table=table,
            cells=tuple(placed),
            page=page,
        )
        parts.append(part)
    return parts


def _place_cells(source: Sequence[SourceRow]) -> list[list[PartCell]]:
    """The cells of each row in the first columns that no cell from above covers (HTML §4.9.12)."""
    grid: list[list[PartCell]] = []
    covered: dict[int, int] = {}
    for number, row in enumerate(source):
        placed: list[PartCell] = []
        column = 0
        for cell in row.cells:
            while covered.get(column, 0) > number:
                column += 1
            if column >= MAX_COLUMNS:
                break
            columns = min(cell.columns, MAX_COLUMNS - column)
            rows = min(cell.rows, len(source) - number)
            placed.append(
                PartCell(
                    cell.words,
                    column,
                    columns,
                    rows,
                )
            )
            for place in range(column, column + columns):
                covered[place] = number + rows
            column += columns
        grid.append(placed)
    return grid


def _drop_empty_rows(
    source: Sequence[SourceRow], grid: Sequence[list[PartCell]]
) -> tuple[list[SourceRow], list[list[PartCell]]]:
    """The rows that have words. A cell that reached over a dropped row becomes shorter."""
    kept_rows: list[SourceRow] = []
    kept_cells: list[list[PartCell]] = []
    kept_before = [0]
    for row in source:
        has_words = any(cell.words.text for cell in row.cells)
        kept_before.append(kept_before[-1] + int(has_words))
    for number, row in enumerate(source):
        if kept_before[number + 1] == kept_before[number]:
            continue
        cells = []
        for cell in grid[number]:
            rows = kept_before[number + cell.rows] - kept_before[number]
            cells.append(replace(cell, rows=rows))
        kept_rows.append(row)
        kept_cells.append(cells)
    return kept_rows, kept_cells


def _is_band(cells: Sequence[PartCell], width: int) -> bool:
    """Whether one cell goes across all columns."""
    return len(cells) == 1 and width > 1 and cells[0].columns == width


def _find_heads(
    source: Sequence[SourceRow],
    grid: Sequence[Sequence[PartCell]],
    width: int,
) -> set[int]:
    """The numbers of the rows that are a head: all their cells are marked as heads, or a cell of a
    head row above reaches down into them."""
    heads: set[int] = set()
    reach = 0
    for number, row in enumerate(source):
        if _is_band(grid[number], width):
            continue
        is_named = bool(row.cells) and all(cell.is_named for cell in row.cells)
        if is_named or row.in_head or number < reach:
            heads.add(number)
            reach = max([reach, *_ends_of_rows(number, grid[number])])
    if not heads and (_is_bold_head(source) or _looks_like_head(source)):
        heads.add(0)
    if len(heads) == len(source) > 1:
        return {0}
    return heads


def _ends_of_rows(number: int, cells: Iterable[PartCell]) -> list[int]:
    return [number + cell.rows for cell in cells]


def _is_bold_head(source: Sequence[SourceRow]) -> bool:
    """Whether the first row alone is bold: tables of word processors seldom mark their head."""
    if len(source) < 2 or len(source[0].cells) < 2:
        return False
    return _is_all_bold(source[0]) and not all(_is_all_bold(row) for row in source)


def _looks_like_head(source: Sequence[SourceRow]) -> bool:
    """Whether the first row has names where the others have more words, or numbers.

    The risk is a first row of data that is taken for a head; a table without any head is rarer."""
    names = [cell.words.text for cell in source[0].cells]
    if len(source) < 3 or len(names) < 2:
        return False
    if not all(_is_name(name) for name in names):
        return False
    for column, name in enumerate(names):
        below = []
        for row in source[1:]:
            if len(row.cells) == len(names) and row.cells[column].words.text:
                below.append(row.cells[column].words.text)
        if below and all(_is_unlike(words, name) for words in below):
            return True
    return False


def _is_name(words: str) -> bool:
    is_short = 0 < len(words) <= _MAX_NAME_CHARACTERS
    return is_short and not any(map(str.isdigit, words)) and words[-1] not in STOPS


def _is_unlike(words: str, name: str) -> bool:
    return len(words) > 1.5 * len(name) or any(map(str.isdigit, words))


def _is_all_bold(row: SourceRow) -> bool:
    with_words = [cell.words for cell in row.cells if cell.words.text]
    return bool(with_words) and all(words.bold_end == len(words.text) for words in with_words)
