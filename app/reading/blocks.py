"""What a file says: one text, and its blocks in order.

Positions are code points of the text as it is stored, the end excluded (W3C Web Annotation,
TextPositionSelector). A plain text is cited as it is. Of every other format the text is written
block by block, with one line for each heading, paragraph, item and row; marks such as `- `, `1. `
and ` | ` stand in the text, but outside of the spans of the words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class BlockKind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    LEFT_OUT = "left_out"


class Reason(StrEnum):
    """Why a block is no part of what the document says."""

    FRONT_MATTER = "front matter"
    NAVIGATION = "navigation"
    CONTENTS = "table of contents"
    FOOTNOTE = "footnote"
    PAGE_FURNITURE = "page furniture"
    RULE = "rule"
    CODE = "code"


@dataclass(frozen=True)
class Cell:
    """A cell of a table, in the row where it begins; empty if `start` is `end`.

    `column` counts from 0; `columns` and `rows` are how many the cell extends over."""

    start: int
    end: int
    column: int
    columns: int = 1
    rows: int = 1
    is_head: bool = False
    is_band: bool = False

    @property
    def is_empty(self) -> bool:
        return self.start == self.end

    def reaches(self, column: int) -> bool:
        """Whether the cell extends over the column."""
        return self.column <= column < self.column + self.columns


@dataclass(frozen=True)
class Block:
    """A part of the text; `start` and `end` are those of its words, without marks.

    - `level`: of a heading, 1 (highest) to 6; of an item, its depth from 0; of a paragraph that
      continues an item, the depth of that item.
    - `list_number`: which list an item, or a paragraph that continues an item, belongs to. A list
      within an item has a number of its own. Lists and tables count from 0.
    - `table`: which table a row belongs to; `cells` are those that begin in the row.
    - `marker`: of an item, as the document has it or shows it (`-`, `•`, `1.`, `a)`).
    - `bold_end`: where the bold words end that the block begins with.
    - `joins`: where lines of the document were joined: positions of the white space between, or
      of the first character after the hyphen of a word that was broken. In a row, also where
      paragraphs of a cell were joined.
    - `is_link`: whether all words are those of links.
    - `page`: the page that the block begins on, from 1, where the format has pages.
    - `reason`: why a block is left out."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    list_number: int | None = None
    table: int | None = None
    marker: str | None = None
    cells: tuple[Cell, ...] = ()
    bold_end: int | None = None
    joins: tuple[int, ...] = ()
    is_link: bool = False
    page: int | None = None
    reason: Reason | None = None

    @property
    def is_bold(self) -> bool:
        """Whether all words are bold: a paragraph like that may be meant as a heading."""
        return self.bold_end == self.end

    @property
    def is_head(self) -> bool:
        """Whether the block is a row of a table's head."""
        return bool(self.cells) and all(cell.is_head for cell in self.cells)

    @property
    def is_band(self) -> bool:
        """Whether the block is a row of one cell, which names the rows below it."""
        return any(cell.is_band for cell in self.cells)


@dataclass(frozen=True)
class ReadFile:
    """A file that was read. `sha256` is of the text in UTF-8, `file_sha256` of the file's bytes.

    `language` is what the file itself states, as it states it (`de`, `fr-CA`)."""

    text: str
    blocks: tuple[Block, ...]
    sha256: str
    file_sha256: str
    format: str
    language: str | None = None
    title: str | None = None
    warnings: tuple[str, ...] = ()

    def words(self, span: Block | Cell) -> str:
        """The words of a block or cell, exactly as the text has them."""
        return self.text[span.start : span.end]


def find_rows(blocks: Sequence[Block], table: int) -> list[Block]:
    """The rows of a table, head rows first."""
    return [block for block in blocks if block.table == table and block.cells]


def covering(
    rows: Sequence[Block],
    row: int,
    column: int,
) -> Cell | None:
    """The cell at a place of a table: one that begins there, or one to the left or above whose
    span covers the place. None where a short row ends before the column.

    `rows` are those of one table; `row` and `column` count from 0."""
    for above in range(row, -1, -1):
        for cell in rows[above].cells:
            if cell.reaches(column) and above + cell.rows > row:
                return cell
    return None


def find_column_heads(rows: Sequence[Block]) -> list[list[Cell]]:
    """For each column of a table, its cells in the head rows, from the top down. Their names
    joined are the name of the column. Lists are empty where the table has no head."""
    heads: list[list[Cell]] = []
    for column in range(count_columns(rows)):
        cells: list[Cell] = []
        for row, block in enumerate(rows):
            if not block.is_head:
                break
            cell = covering(rows, row, column)
            if cell is not None and cell not in cells and not cell.is_empty:
                cells.append(cell)
        heads.append(cells)
    return heads


def count_columns(rows: Sequence[Block]) -> int:
    """The number of columns of a table."""
    count = 0
    for block in rows:
        for cell in block.cells:
            count = max(count, cell.column + cell.columns)
    return count


def outline(text: str, blocks: Sequence[Block]) -> list[tuple[str, ...]]:
    """For each block, the headings that it stands under, outermost first, as the text has them:
    the section of a citation of its words (`app/text/sections.py`). A heading does not stand under
    itself."""
    sections: list[tuple[str, ...]] = []
    path: list[tuple[int, str]] = []
    for block in blocks:
        if block.kind == BlockKind.HEADING:
            while path and path[-1][0] >= block.level:
                path.pop()
        sections.append(tuple(words for _, words in path))
        if block.kind == BlockKind.HEADING:
            path.append((block.level, text[block.start : block.end]))
    return sections
