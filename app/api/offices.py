"""The endpoints of offices: bodies with a place, about which documents make claims."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.record_writes import (
    creation_response,
    deletion_response,
    patch_response,
    replacement_response,
)
from app.api.responses import LIST_RESPONSES, PathSlug, list_response, record_response
from app.catalog.offices import OFFICES, OfficeDetailQuery, OfficeQuery
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
from app.schemas.read import OfficeDetail, OfficePage, OfficeRead

router = APIRouter(prefix="/v1/offices", tags=["offices"])


@router.get("", response_model=OfficePage, responses=LIST_RESPONSES)
def list_offices(
    request: Request, session: SessionDep, query: Annotated[OfficeQuery, Query()]
) -> Response:
    """List offices: bodies with a place, about which documents make claims."""
    return list_response(request, session, OFFICES, query)


@router.get(
    "/{slug}",
    response_model=OfficeDetail,
    responses=problem_responses(NotFound, Gone, InvalidRequest),
)
def get_office(
    session: SessionDep, slug: PathSlug, query: Annotated[OfficeDetailQuery, Query()]
) -> Response:
    """Get one office, with the related records named in `include`."""
    return record_response(session, read_record(session, OFFICES, slug, query))


@router.post(
    "",
    status_code=201,
    response_model=OfficeRead,
    responses=problem_responses(*RECORD_ERRORS),
    openapi_extra=request_body(JSON, "OfficeCreate"),
)
def create_office(writer: JsonWrite, _: NoParameters) -> Response:
    """Create an office."""
    return creation_response(writer, OFFICES)


@router.put(
    "/{slug}",
    response_model=OfficeRead,
    responses=problem_responses(*RECORD_ERRORS)
    | {201: {"model": OfficeRead, "description": "It was created."}},
    openapi_extra=request_body(JSON, "OfficeCreate"),
)
def replace_office(writer: JsonWrite, slug: PathSlug, _: NoParameters) -> Response:
    """Replace an office or create it: what was read may be sent back."""
    return replacement_response(writer, OFFICES, slug)


@router.patch(
    "/{slug}",
    response_model=OfficeRead,
    responses=problem_responses(NotFound, Gone, *RECORD_ERRORS),
    openapi_extra=request_body(MERGE_PATCH, "OfficePatch"),
)
def patch_office(writer: PatchWrite, slug: PathSlug, _: NoParameters) -> Response:
    """Change some of an office (JSON Merge Patch)."""
    return patch_response(writer, OFFICES, slug)


@router.delete(
    "/{slug}",
    status_code=204,
    responses=problem_responses(NotFound, Gone, StillReferenced, *RECORD_ERRORS),
)
def delete_office(
    writer: BodilessWrite, slug: PathSlug, query: Annotated[DeletionQuery, Query()]
) -> Response:
    """Delete an office; its history stays."""
    return deletion_response(writer, OFFICES, slug, cascade=query.cascade)
