"""Writes to drafts: decide on proposals, publish, delete."""

from typing import TypeVar

from fastapi import Response
from pydantic import BaseModel, ValidationError
from sqlalchemy.orm import Session

from app.api.changeset_writes import limit_changes
from app.api.responses import model_response
from app.changes.apply import write
from app.changes.changesets import check_parsed, describe_written
from app.errors import InvalidRequest, ProblemItem
from app.http.idempotency import run_idempotent
from app.http.preconditions import read_precondition, require_precondition
from app.http.whole_responses import bytes_response
from app.http.write_requests import WriteRequest
from app.log.history import read_one
from app.memory import without_collector
from app.schemas.drafts import (
    Decisions,
    DecisionsMade,
    ProposalCreate,
    ProposalPatch,
    PublicationChecked,
    PublicationRead,
)
from app.schemas.validation_messages import describe_error, pointer
from app.store.models import Draft
from app.store.revisions import read_revision
from app.store.sessions import read_session
from app.stored_drafts.decide import decide_many, mark_published, patch_proposal
from app.stored_drafts.missed import add_proposal
from app.stored_drafts.pages import (
    count_proposals,
    describe_proposal,
    proposal_path,
    read_detail,
    version_tag,
)
from app.stored_drafts.publish import prepare_publication
from app.stored_drafts.rows import (
    delete_draft,
    require_draft,
    require_proposal,
)

MAX_FORM_PROBLEMS = 100
Body = TypeVar("Body", bound=BaseModel)


def detail_response(session: Session, draft_id: str) -> Response:
    """A draft, whose ETag tells its state. Raises NotFound."""
    draft = require_draft(session, draft_id, is_complete=True)
    body = read_detail(session, draft).model_dump_json().encode()
    return bytes_response(body, read_revision(session), tag=str(draft.version))


def proposal_response(
    session: Session,
    draft: Draft,
    number: int,
) -> Response:
    """A proposal, whose ETag tells its state."""
    proposal = require_proposal(session, draft.id, number)
    text = draft.utf8.decode()
    body = describe_proposal(proposal, text).model_dump_json().encode()
    return bytes_response(body, read_revision(session), tag=str(proposal.version))


def patch_proposal_response(
    request: WriteRequest,
    draft_id: str,
    number: int,
) -> Response:
    """Write a decision or a correction, if the proposal is as the client has read it."""
    patch = _read_body(request, ProposalPatch)
    precondition = read_precondition(request.headers)

    def operation(session: Session) -> Response:
        draft = require_draft(session, draft_id, is_complete=True)
        proposal = require_proposal(session, draft_id, number)
        body = describe_proposal(proposal, draft.utf8.decode()).model_dump_json().encode()
        tag = version_tag(proposal.version, body)
        require_precondition(precondition, f"proposal {number}", tag)
        if patch.model_fields_set:
            patch_proposal(session, draft, proposal, patch, request.principal.name)
        return proposal_response(session, draft, number)

    return run_idempotent(request, operation)


def add_proposal_response(request: WriteRequest, draft_id: str) -> Response:
    """Add what was missed."""
    create = _read_body(request, ProposalCreate)
    max_proposals = request.settings.draft_max_proposals

    def operation(session: Session) -> Response:
        draft = require_draft(session, draft_id, is_complete=True)
        number = add_proposal(session, draft, create, max_proposals, request.principal.name)
        response = proposal_response(session, draft, number)
        response.status_code = 201
        response.headers["Location"] = proposal_path(draft_id, number)
        return response

    return run_idempotent(request, operation)


def decisions_response(request: WriteRequest, draft_id: str) -> Response:
    """Decide on many proposals at once."""
    decisions = _read_body(request, Decisions)

    def operation(session: Session) -> Response:
        draft = require_draft(session, draft_id)
        numbers = decide_many(session, draft, decisions, request.principal.name)
        session.expire_all()
        body = DecisionsMade(
            draft=draft_id,
            version=require_draft(session, draft_id).version,
            numbers=numbers,
            counts=count_proposals(session, [draft_id])[draft_id],
        )
        return model_response(body, read_revision(session))

    return run_idempotent(request, operation)


def publication_response(
    request: WriteRequest,
    draft_id: str,
    *,
    validate_only: bool,
) -> Response:
    """Publish what is accepted as one revision, or report what that would do."""
    if validate_only:
        with read_session(request.engine) as session:
            return _check_publication(session, request, draft_id)

    # Around all of it: where the collector begins again, it visits what is still there.
    @without_collector()
    def operation(session: Session) -> Response:
        draft = require_draft(session, draft_id, is_complete=True)
        publication = prepare_publication(session, draft)
        limit_changes(request, len(publication.requests))
        if not publication.changes:
            body = PublicationRead(revision=None, changes=[], used=publication.used)
            return model_response(body, read_revision(session), exclude_unset=True)
        message = f"Publish the draft of {' '.join(draft.title.split())!r}"
        author = request.principal.name
        revision = write(session, publication.changes, author, message, are_judged=True)
        mark_published(session, draft_id, publication.slugs, revision.number)
        body = PublicationRead(
            revision=read_one(session, revision.number),
            changes=describe_written(session, revision.number),
            used=publication.used,
        )
        response = model_response(body, revision.number, exclude_unset=True)
        response.status_code = 201
        response.headers["Location"] = f"/v1/revisions/{revision.number}"
        return response

    return run_idempotent(request, operation)


def _check_publication(
    session: Session,
    request: WriteRequest,
    draft_id: str,
) -> Response:
    draft = require_draft(session, draft_id, is_complete=True)
    publication = prepare_publication(session, draft)
    limit_changes(request, len(publication.requests))
    max_changes = request.settings.max_changes
    checked = check_parsed(session, publication.changes, max_changes, are_judged=True)
    body = PublicationChecked(**dict(checked), used=publication.used)
    return model_response(body, read_revision(session), exclude_unset=True)


def deletion_response(request: WriteRequest, draft_id: str) -> Response:
    """Delete a draft; a precondition is optional, because a draft is not changed but decided."""
    precondition = read_precondition(request.headers)

    def operation(session: Session) -> Response:
        draft = require_draft(session, draft_id, is_complete=True)
        if precondition is not None:
            body = read_detail(session, draft).model_dump_json().encode()
            tag = version_tag(draft.version, body)
            precondition.check(f"the draft {draft_id!r}", tag)
        delete_draft(session, draft_id)
        headers = {"Communique-Revision": str(read_revision(session))}
        return Response(status_code=204, headers=headers)

    return run_idempotent(request, operation)


def _read_body(request: WriteRequest, model: type[Body]) -> Body:
    """The body as JSON of this schema. Raises UnreadableBody or InvalidRequest."""
    raw = request.read_json()
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        problems = []
        for item in error.errors()[:MAX_FORM_PROBLEMS]:
            path = pointer(item["loc"])
            detail = f"{path or 'The body'!r} {describe_error(item, model.model_fields)}"
            problems.append(ProblemItem(detail, pointer=path))
        raise InvalidRequest.of(problems) from None
