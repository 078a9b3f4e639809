"""The endpoints of offices: bodies with a place, about which documents make claims."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.answers import LIST_RESPONSES, PathSlug, SessionDep, answer_list, answer_record
from app.api.problems import problems
from app.catalog.offices import OFFICES, OfficeDetailQuery, OfficeQuery
from app.errors import Gone, InvalidRequest, NotFound
from app.queries.records import read_record
from app.schemas.read import OfficeDetail, OfficePage

router = APIRouter(prefix="/v1/offices", tags=["offices"])


@router.get("", response_model=OfficePage, responses=LIST_RESPONSES)
def list_offices(
    request: Request, session: SessionDep, query: Annotated[OfficeQuery, Query()]
) -> Response:
    """List offices: bodies with a place, about which documents make claims."""
    return answer_list(request, session, OFFICES, query)


@router.get(
    "/{slug}",
    response_model=OfficeDetail,
    responses=problems(NotFound, Gone, InvalidRequest),
)
def get_office(
    session: SessionDep, slug: PathSlug, query: Annotated[OfficeDetailQuery, Query()]
) -> Response:
    """Get one office, with the related records named in `include`."""
    return answer_record(session, read_record(session, OFFICES, slug, query.include))
