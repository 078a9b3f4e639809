"""Writes, and their repetition: a request with an idempotency key is carried out once."""

from collections.abc import Callable
from contextlib import suppress

from fastapi import Response
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.changes import idempotency
from app.changes.idempotency import InProgress, ReplayableResponse
from app.errors import KnowledgeBaseError
from app.http.problems import render_problem
from app.http.write_requests import WriteRequest
from app.store.revisions import read_revision
from app.store.sessions import write_session

Operation = Callable[[Session], Response]

# These errors depend on the key or the server, not on the request: it may succeed the next time.
_RETRYABLE_STATUSES = (401, 403, 500, 503)
_STORED_HEADERS = (
    "content-type",
    "location",
    "etag",
    "communique-revision",
    "cache-control",
    "link",
)


def run_idempotent(
    request: WriteRequest, operation: Operation, *, stores_errors: bool = True
) -> Response:
    """Carry the request out and commit; if that was done before, replay the stored response.

    `operation` writes in the session and returns the response; it does not commit. Its errors are
    stored as problem details, or with `stores_errors=False` raised: the request can then be sent
    again."""
    if request.idempotent is None:
        return _commit(request, operation)
    state = request.stored_response or idempotency.begin_request(
        request.engine, request.idempotent
    )
    if isinstance(state, ReplayableResponse):
        headers = {**state.headers, "Idempotency-Replayed": "true"}
        return Response(state.body, state.status, headers)
    try:
        if stores_errors:
            return _commit_or_refuse(request, operation, state)
        return _commit(request, operation, state)
    except BaseException:
        # A failure here must not hide the error; the entry expires soon in any case.
        with suppress(DBAPIError):
            idempotency.abandon_request(request.engine, state)
        raise


def _commit_or_refuse(
    request: WriteRequest, operation: Operation, running: InProgress
) -> Response:
    try:
        return _commit(request, operation, running)
    except KnowledgeBaseError as error:
        if error.status in _RETRYABLE_STATUSES:
            raise
        response = render_problem(request.path, error)

    def refuse(session: Session) -> Response:
        response.headers["Communique-Revision"] = str(read_revision(session))
        return response

    return _commit(request, refuse, running)


def _commit(
    request: WriteRequest, operation: Operation, running: InProgress | None = None
) -> Response:
    max_changes = request.settings.max_changes
    with write_session(request.engine, max_changes=max_changes) as session:
        # The key may have been revoked while the request waited for its body or the lock.
        request.principal.require_valid(session)
        response = operation(session)
        if running is not None:
            idempotency.store_response(session, running, _replayable(response))
        session.commit()
    return response


def _replayable(response: Response) -> ReplayableResponse:
    headers = {}
    for name in _STORED_HEADERS:
        if name in response.headers:
            headers[name] = response.headers[name]
    return ReplayableResponse(response.status_code, headers, bytes(response.body).decode())
