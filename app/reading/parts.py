"""The parts of a document before its text is written, and how it is written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from app.reading.blocks import Block, BlockKind, Cell, Reason
from app.reading.words import Words, follows, has_letters, is_bullet, split_marker

_MIN_CONTENTS_ITEMS = 3
# Word writes its table of contents as paragraphs.
_LISTED = (BlockKind.ITEM, BlockKind.PARAGRAPH)
# What an item is indented by for each level.
_INDENT = "  "


NO_WORDS = Words("")


@dataclass(frozen=True)
class PartCell:
    """A cell of a table, placed on its grid; fields as those of Cell."""

    words: Words
    column: int
    columns: int = 1
    rows: int = 1
    is_head: bool = False
    is_band: bool = False


@dataclass(frozen=True)
class Part:
    """A block whose words have no position yet; fields as those of Block."""

    kind: BlockKind
    words: Words = NO_WORDS
    level: int = 0
    list_number: int | None = None
    table: int | None = None
    marker: str | None = None
    cells: tuple[PartCell, ...] = ()
    page: int | None = None
    reason: Reason | None = None


@dataclass(frozen=True)
class Page:
    """The parts of a document, with the language and title that it states."""

    parts: list[Part]
    language: str | None = None
    title: str | None = None
    warnings: tuple[str, ...] = ()


def find_contents(parts: Iterable[Part]) -> list[Part]:
    """The parts; lists of links to places in the same document are left out as its contents."""
    found: list[Part] = []
    links: list[Part] = []
    for part in [*parts, Part(BlockKind.PARAGRAPH)]:
        if part.kind in _LISTED and part.words.is_local_link:
            links.append(part)
            continue
        if len(links) >= _MIN_CONTENTS_ITEMS:
            links = [leave_out(link, Reason.CONTENTS) for link in links]
        found += links
        links = []
        found.append(part)
    return found[:-1]


def leave_out(part: Part, reason: Reason) -> Part:
    """The part as one that is left out."""
    return replace(part, kind=BlockKind.LEFT_OUT, reason=reason)


def find_written_lists(parts: Sequence[Part], next_list: int) -> list[Part]:
    """The parts; paragraphs that begin with a bullet, or with numbers one after the other, are
    items of lists, which are numbered from `next_list` on."""
    found: list[Part] = []
    run: list[Part] = []
    for part in parts:
        split = _split_item(part)
        if split is not None and _belongs(part, split[0], run):
            run.append(part)
            continue
        next_list = _end_run(run, found, next_list)
        run = []
        if split is not None and _belongs(part, split[0], run):
            run.append(part)
        else:
            found.append(part)
    _end_run(run, found, next_list)
    return found


def _split_item(part: Part) -> tuple[str, int] | None:
    if part.kind != BlockKind.PARAGRAPH or part.words.is_link:
        return None
    return split_marker(part.words.text)


def _belongs(
    part: Part,
    marker: str,
    run: Sequence[Part],
) -> bool:
    if not run:
        return is_bullet(marker) or follows(marker, None)
    previous = split_marker(run[-1].words.text)
    if previous is None or (part.level, part.list_number) != (
        run[-1].level,
        run[-1].list_number,
    ):
        return False
    if is_bullet(marker):
        return marker == previous[0]
    return not is_bullet(previous[0]) and follows(marker, previous[0])


def _end_run(
    run: Sequence[Part],
    found: list[Part],
    next_list: int,
) -> int:
    """Add a run of items; the number of the next list. One number alone makes no list."""
    for part in run:
        split = split_marker(part.words.text)
        if split is None or (len(run) == 1 and not is_bullet(split[0])):
            found.append(part)
            continue
        level = part.level + 1 if part.list_number is not None else 0
        item = replace(part, kind=BlockKind.ITEM, words=part.words.after(split[1]))
        found.append(
            replace(
                item,
                level=level,
                list_number=next_list,
                marker=split[0],
            )
        )
    return next_list + 1 if run else next_list


class TextWriter:
    """Writes parts, one after the other, into one text, and notes their positions."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._position = 0
        self.blocks: list[Block] = []

    @property
    def length(self) -> int:
        """Characters that were written."""
        return self._position

    @property
    def text(self) -> str:
        return "".join(self._lines)

    def write(self, part: Part) -> None:
        """Write the line of a part. A part without words is not written."""
        if part.kind == BlockKind.HEADING and not has_letters(part.words.text):
            part = replace(part, kind=BlockKind.PARAGRAPH, level=0)
        if part.cells:
            self._write_row(part)
        elif part.words.text:
            self._write_words(part)

    def _write_words(self, part: Part) -> None:
        before, after = _line_marks(part)
        words = part.words
        start = self._position + len(before)
        bold_end = None
        if words.bold_end is not None:
            bold_end = start + words.bold_end
        block = Block(
            part.kind,
            start,
            start + len(words.text),
            part.level,
            part.list_number,
            part.table,
            part.marker,
            bold_end=bold_end,
            joins=tuple(start + join for join in words.joins),
            is_link=words.is_link,
            page=part.page,
            reason=part.reason,
        )
        self._add_line(before + words.text + after, block)

    def _write_row(self, part: Part) -> None:
        cells: list[Cell] = []
        joins: list[int] = []
        line = ""
        for cell in part.cells:
            start = self._position + len(line)
            end = start + len(cell.words.text)
            joins += [start + join for join in cell.words.joins]
            cells.append(
                Cell(
                    start,
                    end,
                    cell.column,
                    cell.columns,
                    cell.rows,
                    cell.is_head,
                    cell.is_band,
                )
            )
            line += cell.words.text + " | "
        spans = [cell for cell in cells if not cell.is_empty]
        if not spans:
            return
        block = Block(
            part.kind,
            spans[0].start,
            spans[-1].end,
            table=part.table,
            cells=tuple(cells),
            joins=tuple(joins),
            page=part.page,
            reason=part.reason,
        )
        self._add_line(line.rstrip(" "), block)

    def _add_line(
        self,
        line: str,
        block: Block,
    ) -> None:
        line += "\n"
        self._lines.append(line)
        self._position += len(line)
        self.blocks.append(block)


def _line_marks(part: Part) -> tuple[str, str]:
    """What stands on the line of a part before and after its words.

    Brackets keep a line that is left out, such as the running head of a page, from being taken
    for the heading that it repeats."""
    if part.kind == BlockKind.LEFT_OUT:
        return "[", "]"
    if part.kind == BlockKind.ITEM:
        marker = part.marker
        if marker is None or is_bullet(marker):
            marker = "-"
        return f"{_INDENT * part.level}{marker} ", ""
    return "", ""
