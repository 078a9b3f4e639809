"""How do a record and a page become bytes with their ETag, revision and links?"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Annotated

from fastapi import Path, Request, Response
from pydantic import BaseModel
from pydantic_core import to_json
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.access.principals import Principal
from app.catalog.crosstab import CrosstabQuery
from app.catalog.resource import Resource
from app.catalog.search import SearchQuery
from app.catalog.timeline_items import CalendarQuery
from app.errors import InvalidCursor, InvalidRequest, NotAcceptable
from app.export.atom import MEDIA_TYPE as ATOM
from app.export.atom import write_atom
from app.export.calendar import Feed, export_calendar
from app.export.crosstab import write_crosstab
from app.export.formats import FORMATS, check_parameters
from app.export.lists import Export, export_records, export_search
from app.http.accept import choose_format, format_responses
from app.http.event_stream import EventStream
from app.http.exports import ExportResponse, export_tag
from app.http.problems import problem_responses
from app.http.services import services_of
from app.http.session import require_moment
from app.log.change_feed import NOW, find_position, read_latest
from app.queries.crosstab import read_crosstab
from app.queries.loading import Json
from app.queries.pages import read_page
from app.queries.search import read_search
from app.schemas.changes import AtomQuery, ChangePage, StreamQuery
from app.schemas.paging import ListQuery
from app.store.revisions import find_identity, read_revision
from app.store.sessions import read_session
from app.vocabulary import Format

# Events of a calendar that is answered at once, as a page is; a longer one is an export.
WHOLE = 1_000
# What every list may answer.
LIST_RESPONSES = format_responses("csv", "ndjson", "parquet") | problem_responses(
    InvalidRequest, InvalidCursor, NotAcceptable
)
PathSlug = Annotated[str, Path(description="The record's slug.", max_length=600)]


def record_response(session: Session, record: Json) -> Response:
    """One record. Its ETag is the version and a digest of what is shown of it."""
    return _answer(to_json(record), read_revision(session), str(record["version"]))


def list_response(
    request: Request, session: Session, resource: Resource, query: ListQuery
) -> Response:
    """A list in the format that is asked for: a page of it, or an export of every row."""
    return _answer_in_format(
        request,
        query,
        resource.name,
        lambda: read_page(session, resource, query),
        lambda engine, format_: export_records(engine, resource, query, format_),
    )


def search_response(request: Request, session: Session, query: SearchQuery) -> Response:
    """The table of all types in the format that is asked for."""
    return _answer_in_format(
        request,
        query,
        "search",
        lambda: read_search(session, query),
        lambda engine, format_: export_search(engine, query, format_),
    )


def _answer_in_format(
    request: Request,
    query: ListQuery,
    name: str,
    read: Callable[[], Json],
    export: Callable[[Engine, Format], Export],
) -> Response:
    format_ = choose_format(request, query.format)
    if format_ == "json":
        check_parameters(query, format_)
        return page_response(read())
    engine: Engine = request.state.engine
    tag = export_tag(query, format_)
    return export_response(request, lambda: export(engine, format_), format_, name, tag)


def export_response(
    request: Request, begin: Callable[[], Export], format_: Format, name: str, tag: str
) -> Response:
    """An export, unless too many go on already."""
    slots = services_of(request).export_slots
    slots.acquire()
    try:
        export = begin()
        try:
            require_moment(request, export)
        except BaseException:
            export.close()
            raise
    except BaseException:
        slots.release()
        raise
    return ExportResponse(export, slots, f"{name}.{format_}", FORMATS[format_].media_type, tag)


def calendar_response(request: Request, query: CalendarQuery) -> Response:
    """The timeline as a calendar."""
    settings = services_of(request).settings
    feed = Feed(
        base_url=find_base_url(request),
        identity=settings.base_url,
        ttl=timedelta(seconds=settings.feed_ttl_seconds),
        cancelled_for=timedelta(days=settings.cancelled_days),
    )
    calendar = export_calendar(request.state.engine, query, feed)
    slots = services_of(request).export_slots
    export = calendar.export
    try:
        require_moment(request, export)
        if calendar.items > WHOLE:
            slots.acquire()
            tag = f"{export_tag(query, 'ics')} {calendar.mark}"
            return ExportResponse(export, slots, "timeline.ics", "text/calendar", tag)
        text = b"".join(export.pieces)
    except BaseException:
        export.close()
        raise
    export.close()
    return _answer(text, export.revision, str(export.revision), "text/calendar")


def atom_response(request: Request, session: Session, query: AtomQuery) -> Response:
    """The latest changes as a feed."""
    revision = read_revision(session)
    latest = read_latest(session, query.type, query.limit)
    settings = services_of(request).settings
    identity = find_identity(session, settings.base_url)
    text = write_atom(latest, query, find_base_url(request), identity)
    return _answer(text, revision, str(revision), ATOM)


def find_base_url(request: Request) -> str:
    """Where users find this server: what is set, or else what this request names."""
    settings = services_of(request).settings
    return settings.base_url or str(request.base_url).rstrip("/")


def crosstab_response(request: Request, session: Session, query: CrosstabQuery) -> Response:
    """A crosstab as JSON or CSV."""
    format_ = choose_format(request, query.format, ("json", "csv"))
    check_parameters(query, format_)
    table = read_crosstab(session, query)
    if format_ == "json":
        response = model_response(table, table.revision)
    else:
        text = write_crosstab(table, query).encode()
        response = _answer(text, table.revision, str(table.revision), "text/csv")
        response.headers["Content-Disposition"] = 'attachment; filename="crosstab.csv"'
    response.headers["Vary"] = "Accept"
    return response


def page_response(page: Json) -> Response:
    """One page. Its ETag changes only when the base does."""
    response = _answer(to_json(page), page["revision"], str(page["revision"]))
    response.headers["Vary"] = "Accept"
    if page["next"] is not None:
        response.headers["Link"] = f'<{page["next"]}>; rel="next"'
    return response


def changes_response(page: ChangePage) -> Response:
    """A page of changes."""
    response = model_response(page, page.revision)
    if page.next is not None:
        response.headers["Link"] = f'<{page.next}>; rel="next"'
    return response


def stream_response(
    request: Request, session: Session, query: StreamQuery, last_event_id: str | None
) -> Response:
    """The changes since then, and those to come."""
    settings = services_of(request).settings
    if last_event_id:
        # A browser that comes back still has the `since` of its address.
        place = find_position(session, last_event_id, query.type, {"header": "Last-Event-ID"})
    else:
        place = find_position(session, query.since or NOW, query.type)
    principal: Principal | None = request.state.principal
    stream = EventStream(
        services_of(request).hub,
        place,
        query.type,
        settings.heartbeat_seconds,
        partial(_may_read, services_of(request).engine, principal)
        if principal is not None
        else None,
    )
    stream.headers["Communique-Revision"] = str(read_revision(session))
    return stream


def _may_read(engine: Engine, principal: Principal) -> bool:
    with read_session(engine) as session:
        return principal.is_valid(session)


def model_response(model: BaseModel, revision: int, *, whole: bool = True) -> Response:
    """Anything else that is a function of the base; without the defaults if not `whole`."""
    body = model.model_dump_json(exclude_unset=not whole).encode()
    return _answer(body, revision, str(revision))


def _answer(body: bytes, revision: int, tag: str, media_type: str = "application/json") -> Response:
    digest = hashlib.blake2b(body, digest_size=9).hexdigest()
    headers = {
        "ETag": f'"{tag}-{digest}"',
        "Communique-Revision": str(revision),
        # May be kept, and must be asked about before it is used again.
        "Cache-Control": "no-cache",
    }
    return Response(body, media_type=media_type, headers=headers)
