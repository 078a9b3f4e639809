"""Was this request answered before?

What a request with an idempotency key is answered is kept for a day, in the transaction in which it
was carried out: either both are there or neither. (IETF draft-ietf-httpapi-idempotency-key-header.)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, delete
from sqlalchemy.orm import Session

from app.db import reading, writing
from app.errors import KeyReused, Problem, StillRunning
from app.models import KeptAnswer

KEPT_FOR = timedelta(hours=24)
# After this long a request is taken to have ended with its process. Should it not have, it finds
# its place taken when it wants to write, and does not.
RUNNING_FOR = timedelta(seconds=10)
HEADER = "Idempotency-Key"


@dataclass(frozen=True)
class Request:
    """A request that may be sent again: by whom, under which key, and a digest of all that it
    asks."""

    sender: str
    key: str
    fingerprint: str


@dataclass(frozen=True)
class Running:
    """A request that is being carried out: others find it so."""

    request: Request
    started_at: datetime


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: str


def find_answer(engine: Engine, request: Request) -> Answer | None:
    """What the request was answered; None: it was not. Waits for nobody.

    Raises KeyReused, or StillRunning."""
    with reading(engine) as session:
        return _look(session, request)


def begin(engine: Engine, request: Request) -> Answer | Running:
    """As `find_answer`; if there is no answer, from now on others find the request running."""
    with writing(engine) as session:
        now = datetime.now(UTC)
        session.execute(delete(KeptAnswer).where(KeptAnswer.started_at < now - KEPT_FOR))
        found = _look(session, request)
        if found is None:
            # In the place of one that ended with its process.
            session.merge(
                KeptAnswer(
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
        return found if found is not None else Running(request, now)


def keep(session: Session, running: Running, answer: Answer) -> None:
    """Keep the answer, in the session's transaction.

    Raises StillRunning if another request took this one for ended, and its place."""
    request = running.request
    kept = session.get(KeptAnswer, (request.sender, request.key), populate_existing=True)
    if kept is None or kept.started_at != running.started_at:
        raise _still_running(request)
    kept.status, kept.headers, kept.body = answer.status, dict(answer.headers), answer.body
    session.flush()


def abandon(engine: Engine, running: Running) -> None:
    """Forget a request that came to no answer, so that it can be tried again at once."""
    request = running.request
    with writing(engine) as session:
        mine = KeptAnswer.started_at == running.started_at
        who = (KeptAnswer.sender == request.sender, KeptAnswer.key == request.key)
        session.execute(delete(KeptAnswer).where(*who, mine, KeptAnswer.status.is_(None)))
        session.commit()


def _look(session: Session, request: Request) -> Answer | None:
    kept = session.get(KeptAnswer, (request.sender, request.key))
    now = datetime.now(UTC)
    if kept is None or kept.started_at < now - KEPT_FOR:
        return None
    if kept.fingerprint != request.fingerprint:
        said = f"{HEADER} {request.key!r} came with another request before. Use a new one."
        raise KeyReused(said, [Problem(said, header=HEADER)])
    if kept.status is not None:
        return Answer(kept.status, kept.headers, kept.body)
    if kept.started_at > now - RUNNING_FOR:
        raise _still_running(request)
    return None


def _still_running(request: Request) -> StillRunning:
    said = f"The request with {HEADER} {request.key!r} is not done yet. Try again in a moment."
    return StillRunning(said, [Problem(said, header=HEADER)])
