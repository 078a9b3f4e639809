"""The endpoints of initiatives: things that somebody does, aims at, might do, must or should do."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.api.responses import LIST_RESPONSES, PathSlug, list_response, record_response
from app.api.write_endpoints import add_write_endpoints
from app.catalog.initiatives import INITIATIVES, InitiativeDetailQuery, InitiativeQuery
from app.errors import Gone, InvalidRequest, NotFound
from app.http.problems import problem_responses
from app.http.routing import make_router
from app.http.session import SessionDep
from app.queries.records import read_record
from app.schemas.read import InitiativeDetail, InitiativePage

router = make_router(prefix="/v1/initiatives", tags=["initiatives"])


@router.get("", response_model=InitiativePage, responses=LIST_RESPONSES)
def list_initiatives(
    request: Request,
    session: SessionDep,
    query: Annotated[InitiativeQuery, Query()],
) -> Response:
    """List initiatives: things that somebody does, aims at, might do, must or should do."""
    return list_response(request, session, INITIATIVES, query)


@router.get(
    "/{slug}",
    response_model=InitiativeDetail,
    responses=problem_responses(NotFound, Gone, InvalidRequest),
)
def get_initiative(
    session: SessionDep,
    slug: PathSlug,
    query: Annotated[InitiativeDetailQuery, Query()],
) -> Response:
    """Get one initiative, with the related records named in `include`."""
    record = read_record(session, INITIATIVES, slug, query)
    return record_response(session, INITIATIVES, slug, record)


add_write_endpoints(router, INITIATIVES)
