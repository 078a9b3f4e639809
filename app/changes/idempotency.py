"""Was this request answered before?

What a request with an idempotency key is answered is kept for a day, in the transaction in which it
was carried out: either both are there or neither. (IETF draft-ietf-httpapi-idempotency-key-header.)
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
# After this long a request is taken to have ended with its process. Should it not have, it finds
# its place taken when it wants to write, and does not.
RUNNING_FOR = timedelta(seconds=10)
HEADER = "Idempotency-Key"


@dataclass(frozen=True)
class IdempotentRequest:
    """A request that may be sent again: by whom, under which key, and a digest of all that it
    asks."""

    sender: str
    key: str
    fingerprint: str


@dataclass(frozen=True)
class InProgress:
    """A request that is being carried out: others find it so."""

    request: IdempotentRequest
    started_at: datetime


@dataclass(frozen=True)
class ReplayableResponse:
    status: int
    headers: Mapping[str, str]
    body: str


def find_answer(engine: Engine, request: IdempotentRequest) -> ReplayableResponse | None:
    """What the request was answered; None: it was not. Waits for nobody.

    Raises KeyReused, or StillRunning."""
    with read_session(engine) as session:
        return _look(session, request)


def begin(engine: Engine, request: IdempotentRequest) -> ReplayableResponse | InProgress:
    """As `find_answer`; if there is no answer, from now on others find the request running."""
    with write_session(engine) as session:
        now = datetime.now(UTC)
        session.execute(delete(StoredResponse).where(StoredResponse.started_at < now - STORED_FOR))
        found = _look(session, request)
        if found is None:
            # In the place of one that ended with its process.
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
        return found if found is not None else InProgress(request, now)


def keep(session: Session, running: InProgress, answer: ReplayableResponse) -> None:
    """Keep the answer, in the session's transaction.

    Raises StillRunning if another request took this one for ended, and its place."""
    request = running.request
    kept = session.get(StoredResponse, (request.sender, request.key), populate_existing=True)
    if kept is None or kept.started_at != running.started_at:
        raise _still_running(request)
    kept.status, kept.headers, kept.body = answer.status, dict(answer.headers), answer.body
    session.flush()


def abandon(engine: Engine, running: InProgress) -> None:
    """Forget a request that came to no answer, so that it can be tried again at once."""
    request = running.request
    with write_session(engine) as session:
        mine = StoredResponse.started_at == running.started_at
        who = (StoredResponse.sender == request.sender, StoredResponse.key == request.key)
        session.execute(delete(StoredResponse).where(*who, mine, StoredResponse.status.is_(None)))
        session.commit()


def _look(session: Session, request: IdempotentRequest) -> ReplayableResponse | None:
    kept = session.get(StoredResponse, (request.sender, request.key))
    now = datetime.now(UTC)
    if kept is None or kept.started_at < now - STORED_FOR:
        return None
    if kept.fingerprint != request.fingerprint:
        said = f"{HEADER} {request.key!r} came with another request before. Use a new one."
        raise KeyReused.at(said, header=HEADER)
    if kept.status is not None:
        return ReplayableResponse(kept.status, kept.headers, kept.body)
    if kept.started_at > now - RUNNING_FOR:
        raise _still_running(request)
    return None


def _still_running(request: IdempotentRequest) -> StillRunning:
    said = f"The request with {HEADER} {request.key!r} is not done yet. Try again in a moment."
    return StillRunning.at(said, header=HEADER)
