"""Tables: what their columns have, and the group that a row belongs to."""

from dataclasses import dataclass, field, replace

from app.drafts.scope import (
    Column,
    ColumnMeaning,
    SectionMeaning,
)
from app.drafts.sentences import Span, strip_span
from app.drafts.source import Source, span_of
from app.reading.blocks import (
    Block,
    Cell,
    covering,
    find_column_heads,
    find_rows,
)

# In the order in which the whole head of a column is compared.
_MEANINGS: tuple[ColumnMeaning, ...] = (
    "modality",
    "number",
    "status",
    "start",
    "end",
    "deadline",
    "time",
    "outcome",
    "initiative",
    "who",
    "remark",
    "focus",
)
# Of "Action owner" the owner counts, so it comes before the action.
_SEARCHED_MEANINGS: tuple[ColumnMeaning, ...] = (
    "deadline",
    "time",
    "who",
    "status",
    "outcome",
    "initiative",
    "focus",
    "remark",
)
_FIELD_COLUMNS = 2
_MIN_FIELDS = 3
_FIELDS = frozenset(
    ("start", "end", "deadline", "time", "who", "status", "remark", "initiative", "outcome")
)
_TIMES = frozenset(("start", "end", "deadline", "time"))
# Sections whose tables have claims.
_CLAIMING = ("measures", "duties", "recommendations", "objectives")


@dataclass
class Table:
    """A table while its rows are walked: `group` is the focus area of the rows from here on, of a
    band or of a cell that empty cells below it repeat."""

    rows: tuple[Block, ...]
    columns: tuple[Column, ...]
    group: Span | None = None
    fields: tuple[tuple[Cell, Column], ...] = ()
    _numbers: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, row in enumerate(self.rows):
            self._numbers[row.cells[0].start] = number

    def find_number(self, block: Block) -> int:
        """Which row of the table the block is."""
        return self._numbers[block.cells[0].start]

    def find_fields(self, block: Block) -> tuple[tuple[Cell, Column], ...]:
        """All fields, at the first row that is no head: the table makes one claim."""
        below_head = [row for row in self.rows if not row.is_head]
        if self.fields and below_head and below_head[0] == block:
            return self.fields
        return ()

    def enter(self, source: Source, block: Block) -> None:
        """Note the group that the row begins, if it begins one."""
        if block.is_head:
            return
        if block.is_band:
            self.group = _find_band(source, block)
            return
        row = self.find_number(block)
        for number, column in enumerate(self.columns):
            if column.meaning != "focus":
                continue
            cell = covering(self.rows, row, number)
            if cell is not None and not cell.is_empty:
                self.group = span_of(cell)
                return


def _find_band(source: Source, block: Block) -> Span:
    for cell in block.cells:
        if cell.is_band:
            return strip_span(source.text, span_of(cell), ":")
    return span_of(block)


def read_table(
    source: Source,
    number: int,
    meaning: SectionMeaning | None,
) -> Table:
    """The table with this number, in a section with this meaning."""
    rows = tuple(find_rows(source.file.blocks, number))
    fields = _read_fields(source, rows)
    if fields:
        return Table(rows, (), fields=fields)
    columns = []
    for cells in find_column_heads(rows):
        heads = tuple(span_of(cell) for cell in cells)
        columns.append(Column(heads, _read_meaning(source, heads)))
    _place_aims(source, columns)
    _place_measures(columns, meaning)
    return Table(rows, tuple(columns))


def _read_fields(source: Source, rows: tuple[Block, ...]) -> tuple[tuple[Cell, Column], ...]:
    """The fields of a table that has their names in its first column and no other rows: "Lead
    agency | Ministry of Finance"."""
    fields = []
    known = 0
    for row in rows:
        if len(row.cells) != _FIELD_COLUMNS or row.is_band:
            return ()
        name, value = row.cells
        if name.columns != 1 or name.is_empty:
            return ()
        head = span_of(name)
        meaning = _read_meaning(source, (head,))
        if _is_aim(source, head):
            meaning = "remark"
        known += meaning in _FIELDS
        fields.append((value, Column((head,), meaning if meaning != "focus" else None)))
    is_named = known >= _MIN_FIELDS and known > len(rows) / 2
    return tuple(fields) if is_named else ()


def _is_aim(source: Source, head: Span) -> bool:
    pattern = source.lexicon.compile(source.lexicon.columns.aim)
    return pattern.fullmatch(_fold_head(source, head)) is not None


def _read_meaning(source: Source, heads: tuple[Span, ...]) -> ColumnMeaning | None:
    """By the lowest head that has a meaning; the whole head before a word within it."""
    words = source.lexicon.columns
    for head in reversed(heads):
        folded = _fold_head(source, head)
        if source.lexicon.compile(words.indicator).fullmatch(folded):
            return "remark"
        for meaning in _MEANINGS:
            if source.lexicon.compile(getattr(words, meaning)).fullmatch(folded):
                return meaning
        for meaning in _SEARCHED_MEANINGS:
            if source.has(getattr(words, meaning), head):
                return meaning
    return None


def _fold_head(source: Source, head: Span) -> str:
    return source.fold(head).strip(" *:.")


def _place_aims(source: Source, columns: list[Column]) -> None:
    """Aims are what is done where no column has measures. Before the measures they are focus
    areas, after them what the measures are for."""
    pattern = source.lexicon.compile(source.lexicon.columns.aim)
    meanings = [column.meaning for column in columns]
    has_measures = "initiative" in meanings
    for number, column in enumerate(columns):
        names = [_fold_head(source, head) for head in column.heads]
        is_aim = any(pattern.fullmatch(name) for name in names)
        if not is_aim or column.meaning != "focus":
            continue
        if not has_measures:
            columns[number] = replace(column, meaning="initiative")
            return
        if number > meanings.index("initiative"):
            columns[number] = replace(column, meaning="outcome")


def _place_measures(columns: list[Column], section: SectionMeaning | None) -> None:
    """Where no column has claims, the first without another meaning has measures, if the table
    has times or stands where claims are made."""
    meanings = {column.meaning for column in columns}
    has_time = not meanings.isdisjoint(_TIMES)
    if meanings & {"initiative", "outcome"}:
        return
    if "focus" in meanings and has_time:
        return
    if not has_time and section not in _CLAIMING:
        return
    for number, column in enumerate(columns):
        if column.meaning in (None, "focus") and column.heads:
            columns[number] = replace(column, meaning="initiative")
            return
