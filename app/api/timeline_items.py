"""The endpoints of timeline items: what is claimed for when, in order of time."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.answers import (
    LIST_RESPONSES,
    PathSlug,
    SessionDep,
    answer_calendar,
    answer_list,
    answer_record,
)
from app.api.changing import (
    answer_creation,
    answer_deletion,
    answer_patch,
    answer_replacement,
)
from app.api.parameters import Nothing
from app.api.problems import problems
from app.api.writing import (
    JSON,
    MERGE_PATCH,
    RECORD_ERRORS,
    BareWriter,
    JsonWriter,
    PatchWriter,
    takes,
)
from app.catalog.timeline_items import (
    TIMELINE_ITEMS,
    CalendarQuery,
    TimelineItemDetailQuery,
    TimelineItemQuery,
)
from app.errors import Gone, InvalidRequest, NotFound, StillReferenced
from app.queries.records import read_record
from app.schemas.changesets import DeletionQuery
from app.schemas.read import TimelineItemDetail, TimelineItemPage, TimelineItemRead

router = APIRouter(prefix="/v1", tags=["timeline items"])


@router.get("/timeline-items", response_model=TimelineItemPage, responses=LIST_RESPONSES)
def list_timeline_items(
    request: Request, session: SessionDep, query: Annotated[TimelineItemQuery, Query()]
) -> Response:
    """List timeline items: what is claimed for when, in order of time."""
    return answer_list(request, session, TIMELINE_ITEMS, query)


@router.get(
    "/timeline-items/{slug}",
    response_model=TimelineItemDetail,
    responses=problems(NotFound, Gone, InvalidRequest),
)
def get_timeline_item(
    session: SessionDep, slug: PathSlug, query: Annotated[TimelineItemDetailQuery, Query()]
) -> Response:
    """Get one timeline item, with the related records named in `include`."""
    return answer_record(session, read_record(session, TIMELINE_ITEMS, slug, query))


@router.get(
    "/timeline.ics",
    response_class=Response,
    responses={
        200: {"content": {"text/calendar": {}}, "description": "A calendar (RFC 5545)."},
        **problems(InvalidRequest),
    },
)
def get_calendar(
    request: Request, _: SessionDep, query: Annotated[CalendarQuery, Query()]
) -> Response:
    """Subscribe to the timeline: each item with a known start as an all-day event."""
    return answer_calendar(request, query)


@router.post(
    "/timeline-items",
    status_code=201,
    response_model=TimelineItemRead,
    responses=problems(*RECORD_ERRORS),
    openapi_extra=takes(JSON, "TimelineItemCreate"),
)
def create_timeline_item(writer: JsonWriter, _: Nothing) -> Response:
    """Create a timeline item."""
    return answer_creation(writer, TIMELINE_ITEMS)


@router.put(
    "/timeline-items/{slug}",
    response_model=TimelineItemRead,
    responses=problems(*RECORD_ERRORS)
    | {201: {"model": TimelineItemRead, "description": "It was created."}},
    openapi_extra=takes(JSON, "TimelineItemCreate"),
)
def replace_timeline_item(writer: JsonWriter, slug: PathSlug, _: Nothing) -> Response:
    """Replace a timeline item or create it: what was read may be sent back."""
    return answer_replacement(writer, TIMELINE_ITEMS, slug)


@router.patch(
    "/timeline-items/{slug}",
    response_model=TimelineItemRead,
    responses=problems(NotFound, Gone, *RECORD_ERRORS),
    openapi_extra=takes(MERGE_PATCH, "TimelineItemPatch"),
)
def patch_timeline_item(writer: PatchWriter, slug: PathSlug, _: Nothing) -> Response:
    """Change some of a timeline item (JSON Merge Patch)."""
    return answer_patch(writer, TIMELINE_ITEMS, slug)


@router.delete(
    "/timeline-items/{slug}",
    status_code=204,
    responses=problems(NotFound, Gone, StillReferenced, *RECORD_ERRORS),
)
def delete_timeline_item(
    writer: BareWriter, slug: PathSlug, query: Annotated[DeletionQuery, Query()]
) -> Response:
    """Delete a timeline item; its history stays."""
    return answer_deletion(writer, TIMELINE_ITEMS, slug, cascade=query.cascade)
