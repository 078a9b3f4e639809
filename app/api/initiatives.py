"""The endpoints of initiatives: what an office does, aims at, might do, or is advised to do."""

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
from app.catalog.initiatives import INITIATIVES, InitiativeDetailQuery, InitiativeQuery
from app.errors import Gone, InvalidRequest, NotFound, StillReferenced
from app.queries.records import read_record
from app.schemas.changesets import DeletionQuery
from app.schemas.read import InitiativeDetail, InitiativePage, InitiativeRead

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
    return answer_record(session, read_record(session, INITIATIVES, slug, query))


@router.post(
    "",
    status_code=201,
    response_model=InitiativeRead,
    responses=problems(*RECORD_ERRORS),
    openapi_extra=takes(JSON, "InitiativeCreate"),
)
def create_initiative(writer: JsonWriter, _: Nothing) -> Response:
    """Create an initiative."""
    return answer_creation(writer, INITIATIVES)


@router.put(
    "/{slug}",
    response_model=InitiativeRead,
    responses=problems(*RECORD_ERRORS)
    | {201: {"model": InitiativeRead, "description": "It was created."}},
    openapi_extra=takes(JSON, "InitiativeCreate"),
)
def replace_initiative(writer: JsonWriter, slug: PathSlug, _: Nothing) -> Response:
    """Replace an initiative or create it: what was read may be sent back."""
    return answer_replacement(writer, INITIATIVES, slug)


@router.patch(
    "/{slug}",
    response_model=InitiativeRead,
    responses=problems(NotFound, Gone, *RECORD_ERRORS),
    openapi_extra=takes(MERGE_PATCH, "InitiativePatch"),
)
def patch_initiative(writer: PatchWriter, slug: PathSlug, _: Nothing) -> Response:
    """Change some of an initiative (JSON Merge Patch)."""
    return answer_patch(writer, INITIATIVES, slug)


@router.delete(
    "/{slug}",
    status_code=204,
    responses=problems(NotFound, Gone, StillReferenced, *RECORD_ERRORS),
)
def delete_initiative(
    writer: BareWriter, slug: PathSlug, query: Annotated[DeletionQuery, Query()]
) -> Response:
    """Delete an initiative; its history stays."""
    return answer_deletion(writer, INITIATIVES, slug, cascade=query.cascade)
