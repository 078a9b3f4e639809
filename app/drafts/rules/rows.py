"""Rows of tables, by the heads of their columns."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.drafts.proposals import (
    LIKELY,
    SURE,
    Evidence,
    Flag,
    Proposal,
    Wording,
    date_claim,
)
from app.drafts.rules.cells import split_cell
from app.drafts.rules.focus import find_heading_focus
from app.drafts.rules.governing import (
    PLAIN,
    govern_flags,
    govern_kind,
    govern_modality,
)
from app.drafts.scope import (
    Column,
    ColumnMeaning,
    Passage,
    Scope,
)
from app.drafts.sentences import Span, strip_span
from app.drafts.source import Source, span_of
from app.drafts.status import Status, read_status
from app.reading.blocks import (
    BlockKind,
    Cell,
    covering,
)
from app.vocabulary import Modality

# Modalities of a lead-in that outweigh the head of a column.
_GOVERNING = ("required", "recommended", "prospective")
_BINDING = ("required", "recommended")
_TIMES: tuple[ColumnMeaning, ...] = ("time", "deadline", "end", "start")
# What stands in a cell that has nothing.
_EMPTY = frozenset(("", "-", "–", "—", "/", ".", "…", "n/a", "n. a.", "tbd"))


@dataclass(frozen=True)
class _Row:
    """The cells of a row by the meaning of their columns, each with its column."""

    cells: dict[ColumnMeaning, list[tuple[Span, Column]]]
    focus: tuple[Span, ...]
    status: Status | None = None

    def first(self, meaning: ColumnMeaning) -> tuple[Span, Column] | None:
        """The first cell of this meaning that is not empty."""
        cells = self.cells.get(meaning)
        return cells[0] if cells else None


def propose_row(
    source: Source,
    passage: Passage,
) -> Iterator[Proposal]:
    """A row gives an initiative, outcomes and times; its focus area is that of its column, of the
    rows above it, or of the band."""
    block = passage.block
    if block.kind != BlockKind.ROW or block.is_head or block.is_band:
        return
    row = _read_row(source, passage)
    claims = list(_propose_claims(source, passage, row))
    yield from claims
    wording = _find_wording(row)
    if wording is None:
        return
    measures = [claim for claim in claims if claim.type == "initiative"]
    outcomes = [claim for claim in claims if claim.type == "expected_outcome"]
    if measures:
        for measure in measures:
            yield date_claim(measure, wording)
    elif row.focus and "focus" in row.cells:
        yield _date_focus(
            source,
            passage,
            row,
            wording,
            outcomes,
        )
    elif outcomes:
        yield date_claim(outcomes[0], wording)


def _read_row(
    source: Source,
    passage: Passage,
) -> _Row:
    scope = passage.scope
    cells: dict[ColumnMeaning, list[tuple[Span, Column]]] = {}
    for cell, column in _list_cells(scope):
        span = strip_span(source.text, span_of(cell))
        if column.meaning is None or source.fold(span) in _EMPTY:
            continue
        same = cells.setdefault(column.meaning, [])
        if (span, column) not in same and all(span != other for other, _ in same):
            same.append((span, column))
    if "focus" in cells:
        focus = tuple(span for span, _ in cells["focus"])
    elif scope.group is not None:
        focus = (scope.group,)
    else:
        focus = find_heading_focus(source, passage)
    status = None
    for span, _ in cells.get("status", []):
        status = status or read_status(source, span)
    return _Row(cells, focus, status)


def _list_cells(scope: Scope) -> Iterator[tuple[Cell, Column]]:
    """The cells of the row with their columns; of a table of fields, those of all its rows."""
    if scope.fields:
        yield from scope.fields
        return
    for number, column in enumerate(scope.columns):
        cell = covering(scope.rows, scope.row, number)
        if cell is not None:
            yield cell, column


def _propose_claims(
    source: Source,
    passage: Passage,
    row: _Row,
) -> Iterator[Proposal]:
    measure = row.first("initiative")
    measures: tuple[Span, ...] = ()
    if measure is not None:
        span, column = measure
        measures = split_cell(source, passage.block, span)
        for part in measures:
            yield _propose_measure(source, passage, row, (part, column))
    for span, column in row.cells.get("outcome", []):
        for part in split_cell(source, passage.block, span):
            outcome = _propose_outcome(source, passage, row, (part, column))
            # Which of several measures leads to it is not said.
            if len(measures) == 1:
                outcome = replace(outcome, initiative=measures[0])
            yield outcome


def _propose_outcome(
    source: Source,
    passage: Passage,
    row: _Row,
    cell: tuple[Span, Column],
) -> Proposal:
    modality, evidence = _row_modality(source, passage, row, cell, "outcome")
    return Proposal(
        rule="row",
        type="expected_outcome",
        span=cell[0],
        modality=modality,
        modality_evidence=evidence,
        focus=row.focus,
        score=SURE,
        flags=govern_flags(source, passage, cell[0], evidence, modality),
    )


def _propose_measure(
    source: Source,
    passage: Passage,
    row: _Row,
    cell: tuple[Span, Column],
) -> Proposal:
    modality, evidence = _row_modality(source, passage, row, cell, "initiative")
    kind, kind_evidence = govern_kind(passage.scope, modality, evidence)
    flags = govern_flags(source, passage, cell[0], evidence, modality)
    if row.status is not None and row.status.is_negated:
        flags = (*flags, Flag.NEGATED)
    return Proposal(
        rule="row",
        type="initiative",
        span=cell[0],
        modality=modality,
        modality_evidence=evidence,
        kind=kind,
        kind_evidence=kind_evidence,
        focus=row.focus,
        score=SURE,
        flags=flags,
    )


def _row_modality(
    source: Source,
    passage: Passage,
    row: _Row,
    cell: tuple[Span, Column],
    meaning: ColumnMeaning,
) -> tuple[Modality, Evidence]:
    """By the column of modality, else that of status, else what governs the row.

    What is done is done. A duty or advice that is planned or begun is still one."""
    stated = row.first("modality")
    if stated is not None:
        cue = source.find_cue(stated[0])
        if cue is not None:
            return cue.modality, Evidence(span=stated[0])
    governed = _governed_modality(source, passage, cell, meaning)
    status = row.status
    if status is None or status.modality is None or meaning == "outcome":
        return governed
    if status.modality != "occurred" and governed[0] in _BINDING:
        return governed
    return status.modality, Evidence(span=status.span)


def _governed_modality(
    source: Source,
    passage: Passage,
    cell: tuple[Span, Column],
    meaning: ColumnMeaning,
) -> tuple[Modality, Evidence]:
    """By a lead-in of duty, advice or expectation, else the column."""
    span, column = cell
    lead_in = passage.scope.lead_in
    governing = lead_in.cue if lead_in is not None else None
    if governing is not None and governing.modality in _GOVERNING:
        return governing.modality, Evidence(span=governing.span)
    if meaning == "outcome" and column.heads:
        return "prospective", Evidence(span=column.heads[-1])
    own = source.find_cue(span)
    if own is not None and own.is_weak:
        own = None
    scope = replace(passage.scope, lead_in=None)
    modality, evidence = govern_modality(scope, own)
    if evidence.reason == PLAIN and column.heads:
        return "stated", Evidence(span=column.heads[-1])
    return modality, evidence


def _find_wording(row: _Row) -> Wording | None:
    """The time of the row: of its column, or of a column for the start and one for the end."""
    start = row.first("start")
    end = row.first("end")
    if start is not None and end is not None:
        return Wording(start[0], end=end[0])
    done = None
    if row.status is not None and row.status.modality == "occurred":
        done = row.status.span
    for meaning in _TIMES:
        cell = row.first(meaning)
        if cell is None:
            continue
        span, column = cell
        if meaning == "deadline" and column.heads:
            return Wording(span, deadline=column.heads[-1], done=done)
        return Wording(span, done=done)
    return None


def _date_focus(
    source: Source,
    passage: Passage,
    row: _Row,
    wording: Wording,
    outcomes: list[Proposal],
) -> Proposal:
    """A row of a focus area and a time, without an initiative."""
    span = row.focus[0]
    column = Column((), "focus")
    modality, evidence = _row_modality(
        source,
        passage,
        row,
        (span, column),
        "focus",
    )
    return Proposal(
        rule="row",
        type="timeline_item",
        span=span,
        modality=modality,
        modality_evidence=evidence,
        wording=wording,
        focus=row.focus,
        outcome=outcomes[0].span if outcomes else None,
        score=LIKELY,
    )
