"""Files that are sent to be drafted, and what asking a model about one would need."""

import hashlib

from anyio.to_thread import run_sync
from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.orm import Session

from app.api.draft_writes import detail_response
from app.api.responses import model_response
from app.drafts.lexicon import choose_language
from app.errors import AlreadyExists, InvalidRequest, Unavailable
from app.http.idempotency import run_idempotent
from app.http.services import services_of
from app.http.write_requests import WriteRequest, write_lock
from app.reading.formats import MEDIA_TYPES
from app.schemas.drafts import DraftCreateQuery
from app.schemas.model_runs import ModelEstimate, ModelEstimateQuery
from app.store.models import Draft
from app.store.revisions import read_revision
from app.store.sessions import read_session
from app.stored_drafts.model_runs import prepare_run
from app.stored_drafts.pages import draft_path
from app.stored_drafts.produce import (
    DraftRequest,
    ProducedDraft,
    estimate_model_run,
    produce_draft,
)
from app.stored_drafts.rows import DraftIdentity, find_draft, insert_draft


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


async def estimate_response(
    request: Request,
    file: WriteRequest,
    query: ModelEstimateQuery,
) -> Response:
    """What asking the model about the file would need. The file is read in a thread of its own;
    nothing is asked or stored."""
    return await run_sync(
        _estimate,
        file,
        query,
        limiter=services_of(request).drafting_threads,
    )


def _estimate(file: WriteRequest, query: ModelEstimateQuery) -> Response:
    draft_request = _read_draft_request(file, DraftCreateQuery(language=query.language))
    with read_session(file.engine) as session:
        digest = _identity(file, draft_request).file_sha256
        model_run = prepare_run(session, file.settings, digest)
        revision = read_revision(session)
    estimate = estimate_model_run(file.body, draft_request, file.settings, model_run)
    body = ModelEstimate(
        model=estimate.model,
        requests=estimate.requests,
        answered=estimate.answered,
        tokens=estimate.tokens,
        max_tokens=estimate.most_tokens,
        refusal=estimate.refusal,
    )
    return model_response(body, revision)
