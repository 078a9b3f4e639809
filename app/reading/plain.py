"""Recognizes the blocks of a plain text. The text is cited as it is; nothing of it is changed."""

import re
from dataclasses import replace

from app.reading.blocks import Block, BlockKind, Reason
from app.reading.plain_lines import (
    Line,
    find_wrapped_width,
    is_full,
    is_short,
    split_lines,
)
from app.reading.plain_lists import OpenLists
from app.reading.plain_tables import find_table, read_rows
from app.reading.words import (
    STOPS,
    continues,
    has_letters,
    is_bullet,
    is_contents_line,
    split_marker,
)

_HASHES = re.compile(r"(?P<marks>#{1,6}) +(?=\S)")
# A stop within a line, after a word that is no abbreviation.
_SENTENCE_END = re.compile(r"[^\W\d]{3,}[.!?] +[^\W\d_]")
_OUTLINE_NUMBER = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+(?=\S)")


def recognize_blocks(text: str) -> list[Block]:
    """The blocks of a plain text: a line is a heading or a paragraph, unless it goes on in the
    next one; items begin with a bullet or a number, rows have `|` between cells."""
    return _Recognizer(text).read()


class _Recognizer:
    """Goes through the lines of a text once, and collects its blocks."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = split_lines(text)
        self._width = find_wrapped_width(self._lines)
        self._blocks: list[Block] = []
        self._index = 0
        self._lists = OpenLists(self._lines)
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

    def _read_table(self) -> bool:
        """Read the rows that begin at this line, if they are a table."""
        rows = find_table(self._lines, self._index)
        if not rows:
            return False
        self._blocks += read_rows(rows, self._table_count)
        self._table_count += 1
        self._lists.close()
        self._index += len(rows)
        return True

    # Headings with marks, rules and lines of a table of contents.

    def _read_mark(self, line: Line) -> bool:
        hashes = _HASHES.match(line.text)
        if hashes is not None:
            self._add_heading(line, len(hashes["marks"]), start=line.start + hashes.end())
        elif self._is_underlined(line):
            below = self._lines[self._index + 1]
            self._add_heading(line, 1 if below.text.startswith("=") else 2)
            self._leave_out(below, Reason.RULE)
        elif line.is_underline:
            self._leave_out(line, Reason.RULE)
        elif is_contents_line(line.text):
            self._leave_out(line, Reason.CONTENTS)
        else:
            return False
        return True

    def _is_underlined(self, line: Line) -> bool:
        if self._index + 1 >= len(self._lines) or not is_short(line.text):
            return False
        below = self._lines[self._index + 1]
        is_rule = below.is_underline and below.text[0] in "=-~"
        is_alone = self._index == 0 or self._lines[self._index - 1].is_blank
        return is_rule and is_alone and line.text[-1] not in ".,;"

    def _leave_out(
        self,
        line: Line,
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
        line: Line,
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
        self._lists.close()
        self._index += 1

    # Items.

    def _read_item(self, line: Line) -> bool:
        split = split_marker(line.text)
        if split is None:
            return False
        marker, length = split
        if not self._lists.is_item(line, marker):
            return False
        opened = self._lists.place(line.indent, marker)
        joins, end = self._join_lines(line, is_item=True)
        item = Block(
            BlockKind.ITEM,
            line.start + length,
            end,
            self._lists.depth,
            opened.number,
            marker=marker,
        )
        self._blocks.append(replace(item, joins=joins))
        return True

    # Headings without marks, and paragraphs.

    def _read_lines(self, line: Line) -> None:
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
        innermost = self._lists.innermost
        if innermost is not None and line.indent > innermost.indent:
            paragraph = replace(
                paragraph, level=self._lists.depth, list_number=innermost.number
            )
        else:
            self._lists.close()
        self._blocks.append(paragraph)

    def _is_heading(self, line: Line) -> bool:
        """Whether a short line without a stop is a heading: something else stands below it."""
        if not is_short(line.text) or line.text[-1] in STOPS + ",":
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
        return any(
            not other.is_blank for other in self._lines[line.number + 1 : line.number + 4]
        )

    def _find_level(self, line: Line) -> int:
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
        line: Line,
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

    def _begins_block(self, line: Line) -> bool:
        split = split_marker(line.text)
        if split is not None and is_bullet(split[0]):
            return True
        if split is not None and self._lists.counts_on(split[0]):
            return True
        return "|" in line.text or line.is_underline

    def _goes_on(
        self,
        line: Line,
        below: Line,
    ) -> bool:
        if continues(line.text, below.text):
            return True
        if self._width is None:
            return False
        return is_full(line, below, self._width)
