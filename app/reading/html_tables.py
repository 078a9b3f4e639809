"""Tables of a web page that are open, one within another."""

from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from app.reading.html_lists import read_number
from app.reading.parts import Part
from app.reading.tables import MAX_COLUMNS, MAX_ROWS, SourceCell, SourceRow, make_rows
from app.reading.words import WordsBuilder

# The attribute of a table whose first row is its head, though no cell says so.
HEAD_ROW = "data-head-row"


@dataclass
class OpenTable:
    """A table that is open; `saved_words` are those of what is around its open cell."""

    has_head_row: bool = False
    rows: list[SourceRow] = field(default_factory=list)
    cells: list[SourceCell] = field(default_factory=list)
    in_head: bool = False
    saved_words: WordsBuilder = field(default_factory=WordsBuilder)

    def end_row(self) -> None:
        """Add the cells of the open row as a row."""
        if self.cells:
            in_head = self.in_head or (self.has_head_row and not self.rows)
            self.rows.append(SourceRow(tuple(self.cells), in_head))
        self.cells = []


class OpenTables:
    """The tables that are open, the outermost first. Those that only arrange the page are none."""

    def __init__(self) -> None:
        self._tables: list[OpenTable] = []
        self._layout_tables: set[int] = set()
        self._count = 0

    def __bool__(self) -> bool:
        return bool(self._tables)

    def enter_table(self, node: LexborNode, words: WordsBuilder) -> None:
        """Open a table; `words` are those before it in its block."""
        if _is_layout(node) and not self._tables:
            self._layout_tables.add(node.mem_id)
        else:
            self._tables.append(OpenTable(HEAD_ROW in node.attributes, saved_words=words))

    def leave_table(self, node: LexborNode, words: WordsBuilder) -> list[Part]:
        """The rows of a table. One within a cell adds its words to those of the cell."""
        if node.mem_id in self._layout_tables or not self._tables:
            return []
        table = self._tables.pop()
        table.end_row()
        if self._tables:
            for row in table.rows:
                for cell in row.cells:
                    words.end_line()
                    words.add(cell.words.text)
            return []
        rows = make_rows(table.rows, self._count)
        if rows:
            self._count += 1
        return rows

    def enter_row(self, node: LexborNode) -> None:
        """Begin a row of the innermost table."""
        if self._tables:
            table = self._tables[-1]
            table.end_row()
            parent = node.parent
            table.in_head = parent is not None and parent.tag == "thead"

    def enter_cell(self, words: WordsBuilder) -> WordsBuilder:
        """The builder for the words of a cell; `words` are those around it."""
        self._tables[-1].saved_words = words
        return WordsBuilder()

    def leave_cell(self, node: LexborNode, words: WordsBuilder) -> WordsBuilder:
        """Add a cell with its words; the builder of what is around it."""
        attributes = node.attributes
        columns = read_number(attributes.get("colspan"), 1)
        rows = read_number(attributes.get("rowspan"), 1)
        if rows == 0:
            # To the end of the table (HTML §4.9.11).
            rows = MAX_ROWS
        cell = SourceCell(
            words.finish(),
            columns=min(max(columns, 1), MAX_COLUMNS),
            rows=min(max(rows, 1), MAX_ROWS),
            is_named=node.tag == "th",
        )
        table = self._tables[-1]
        table.cells.append(cell)
        return table.saved_words


def _is_layout(table: LexborNode) -> bool:
    """Whether a table only arranges the page: it says so, holds tables, or has a single column."""
    if table.attributes.get("role") in ("presentation", "none"):
        return True
    if table.css_first("table table, td h1, td h2, td h3") is not None:
        return True
    if table.css_first("th") is not None:
        return False
    return table.css_first("td + td") is None
