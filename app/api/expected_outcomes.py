"""The endpoints of expected outcomes: results that documents expect."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.api.responses import LIST_RESPONSES, PathSlug, list_response, record_response
from app.api.write_endpoints import add_write_endpoints
from app.catalog.expected_outcomes import (
    EXPECTED_OUTCOMES,
    ExpectedOutcomeDetailQuery,
    ExpectedOutcomeQuery,
)
from app.errors import Gone, InvalidRequest, NotFound
from app.http.problems import problem_responses
from app.http.routing import make_router
from app.http.session import SessionDep
from app.queries.records import read_record
from app.schemas.read import ExpectedOutcomeDetail, ExpectedOutcomePage

router = make_router(prefix="/v1/expected-outcomes", tags=["expected outcomes"])


@router.get("", response_model=ExpectedOutcomePage, responses=LIST_RESPONSES)
def list_expected_outcomes(
    request: Request,
    session: SessionDep,
    query: Annotated[ExpectedOutcomeQuery, Query()],
) -> Response:
    """List expected outcomes: results that documents expect."""
    return list_response(request, session, EXPECTED_OUTCOMES, query)


@router.get(
    "/{slug}",
    response_model=ExpectedOutcomeDetail,
    responses=problem_responses(NotFound, Gone, InvalidRequest),
)
def get_expected_outcome(
    session: SessionDep,
    slug: PathSlug,
    query: Annotated[ExpectedOutcomeDetailQuery, Query()],
) -> Response:
    """Get one expected outcome, with the related records named in `include`."""
    record = read_record(session, EXPECTED_OUTCOMES, slug, query)
    return record_response(session, EXPECTED_OUTCOMES, slug, record)


add_write_endpoints(router, EXPECTED_OUTCOMES)
