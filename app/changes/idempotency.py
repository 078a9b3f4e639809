"""Stored responses to requests with an idempotency key.

A response is stored for a day, in the transaction that carried the request out: either both are
there or neither. (IETF draft-ietf-httpapi-idempotency-key-header.)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, delete
from sqlalchemy.orm import Session

from app.errors import KeyReused, StillRunning
from app.store.models import StoredResponse
from app.store.sessions import read_session, write_session

STORED_FOR = timedelta(hours=24)
# After this long a request without a response is assumed to have died with its process. If it is
# still running, `store_response` refuses it once another request has taken the key over.
RUNNING_FOR = timedelta(seconds=10)
HEADER = "Idempotency-Key"


@dataclass(frozen=True)
class IdempotentRequest:
    """A request that a client may send again; `fingerprint` is a digest of all that it contains."""

    sender: str
    key: str
    fingerprint: str

    @property
    def primary_key(self) -> tuple[str, str]:
        """The primary key of its StoredResponse."""
        return self.sender, self.key


@dataclass(frozen=True)
class InProgress:
    """A request that this process carries out."""

    request: IdempotentRequest
    started_at: datetime


@dataclass(frozen=True)
class ReplayableResponse:
    """A complete response, as it is sent again."""

    status: int
    headers: Mapping[str, str]
    body: str


def find_response(engine: Engine, request: IdempotentRequest) -> ReplayableResponse | None:
    """The stored response, or None. Takes no lock.

    Raises KeyReused, or StillRunning."""
    with read_session(engine) as session:
        return _read_response(session, request)


def begin_request(
    engine: Engine, request: IdempotentRequest
) -> ReplayableResponse | InProgress:
    """The stored response; without one, the request is recorded as running.

    Raises KeyReused, or StillRunning."""
    with write_session(engine) as session:
        now = datetime.now(UTC)
        expired = StoredResponse.started_at < now - STORED_FOR
        session.execute(delete(StoredResponse).where(expired))
        response = _read_response(session, request)
        if response is not None:
            session.commit()
            return response
        # `merge` and not `add`: the row of a request that died with its process is replaced.
        session.merge(
            StoredResponse(
                sender=request.sender,
                key=request.key,
                fingerprint=request.fingerprint,
                started_at=now,
                status=None,
                headers={},
                body="",
            )
        )
        session.commit()
        return InProgress(request, now)


def store_response(
    session: Session, running: InProgress, response: ReplayableResponse
) -> None:
    """Store the response in the session's transaction.

    Raises StillRunning if another request has taken over the key meanwhile."""
    row = session.get(StoredResponse, running.request.primary_key, populate_existing=True)
    if row is None or row.started_at != running.started_at:
        raise _still_running(running.request)
    row.status = response.status
    row.headers = dict(response.headers)
    row.body = response.body
    session.flush()


def abandon_request(engine: Engine, running: InProgress) -> None:
    """Forget a request that ended without a response, so that the client can send it again."""
    request = running.request
    statement = delete(StoredResponse).where(
        StoredResponse.sender == request.sender,
        StoredResponse.key == request.key,
        StoredResponse.started_at == running.started_at,
        StoredResponse.status.is_(None),
    )
    with write_session(engine) as session:
        session.execute(statement)
        session.commit()


def _read_response(session: Session, request: IdempotentRequest) -> ReplayableResponse | None:
    row = session.get(StoredResponse, request.primary_key)
    now = datetime.now(UTC)
    if row is None or row.started_at < now - STORED_FOR:
        return None
    if row.fingerprint != request.fingerprint:
        detail = f"{HEADER} {request.key!r} was used with another request. Use a new key."
        raise KeyReused.at(detail, header=HEADER)
    if row.status is not None:
        return ReplayableResponse(row.status, row.headers, row.body)
    # Of an instant in the future nothing is known: the clock was set back.
    if abs(now - row.started_at) < RUNNING_FOR:
        raise _still_running(request)
    return None


def _still_running(request: IdempotentRequest) -> StillRunning:
    detail = (
        f"The request with {HEADER} {request.key!r} is still running. Try again in a moment."
    )
    return StillRunning.at(detail, header=HEADER)
