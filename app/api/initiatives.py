"""The endpoints of initiatives: what an office does, aims at, might do, or is advised to do."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.answers import LIST_RESPONSES, PathSlug, SessionDep, answer_list, answer_record
from app.api.problems import problems
from app.catalog.initiatives import INITIATIVES, InitiativeDetailQuery, InitiativeQuery
from app.errors import Gone, InvalidRequest, NotFound
from app.queries.records import read_record
from app.schemas.read import InitiativeDetail, InitiativePage

router = APIRouter(prefix="/v1/initiatives", tags=["initiatives"])


@router.get("", response_model=InitiativePage, responses=LIST_RESPONSES)
def list_initiatives(
    request: Request, session: SessionDep, query: Annotated[InitiativeQuery, Query()]
) -> Response:
    """List initiatives: what an office does, aims at, might do, or is advised to do."""
    return answer_list(request, session, INITIATIVES, query)


@router.get(
    "/{slug}",
    response_model=InitiativeDetail,
    responses=problems(NotFound, Gone, InvalidRequest),
)
def get_initiative(
    session: SessionDep, slug: PathSlug, query: Annotated[InitiativeDetailQuery, Query()]
) -> Response:
    """Get one initiative, with the related records named in `include`."""
    return answer_record(session, read_record(session, INITIATIVES, slug, query.include))
