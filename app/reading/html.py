"""Reads a web page: its blocks in the order in which a browser shows them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from app.reading.blocks import BlockKind, Reason
from app.reading.html_regions import (
    Regions,
    begins_footnote,
    is_note_mark,
    is_shown,
)
from app.reading.parts import Page, Part, find_contents, find_written_lists, leave_out
from app.reading.tables import MAX_COLUMNS, MAX_ROWS, SourceCell, SourceRow, make_rows
from app.reading.words import Words, WordsBuilder
from app.text.encodings import NotText, decode

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    (
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "optgroup",
        "p",
        "pre",
        "search",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    )
)
_BOLD = frozenset(("b", "strong"))
_NUMBERED_TYPES = {"a": "abcdefghijklmnopqrstuvwxyz", "A": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
# Where a page states its encoding (HTML §4.2.5.4), and what browsers take these names for.
_CHARSET_BYTES = 1_024
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?(?P<name>[A-Za-z0-9._-]+)", re.IGNORECASE)
_ENCODINGS = {
    b"iso-8859-1": "cp1252",
    b"iso8859-1": "cp1252",
    b"latin1": "cp1252",
    b"ascii": "cp1252",
    b"us-ascii": "cp1252",
}
# The attribute of a line break that breaks no line: where one ended in the source of Markdown.
SOFT_BREAK = "data-soft"
# The attribute of a table whose first row is its head, though no cell says so.
HEAD_ROW = "data-head-row"
# The kind of a list that an item without one is put in.
_NO_LIST = ""
_ROMAN_DIGITS = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def decode_html(content: bytes) -> str:
    """The text of a page: in UTF-8, or in the encoding that it states. Raises NotText."""
    match = _CHARSET.search(content[:_CHARSET_BYTES])
    try:
        return decode(content)
    except NotText:
        if match is None:
            raise
    try:
        return content.decode(_ENCODINGS.get(match["name"].lower(), match["name"].decode()))
    except (LookupError, UnicodeError):
        name = match["name"].decode()
        raise NotText(
            f"is neither UTF-8 nor {name}, as it states. Save it as UTF-8."
        ) from None


def read_html(source: str) -> Page:
    """The parts of a page."""
    document = LexborHTMLParser(source)
    body = document.body
    if body is None:
        return Page([], None, None)
    reader = _PageReader(Regions(document))
    reader.read(body)
    parts = find_contents(reader.parts)
    parts = find_written_lists(parts, reader.list_count)
    root = document.css_first("html")
    language = root.attributes.get("lang") if root is not None else None
    title = document.css_first("head > title")
    words = WordsBuilder()
    if title is not None:
        words.add(title.text())
    return Page(parts, language or None, words.finish().text or None)


def _walk(root: LexborNode, enter: Callable[[LexborNode], bool]) -> Iterator[LexborNode]:
    """Each node that is left, after all within it. `enter` is called before that, and tells
    whether to go into the node. Without recursion: a page may be nested as deeply as it likes."""
    node: LexborNode | None = root
    while node is not None:
        goes_in = enter(node)
        if goes_in and node.child is not None:
            node = node.child
            continue
        while node is not None:
            if goes_in:
                yield node
            if node.mem_id == root.mem_id:
                return
            if node.next is not None:
                node = node.next
                break
            node = node.parent
            goes_in = True


@dataclass
class _List:
    """A list that is open; `count` is the number of its last item."""

    number: int
    count: int = 0
    kind: str | None = None
    step: int = 1


@dataclass
class _Item:
    """An item that is open; `has_words` once its first words were written."""

    list: _List
    level: int
    marker: str
    has_words: bool = False


@dataclass
class _Table:
    """A table that is open."""

    has_head_row: bool = False
    rows: list[SourceRow] = field(default_factory=list)
    cells: list[SourceCell] = field(default_factory=list)
    in_head: bool = False
    saved_words: WordsBuilder = field(default_factory=WordsBuilder)


class _PageReader:
    """Follows the nodes of a page, and collects its parts."""

    def __init__(self, regions: Regions) -> None:
        self.parts: list[Part] = []
        self.list_count = 0
        self._regions = regions
        self._words = WordsBuilder()
        self._lists: list[_List] = []
        self._items: list[_Item] = []
        self._tables: list[_Table] = []
        self._layout_tables: set[int] = set()
        self._table_count = 0
        self._heading: int | None = None
        self._bold = 0
        self._links: list[str] = []
        self._left_out: list[tuple[int, Reason]] = []

    def read(self, root: LexborNode) -> None:
        for node in _walk(root, self._enter):
            self._leave(node)
        self._flush()

    # Entering and leaving nodes.

    def _enter(self, node: LexborNode) -> bool:
        if node.is_text_node:
            self._add_text(node.text_content or "")
            return False
        if not node.is_element_node or not is_shown(node):
            return False
        tag = node.tag or ""
        if tag in ("a", "sup") and is_note_mark(node):
            return False
        if tag in _BLOCKS or tag in _HEADINGS:
            self._enter_block(node, tag)
        else:
            self._enter_inline(node, tag)
        return True

    def _enter_inline(self, node: LexborNode, tag: str) -> None:
        if tag in _BOLD:
            self._bold += 1
        elif tag == "a":
            self._links.append(node.attributes.get("href") or "")
        elif tag == "br" and SOFT_BREAK in node.attributes:
            self._words.note_join()
        elif tag == "br":
            self._words.end_line()

    def _leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag in _BLOCKS or tag in _HEADINGS:
            self._leave_block(node, tag)
        elif tag in _BOLD:
            self._bold -= 1
        elif tag == "a":
            self._links.pop()

    def _add_text(self, text: str) -> None:
        link = self._links[-1] if self._links else None
        self._words.add(text, is_bold=self._bold > 0, link=link)

    def _enter_block(
        self,
        node: LexborNode,
        tag: str,
    ) -> None:
        self._end_block()
        reason = None
        if not self._left_out:
            reason = self._regions.find_reason(node)
        if reason is None and tag == "p" and begins_footnote(node):
            reason = Reason.FOOTNOTE
        if reason is None and tag == "pre":
            reason = Reason.CODE
        if reason is not None:
            self._left_out.append((node.mem_id, reason))
        if tag in _HEADINGS and not self._tables:
            self._heading = _HEADINGS[tag]
        enter = _ENTER.get(tag)
        if enter is not None:
            enter(self, node)

    def _leave_block(
        self,
        node: LexborNode,
        tag: str,
    ) -> None:
        if tag not in ("td", "th"):
            self._end_block()
        leave = _LEAVE.get(tag)
        if leave is not None:
            leave(self, node)
        if tag in _HEADINGS:
            self._heading = None
        if self._left_out and self._left_out[-1][0] == node.mem_id:
            self._left_out.pop()

    # Lists.

    def _enter_list(self, node: LexborNode) -> None:
        attributes = node.attributes
        opened = _List(self.list_count)
        if node.tag == "ol":
            opened.kind = attributes.get("type") or "1"
            opened.count = _read_number(attributes.get("start"), 1) - 1
            if "reversed" in attributes:
                opened.step = -1
        self.list_count += 1
        self._lists.append(opened)

    def _leave_list(self, _: LexborNode) -> None:
        self._lists.pop()

    def _enter_item(self, node: LexborNode) -> None:
        if not self._lists:
            # An item without a list, as browsers show it.
            self._enter_list(node)
            self._lists[-1].kind = _NO_LIST
        opened = self._lists[-1]
        opened.count = _read_number(node.attributes.get("value"), opened.count + opened.step)
        marker = _show_marker(opened)
        self._items.append(_Item(opened, len(self._lists) - 1, marker))

    def _leave_item(self, _: LexborNode) -> None:
        self._items.pop()
        if self._lists[-1].kind == _NO_LIST:
            self._lists.pop()

    # Tables.

    def _enter_table(self, node: LexborNode) -> None:
        if _is_layout(node) and not self._tables:
            self._layout_tables.add(node.mem_id)
        else:
            has_head_row = HEAD_ROW in node.attributes
            self._tables.append(_Table(has_head_row, saved_words=self._words))

    def _leave_table(self, node: LexborNode) -> None:
        if node.mem_id in self._layout_tables or not self._tables:
            return
        table = self._tables.pop()
        self._end_row(table)
        if self._tables:
            # A table within a cell: its words are words of the cell.
            for row in table.rows:
                for cell in row.cells:
                    self._words.end_line()
                    self._words.add(cell.words.text)
            return
        rows = make_rows(table.rows, self._table_count)
        if rows:
            self._table_count += 1
        for part in rows:
            self._add(part)

    def _enter_row(self, node: LexborNode) -> None:
        if self._tables:
            table = self._tables[-1]
            self._end_row(table)
            parent = node.parent
            table.in_head = parent is not None and parent.tag == "thead"

    def _end_row(self, table: _Table) -> None:
        if table.cells:
            in_head = table.in_head or (table.has_head_row and not table.rows)
            table.rows.append(SourceRow(tuple(table.cells), in_head))
        table.cells = []

    def _enter_cell(self, _: LexborNode) -> None:
        if self._tables:
            self._tables[-1].saved_words = self._words
            self._words = WordsBuilder()

    def _leave_cell(self, node: LexborNode) -> None:
        if not self._tables:
            self._end_block()
            return
        attributes = node.attributes
        columns = _read_number(attributes.get("colspan"), 1)
        rows = _read_number(attributes.get("rowspan"), 1)
        if rows == 0:
            # To the end of the table (HTML §4.9.11).
            rows = MAX_ROWS
        cell = SourceCell(
            self._words.finish(),
            columns=min(max(columns, 1), MAX_COLUMNS),
            rows=min(max(rows, 1), MAX_ROWS),
            is_named=node.tag == "th",
        )
        table = self._tables[-1]
        table.cells.append(cell)
        self._words = table.saved_words

    # Parts.

    def _end_block(self) -> None:
        """End the block that is open; within a table, only a line of its cell."""
        if self._tables:
            self._words.end_line()
        else:
            self._flush()

    def _flush(self) -> None:
        builder = self._words
        if builder.is_empty:
            return
        self._words = WordsBuilder()
        if self._heading is not None:
            words = builder.finish()
            self._add(Part(BlockKind.HEADING, words, level=self._heading))
            return
        if self._items and not self._items[-1].has_words:
            self._add_item(builder.finish())
            return
        level = 0
        list_number = None
        if self._items:
            level = self._items[-1].level
            list_number = self._items[-1].list.number
        for words in builder.finish_lines():
            part = Part(
                BlockKind.PARAGRAPH,
                words,
                level=level,
                list_number=list_number,
            )
            self._add(part)

    def _add_item(self, words: Words) -> None:
        if not words.text:
            return
        item = self._items[-1]
        item.has_words = True
        part = Part(
            BlockKind.ITEM,
            words,
            item.level,
            item.list.number,
            marker=item.marker,
        )
        self._add(part)

    def _add(self, part: Part) -> None:
        if not part.words.text and not part.cells:
            return
        if self._left_out:
            part = leave_out(part, self._left_out[0][1])
        self.parts.append(part)


_Action = Callable[[_PageReader, LexborNode], None]
_ENTER: dict[str, _Action] = {
    "ul": _PageReader._enter_list,
    "ol": _PageReader._enter_list,
    "menu": _PageReader._enter_list,
    "dl": _PageReader._enter_list,
    "li": _PageReader._enter_item,
    "dd": _PageReader._enter_item,
    "table": _PageReader._enter_table,
    "tr": _PageReader._enter_row,
    "td": _PageReader._enter_cell,
    "th": _PageReader._enter_cell,
}
_LEAVE: dict[str, _Action] = {
    "ul": _PageReader._leave_list,
    "ol": _PageReader._leave_list,
    "menu": _PageReader._leave_list,
    "dl": _PageReader._leave_list,
    "li": _PageReader._leave_item,
    "dd": _PageReader._leave_item,
    "table": _PageReader._leave_table,
    "td": _PageReader._leave_cell,
    "th": _PageReader._leave_cell,
}


def _is_layout(table: LexborNode) -> bool:
    """Whether a table only arranges the page: it says so, holds tables, or has a single column."""
    if table.attributes.get("role") in ("presentation", "none"):
        return True
    if table.css_first("table table, td h1, td h2, td h3") is not None:
        return True
    if table.css_first("th") is not None:
        return False
    return table.css_first("td + td") is None


def _read_number(value: str | None, otherwise: int) -> int:
    """The whole number of an attribute; short, so that it is no number beyond all bounds."""
    if value is None:
        return otherwise
    digits = value.strip()
    if len(digits) > 6 or not digits.removeprefix("-").isdecimal():
        return otherwise
    return int(digits)


def _show_marker(opened: _List) -> str:
    """The marker of the last item of a list, as a browser shows it."""
    kind = opened.kind
    number = opened.count
    if not kind:
        return "-"
    letters = _NUMBERED_TYPES.get(kind)
    if letters is not None and 1 <= number <= len(letters):
        return f"{letters[number - 1]}."
    if kind in ("i", "I") and 1 <= number < 40:
        roman = _write_roman(number)
        return f"{roman.upper() if kind == 'I' else roman}."
    return f"{number}."


def _write_roman(number: int) -> str:
    digits = ""
    for value, digit in _ROMAN_DIGITS:
        while number >= value:
            digits += digit
            number -= value
    return digits
