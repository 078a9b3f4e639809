"""The endpoints of expected outcomes: what is expected to come of it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.record_writes import (
    creation_response,
    deletion_response,
    patch_response,
    replacement_response,
)
from app.api.responses import LIST_RESPONSES, PathSlug, list_response, record_response
from app.catalog.expected_outcomes import (
    EXPECTED_OUTCOMES,
    ExpectedOutcomeDetailQuery,
    ExpectedOutcomeQuery,
)
from app.errors import Gone, InvalidRequest, NotFound, StillReferenced
from app.http.parameters import NoParameters
from app.http.problems import problem_responses
from app.http.session import SessionDep
from app.http.write_requests import (
    JSON,
    MERGE_PATCH,
    RECORD_ERRORS,
    BodilessWrite,
    JsonWrite,
    PatchWrite,
    request_body,
)
from app.queries.records import read_record
from app.schemas.changesets import DeletionQuery
from app.schemas.read import ExpectedOutcomeDetail, ExpectedOutcomePage, ExpectedOutcomeRead

router = APIRouter(prefix="/v1/expected-outcomes", tags=["expected outcomes"])


@router.get("", response_model=ExpectedOutcomePage, responses=LIST_RESPONSES)
def list_expected_outcomes(
    request: Request, session: SessionDep, query: Annotated[ExpectedOutcomeQuery, Query()]
) -> Response:
    """List expected outcomes: what is expected to come of it."""
    return list_response(request, session, EXPECTED_OUTCOMES, query)


@router.get(
    "/{slug}",
    response_model=ExpectedOutcomeDetail,
    responses=problem_responses(NotFound, Gone, InvalidRequest),
)
def get_expected_outcome(
    session: SessionDep, slug: PathSlug, query: Annotated[ExpectedOutcomeDetailQuery, Query()]
) -> Response:
    """Get one expected outcome, with the related records named in `include`."""
    return record_response(session, read_record(session, EXPECTED_OUTCOMES, slug, query))


@router.post(
    "",
    status_code=201,
    response_model=ExpectedOutcomeRead,
    responses=problem_responses(*RECORD_ERRORS),
    openapi_extra=request_body(JSON, "ExpectedOutcomeCreate"),
)
def create_expected_outcome(writer: JsonWrite, _: NoParameters) -> Response:
    """Create an expected outcome."""
    return creation_response(writer, EXPECTED_OUTCOMES)


@router.put(
    "/{slug}",
    response_model=ExpectedOutcomeRead,
    responses=problem_responses(*RECORD_ERRORS)
    | {201: {"model": ExpectedOutcomeRead, "description": "It was created."}},
    openapi_extra=request_body(JSON, "ExpectedOutcomeCreate"),
)
def replace_expected_outcome(writer: JsonWrite, slug: PathSlug, _: NoParameters) -> Response:
    """Replace an expected outcome or create it: what was read may be sent back."""
    return replacement_response(writer, EXPECTED_OUTCOMES, slug)


@router.patch(
    "/{slug}",
    response_model=ExpectedOutcomeRead,
    responses=problem_responses(NotFound, Gone, *RECORD_ERRORS),
    openapi_extra=request_body(MERGE_PATCH, "ExpectedOutcomePatch"),
)
def patch_expected_outcome(writer: PatchWrite, slug: PathSlug, _: NoParameters) -> Response:
    """Change some of an expected outcome (JSON Merge Patch)."""
    return patch_response(writer, EXPECTED_OUTCOMES, slug)


@router.delete(
    "/{slug}",
    status_code=204,
    responses=problem_responses(NotFound, Gone, StillReferenced, *RECORD_ERRORS),
)
def delete_expected_outcome(
    writer: BodilessWrite, slug: PathSlug, query: Annotated[DeletionQuery, Query()]
) -> Response:
    """Delete an expected outcome; its history stays."""
    return deletion_response(writer, EXPECTED_OUTCOMES, slug, cascade=query.cascade)
