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
from app.api.problems import problems
from app.catalog.timeline_items import (
    TIMELINE_ITEMS,
    CalendarQuery,
    TimelineItemDetailQuery,
    TimelineItemQuery,
)
from app.errors import Gone, InvalidRequest, NotFound
from app.queries.records import read_record
from app.schemas.read import TimelineItemDetail, TimelineItemPage

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
    return answer_record(session, read_record(session, TIMELINE_ITEMS, slug, query.include))


@router.get(
    "/timeline.ics",
    response_class=Response,
    responses={
        200: {"content": {"text/calendar": {}}, "description": "A calendar (RFC 5545)."},
        **problems(InvalidRequest),
    },
)
def get_calendar(request: Request, query: Annotated[CalendarQuery, Query()]) -> Response:
    """Subscribe to the timeline: each item with a known start as an all-day event."""
    return answer_calendar(request, query)
