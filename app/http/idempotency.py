"""How is a request carried out once, however often it is sent?"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from fastapi import Response
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.changes import idempotency as repeats
from app.errors import KnowledgeBaseError
from app.http.problems import render_problem
from app.http.write_requests import WriteRequest
from app.store.revisions import read_revision
from app.store.sessions import write_session

# Statuses that say nothing of the request: it may be sent again.
_NOT_KEPT = (401, 403, 500, 503)
# Headers of an answer that are sent again with it.
_KEPT = ("content-type", "location", "etag", "communique-revision", "cache-control", "link")


def run_idempotent(writer: WriteRequest, act: Callable[[Session], Response]) -> Response:
    """Carry the request out and commit, unless it was carried out before: then the answer is the
    same. `act` writes in the session and makes the answer, and does not commit."""
    if writer.repeat is None:
        return _carry_out(writer, act, lambda _session, _response: None)
    found = writer.answer or repeats.begin_request(writer.engine, writer.repeat)
    if isinstance(found, repeats.ReplayableResponse):
        return _repeat(found)
    keep = partial(_keep, found)
    try:
        return _carry_out(writer, act, keep)
    except KnowledgeBaseError as error:
        if error.status in _NOT_KEPT:
            _abandon(writer, found)
            raise
        return _carry_out(writer, partial(_refuse, writer, error), keep)
    except BaseException:
        _abandon(writer, found)
        raise


def _carry_out(
    writer: WriteRequest,
    act: Callable[[Session], Response],
    keep: Callable[[Session, Response], None],
) -> Response:
    with write_session(writer.engine) as session:
        # The body may have come slowly, and the turn late.
        writer.principal.require_valid(session)
        response = act(session)
        keep(session, response)
        session.commit()
    return response


def _refuse(writer: WriteRequest, error: KnowledgeBaseError, session: Session) -> Response:
    response = render_problem(writer.path, error)
    response.headers["Communique-Revision"] = str(read_revision(session))
    return response


def _keep(running: repeats.InProgress, session: Session, response: Response) -> None:
    headers = {name: response.headers[name] for name in _KEPT if name in response.headers}
    body = bytes(response.body).decode()
    repeats.store_response(
        session, running, repeats.ReplayableResponse(response.status_code, headers, body)
    )


def _abandon(writer: WriteRequest, running: repeats.InProgress) -> None:
    # What went wrong is told, not that this did too; after a while the place is free anyway.
    with suppress(DBAPIError):
        repeats.abandon_request(writer.engine, running)


def _repeat(answer: repeats.ReplayableResponse) -> Response:
    headers = {**answer.headers, "Idempotency-Replayed": "true"}
    return Response(answer.body, answer.status, headers)
