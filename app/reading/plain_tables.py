"""Tables of plain text: lines with `|` between the cells."""

from collections.abc import Sequence

from app.reading.blocks import Block, BlockKind, Cell, Reason
from app.reading.plain_lines import Line

_RULE_SIGNS = " \t|:+-"


def find_table(lines: Sequence[Line], start: int) -> Sequence[Line]:
    """The lines of the table that begins here; none if fewer than two have `|`."""
    end = start
    while end < len(lines) and "|" in lines[end].text:
        end += 1
    return lines[start:end] if end - start > 1 else ()


def read_rows(lines: Sequence[Line], table: int) -> list[Block]:
    """The rows of a table. A line of dashes below the first tells that it is the head."""
    has_head = _is_rule(lines[1].text)
    blocks = []
    for number, line in enumerate(lines):
        blocks.append(_read_row(line, table, is_head=has_head and number == 0))
    return blocks


def _read_row(
    line: Line,
    table: int,
    *,
    is_head: bool,
) -> Block:
    cells = [] if _is_rule(line.text) else _split_cells(line, is_head=is_head)
    filled = [cell for cell in cells if not cell.is_empty]
    if not filled:
        return Block(
            BlockKind.LEFT_OUT,
            line.start,
            line.end,
            reason=Reason.RULE,
        )
    return Block(
        BlockKind.ROW,
        filled[0].start,
        filled[-1].end,
        cells=tuple(cells),
        table=table,
    )


def _split_cells(line: Line, *, is_head: bool) -> list[Cell]:
    cells: list[Cell] = []
    position = line.start
    pieces = line.text.split("|")
    if len(pieces) > 1 and not pieces[-1].strip():
        pieces.pop()
    has_bar_first = len(pieces) > 1 and not pieces[0].strip()
    for number, piece in enumerate(pieces):
        words = piece.strip()
        start = position + len(piece) - len(piece.lstrip()) if words else position
        position += len(piece) + 1
        if number == 0 and has_bar_first and line.text.startswith("|"):
            continue
        cells.append(
            Cell(
                start,
                start + len(words),
                len(cells),
                is_head=is_head,
            )
        )
    return cells


def _is_rule(line: str) -> bool:
    """Whether the line is the one between the head and the body of a table."""
    return "-" in line and not line.strip(_RULE_SIGNS)
