"""A part of the text of a draft as a page shows it: its blocks, with the proposals marked.

Every cell has the position of its first character, so that a script can tell which words of the
text a person selects: nothing else may stand between the tags of a cell."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from app.stored_drafts.texts import Part

Json = dict[str, Any]
# Between the head and the rows of a table that is written in characters.
_RULE = "rule"


@dataclass(frozen=True)
class ProposalMark:
    """The words of a proposal. `number` is None for the words that support a field of the
    proposal that is shown."""

    start: int
    end: int
    number: int | None = None
    modality: str | None = None
    state: str = "proposed"
    is_current: bool = False

    @property
    def style(self) -> str:
        """The classes of the mark."""
        if self.number is None:
            return "why"
        names = [f"is-{self.state}"]
        if self.modality is not None:
            names.append(f"m-{self.modality}")
        if self.is_current:
            names.append("picked")
        return " ".join(names)


@dataclass(frozen=True)
class MarkedSegment:
    """A piece of a cell. `is_first` tells that its mark begins here."""

    text: str
    mark: ProposalMark | None
    is_first: bool


@dataclass(frozen=True)
class MarkedCell:
    """Words of the text from a position on."""

    start: int
    segments: tuple[MarkedSegment, ...]
    is_head: bool = False


@dataclass(frozen=True)
class MarkedBlock:
    """A line of the text. `reason` says why it is left out."""

    kind: str
    level: int
    cells: tuple[MarkedCell, ...]
    reason: str | None = None


@dataclass(frozen=True)
class MarkedGroup:
    """Blocks of one kind that follow each other: the items of a list, the rows of a table, whose
    number counts from 1."""

    kind: str
    blocks: tuple[MarkedBlock, ...]
    table: int = 0


def mark_part(
    text: str,
    part: Part,
    marks: Sequence[ProposalMark],
) -> tuple[MarkedGroup, ...]:
    """The blocks of a part."""
    groups = []
    shown = [block for block in part.blocks if block["reason"] != _RULE]
    for (kind, _, table), blocks in groupby(shown, key=_find_group):
        marked = tuple(_mark_block(text, block, marks) for block in blocks)
        groups.append(MarkedGroup(kind, marked, (table or 0) + 1))
    return tuple(groups)


def _find_group(block: Json) -> tuple[str, int | None, int | None]:
    return block["kind"], block["list_number"], block["table"]


def _mark_block(
    text: str,
    block: Json,
    marks: Sequence[ProposalMark],
) -> MarkedBlock:
    start, end = block["start"], block["end"]
    near = [mark for mark in marks if mark.start < end and mark.end > start]
    cells = []
    if block["cells"]:
        for cell in block["cells"]:
            segments = tuple(
                _split(
                    text,
                    cell["start"],
                    cell["end"],
                    near,
                )
            )
            cells.append(MarkedCell(cell["start"], segments, cell["is_head"]))
    else:
        cells.append(
            MarkedCell(
                start,
                tuple(
                    _split(
                        text,
                        start,
                        end,
                        near,
                    )
                ),
            )
        )
    return MarkedBlock(
        block["kind"],
        block["level"],
        tuple(cells),
        block["reason"],
    )


def _split(
    text: str,
    start: int,
    end: int,
    marks: Sequence[ProposalMark],
) -> Iterator[MarkedSegment]:
    """The words from one position to another, cut where a mark begins or ends."""
    edges = {start, end}
    for mark in marks:
        edges.update(edge for edge in (mark.start, mark.end) if start < edge < end)
    pieces: list[tuple[int, int, ProposalMark | None]] = []
    for first, last in pairwise(sorted(edges)):
        covering = [mark for mark in marks if mark.start <= first and mark.end >= last]
        shown = min(covering, key=_rank, default=None)
        if pieces and pieces[-1][2] == shown:
            # A mark within the one that is shown does not cut it.
            first = pieces.pop()[0]
        pieces.append((first, last, shown))
    for first, last, shown in pieces:
        is_first = shown is not None and max(shown.start, start) == first
        yield MarkedSegment(text[first:last], shown, is_first)


def _rank(mark: ProposalMark) -> tuple[bool, bool, int, int]:
    """The proposal that is shown first, then other proposals, then the shortest."""
    return (not mark.is_current, mark.number is None, mark.end - mark.start, mark.start)
