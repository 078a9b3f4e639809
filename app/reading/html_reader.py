"""Follows the nodes of a web page, and collects the parts that it has."""

from collections.abc import Callable, Iterator

from selectolax.lexbor import LexborNode

from app.reading.blocks import BlockKind, Reason
from app.reading.html_lists import OpenItem, OpenLists
from app.reading.html_regions import (
    Regions,
    begins_footnote,
    is_note_mark,
    is_shown,
)
from app.reading.html_tables import OpenTables
from app.reading.parts import Part, leave_out
from app.reading.words import Words, WordsBuilder

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
_LISTS = frozenset(("ul", "ol", "menu", "dl"))
_ITEMS = frozenset(("li", "dd"))
_CELLS = frozenset(("td", "th"))
_BOLD = frozenset(("b", "strong"))
# The attribute of a line break that breaks no line: where one ended in the source of Markdown.
SOFT_BREAK = "data-soft"


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


class PageReader:
    """Follows the nodes of a page, and collects its parts."""

    def __init__(self, regions: Regions) -> None:
        self.parts: list[Part] = []
        self._regions = regions
        self._words = WordsBuilder()
        self._lists = OpenLists()
        self._tables = OpenTables()
        self._heading: int | None = None
        self._bold = 0
        self._links: list[str] = []
        self._left_out: list[tuple[int, Reason]] = []

    @property
    def list_count(self) -> int:
        """The number of lists that the page has."""
        return self._lists.count

    def read(self, root: LexborNode) -> None:
        """Collect the parts within a node."""
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
        if tag in _LISTS:
            self._lists.enter_list(node)
        elif tag in _ITEMS:
            self._lists.enter_item(node)
        else:
            self._enter_table_part(node, tag)

    def _leave_block(
        self,
        node: LexborNode,
        tag: str,
    ) -> None:
        if tag not in _CELLS:
            self._end_block()
        if tag in _LISTS:
            self._lists.leave_list(node)
        elif tag in _ITEMS:
            self._lists.leave_item(node)
        else:
            self._leave_table_part(node, tag)
        if tag in _HEADINGS:
            self._heading = None
        if self._left_out and self._left_out[-1][0] == node.mem_id:
            self._left_out.pop()

    def _enter_table_part(self, node: LexborNode, tag: str) -> None:
        if tag == "table":
            self._tables.enter_table(node, self._words)
        elif tag == "tr":
            self._tables.enter_row(node)
        elif tag in _CELLS and self._tables:
            self._words = self._tables.enter_cell(self._words)

    def _leave_table_part(self, node: LexborNode, tag: str) -> None:
        if tag == "table":
            for part in self._tables.leave_table(node, self._words):
                self._add(part)
        elif tag in _CELLS and self._tables:
            self._words = self._tables.leave_cell(node, self._words)
        elif tag in _CELLS:
            self._end_block()

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
        item = self._lists.item
        if item is not None and not item.has_words:
            self._add_item(item, builder.finish())
            return
        level = 0
        list_number = None
        if item is not None:
            level = item.level
            list_number = item.list.number
        for words in builder.finish_lines():
            part = Part(
                BlockKind.PARAGRAPH,
                words,
                level=level,
                list_number=list_number,
            )
            self._add(part)

    def _add_item(self, item: OpenItem, words: Words) -> None:
        if not words.text:
            return
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
