"""The rows of drafts: written when a file is drafted, found by its digest, deleted."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, event, func, insert, select, update
from sqlalchemy.orm import Session, defer

from app.errors import NotFound
from app.memory import forget_texts
from app.store.columns import chunks
from app.store.models import Draft, Proposal, Run
from app.store.models.drafts import MAX_EXTRACTOR_CHARACTERS
from app.stored_drafts.judge import normalize
from app.stored_drafts.model_runs import ModelRun
from app.stored_drafts.produce import EXTRACTOR, ProducedDraft, ProposedRecord

# Columns as long as the text, which few responses need.
_LONG = (Draft.utf8, Draft.outline, Draft.left_out, Draft.cued)


@dataclass(frozen=True)
class DraftIdentity:
    """What makes two drafts the same one: the file, how it is read, and by what."""

    file_sha256: str
    format: str
    extractor: str = EXTRACTOR


def find_draft(session: Session, identity: DraftIdentity) -> Draft | None:
    """The draft of this file, without its long columns; None if there is none."""
    statement = select(Draft).where(
        Draft.file_sha256 == identity.file_sha256,
        Draft.format == identity.format,
        Draft.extractor == identity.extractor,
    )
    draft: Draft | None = session.scalar(_without_long_columns(statement))
    return draft


def require_draft(
    session: Session,
    draft_id: str,
    *,
    is_complete: bool = False,
) -> Draft:
    """The draft; its text, outline and passages only if it is to be complete. Raises NotFound."""
    statement = select(Draft).where(Draft.id == draft_id)
    if not is_complete:
        statement = _without_long_columns(statement)
    draft = session.scalar(statement)
    if draft is None:
        raise NotFound(f"There is no draft {draft_id[:80]!r}. GET /v1/drafts lists them.")
    return draft


def _without_long_columns(statement: Any) -> Any:
    for column in _LONG:
        statement = statement.options(defer(column, raiseload=True))
    return statement


def require_proposal(
    session: Session,
    draft_id: str,
    number: int,
) -> Proposal:
    """A proposal of a draft. Raises NotFound."""
    proposal = session.get(Proposal, (draft_id, number))
    if proposal is None:
        raise NotFound(f"The draft {draft_id!r} has no proposal {number}.")
    return proposal


def list_proposals(session: Session, draft_id: str) -> list[Proposal]:
    """All proposals of a draft, by number."""
    statement = select(Proposal).where(Proposal.draft_id == draft_id)
    return list(session.scalars(statement.order_by(Proposal.number)))


def insert_draft(
    session: Session,
    produced: ProducedDraft,
    author: str,
) -> str:
    """Write a draft with its proposals and its run; the identifier of the draft."""
    draft_id = secrets.token_hex(8)
    now = datetime.now(UTC)
    row = _make_draft_row(produced)
    row |= {
        "id": draft_id,
        "version": 1,
        "created_by": author,
        "created_at": now,
        "updated_at": now,
    }
    session.execute(insert(Draft).values(**row))
    proposals = []
    for number, proposal in enumerate(produced.proposals, 1):
        proposals.append(make_proposal_row(draft_id, number, proposal))
    for chunk in chunks(proposals):
        session.execute(insert(Proposal), chunk)
    run = {
        "draft_id": draft_id,
        "number": 1,
        "origin": "rule",
        "extractor": EXTRACTOR,
        "started_at": produced.started_at,
        "seconds": produced.seconds,
        "details": produced.details,
    }
    session.execute(insert(Run).values(**run))
    if produced.model_run is not None:
        run = _make_model_run_row(draft_id, produced.model_run)
        session.execute(insert(Run).values(**run))
    return draft_id


def _make_model_run_row(draft_id: str, run: ModelRun) -> dict[str, Any]:
    return {
        "draft_id": draft_id,
        "number": 2,
        "origin": "model",
        "extractor": f"model {run.options.name}"[:MAX_EXTRACTOR_CHARACTERS],
        "started_at": run.started_at,
        "seconds": run.seconds,
        "details": run.details,
    }


def _make_draft_row(produced: ProducedDraft) -> dict[str, Any]:
    """The row of a draft, as far as the file and the rules decide it."""
    file = produced.file
    return {
        "file_sha256": file.file_sha256,
        "format": file.format,
        "extractor": EXTRACTOR,
        "sha256": file.sha256,
        "utf8": file.text.encode(),
        "characters": len(file.text),
        "title": produced.title,
        "language": produced.language,
        "options": produced.request.options,
        "warnings": list(file.warnings),
        "outline": produced.outline,
        "left_out": list(produced.left_out),
        "cued": list(produced.cued),
    }


def make_proposal_row(
    draft_id: str,
    number: int,
    proposal: ProposedRecord,
) -> dict[str, Any]:
    """The row of a proposal that nothing was decided about."""
    return {
        "draft_id": draft_id,
        "number": number,
        "version": 1,
        "type": proposal.type,
        "state": "proposed",
        "origin": proposal.origin,
        "rule": proposal.rule,
        "score": proposal.score,
        "flags": list(proposal.flags),
        "section": list(proposal.section),
        "start": proposal.start,
        "end": proposal.end,
        "slug": proposal.record["slug"],
        "record": normalize(proposal.type, proposal.record),
    }


def next_number(session: Session, draft_id: str) -> int:
    """The number of the next proposal of a draft."""
    last = select(func.max(Proposal.number)).where(Proposal.draft_id == draft_id)
    return (session.scalar(last) or 0) + 1


def touch_draft(session: Session, draft_id: str, **values: Any) -> int:
    """Count a change of the draft; its new version."""
    statement = (
        update(Draft)
        .where(Draft.id == draft_id)
        .values(version=Draft.version + 1, updated_at=datetime.now(UTC), **values)
        .returning(Draft.version)
    )
    version: int = session.scalars(statement).one()
    return version


def delete_draft(session: Session, draft_id: str) -> None:
    """Delete a draft with its proposals and runs; published records stay. Pieces of its text that
    this process has stored are dropped when the deletion is committed."""
    session.execute(delete(Draft).where(Draft.id == draft_id))
    event.listen(session, "after_commit", _forget_texts, once=True)


def _forget_texts(_: Session) -> None:
    forget_texts()


def list_runs(session: Session, draft_id: str) -> Sequence[Run]:
    """The runs of a draft, in order."""
    statement = select(Run).where(Run.draft_id == draft_id).order_by(Run.number)
    return session.scalars(statement).all()
