"""The session of a request: on the current base or, with `as_of`, on the base as it was."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Protocol

from anyio import Lock
from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.errors import Unavailable
from app.export.lists import Export
from app.http.admission import query_fields
from app.http.services import services_of
from app.log.as_of.historical_bases import HistoricalBases
from app.log.as_of.resolve import resolve_as_of
from app.schemas.filters import PastQuery
from app.store.revisions import RevisionStamp
from app.store.sessions import read_session


async def get_session(request: Request) -> AsyncIterator[Session]:
    """A session that sees one state of the base and ends before the response is sent. With `as_of`,
    where the endpoint has it, `request.state` has the revision that it means, and the engine."""
    # An async generator, although it rarely waits: FastAPI runs a plain one in other threads,
    # which takes longer than opening a session.
    engine = services_of(request).engine
    as_of = _read_as_of(request)
    request.state.engine = engine
    request.state.as_of = None
    with read_session(engine) as session:
        if as_of is None:
            yield session
            return
        resolved = await run_in_threadpool(resolve_as_of, session, as_of)
        request.state.as_of = resolved.stamp
        if resolved.is_current:
            yield session
            return
    async with historical_engine(services_of(request), resolved.stamp) as engine:
        request.state.engine = engine
        with read_session(engine) as session:
            yield session


class PastBases(Protocol):
    """Historical bases that several tasks share, and the lock that they take to open one."""

    @property
    def historical_bases(self) -> HistoricalBases: ...
    @property
    def as_of_lock(self) -> Lock: ...


@asynccontextmanager
async def historical_engine(past: PastBases, stamp: RevisionStamp) -> AsyncIterator[Engine]:
    """The engine of the historical base, which stays until the block ends."""
    bases = past.historical_bases
    # One task at a time: two would build the same base twice, or take both processors for
    # different ones. An async lock, because waiting requests must not occupy threads.
    async with past.as_of_lock:
        base = await run_in_threadpool(bases.open, stamp)
        base.users += 1
    try:
        yield base.engine
    finally:
        base.users -= 1
        if bases.has_too_many:
            async with past.as_of_lock:
                await run_in_threadpool(bases.trim)


def require_as_of(request: Request, export: Export) -> None:
    """Check the revision of an export, which reads in a transaction of its own.

    Raises Unavailable if the current base had the revision of `as_of` when the request began, but
    a later one when the export began."""
    stamp: RevisionStamp | None = request.state.as_of
    if stamp is not None and export.stamp != stamp:
        raise Unavailable("The base was written to in this moment. Try again.")


def _read_as_of(request: Request) -> str | None:
    """The value of `as_of`, if the endpoint has it. None for an invalid one: the endpoint's own
    validation reports it, together with other invalid parameters."""
    value = request.query_params.get("as_of")
    if value is None or "as_of" not in query_fields(request):
        return None
    try:
        return PastQuery.model_validate({"as_of": value}).as_of
    except ValidationError:
        return None


open_session = asynccontextmanager(get_session)
SessionDep = Annotated[Session, Depends(get_session, scope="function")]
