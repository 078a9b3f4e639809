"""The endpoints of expected outcomes: what is expected to come of it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.answers import LIST_RESPONSES, PathSlug, SessionDep, answer_list, answer_record
from app.api.changing import (
    answer_creation,
    answer_deletion,
    answer_patch,
    answer_replacement,
)
from app.api.parameters import Nothing
from app.api.problems import problems
from app.api.writing import (
    JSON,
    MERGE_PATCH,
    RECORD_ERRORS,
    BareWriter,
    JsonWriter,
    PatchWriter,
    takes,
)
from app.catalog.expected_outcomes import (
    EXPECTED_OUTCOMES,
    ExpectedOutcomeDetailQuery,
    ExpectedOutcomeQuery,
)
from app.errors import Gone, InvalidRequest, NotFound, StillReferenced
from app.queries.records import read_record
from app.schemas.changesets import DeletionQuery
from app.schemas.read import ExpectedOutcomeDetail, ExpectedOutcomePage, ExpectedOutcomeRead

router = APIRouter(prefix="/v1/expected-outcomes", tags=["expected outcomes"])


@router.get("", response_model=ExpectedOutcomePage, responses=LIST_RESPONSES)
def list_expected_outcomes(
    request: Request, session: SessionDep, query: Annotated[ExpectedOutcomeQuery, Query()]
) -> Response:
    """List expected outcomes: what is expected to come of it."""
    return answer_list(request, session, EXPECTED_OUTCOMES, query)


@router.get(
    "/{slug}",
    response_model=ExpectedOutcomeDetail,
    responses=problems(NotFound, Gone, InvalidRequest),
)
def get_expected_outcome(
    session: SessionDep, slug: PathSlug, query: Annotated[ExpectedOutcomeDetailQuery, Query()]
) -> Response:
    """Get one expected outcome, with the related records named in `include`."""
    return answer_record(session, read_record(session, EXPECTED_OUTCOMES, slug, query))


@router.post(
    "",
    status_code=201,
    response_model=ExpectedOutcomeRead,
    responses=problems(*RECORD_ERRORS),
    openapi_extra=takes(JSON, "ExpectedOutcomeCreate"),
)
def create_expected_outcome(writer: JsonWriter, _: Nothing) -> Response:
    """Create an expected outcome."""
    return answer_creation(writer, EXPECTED_OUTCOMES)


@router.put(
    "/{slug}",
    response_model=ExpectedOutcomeRead,
    responses=problems(*RECORD_ERRORS)
    | {201: {"model": ExpectedOutcomeRead, "description": "It was created."}},
    openapi_extra=takes(JSON, "ExpectedOutcomeCreate"),
)
def replace_expected_outcome(writer: JsonWriter, slug: PathSlug, _: Nothing) -> Response:
    """Replace an expected outcome or create it: what was read may be sent back."""
    return answer_replacement(writer, EXPECTED_OUTCOMES, slug)


@router.patch(
    "/{slug}",
    response_model=ExpectedOutcomeRead,
    responses=problems(NotFound, Gone, *RECORD_ERRORS),
    openapi_extra=takes(MERGE_PATCH, "ExpectedOutcomePatch"),
)
def patch_expected_outcome(writer: PatchWriter, slug: PathSlug, _: Nothing) -> Response:
    """Change some of an expected outcome (JSON Merge Patch)."""
    return answer_patch(writer, EXPECTED_OUTCOMES, slug)


@router.delete(
    "/{slug}",
    status_code=204,
    responses=problems(NotFound, Gone, StillReferenced, *RECORD_ERRORS),
)
def delete_expected_outcome(
    writer: BareWriter, slug: PathSlug, query: Annotated[DeletionQuery, Query()]
) -> Response:
    """Delete an expected outcome; its history stays."""
    return answer_deletion(writer, EXPECTED_OUTCOMES, slug, cascade=query.cascade)
