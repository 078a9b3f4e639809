"""What the process that reads a file receives and returns: plain data, as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.reading.blocks import Block, BlockKind, Cell, Reason
from app.reading.failures import CannotRead


@dataclass(frozen=True)
class ReadingTask:
    """How a file is to be read: its format, and the bounds of the process."""

    format: str
    max_characters: int
    max_memory_bytes: int
    max_seconds: int


@dataclass(frozen=True)
class Document:
    """The text and blocks of a file, and what it states of itself."""

    text: str
    blocks: tuple[Block, ...]
    language: str | None = None
    title: str | None = None
    warnings: tuple[str, ...] = ()


def write_task(task: ReadingTask, content: bytes) -> bytes:
    """The task on a line of its own, then the bytes of the file."""
    return json.dumps(asdict(task)).encode() + b"\n" + content


def parse_task(received: bytes) -> tuple[ReadingTask, bytes]:
    """The task and the bytes of the file."""
    line, _, content = received.partition(b"\n")
    return ReadingTask(**json.loads(line)), content


def write_document(document: Document) -> bytes:
    """The document as JSON."""
    rows = [_encode_block(block) for block in document.blocks]
    data = {
        "text": document.text,
        "blocks": rows,
        "language": document.language,
        "title": document.title,
        "warnings": document.warnings,
    }
    return json.dumps(data, separators=(",", ":")).encode()


def write_failure(detail: str) -> bytes:
    """Why the file cannot be read, as JSON."""
    return json.dumps({"failure": detail}).encode()


def parse_document(returned: bytes) -> Document:
    """The document. Raises CannotRead if there is a failure in its place."""
    data = json.loads(returned)
    if "failure" in data:
        raise CannotRead(data["failure"])
    blocks = [_decode_block(row) for row in data["blocks"]]
    return Document(
        data["text"],
        tuple(blocks),
        data["language"],
        data["title"],
        tuple(data["warnings"]),
    )


def _encode_block(block: Block) -> list[Any]:
    cells = []
    for cell in block.cells:
        cells.append(
            (
                cell.start,
                cell.end,
                cell.column,
                cell.columns,
                cell.rows,
                cell.is_head,
                cell.is_band,
            )
        )
    return [
        block.kind,
        block.start,
        block.end,
        block.level,
        block.list_number,
        block.table,
        block.marker,
        cells,
        block.bold_end,
        block.joins,
        block.is_link,
        block.page,
        block.reason,
    ]


def _decode_block(row: Sequence[Any]) -> Block:
    kind, start, end, level, list_number, table, marker, cells, bold_end, joins, *last = row
    is_link, page, reason = last
    return Block(
        BlockKind(kind),
        start,
        end,
        level,
        list_number,
        table,
        marker,
        tuple(Cell(*cell) for cell in cells),
        bold_end,
        tuple(joins),
        is_link,
        page,
        Reason(reason) if reason is not None else None,
    )
