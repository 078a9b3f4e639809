"""The endpoints of changes, for clients that maintain a copy of the base: pages, stream, feed."""

from functools import partial
from typing import Annotated

from fastapi import Header, Query, Request, Response
from sqlalchemy import Engine

from app.access.principals import Principal
from app.api.responses import model_response
from app.errors import InvalidCursor, InvalidRequest
from app.export.atom import MEDIA_TYPE as ATOM
from app.export.atom import write_atom
from app.http.accept import STREAMED_TEXT
from app.http.event_stream import EventStream
from app.http.problems import problem_responses
from app.http.routing import make_router
from app.http.services import base_url_of, services_of
from app.http.session import SessionDep
from app.http.whole_responses import bytes_response
from app.log.change_feed import read_changes, read_latest
from app.log.feed_positions import NOW, find_position
from app.schemas.changes import AtomQuery, ChangePage, ChangesQuery, StreamQuery
from app.schemas.fields import Text
from app.store.revisions import find_identity, read_revision
from app.store.sessions import read_session

router = make_router(prefix="/v1", tags=["changes"])


@router.get(
    "/changes",
    response_model=ChangePage,
    responses=problem_responses(InvalidRequest, InvalidCursor),
)
def list_changes(session: SessionDep, query: Annotated[ChangesQuery, Query()]) -> Response:
    """List the changes since a revision or token, deletions included, in the order of the log."""
    page = read_changes(session, query)
    response = model_response(page, page.revision)
    if page.next is not None:
        response.headers["Link"] = f'<{page.next}>; rel="next"'
    return response


@router.get(
    "/changes/stream",
    response_class=Response,
    responses={
        200: {
            "content": {"text/event-stream": {"schema": STREAMED_TEXT}},
            "description": "Events without end.",
        },
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
            description="The `id` of the last event received; browsers send it by themselves.",
        ),
    ] = None,
) -> Response:
    """Follow the base: each change as a server-sent event, as soon as it is committed."""
    services = services_of(request)
    if last_event_id:
        # A browser that reconnects still has the `since` of its URL, which is older.
        position = find_position(
            session, last_event_id, query.type, {"header": "Last-Event-ID"}
        )
    else:
        position = find_position(session, query.since or NOW, query.type)
    stream = EventStream(
        services.hub,
        position,
        query.type,
        services.settings.heartbeat_seconds,
    )
    principal: Principal | None = request.state.principal
    if principal is not None:
        # A key may expire or be revoked while the stream is open.
        stream.may_read = partial(_is_valid, services.engine, principal)
    stream.headers["Communique-Revision"] = str(read_revision(session))
    return stream


def _is_valid(engine: Engine, principal: Principal) -> bool:
    with read_session(engine) as session:
        return principal.is_valid(session)


@router.get(
    "/changes.atom",
    response_class=Response,
    responses={
        200: {
            "content": {ATOM: {"schema": STREAMED_TEXT}},
            "description": "A feed (RFC 4287).",
        },
        **problem_responses(InvalidRequest),
    },
)
def get_atom(
    request: Request,
    session: SessionDep,
    query: Annotated[AtomQuery, Query()],
) -> Response:
    """Read the latest changes in a feed reader, the newest first."""
    latest = read_latest(session, query.type, query.limit)
    identity = find_identity(session, services_of(request).settings.base_url)
    feed = write_atom(latest, query, base_url_of(request), identity)
    return bytes_response(feed, read_revision(session), media_type=ATOM)
