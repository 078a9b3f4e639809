"""The endpoints of timeline items: what is claimed for when, in order of time."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.record_writes import (
    creation_response,
    deletion_response,
    patch_response,
    replacement_response,
)
from app.api.responses import (
    LIST_RESPONSES,
    PathSlug,
    calendar_response,
    list_response,
    record_response,
)
from app.catalog.timeline_items import (
    TIMELINE_ITEMS,
    CalendarQuery,
    TimelineItemDetailQuery,
    TimelineItemQuery,
)
from app.errors import Gone, InvalidRequest, NotFound, StillReferenced
from app.http.parameters import NoParameters
from app.http.problems import problem_responses
from app.http.session import SessionDep
from app.http.write_requests import (
    JSON,
    MERGE_PATCH,
    RECORD_ERRORS,
    BodilessWrite,
    JsonWrite,
    PatchWrite,
    request_body,
)
from app.queries.records import read_record
from app.schemas.changesets import DeletionQuery
from app.schemas.read import TimelineItemDetail, TimelineItemPage, TimelineItemRead

router = APIRouter(prefix="/v1", tags=["timeline items"])


@router.get("/timeline-items", response_model=TimelineItemPage, responses=LIST_RESPONSES)
def list_timeline_items(
    request: Request, session: SessionDep, query: Annotated[TimelineItemQuery, Query()]
) -> Response:
    """List timeline items: what is claimed for when, in order of time."""
    return list_response(request, session, TIMELINE_ITEMS, query)


@router.get(
    "/timeline-items/{slug}",
    response_model=TimelineItemDetail,
    responses=problem_responses(NotFound, Gone, InvalidRequest),
)
def get_timeline_item(
    session: SessionDep, slug: PathSlug, query: Annotated[TimelineItemDetailQuery, Query()]
) -> Response:
    """Get one timeline item, with the related records named in `include`."""
    return record_response(session, read_record(session, TIMELINE_ITEMS, slug, query))


@router.get(
    "/timeline.ics",
    response_class=Response,
    responses={
        200: {"content": {"text/calendar": {}}, "description": "A calendar (RFC 5545)."},
        **problem_responses(InvalidRequest),
    },
)
def get_calendar(
    request: Request, _: SessionDep, query: Annotated[CalendarQuery, Query()]
) -> Response:
    """Subscribe to the timeline: each item with a known start as an all-day event."""
    return calendar_response(request, query)


@router.post(
    "/timeline-items",
    status_code=201,
    response_model=TimelineItemRead,
    responses=problem_responses(*RECORD_ERRORS),
    openapi_extra=request_body(JSON, "TimelineItemCreate"),
)
def create_timeline_item(writer: JsonWrite, _: NoParameters) -> Response:
    """Create a timeline item."""
    return creation_response(writer, TIMELINE_ITEMS)


@router.put(
    "/timeline-items/{slug}",
    response_model=TimelineItemRead,
    responses=problem_responses(*RECORD_ERRORS)
    | {201: {"model": TimelineItemRead, "description": "It was created."}},
    openapi_extra=request_body(JSON, "TimelineItemCreate"),
)
def replace_timeline_item(writer: JsonWrite, slug: PathSlug, _: NoParameters) -> Response:
    """Replace a timeline item or create it: what was read may be sent back."""
    return replacement_response(writer, TIMELINE_ITEMS, slug)


@router.patch(
    "/timeline-items/{slug}",
    response_model=TimelineItemRead,
    responses=problem_responses(NotFound, Gone, *RECORD_ERRORS),
    openapi_extra=request_body(MERGE_PATCH, "TimelineItemPatch"),
)
def patch_timeline_item(writer: PatchWrite, slug: PathSlug, _: NoParameters) -> Response:
    """Change some of a timeline item (JSON Merge Patch)."""
    return patch_response(writer, TIMELINE_ITEMS, slug)


@router.delete(
    "/timeline-items/{slug}",
    status_code=204,
    responses=problem_responses(NotFound, Gone, StillReferenced, *RECORD_ERRORS),
)
def delete_timeline_item(
    writer: BodilessWrite, slug: PathSlug, query: Annotated[DeletionQuery, Query()]
) -> Response:
    """Delete a timeline item; its history stays."""
    return deletion_response(writer, TIMELINE_ITEMS, slug, cascade=query.cascade)
