"""The endpoints of changes: what has become of the base, for those who keep a copy of it."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from app.api.responses import atom_response, changes_response, stream_response
from app.errors import InvalidCursor, InvalidRequest
from app.http.problems import problem_responses
from app.http.session import SessionDep
from app.log.change_feed import read_changes
from app.schemas.changes import AtomQuery, ChangePage, ChangesQuery, StreamQuery
from app.schemas.fields import Text

router = APIRouter(prefix="/v1", tags=["changes"])


@router.get(
    "/changes",
    response_model=ChangePage,
    responses=problem_responses(InvalidRequest, InvalidCursor),
)
def list_changes(session: SessionDep, query: Annotated[ChangesQuery, Query()]) -> Response:
    """List what has changed since then, deletions included, in the order in which it was made."""
    return changes_response(read_changes(session, query))


@router.get(
    "/changes/stream",
    response_class=Response,
    responses={
        200: {"content": {"text/event-stream": {}}, "description": "Events without end."},
        **problem_responses(InvalidRequest, InvalidCursor),
    },
)
def stream_changes(
    request: Request,
    session: SessionDep,
    query: Annotated[StreamQuery, Query()],
    last_event_id: Annotated[
        Text | None,
        Header(
            alias="Last-Event-ID",
            max_length=1_000,
            description="The `id` of the last event that was seen: what a browser sends by itself.",
        ),
    ] = None,
) -> Response:
    """Follow the base: each change as a server-sent event, as soon as it is made."""
    return stream_response(request, session, query, last_event_id)


@router.get(
    "/changes.atom",
    response_class=Response,
    responses={
        200: {"content": {"application/atom+xml": {}}, "description": "A feed (RFC 4287)."},
        **problem_responses(InvalidRequest),
    },
)
def get_atom(
    request: Request, session: SessionDep, query: Annotated[AtomQuery, Query()]
) -> Response:
    """Read the latest changes in a feed reader, the newest first."""
    return atom_response(request, session, query)
