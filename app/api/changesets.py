"""The endpoint of change lists: many records, one revision."""

from typing import Annotated

from fastapi import Query, Response

from app.api.changeset_writes import changeset_response
from app.errors import AlreadyExists, StaleVersion, StillReferenced
from app.http.problems import problem_responses
from app.http.routing import make_router
from app.http.write_requests import JSON, WRITE_ERRORS, ChangesetWrite, request_body
from app.schemas.changesets import ChangesetChecked, ChangesetQuery, ChangesetRead

router = make_router(prefix="/v1/changesets", tags=["writing"])


@router.post(
    "",
    status_code=201,
    response_model=ChangesetRead,
    responses=problem_responses(AlreadyExists, StaleVersion, StillReferenced, *WRITE_ERRORS)
    | {
        200: {
            "model": ChangesetRead | ChangesetChecked,
            "description": "Nothing was written: nothing would change, or `validate_only` was set.",
        }
    },
    openapi_extra=request_body(JSON, "Changeset"),
)
def create_changeset(
    request: ChangesetWrite,
    query: Annotated[ChangesetQuery, Query()],
) -> Response:
    """Change many records of any types: all of them, or none."""
    return changeset_response(request, validate_only=query.validate_only)
