"""Reading in the process of the tests, and what holds of everything that is read."""

import re
from pathlib import Path

from app.reading.blocks import Block, BlockKind
from app.reading.formats import FileFormat
from app.reading.transfer import Document, ReadingTask
from app.reading.worker import read_document

FILES = Path(__file__).parent.parent / "data" / "reading"
# What may stand between the words of two blocks: the end of one line, the marks of the next.
_MARKS_AFTER = re.compile(r"(?:\]|(?:\s*\|)*)\s*")
_MARKS_BEFORE = re.compile(
    r"(?:\[|\|\s*|#{1,6} +|[-*•‣▪–—·∙]\s+|\(?(?:\d{1,4}|[A-Za-z]{1,5})[.)]\s+)?"
)


def read(content: bytes | str, file_format: FileFormat) -> Document:
    """The document, read without a process of its own."""
    if isinstance(content, str):
        content = content.encode()
    task = ReadingTask(
        file_format,
        max_characters=1_000_000,
        max_memory_bytes=0,
        max_seconds=0,
    )
    return read_document(task, content)


def words(document: Document, *kinds: BlockKind) -> list[str]:
    """The words of the blocks of these kinds, or of all."""
    selected = []
    for block in document.blocks:
        if not kinds or block.kind in kinds:
            selected.append(document.text[block.start : block.end])
    return selected


def cells(document: Document, block: Block) -> list[str]:
    """The words of the cells of a row."""
    return [document.text[cell.start : cell.end] for cell in block.cells]


def assert_sound(document: Document) -> None:
    """Blocks are in order, have words, and between them is nothing but marks."""
    text = document.text
    position = 0
    for block in document.blocks:
        assert position <= block.start < block.end
        block_words = text[block.start : block.end]
        assert block_words == block_words.strip()
        _assert_marks(text[position : block.start])
        assert all(block.start <= join < block.end for join in block.joins)
        inner = block.start
        for cell in block.cells:
            if not cell.is_empty:
                assert not text[inner : cell.start].strip(" |\t")
                inner = cell.end
        assert not block.cells or inner == block.end
        position = block.end
    assert _MARKS_AFTER.fullmatch(text[position:])


def _assert_marks(gap: str) -> None:
    after = _MARKS_AFTER.match(gap)
    assert after is not None
    assert _MARKS_BEFORE.fullmatch(gap[after.end() :]), gap
