"""Writes to drafts: draft a file, decide on proposals, publish, delete."""

import hashlib
from typing import TypeVar

from anyio.to_thread import run_sync
from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ValidationError
from sqlalchemy.orm import Session

from app.api.changeset_writes import limit_changes
from app.api.responses import model_response
from app.changes.apply import write
from app.changes.changesets import check_parsed, describe_written
from app.drafts.lexicon import choose_language
from app.errors import AlreadyExists, InvalidRequest, ProblemItem, Unavailable
from app.http.idempotency import run_idempotent
from app.http.preconditions import read_precondition, require_precondition
from app.http.services import services_of
from app.http.whole_responses import bytes_response
from app.http.write_requests import WriteRequest, write_lock
from app.log.history import read_one
from app.memory import without_collector
from app.reading.formats import MEDIA_TYPES
from app.schemas.drafts import (
    Decisions,
    DecisionsMade,
    DraftCreateQuery,
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
from app.stored_drafts.model_runs import prepare_run
from app.stored_drafts.pages import (
    count_proposals,
    describe_proposal,
    draft_path,
    proposal_path,
    read_detail,
    version_tag,
)
from app.stored_drafts.produce import (
    DraftRequest,
    ProducedDraft,
    produce_draft,
)
from app.stored_drafts.publish import prepare_publication
from app.stored_drafts.rows import (
    DraftIdentity,
    delete_draft,
    find_draft,
    insert_draft,
    require_draft,
    require_proposal,
)

MAX_FORM_PROBLEMS = 100
Body = TypeVar("Body", bound=BaseModel)


async def create_draft_response(
    request: Request,
    file: WriteRequest,
    query: DraftCreateQuery,
) -> Response:
    """Draft the file, unless that was done before. It is read and drafted in a thread of its own,
    before the write lock is taken."""
    services = services_of(request)
    draft_request = _read_draft_request(file, query)
    produced = None
    if file.stored_response is None:
        produced = await run_sync(
            _produce_new,
            file,
            draft_request,
            limiter=services.drafting_threads,
        )
    async with write_lock(services):
        return await run_in_threadpool(_creation_response, file, draft_request, produced)


def _read_draft_request(file: WriteRequest, query: DraftCreateQuery) -> DraftRequest:
    media_type, _, _ = file.headers["content-type"].partition(";")
    return DraftRequest(
        file_format=MEDIA_TYPES[media_type.strip().lower()],
        language=_read_language(query.language),
        office=query.office,
        said_on=query.said_on,
        prose=query.prose,
        model=query.model,
    )


def _read_language(tag: str | None) -> str | None:
    """The language with rules that the tag names. Raises InvalidRequest."""
    try:
        return choose_language(tag) if tag is not None else None
    except InvalidRequest as error:
        raise InvalidRequest.at(str(error), parameter="language") from None


def _identity(file: WriteRequest, draft_request: DraftRequest) -> DraftIdentity:
    digest = hashlib.sha256(file.body).hexdigest()
    return DraftIdentity(digest, draft_request.file_format)


def _produce_new(file: WriteRequest, draft_request: DraftRequest) -> ProducedDraft | None:
    """The draft of the file; None if it is there already."""
    identity = _identity(file, draft_request)
    model_run = None
    with read_session(file.engine) as session:
        if find_draft(session, identity) is not None:
            return None
        if draft_request.model:
            model_run = prepare_run(session, file.settings, identity.file_sha256)
    return produce_draft(file.body, draft_request, file.settings, model_run)


def _creation_response(
    file: WriteRequest,
    draft_request: DraftRequest,
    produced: ProducedDraft | None,
) -> Response:
    identity = _identity(file, draft_request)

    def operation(session: Session) -> Response:
        existing = find_draft(session, identity)
        if existing is not None:
            _require_same_options(existing, draft_request)
            response = detail_response(session, existing.id)
            response.headers["Location"] = draft_path(existing.id)
            return response
        if produced is None:
            # It was there before the lock was taken, and a file is not read under the lock.
            raise Unavailable("The draft of this file was deleted in this moment. Try again.")
        draft_id = insert_draft(session, produced, file.principal.name)
        response = detail_response(session, draft_id)
        response.status_code = 201
        response.headers["Location"] = draft_path(draft_id)
        return response

    return run_idempotent(file, operation)


def _require_same_options(existing: Draft, draft_request: DraftRequest) -> None:
    """A file that is drafted is not drafted otherwise without a word."""
    differing = []
    for name, value in draft_request.options.items():
        if value not in (None, False, existing.options.get(name)):
            differing.append(f"{name}={value}")
    if differing:
        listed = ", ".join(differing)
        raise AlreadyExists(
            f"The file is drafted already, at {draft_path(existing.id)}, without {listed}. "
            "Delete that draft to have another."
        )


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
