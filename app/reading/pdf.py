"""Reads a PDF that has a text layer: lines become blocks by their place and their letters."""

import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from app.reading.blocks import BlockKind, Reason
from app.reading.failures import CannotRead
from app.reading.parts import Page, Part, find_contents
from app.reading.pdf_blocks import BlockJoiner, BodyStyle, find_style
from app.reading.pdf_lines import PageLine, order_lines, read_words
from app.reading.pdf_tables import PageTable, take_tables
from app.reading.tables import SourceRow, make_rows
from app.reading.words import Words, is_contents_line

# How many lines at the top and the bottom of a page may be its furniture.
_EDGE_LINES = 3
_PAGE_NUMBER = re.compile(
    r"[\W_]*(?:(?:page|seite|p\.|s\.)\s*)?\d{1,4}(?:\s*(?:/|of|de|sur|von)\s*\d{1,4})?[\W_]*",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d{1,4}")
_NOTE_START = re.compile(r"[\[(]?(?:\d{1,3}|[*†‡])[\])]?(?:\s|$)")
_NOTE_SIZE = 0.92
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_MIN_WARNED_SHARE = 0.05
# Of all words: so many single letters are words with gaps within them.
_MAX_LETTER_SHARE = 0.25
_LONG_WORD_CHARACTERS = 30
_PICTURE_SHARE = 0.6


@dataclass
class _PageContent:
    """What stands on a page: its tables, and its lines in reading order."""

    number: int
    lines: list[PageLine]
    tables: list[PageTable]
    is_picture: bool
    right: float = 0.0
    furniture: list[PageLine] = field(default_factory=list)
    notes: list[PageLine] = field(default_factory=list)


def read_pdf(content: bytes) -> Page:
    """The parts of a PDF. Raises CannotRead if it is encrypted, or has no text."""
    try:
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            title = pdf.metadata.get("Title")
            language = pdf.doc.catalog.get("Lang")
            pages = []
            for page in pdf.pages:
                pages.append(_read_page(page))
                page.close()
    except PdfminerException as error:
        cause = error.args[0] if error.args else error
        if isinstance(cause, PDFPasswordIncorrect):
            raise CannotRead("is encrypted. Save it without a password.") from None
        raise CannotRead(f"is a damaged PDF ({type(cause).__name__}).") from None
    if not any(page.lines or page.tables for page in pages):
        raise CannotRead(
            "has no text layer: its pages are pictures. Recognize their text (OCR) first."
        )
    style = find_style([page.lines for page in pages])
    _set_furniture_apart(pages, style)
    for page in pages:
        _set_notes_apart(page, style)
    assembly = _Assembly(BlockJoiner(style))
    for page in pages:
        assembly.add_page(page)
    parts = find_contents(assembly.finish())
    warnings = _find_warnings(pages, parts, assembly.joiner.hyphens)
    return Page(
        parts,
        _read_text(language),
        _read_text(title),
        warnings,
    )


def _read_page(page: "pdfplumber.page.Page") -> _PageContent:
    words = read_words(page)
    tables, words = take_tables(page, words)
    lines = order_lines(words, float(page.width))
    is_picture = False
    for image in page.images:
        area = (image["x1"] - image["x0"]) * (image["bottom"] - image["top"])
        if area > _PICTURE_SHARE * float(page.width) * float(page.height):
            is_picture = True
    return _PageContent(
        page.page_number,
        lines,
        tables,
        is_picture,
    )


def _read_text(value: object) -> str | None:
    """A string of the PDF, in one of its two encodings (ISO 32000-1 §7.9.2)."""
    if isinstance(value, bytes):
        is_utf_16 = value.startswith(b"\xfe\xff")
        value = value.decode("utf-16" if is_utf_16 else "latin-1", errors="replace")
    if not isinstance(value, str):
        return None
    return value.replace("\0", "").strip() or None


# Running heads, page numbers and footnotes.


def _set_furniture_apart(pages: Sequence[_PageContent], style: BodyStyle) -> None:
    """Move to `furniture` the lines at the top and bottom of pages that are page numbers, or that
    stand on at least half of the pages, but for the number of the page."""
    counts: Counter[str] = Counter()
    for page in pages:
        keys: set[str] = set()
        for line in _edge_lines(page):
            keys.update(_find_keys(line, page, style))
        counts.update(keys)
    for page in pages:
        for line in _edge_lines(page):
            repeated = max(counts[key] for key in _find_keys(line, page, style))
            is_running = len(pages) > 2 and repeated * 2 >= len(pages)
            if is_running or _PAGE_NUMBER.fullmatch(line.text):
                page.furniture.append(line)
        page.lines = [line for line in page.lines if line not in page.furniture]


def _find_keys(line: PageLine, page: _PageContent, style: BodyStyle) -> list[str]:
    """What a line has in common with that of another page: its text, or its text with one number
    that is as far from the page's. A heading, such as "Action 3", counts for itself."""
    text = line.text.casefold()
    keys = [text]
    if style.is_heading(line):
        return keys
    for match in _DIGITS.finditer(text):
        distance = int(match[0]) - page.number
        keys.append(f"{text[: match.start()]}#{distance}{text[match.end() :]}")
    return keys


def _edge_lines(page: _PageContent) -> list[PageLine]:
    by_place = sorted(page.lines, key=lambda line: line.top)
    if len(by_place) <= 2 * _EDGE_LINES:
        return [*by_place[:1], *by_place[1:][-1:]]
    return [*by_place[:_EDGE_LINES], *by_place[-_EDGE_LINES:]]


def _set_notes_apart(page: _PageContent, style: BodyStyle) -> None:
    """Move to `notes` the small lines at the foot of a page, from the first that begins with a
    mark."""
    by_place = sorted(page.lines, key=lambda line: line.top)
    small: list[PageLine] = []
    for line in reversed(by_place):
        if line.size > _NOTE_SIZE * style.size:
            break
        small.insert(0, line)
    if len(small) == len(by_place):
        return
    for index, line in enumerate(small):
        if _NOTE_START.match(line.text):
            page.notes = small[index:]
            break
    page.lines = [line for line in page.lines if line not in page.notes]


# Blocks.


@dataclass
class _Assembly:
    """The parts of all pages. A table that goes on on the next page is one table."""

    joiner: BlockJoiner
    table_count: int = 0
    _rows: list[SourceRow] = field(default_factory=list)
    _columns: int = 0
    _table_page: int = 0

    def add_page(self, page: _PageContent) -> None:
        for reason, lines in (
            (Reason.PAGE_FURNITURE, page.furniture),
            (Reason.FOOTNOTE, page.notes),
        ):
            for line in lines:
                self._leave_out(line, page, reason)
        tables = list(page.tables)
        rights = [line.x1 for line in page.lines]
        page.right = max(rights, default=0.0)
        for line in page.lines:
            while tables and tables[0].top < line.top:
                self._add_table(tables.pop(0), page)
            self._end_table()
            if is_contents_line(line.text):
                self.joiner.end_block()
                self._leave_out(line, page, Reason.CONTENTS)
                continue
            self.joiner.add_line(line, page.number, self._find_right(line, page))
        for table in tables:
            self._add_table(table, page)

    def finish(self) -> list[Part]:
        self.joiner.end_block()
        self._end_table()
        return self.joiner.parts

    def _find_right(
        self,
        line: PageLine,
        page: _PageContent,
    ) -> float:
        """Where full lines of the column of a line end."""
        near = [other.x1 for other in page.lines if other.x0 < line.x1 and other.x1 > line.x0]
        return max(near, default=page.right)

    def _add_table(
        self,
        table: PageTable,
        page: _PageContent,
    ) -> None:
        self.joiner.end_block()
        if self._rows and (table.columns != self._columns or page.number == self._table_page):
            self._end_table()
        rows = list(table.rows)
        if self._rows and _texts(rows[0]) == _texts(self._rows[0]):
            # The head is repeated on each page.
            rows = rows[1:]
        self._rows += rows
        self._columns = table.columns
        self._table_page = page.number

    def _end_table(self) -> None:
        if not self._rows:
            return
        rows = make_rows(self._rows, self.table_count, self._table_page)
        self.joiner.parts += rows
        self.table_count += bool(rows)
        self._rows = []

    def _leave_out(
        self,
        line: PageLine,
        page: _PageContent,
        reason: Reason,
    ) -> None:
        part = Part(
            BlockKind.LEFT_OUT,
            Words(line.text),
            page=page.number,
            reason=reason,
        )
        self.joiner.parts.append(part)


def _texts(row: SourceRow) -> list[str]:
    return [cell.words.text for cell in row.cells]


# Warnings.


def _find_warnings(
    pages: Sequence[_PageContent],
    parts: Sequence[Part],
    hyphens: int,
) -> tuple[str, ...]:
    """What a reader of the text must know of it."""
    warnings = []
    empty = [page.number for page in pages if page.is_picture and not page.lines]
    scanned = [page for page in pages if page.is_picture and page.lines]
    if empty:
        numbers = ", ".join(str(number) for number in empty)
        warnings.append(f"Without text, because they are pictures: pages {numbers}.")
    if len(scanned) * 2 > len(pages):
        warnings.append(
            "The pages are scanned: their text was recognized and may have errors."
        )
    text = " ".join(part.words.text for part in parts)
    words = text.split()
    letters = [word for word in words if len(word) == 1 and word.isalpha()]
    long = [word for word in words if len(word) > _LONG_WORD_CHARACTERS and word.isalpha()]
    if len(letters) > _MAX_LETTER_SHARE * len(words):
        warnings.append("Words have gaps within them: many are single letters.")
    if len(long) > _MIN_WARNED_SHARE * len(words):
        warnings.append("Words run together: many are very long.")
    if len(_RIGHT_TO_LEFT.findall(text)) > _MIN_WARNED_SHARE * len(text):
        warnings.append(
            "The text is written from right to left: its words may be out of order."
        )
    if hyphens:
        warnings.append(f"Words broken at the end of a line keep their hyphen: {hyphens}.")
    return tuple(warnings)
