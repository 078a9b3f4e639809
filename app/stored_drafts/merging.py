"""Takes a focus area or an office of a draft for one that the base has.

The record keeps what the document says. It is given the label by which publishing finds the record
of the base (`base_records.py`), so nothing is created, and the base's record stays as it is."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import InvalidRequest, suggest
from app.queries.labels import list_labels, resolve_label
from app.schemas.drafts import ProposalPatch
from app.store.models import Draft, FocusArea, Office, Proposal
from app.stored_drafts.base_records import BaseRecords, Existing
from app.stored_drafts.decide import patch_proposal
from app.text.folding import fold_label

# The record types that a claim names and that the base may have already.
MERGED_TYPES = ("office", "focus_area")
_REASON = "A curator takes it for {slug!r} of the base"


def find_existing(
    session: Session,
    draft: Draft,
    proposal: Proposal,
) -> Existing | None:
    """The record of the base that publishing would use for the proposal."""
    return BaseRecords(session, [draft.sha256]).find(proposal.type, proposal.record)


def merge_with(
    session: Session,
    draft: Draft,
    proposal: Proposal,
    label: str,
    author: str,
) -> None:
    """Take the proposal for the record of the base that the label names.

    Raises InvalidRequest if it names none, and what `patch_proposal` raises."""
    if proposal.type == "office":
        record = _name_office(session, label)
    else:
        record = _add_label(session, proposal.record, label)
    patch_proposal(
        session,
        draft,
        proposal,
        ProposalPatch(record=record),
        author,
    )


def _name_office(session: Session, label: str) -> dict[str, Any]:
    folded = fold_label(label).strict
    names = []
    for row in session.execute(select(Office.slug, Office.name).order_by(Office.slug)):
        names.append(row.name)
        if label == row.slug or fold_label(row.name).strict == folded:
            reason = _REASON.format(slug=row.slug)
            return {"name": row.name, "derived": {"name": reason}}
    raise InvalidRequest(f"The base has no office {label!r}.{suggest(label, names)}")


def _add_label(
    session: Session,
    record: dict[str, Any],
    label: str,
) -> dict[str, Any]:
    slug = resolve_label(session, label)
    if slug is None:
        hint = suggest(label, list_labels(session))
        raise InvalidRequest(f"The base has no focus area {label!r}.{hint}")
    name = session.scalar(select(FocusArea.name).where(FocusArea.slug == slug))
    aliases = [alias for alias in record["aliases"] if alias != name]
    reason = _REASON.format(slug=slug)
    return {"aliases": [*aliases, name], "derived": {"aliases": reason}}
