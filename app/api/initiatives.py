"""The endpoints of initiatives: what an office does, aims at, might do, or is advised to do."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.record_writes import (
    creation_response,
    deletion_response,
    patch_response,
    replacement_response,
)
from app.api.responses import LIST_RESPONSES, PathSlug, list_response, record_response
from app.catalog.initiatives import INITIATIVES, InitiativeDetailQuery, InitiativeQuery
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
from app.schemas.read import InitiativeDetail, InitiativePage, InitiativeRead

router = APIRouter(prefix="/v1/initiatives", tags=["initiatives"])


@router.get("", response_model=InitiativePage, responses=LIST_RESPONSES)
def list_initiatives(
    request: Request, session: SessionDep, query: Annotated[InitiativeQuery, Query()]
) -> Response:
    """List initiatives: what an office does, aims at, might do, or is advised to do."""
    return list_response(request, session, INITIATIVES, query)


@router.get(
    "/{slug}",
    response_model=InitiativeDetail,
    responses=problem_responses(NotFound, Gone, InvalidRequest),
)
def get_initiative(
    session: SessionDep, slug: PathSlug, query: Annotated[InitiativeDetailQuery, Query()]
) -> Response:
    """Get one initiative, with the related records named in `include`."""
    return record_response(session, read_record(session, INITIATIVES, slug, query))


@router.post(
    "",
    status_code=201,
    response_model=InitiativeRead,
    responses=problem_responses(*RECORD_ERRORS),
    openapi_extra=request_body(JSON, "InitiativeCreate"),
)
def create_initiative(writer: JsonWrite, _: NoParameters) -> Response:
    """Create an initiative."""
    return creation_response(writer, INITIATIVES)


@router.put(
    "/{slug}",
    response_model=InitiativeRead,
    responses=problem_responses(*RECORD_ERRORS)
    | {201: {"model": InitiativeRead, "description": "It was created."}},
    openapi_extra=request_body(JSON, "InitiativeCreate"),
)
def replace_initiative(writer: JsonWrite, slug: PathSlug, _: NoParameters) -> Response:
    """Replace an initiative or create it: what was read may be sent back."""
    return replacement_response(writer, INITIATIVES, slug)


@router.patch(
    "/{slug}",
    response_model=InitiativeRead,
    responses=problem_responses(NotFound, Gone, *RECORD_ERRORS),
    openapi_extra=request_body(MERGE_PATCH, "InitiativePatch"),
)
def patch_initiative(writer: PatchWrite, slug: PathSlug, _: NoParameters) -> Response:
    """Change some of an initiative (JSON Merge Patch)."""
    return patch_response(writer, INITIATIVES, slug)


@router.delete(
    "/{slug}",
    status_code=204,
    responses=problem_responses(NotFound, Gone, StillReferenced, *RECORD_ERRORS),
)
def delete_initiative(
    writer: BodilessWrite, slug: PathSlug, query: Annotated[DeletionQuery, Query()]
) -> Response:
    """Delete an initiative; its history stays."""
    return deletion_response(writer, INITIATIVES, slug, cascade=query.cascade)
