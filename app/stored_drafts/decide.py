"""Decisions about proposals: one with its correction, or many at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.orm import Session

from app.changes.requests import merge
from app.errors import AlreadyExists, InvalidRequest, ProblemItem, suggest
from app.schemas.drafts import Decisions, ProposalPatch
from app.schemas.record_types import ENTITIES
from app.store.models import Draft, Proposal
from app.stored_drafts.judge import normalize, require_valid_correction
from app.stored_drafts.rows import touch_draft
from app.vocabulary import ProposalState

# The references of a draft are by slug, and its citations name its document.
_FIXED_FIELDS = ("slug",)
# How many unknown numbers a problem names.
MAX_LISTED_NUMBERS = 20


def patch_proposal(
    session: Session,
    draft: Draft,
    proposal: Proposal,
    patch: ProposalPatch,
    author: str,
) -> None:
    """Write the decision and the correction, and count the change.

    Raises AlreadyExists for a published proposal, InvalidRequest for a decision that contradicts
    itself, InvalidRecords for a record that the rules refuse."""
    _require_unpublished([proposal])
    for name in patch.model_fields_set:
        if getattr(patch, name) is None:
            raise InvalidRequest.at(f"{name!r} cannot be removed.", pointer=f"/{name}")
    record = _correct_record(proposal, patch)
    original = proposal.original or proposal.record
    state = _choose_state(patch, is_edited=record != original)
    # A decision alone is quick: its record was judged when it was written, and is when published.
    if record != proposal.record:
        require_valid_correction(session, draft, proposal, record)
    proposal.record = record
    proposal.original = original if record != original else None
    proposal.state = state
    proposal.version += 1
    proposal.decided_by = author
    proposal.decided_at = datetime.now(UTC)
    session.flush()
    touch_draft(session, draft.id)


def _correct_record(proposal: Proposal, patch: ProposalPatch) -> dict[str, Any]:
    if patch.record is None:
        if patch.state == "proposed" and proposal.original is not None:
            return proposal.original
        return proposal.record
    if patch.state in ("proposed", "rejected"):
        detail = (
            f"A correction accepts the proposal, so its state cannot be {patch.state!r}. "
            "Leave `state` out, or `record`."
        )
        raise InvalidRequest.at(detail, pointer="/state")
    return patch_record(proposal.type, proposal.record, patch.record)


def patch_record(
    type_: str,
    record: Mapping[str, Any],
    patch: Mapping[str, Any],
) -> dict[str, Any]:
    """The record with the fields of a merge patch. Null removes a value.

    Raises InvalidRequest for another slug, by which the records of a draft name each other."""
    for name in _FIXED_FIELDS:
        if patch.get(name, record[name]) != record[name]:
            detail = f"{name!r} stays {record[name]!r} in the draft. Leave it out."
            raise InvalidRequest.at(detail, pointer=f"/record/{name}")
    merged: dict[str, Any] = merge(record, patch)
    fields = ENTITIES[type_].create.model_fields
    for name, value in patch.items():
        if value is not None:
            continue
        # Null stays where it is a value, and where it is to be refused.
        if name not in fields or fields[name].is_required() or fields[name].default is None:
            merged[name] = None
    return normalize(type_, merged)


def _choose_state(patch: ProposalPatch, *, is_edited: bool) -> ProposalState:
    if patch.state in ("proposed", "rejected"):
        return patch.state
    if patch.state == "edited" and not is_edited:
        detail = (
            "Nothing is edited: the record is as it was proposed. Accept it, or correct it."
        )
        raise InvalidRequest.at(detail, pointer="/state")
    return "edited" if is_edited else "accepted"


def _require_unpublished(proposals: Iterable[Proposal]) -> None:
    for proposal in proposals:
        if proposal.published_slug is not None:
            collection = ENTITIES[proposal.type].collection
            raise AlreadyExists(
                f"Proposal {proposal.number} was published in revision "
                f"{proposal.published_revision}. Change /v1/{collection}/{proposal.published_slug}."
            )


def decide_many(
    session: Session,
    draft: Draft,
    decisions: Decisions,
    author: str,
) -> list[int]:
    """Give all chosen proposals the state; the numbers of those that change, in order.

    Raises InvalidRequest if nothing is chosen by, or a value is none of the draft's, and
    AlreadyExists for a number whose proposal is published."""
    selected = _select_proposals(session, draft, decisions)
    changed = []
    now = datetime.now(UTC)
    for proposal in selected:
        state: str = decisions.state
        original = proposal.original
        if state == "accepted" and original is not None:
            state = "edited"
        if proposal.state == state:
            continue
        if state == "proposed" and original is not None:
            proposal.record = original
            proposal.original = None
        proposal.state = state
        proposal.version += 1
        proposal.decided_by = author
        proposal.decided_at = now
        changed.append(proposal.number)
    session.flush()
    if changed:
        touch_draft(session, draft.id)
    return changed


def _select_proposals(
    session: Session,
    draft: Draft,
    decisions: Decisions,
) -> Sequence[Proposal]:
    selection = decisions.model_dump(exclude_none=True, exclude={"state"})
    if not selection:
        raise InvalidRequest(
            "This decides about nothing. Choose by numbers, type, section, rule, flag or min_score."
        )
    of_draft = select(Proposal).where(Proposal.draft_id == draft.id)
    statement = _filter(session, draft, decisions, of_draft).order_by(Proposal.number)
    if decisions.numbers is None:
        statement = statement.where(
            Proposal.state == "proposed",
            Proposal.published_slug.is_(None),
        )
        return session.scalars(statement).all()
    _require_numbers(session, draft, decisions.numbers)
    numbers = set(decisions.numbers)
    proposals = [row for row in session.scalars(statement) if row.number in numbers]
    _require_unpublished(proposals)
    return proposals


def _filter(
    session: Session,
    draft: Draft,
    decisions: Decisions,
    statement: Select[Any],
) -> Select[Any]:
    if decisions.type is not None:
        statement = statement.where(Proposal.type == decisions.type)
    if decisions.min_score is not None:
        # What only a model proposes is accepted one by one.
        statement = statement.where(
            Proposal.score >= decisions.min_score,
            Proposal.origin != "model",
        )
    for name in ("rule", "section", "flag"):
        value = getattr(decisions, name)
        if value is not None:
            place = {"pointer": f"/{name}"}
            statement = filter_by(session, draft.id, name, [value], statement, place)
    return statement


def filter_by(
    session: Session,
    draft_id: str,
    name: str,
    values: Sequence[str],
    statement: Select[Any],
    place: Mapping[str, Any],
) -> Select[Any]:
    """The statement, for proposals with one of these rules, headings or flags.

    Raises InvalidRequest for a value that no proposal of the draft has, with the nearest one."""
    column: Any = {
        "rule": Proposal.rule,
        "section": Proposal.section,
        "flag": Proposal.flags,
    }[name]
    rows = select(column).where(Proposal.draft_id == draft_id).distinct()
    present = session.scalars(rows).all()
    names = sorted({value for row in present for value in _as_list(row)})
    problems = []
    for value in values:
        if value not in names:
            hint = suggest(value, names)
            detail = f"No proposal of the draft has the {name} {value!r}.{hint}"
            problems.append(ProblemItem(detail, **place))
    if problems:
        raise InvalidRequest.of(problems)
    # Lists are stored as text, so the wanted ones are chosen here: no draft has many.
    matching = [row for row in present if not set(values).isdisjoint(_as_list(row))]
    return statement.where(column.in_(matching))


def _as_list(row: str | Sequence[str]) -> Sequence[str]:
    return [row] if isinstance(row, str) else row


def _require_numbers(
    session: Session,
    draft: Draft,
    numbers: Sequence[int],
) -> None:
    statement = select(Proposal.number).where(Proposal.draft_id == draft.id)
    present = set(session.scalars(statement))
    problems: list[ProblemItem] = []
    for i, number in enumerate(numbers):
        if number not in present and len(problems) < MAX_LISTED_NUMBERS:
            detail = f"The draft has no proposal {number}."
            problems.append(ProblemItem(detail, pointer=f"/numbers/{i}"))
    if problems:
        raise InvalidRequest.of(problems)


def mark_published(
    session: Session,
    draft_id: str,
    slugs: Mapping[int, str],
    revision: int,
) -> None:
    """Note the slugs that proposals, by number, have in the base since the revision."""
    rows = []
    for number, slug in slugs.items():
        rows.append({"marked_number": number, "marked_slug": slug})
    statement = (
        update(Proposal.__table__)  # type: ignore[arg-type]
        .where(
            Proposal.draft_id == draft_id,
            Proposal.number == bindparam("marked_number"),
        )
        .values(
            version=Proposal.version + 1,
            published_slug=bindparam("marked_slug"),
            published_revision=revision,
        )
    )
    session.connection().execute(statement, rows)
    touch_draft(session, draft_id, published_revision=revision)
