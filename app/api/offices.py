"""The endpoints of offices: bodies with a place, about which documents make claims."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.api.responses import LIST_RESPONSES, PathSlug, list_response, record_response
from app.api.write_endpoints import add_write_endpoints
from app.catalog.offices import OFFICES, OfficeDetailQuery, OfficeQuery
from app.errors import Gone, InvalidRequest, NotFound
from app.http.problems import problem_responses
from app.http.routing import make_router
from app.http.session import SessionDep
from app.queries.records import read_record
from app.schemas.read import OfficeDetail, OfficePage

router = make_router(prefix="/v1/offices", tags=["offices"])


@router.get("", response_model=OfficePage, responses=LIST_RESPONSES)
def list_offices(
    request: Request,
    session: SessionDep,
    query: Annotated[OfficeQuery, Query()],
) -> Response:
    """List offices: bodies with a place, about which documents make claims."""
    return list_response(request, session, OFFICES, query)


@router.get(
    "/{slug}",
    response_model=OfficeDetail,
    responses=problem_responses(NotFound, Gone, InvalidRequest),
)
def get_office(
    session: SessionDep,
    slug: PathSlug,
    query: Annotated[OfficeDetailQuery, Query()],
) -> Response:
    """Get one office, with the related records named in `include`."""
    record = read_record(session, OFFICES, slug, query)
    return record_response(session, OFFICES, slug, record)


add_write_endpoints(router, OFFICES)
