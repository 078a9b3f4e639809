"""The text of a draft with its outline, in parts of a size that a person reads at a time."""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.store.models import Draft

Json = dict[str, Any]

# A part ends before a heading once it is this long, and before any block once it is longer.
MIN_PART_CHARACTERS = 3_000
MAX_PART_CHARACTERS = 8_000
# Texts that one process keeps: those under review, not one of the largest.
MAX_KEPT_TEXTS = 8
MAX_KEPT_CHARACTERS = 1_000_000


@dataclass(frozen=True)
class Part:
    """A part of a text: its number from 1, its positions, and its blocks."""

    number: int
    start: int
    end: int
    blocks: Sequence[Json]


@dataclass(frozen=True)
class DraftText:
    """The text and its parts, in order. `tables` has the first and the last position of each
    table, by its number."""

    text: str
    parts: Sequence[Part]
    tables: dict[int, tuple[int, int]]

    def part_at(self, position: int) -> Part:
        """The part that has the position."""
        starts = [part.start for part in self.parts]
        index = bisect_right(starts, position) - 1
        return self.parts[max(index, 0)]

    def table_at(self, position: int) -> int | None:
        """The number of the table that has the position; None if none has."""
        for table, (start, end) in self.tables.items():
            if start <= position < end:
                return table
        return None


_texts: OrderedDict[str, DraftText] = OrderedDict()
_lock = Lock()


def load_draft_text(session: Session, draft_id: str) -> DraftText:
    """The text of a draft. Raises NotFound.

    A process keeps the texts that it read last: to read an outline takes longer than a decision.
    The text of a draft never changes, and its identifier is not used again. Whether the draft is
    still there is for the caller to know."""
    with _lock:
        kept = _texts.get(draft_id)
        if kept is not None:
            _texts.move_to_end(draft_id)
            return kept
    statement = select(Draft.utf8, Draft.outline).where(Draft.id == draft_id)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound(f"There is no draft {draft_id[:80]!r}.")
    loaded = make_draft_text(row.utf8.decode(), row.outline)
    if len(loaded.text) <= MAX_KEPT_CHARACTERS:
        with _lock:
            _texts[draft_id] = loaded
            while len(_texts) > MAX_KEPT_TEXTS:
                _texts.popitem(last=False)
    return loaded


def make_draft_text(text: str, outline: Sequence[Json]) -> DraftText:
    """The text with its blocks, in parts."""
    tables: dict[int, tuple[int, int]] = {}
    for block in outline:
        table = block["table"]
        if table is not None:
            start, _ = tables.get(table, (block["start"], 0))
            tables[table] = (start, block["end"])
    return DraftText(text, _split(outline), tables)


def _split(outline: Sequence[Json]) -> list[Part]:
    parts: list[Part] = []
    blocks: list[Json] = []
    for block in outline:
        if blocks and _ends_before(block, block["start"] - blocks[0]["start"]):
            parts.append(_make_part(len(parts) + 1, blocks))
            blocks = []
        blocks.append(block)
    if blocks or not parts:
        parts.append(_make_part(len(parts) + 1, blocks))
    return parts


def _ends_before(block: Json, characters: int) -> bool:
    """Whether a part with so many characters ends before the block."""
    if block["kind"] == "heading":
        return characters >= MIN_PART_CHARACTERS
    return characters >= MAX_PART_CHARACTERS


def _make_part(number: int, blocks: Sequence[Json]) -> Part:
    if not blocks:
        return Part(
            number,
            0,
            0,
            (),
        )
    return Part(
        number,
        blocks[0]["start"],
        blocks[-1]["end"],
        tuple(blocks),
    )
