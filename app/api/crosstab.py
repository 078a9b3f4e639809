"""The endpoint that counts the records of a collection by two dimensions."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.responses import crosstab_response
from app.catalog.crosstab import CrosstabQuery
from app.errors import InvalidRequest, NotAcceptable
from app.http.accept import format_responses
from app.http.problems import problem_responses
from app.http.session import SessionDep
from app.schemas.crosstab import Crosstab

router = APIRouter(prefix="/v1/crosstab", tags=["search"])


@router.get(
    "",
    response_model=Crosstab,
    responses=format_responses("csv") | problem_responses(InvalidRequest, NotAcceptable),
)
def get_crosstab(
    request: Request, session: SessionDep, query: Annotated[CrosstabQuery, Query()]
) -> Response:
    """Count the records of a collection by two of its facets."""
    return crosstab_response(request, session, query)
