"""The endpoints of timeline items: what is claimed for when, in order of time."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.answers import LIST_RESPONSES, PathSlug, SessionDep, answer_list, answer_record
from app.api.problems import problems
from app.catalog.timeline_items import TIMELINE_ITEMS, TimelineItemDetailQuery, TimelineItemQuery
from app.errors import Gone, InvalidRequest, NotFound
from app.queries.records import read_record
from app.schemas.read import TimelineItemDetail, TimelineItemPage

router = APIRouter(prefix="/v1/timeline-items", tags=["timeline items"])


@router.get("", response_model=TimelineItemPage, responses=LIST_RESPONSES)
def list_timeline_items(
    request: Request, session: SessionDep, query: Annotated[TimelineItemQuery, Query()]
) -> Response:
    """List timeline items: what is claimed for when, in order of time."""
    return answer_list(request, session, TIMELINE_ITEMS, query)


@router.get(
    "/{slug}",
    response_model=TimelineItemDetail,
    responses=problems(NotFound, Gone, InvalidRequest),
)
def get_timeline_item(
    session: SessionDep, slug: PathSlug, query: Annotated[TimelineItemDetailQuery, Query()]
) -> Response:
    """Get one timeline item, with the related records named in `include`."""
    return answer_record(session, read_record(session, TIMELINE_ITEMS, slug, query.include))
