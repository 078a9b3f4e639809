"""The session of a request: one state of the base, as it is or, with `as_of`, as it was."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.errors import Unavailable
from app.export.lists import Export
from app.http.parameters import query_fields
from app.http.services import services_of
from app.schemas.filters import PastQuery
from app.store.revisions import RevisionStamp, read_revision
from app.store.sessions import read_session


async def get_session(request: Request) -> AsyncIterator[Session]:
    """A session that sees one state of the base, and ends before the answer is sent: the state of
    now, or where the endpoint takes `as_of`, of then.

    An async generator, though little in it waits: a plain one would hop between threads."""
    lookback = services_of(request).historical_bases
    as_of = _read_as_of(request)
    request.state.engine, request.state.moment = lookback.engine, None
    if as_of is None:
        with read_session(lookback.engine) as session:
            yield session
        return
    moment = await run_in_threadpool(lookback.find_moment, as_of)
    request.state.moment = moment
    with read_session(lookback.engine) as session:
        if await run_in_threadpool(read_revision, session) == moment.number:
            yield session
            return
    async with _opened(request, moment) as engine:
        request.state.engine = engine
        with read_session(engine) as session:
            yield session


@asynccontextmanager
async def _opened(request: Request, moment: RevisionStamp) -> AsyncIterator[Engine]:
    """The base as it was at the moment."""
    lookback = services_of(request).historical_bases
    # One at a time: several of one moment would be made for nothing, several of others at once
    # would leave no processor for anybody else.
    turns = services_of(request).as_of_lock
    async with turns:
        past = await run_in_threadpool(lookback.open, moment)
        past.users += 1
    try:
        yield past.engine
    finally:
        past.users -= 1
        if lookback.has_too_many:
            async with turns:
                await run_in_threadpool(lookback.trim)


def require_moment(request: Request, export: Export) -> None:
    """An export reads in a transaction of its own. Raises Unavailable if the base, which was at the
    moment that was asked for, was written to before that began."""
    moment: RevisionStamp | None = request.state.moment
    if moment is not None and export.revision != moment.number:
        raise Unavailable("The base was written to in this moment. Try again.")


def _read_as_of(request: Request) -> str | None:
    """What `as_of` says, where the endpoint takes it; what cannot be used is refused with all else
    that cannot."""
    given = request.query_params.get("as_of")
    if given is None or "as_of" not in query_fields(request.scope.get("route")):
        return None
    try:
        return PastQuery.model_validate({"as_of": given}).as_of
    except ValidationError:
        return None


SessionDep = Annotated[Session, Depends(get_session, scope="function")]
