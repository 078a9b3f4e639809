"""The endpoints of timeline items: dated claims, in order of time."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.api.responses import (
    LIST_RESPONSES,
    PathSlug,
    list_response,
    record_response,
)
from app.api.write_endpoints import add_write_endpoints
from app.catalog.timeline_items import (
    TIMELINE_ITEMS,
    TimelineItemDetailQuery,
    TimelineItemQuery,
)
from app.errors import Gone, InvalidRequest, NotFound
from app.http.problems import problem_responses
from app.http.routing import make_router
from app.http.session import SessionDep
from app.queries.records import read_record
from app.schemas.read import TimelineItemDetail, TimelineItemPage

router = make_router(prefix="/v1/timeline-items", tags=["timeline items"])


@router.get("", response_model=TimelineItemPage, responses=LIST_RESPONSES)
def list_timeline_items(
    request: Request,
    session: SessionDep,
    query: Annotated[TimelineItemQuery, Query()],
) -> Response:
    """List timeline items: dated claims, in order of time."""
    return list_response(request, session, TIMELINE_ITEMS, query)


@router.get(
    "/{slug}",
    response_model=TimelineItemDetail,
    responses=problem_responses(NotFound, Gone, InvalidRequest),
)
def get_timeline_item(
    session: SessionDep,
    slug: PathSlug,
    query: Annotated[TimelineItemDetailQuery, Query()],
) -> Response:
    """Get one timeline item, with the related records named in `include`."""
    record = read_record(session, TIMELINE_ITEMS, slug, query)
    return record_response(session, TIMELINE_ITEMS, slug, record)


add_write_endpoints(router, TIMELINE_ITEMS)
