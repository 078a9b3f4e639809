"""Recognizes the blocks of a plain text. The text is cited as it is; nothing of it is changed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from app.reading.blocks import Block, BlockKind, Cell, Reason
from app.reading.words import (
    STOPS,
    continues,
    follows,
    has_letters,
    is_bullet,
    is_contents_line,
    split_marker,
)

# A longer line is a sentence, whatever it ends in.
_MAX_HEADING_CHARACTERS = 120
_MAX_HEADING_WORDS = 16
# Lines that are filled up to such a width were broken by an editor, not by an author.
_MAX_WRAPPED_WIDTH = 100
_MIN_WRAPPED_WIDTH = 50
_HASHES = re.compile(r"(?P<marks>#{1,6}) +(?=\S)")
_UNDERLINE = re.compile(r"\s*(?P<mark>[=~*_-])(?P=mark){2,}\s*")
_RULE_SIGNS = " \t|:+-"
# A stop within a line, after a word that is no abbreviation.
_SENTENCE_END = re.compile(r"[^\W\d]{3,}[.!?] +[^\W\d_]")
_OUTLINE_NUMBER = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+(?=\S)")


@dataclass(frozen=True)
class _Line:
    """A line without its end, and without white space at its ends: `start` to `end`."""

    number: int
    start: int
    end: int
    indent: int
    text: str

    @property
    def is_blank(self) -> bool:
        return not self.text


def recognize_blocks(text: str) -> list[Block]:
    """The blocks of a plain text: a line is a heading or a paragraph, unless it goes on in the
    next one; items begin with a bullet or a number, rows have `|` between cells."""
    return _Recognizer(text).read()


def _split_lines(text: str) -> list[_Line]:
    lines = []
    position = 0
    for number, raw in enumerate(text.splitlines(keepends=True)):
        words = raw.strip()
        indent = len(raw) - len(raw.lstrip())
        start = position + indent
        expanded = len(raw[:indent].expandtabs(4))
        lines.append(
            _Line(
                number,
                start,
                start + len(words),
                expanded,
                words,
            )
        )
        position += len(raw)
    return lines


class _Recognizer:
    """Goes through the lines of a text once, and collects its blocks."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = _split_lines(text)
        self._width = _find_wrapped_width(self._lines)
        self._blocks: list[Block] = []
        self._index = 0
        self._indents: list[tuple[int, int, str]] = []
        self._list_count = 0
        self._table_count = 0

    def read(self) -> list[Block]:
        while self._index < len(self._lines):
            line = self._lines[self._index]
            if line.is_blank:
                self._index += 1
                continue
            if (
                not self._read_table()
                and not self._read_mark(line)
                and not self._read_item(line)
            ):
                self._read_lines(line)
        return self._blocks

    # Tables.

    def _read_table(self) -> bool:
        """Read the rows that begin at this line, if they are a table: two lines with `|`."""
        end = self._index
        while end < len(self._lines) and "|" in self._lines[end].text:
            end += 1
        rows = self._lines[self._index : end]
        if len(rows) < 2:
            return False
        has_head = _is_rule(rows[1].text)
        for number, line in enumerate(rows):
            self._add_row(line, is_head=has_head and number == 0)
        self._table_count += 1
        self._indents = []
        self._index = end
        return True

    def _add_row(
        self,
        line: _Line,
        *,
        is_head: bool,
    ) -> None:
        if _is_rule(line.text):
            rule = Block(
                BlockKind.LEFT_OUT,
                line.start,
                line.end,
                reason=Reason.RULE,
            )
            self._blocks.append(rule)
            return
        cells = _split_cells(line, is_head=is_head)
        words = [cell for cell in cells if not cell.is_empty]
        if not words:
            rule = Block(
                BlockKind.LEFT_OUT,
                line.start,
                line.end,
                reason=Reason.RULE,
            )
            self._blocks.append(rule)
            return
        row = Block(
            BlockKind.ROW,
            words[0].start,
            words[-1].end,
            cells=tuple(cells),
        )
        self._blocks.append(replace(row, table=self._table_count))

    # Headings with marks, rules and lines of a table of contents.

    def _read_mark(self, line: _Line) -> bool:
        hashes = _HASHES.match(line.text)
        if hashes is not None:
            self._add_heading(line, len(hashes["marks"]), start=line.start + hashes.end())
        elif self._is_underlined(line):
            below = self._lines[self._index + 1]
            self._add_heading(line, 1 if below.text.startswith("=") else 2)
            self._leave_out(below, Reason.RULE)
        elif _UNDERLINE.fullmatch(line.text):
            self._leave_out(line, Reason.RULE)
        elif is_contents_line(line.text):
            self._leave_out(line, Reason.CONTENTS)
        else:
            return False
        return True

    def _is_underlined(self, line: _Line) -> bool:
        if self._index + 1 >= len(self._lines) or not _is_short(line.text):
            return False
        below = self._lines[self._index + 1].text
        is_rule = _UNDERLINE.fullmatch(below) is not None and below[0] in "=-~"
        is_alone = self._index == 0 or self._lines[self._index - 1].is_blank
        return is_rule and is_alone and line.text[-1] not in ".,;"

    def _leave_out(
        self,
        line: _Line,
        reason: Reason,
    ) -> None:
        self._blocks.append(
            Block(
                BlockKind.LEFT_OUT,
                line.start,
                line.end,
                reason=reason,
            )
        )
        self._index += 1

    def _add_heading(
        self,
        line: _Line,
        level: int,
        start: int | None = None,
    ) -> None:
        if start is None:
            start = line.start
        self._blocks.append(
            Block(
                BlockKind.HEADING,
                start,
                line.end,
                level,
            )
        )
        self._indents = []
        self._index += 1

    # Items.

    def _read_item(self, line: _Line) -> bool:
        split = split_marker(line.text)
        if split is None:
            return False
        marker, length = split
        if not is_bullet(marker) and not self._counts_on(line, marker):
            return False
        level, list_number = self._place_item(line.indent, marker)
        start = line.start + length
        joins, end = self._join_lines(line, is_item=True)
        item = Block(
            BlockKind.ITEM,
            start,
            end,
            level,
            list_number,
            marker=marker,
        )
        self._blocks.append(replace(item, joins=joins))
        return True

    def _counts_on(
        self,
        line: _Line,
        marker: str,
    ) -> bool:
        """Whether a number is that of an item: it comes after the last one of an open list, or is
        the first, and the next number stands on one of the lines below."""
        if any(follows(marker, last) for _, _, last in self._indents):
            return True
        if not follows(marker, None) or self._stands_alone(line):
            return False
        for below in self._lines[line.number + 1 : line.number + 8]:
            split = split_marker(below.text)
            if split is not None and follows(split[0], marker):
                return True
        return False

    def _stands_alone(self, line: _Line) -> bool:
        """Whether a short numbered line is the heading of what stands below it, further left or
        at the same place, and not the first of several items."""
        following = [other for other in self._lines[line.number + 1 :][:3] if other.text]
        if not following or following[0].number == line.number + 1:
            return False
        below = following[0]
        is_item = split_marker(below.text) is not None
        return line.text[-1] not in STOPS and below.indent <= line.indent and not is_item

    def _place_item(
        self,
        indent: int,
        marker: str,
    ) -> tuple[int, int]:
        """The depth and the list of an item: deeper than the last where it is further right, or
        where a list of another kind begins at the same place."""
        while self._indents and self._indents[-1][0] > indent:
            self._indents.pop()
        if self._indents and self._indents[-1][0] == indent:
            open_indent, number, last = self._indents[-1]
            if is_bullet(marker) == is_bullet(last):
                self._indents[-1] = (open_indent, number, marker)
                return len(self._indents) - 1, number
            self._indents.pop()
        self._indents.append((indent, self._list_count, marker))
        self._list_count += 1
        return len(self._indents) - 1, self._indents[-1][1]

    # Headings without marks, and paragraphs.

    def _read_lines(self, line: _Line) -> None:
        if self._is_heading(line):
            self._add_heading(line, self._find_level(line))
            return
        joins, end = self._join_lines(line, is_item=False)
        paragraph = Block(
            BlockKind.PARAGRAPH,
            line.start,
            end,
            joins=joins,
        )
        if self._indents and line.indent > self._indents[-1][0]:
            _, list_number, _ = self._indents[-1]
            level = len(self._indents) - 1
            paragraph = replace(paragraph, level=level, list_number=list_number)
        else:
            self._indents = []
        self._blocks.append(paragraph)

    def _is_heading(self, line: _Line) -> bool:
        """Whether a short line without a stop is a heading: something else stands below it."""
        if not _is_short(line.text) or line.text[-1] in STOPS + ",":
            return False
        if line.text[0].islower() or line.indent > 12 or not has_letters(line.text):
            return False
        if _SENTENCE_END.search(line.text):
            return False
        if line.number + 1 >= len(self._lines):
            return False
        below = self._lines[line.number + 1]
        if not below.is_blank and self._goes_on(line, below):
            return False
        if self._width is not None and not below.is_blank:
            return False
        return any(not other.is_blank for other in self._lines[line.number + 1 :][:3])

    def _find_level(self, line: _Line) -> int:
        """The first heading is the title, unless it is numbered; others are one level below it,
        or as deep as their number."""
        match = _OUTLINE_NUMBER.match(line.text)
        if match is not None:
            return min(6, 2 + match["number"].count("."))
        has_words = any(block.kind != BlockKind.LEFT_OUT for block in self._blocks)
        return 2 if has_words else 1

    # Lines that go on.

    def _join_lines(
        self,
        line: _Line,
        *,
        is_item: bool,
    ) -> tuple[tuple[int, ...], int]:
        """Read on from a line while it goes on; the places of the joins, and the end."""
        joins: list[int] = []
        last = line
        self._index += 1
        while self._index < len(self._lines):
            below = self._lines[self._index]
            if below.is_blank or self._begins_block(below):
                break
            is_hanging = is_item and below.indent > line.indent
            if not is_hanging and not self._goes_on(last, below):
                break
            joins.append(last.end)
            last = below
            self._index += 1
        return tuple(joins), last.end

    def _begins_block(self, line: _Line) -> bool:
        split = split_marker(line.text)
        if split is not None and is_bullet(split[0]):
            return True
        if split is not None and any(follows(split[0], last) for *_, last in self._indents):
            return True
        return "|" in line.text or _UNDERLINE.fullmatch(line.text) is not None

    def _goes_on(
        self,
        line: _Line,
        below: _Line,
    ) -> bool:
        if continues(line.text, below.text):
            return True
        if self._width is None:
            return False
        # The line was full: the next word would not have fitted.
        first_word = below.text.split(maxsplit=1)[0]
        return line.indent + len(line.text) + 1 + len(first_word) > self._width


def _split_cells(line: _Line, *, is_head: bool) -> list[Cell]:
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


def _is_short(words: str) -> bool:
    if not words or len(words) > _MAX_HEADING_CHARACTERS:
        return False
    return len(words.split()) <= _MAX_HEADING_WORDS


def _find_wrapped_width(lines: Sequence[_Line]) -> int | None:
    """The width at which the lines of a text were broken; None if each is a paragraph."""
    width = max((line.indent + len(line.text) for line in lines), default=0)
    if not _MIN_WRAPPED_WIDTH <= width <= _MAX_WRAPPED_WIDTH:
        return None
    full = 0
    for line, below in pairwise(lines):
        if line.is_blank or below.is_blank:
            continue
        first_word = below.text.split(maxsplit=1)[0]
        if line.indent + len(line.text) + 1 + len(first_word) > width - 8:
            full += 1
    return width - 8 if full >= 2 else None
