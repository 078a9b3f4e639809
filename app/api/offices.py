"""The endpoints of offices: bodies with a place, about which documents make claims."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.api.answers import PathSlug, SessionDep, answer_page, answer_record
from app.api.problems import problems
from app.catalog.offices import OFFICES, OfficeDetailQuery, OfficeQuery
from app.errors import Gone, InvalidCursor, InvalidRequest, NotFound
from app.queries.pages import read_page
from app.queries.records import read_record
from app.schemas.read import OfficeDetail, OfficePage

router = APIRouter(prefix="/v1/offices", tags=["offices"])


@router.get("", response_model=OfficePage, responses=problems(InvalidRequest, InvalidCursor))
def list_offices(session: SessionDep, query: Annotated[OfficeQuery, Query()]) -> Response:
    """List offices: bodies with a place, about which documents make claims."""
    return answer_page(read_page(session, OFFICES, query))


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
