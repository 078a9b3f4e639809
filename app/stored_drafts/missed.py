"""A proposal that a person adds: from its type and its words, everything else is filled in."""

from collections.abc import Container, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Row, insert
from sqlalchemy.orm import Session

from app.drafts.citations import Quotes
from app.drafts.proposals import Evidence, Proposal, Wording
from app.drafts.records import RecordWriter, Statement
from app.drafts.rules.governing import PLAIN, govern_kind, govern_modality
from app.drafts.scope import Passage, Scope
from app.drafts.sentences import Span, strip_span
from app.drafts.source import Source
from app.drafts.vocabulary import Vocabulary
from app.drafts.walk import walk
from app.errors import InvalidRequest
from app.reading.blocks import Block, BlockKind, Cell, ReadFile, Reason
from app.schemas.drafts import ProposalCreate
from app.store.models import Draft
from app.store.models import Proposal as ProposalRow
from app.stored_drafts.context import read_context
from app.stored_drafts.decide import patch_record
from app.stored_drafts.judge import JudgedRecord, require_valid
from app.stored_drafts.produce import ProposedRecord
from app.stored_drafts.rows import (
    make_proposal_row,
    next_number,
    touch_draft,
)
from app.text.folding import fold_label
from app.text.slugs import make_slug

RULE = "added by a person"


def add_proposal(
    session: Session,
    draft: Draft,
    create: ProposalCreate,
    max_proposals: int,
    author: str,
) -> int:
    """Write the proposal, which is accepted, and return its number.

    Raises InvalidRequest for words that are not there or say no time where one is needed, for a
    focus area that is proposed already, and for too many proposals; InvalidRecords if the rules
    refuse the record."""
    number = _take_number(session, draft, max_proposals)
    source = restore_source(draft)
    span = _read_span(source, create)
    is_focus_area = create.type == "focus_area"
    proposals = list(read_context(session, draft.id, with_records=is_focus_area))
    statement = _restore_statement(draft).complete(source)
    record = _write_record(source, span, create, proposals, statement)
    if create.record is not None:
        record = patch_record(create.type, record, create.record)
    subject = JudgedRecord(create.type, record, "/record")
    context = read_context(session, draft.id, with_records=True)
    require_valid(session, draft, context, {number: subject})
    proposed = ProposedRecord(
        create.type,
        record,
        RULE,
        1.0,
        start=span.start,
        end=span.end,
        section=source.find_section(span.start),
        origin="person",
    )
    row = make_proposal_row(draft.id, number, proposed)
    decision = {"state": "accepted", "decided_by": author, "decided_at": datetime.now(UTC)}
    session.execute(insert(ProposalRow).values(**row | decision))
    touch_draft(session, draft.id)
    return number


def _take_number(
    session: Session,
    draft: Draft,
    max_proposals: int,
) -> int:
    number = next_number(session, draft.id)
    if number > max_proposals:
        raise InvalidRequest(
            f"The draft has {number - 1} proposals, and none may be added "
            "(COMMUNIQUE_DRAFT_MAX_PROPOSALS)."
        )
    return number


def _restore_statement(draft: Draft) -> Statement:
    """What was said of the document when it was drafted."""
    said_on = draft.options["said_on"]
    if said_on is not None:
        said_on = date.fromisoformat(said_on)
    return Statement(draft.options["office"], said_on)


def restore_source(draft: Draft) -> Source:
    """The file of a draft as it was read."""
    blocks = tuple(_restore_block(row) for row in draft.outline)
    file = ReadFile(
        draft.utf8.decode(),
        blocks,
        draft.sha256,
        draft.file_sha256,
        draft.format,
        title=draft.title,
    )
    return Source(file, draft.language)


def _restore_block(row: dict[str, Any]) -> Block:
    reason = row["reason"]
    restored: dict[str, Any] = {
        "kind": BlockKind(row["kind"]),
        "cells": tuple(Cell(**cell) for cell in row["cells"]),
        "joins": tuple(row["joins"]),
        "reason": Reason(reason) if reason is not None else None,
    }
    return Block(**row | restored)


def _read_span(source: Source, create: ProposalCreate) -> Span:
    length = len(source.text)
    if create.end > length:
        detail = f"The text ends at {length}, before {create.end}."
        raise InvalidRequest.at(detail, pointer="/end")
    span = strip_span(source.text, Span(create.start, create.end))
    if span.start >= span.end:
        detail = f"There are no words from {create.start} to {create.end}."
        raise InvalidRequest.at(detail, pointer="/start")
    return span


def _write_record(
    source: Source,
    span: Span,
    create: ProposalCreate,
    proposals: Sequence[Row[Any]],
    statement: Statement,
) -> dict[str, Any]:
    (document,) = [row for row in proposals if row.type == "document"]
    slugs = {row.slug for row in proposals if row.type == create.type}
    if create.type == "focus_area":
        return _write_focus_area(source, span, document.slug, proposals)
    claim = _make_claim(source, span, create)
    vocabulary = Vocabulary(source, document.slug)
    record = RecordWriter(vocabulary, statement).write(claim)
    record["slug"] = _choose_slug(source, span, slugs, create.type)
    return record


def _choose_slug(
    source: Source,
    span: Span,
    slugs: Container[str],
    type_: str,
) -> str:
    return make_slug(source.words(span), slugs, type_.replace("_", "-"))


def _make_claim(
    source: Source,
    span: Span,
    create: ProposalCreate,
) -> Proposal:
    passage = _find_passage(source, span)
    scope = passage.scope if passage is not None else Scope()
    cue = source.find_cue(span)
    modality, evidence = govern_modality(scope, cue)
    kind, kind_evidence = govern_kind(scope, modality, evidence)
    if evidence.span is None and evidence.reason is None:
        evidence = Evidence(reason=PLAIN)
    claim = Proposal(
        RULE,
        "initiative",
        span,
        modality,
        evidence,
        kind=kind,
        kind_evidence=kind_evidence,
    )
    if create.type == "initiative":
        return claim
    if create.type == "expected_outcome":
        return replace(claim, type="expected_outcome")
    return replace(claim, type="timeline_item", wording=_find_wording(source, span))


def _find_passage(source: Source, span: Span) -> Passage | None:
    """The passage in which the words begin."""
    for passage in walk(source):
        if passage.block.start <= span.start < passage.block.end:
            return passage
    return None


def _find_wording(source: Source, span: Span) -> Wording:
    """The first words that say when. Raises InvalidRequest if none do."""
    for wording in source.find_times(span):
        return Wording(wording)
    words = source.words(span)[:80]
    detail = f"{words!r} does not say when. Give the words with their time."
    raise InvalidRequest.at(detail, pointer="/end")


def _write_focus_area(
    source: Source,
    span: Span,
    document_slug: str,
    proposals: Sequence[Row[Any]],
) -> dict[str, Any]:
    name = " ".join(source.words(span).split())
    folded = fold_label(name).strict
    slugs = set()
    for row in proposals:
        if row.type != "focus_area":
            continue
        slugs.add(row.slug)
        if fold_label(row.record["name"]).strict == folded:
            detail = f"{name!r} is the focus area of proposal {row.number} already."
            raise InvalidRequest.at(detail, pointer="/start")
    quotes = Quotes(source, document_slug)
    quotes.support(span, ["name"])
    return {
        "slug": _choose_slug(source, span, slugs, "focus_area"),
        "name": name,
        "citations": quotes.write(),
        "derived": {},
    }
