"""The endpoints of offices: bodies with a place, about which documents make claims."""

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
from app.catalog.offices import OFFICES, OfficeDetailQuery, OfficeQuery
from app.errors import Gone, InvalidRequest, NotFound, StillReferenced
from app.queries.records import read_record
from app.schemas.changesets import DeletionQuery
from app.schemas.read import OfficeDetail, OfficePage, OfficeRead

router = APIRouter(prefix="/v1/offices", tags=["offices"])


@router.get("", response_model=OfficePage, responses=LIST_RESPONSES)
def list_offices(
    request: Request, session: SessionDep, query: Annotated[OfficeQuery, Query()]
) -> Response:
    """List offices: bodies with a place, about which documents make claims."""
    return answer_list(request, session, OFFICES, query)


@router.get(
    "/{slug}",
    response_model=OfficeDetail,
    responses=problems(NotFound, Gone, InvalidRequest),
)
def get_office(
    session: SessionDep, slug: PathSlug, query: Annotated[OfficeDetailQuery, Query()]
) -> Response:
    """Get one office, with the related records named in `include`."""
    return answer_record(session, read_record(session, OFFICES, slug, query))


@router.post(
    "",
    status_code=201,
    response_model=OfficeRead,
    responses=problems(*RECORD_ERRORS),
    openapi_extra=takes(JSON, "OfficeCreate"),
)
def create_office(writer: JsonWriter, _: Nothing) -> Response:
    """Create an office."""
    return answer_creation(writer, OFFICES)


@router.put(
    "/{slug}",
    response_model=OfficeRead,
    responses=problems(*RECORD_ERRORS)
    | {201: {"model": OfficeRead, "description": "It was created."}},
    openapi_extra=takes(JSON, "OfficeCreate"),
)
def replace_office(writer: JsonWriter, slug: PathSlug, _: Nothing) -> Response:
    """Replace an office or create it: what was read may be sent back."""
    return answer_replacement(writer, OFFICES, slug)


@router.patch(
    "/{slug}",
    response_model=OfficeRead,
    responses=problems(NotFound, Gone, *RECORD_ERRORS),
    openapi_extra=takes(MERGE_PATCH, "OfficePatch"),
)
def patch_office(writer: PatchWriter, slug: PathSlug, _: Nothing) -> Response:
    """Change some of an office (JSON Merge Patch)."""
    return answer_patch(writer, OFFICES, slug)


@router.delete(
    "/{slug}",
    status_code=204,
    responses=problems(NotFound, Gone, StillReferenced, *RECORD_ERRORS),
)
def delete_office(
    writer: BareWriter, slug: PathSlug, query: Annotated[DeletionQuery, Query()]
) -> Response:
    """Delete an office; its history stays."""
    return answer_deletion(writer, OFFICES, slug, cascade=query.cascade)
