"""The endpoints of focus areas: concepts that claims are about."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from app.api.record_writes import (
    creation_response,
    deletion_response,
    patch_response,
    replacement_response,
)
from app.api.responses import LIST_RESPONSES, PathSlug, list_response, record_response
from app.catalog.focus_areas import FOCUS_AREAS, FocusAreaDetailQuery, FocusAreaQuery
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
from app.queries.labels import resolve_label
from app.queries.records import read_record
from app.schemas.changesets import DeletionQuery
from app.schemas.read import FocusAreaDetail, FocusAreaPage, FocusAreaRead
from app.store.revisions import read_revision

router = APIRouter(prefix="/v1/focus-areas", tags=["focus areas"])


@router.get("", response_model=FocusAreaPage, responses=LIST_RESPONSES)
def list_focus_areas(
    request: Request, session: SessionDep, query: Annotated[FocusAreaQuery, Query()]
) -> Response:
    """List focus areas: concepts that claims are about."""
    return list_response(request, session, FOCUS_AREAS, query)


@router.get(
    "/{slug}",
    response_model=FocusAreaDetail,
    responses=problem_responses(NotFound, Gone, InvalidRequest)
    | {307: {"description": "`slug` is a label; the record is at `Location`."}},
)
def get_focus_area(
    request: Request,
    session: SessionDep,
    slug: PathSlug,
    query: Annotated[FocusAreaDetailQuery, Query()],
) -> Response:
    """Get one focus area; with all its includes, what the documents say about it."""
    try:
        return record_response(session, read_record(session, FOCUS_AREAS, slug, query))
    except (NotFound, Gone):
        # A slug that is gone may live on as an alias of what it was merged into.
        named = resolve_label(session, slug)
        if named is None:
            raise
        query_string = f"?{request.url.query}" if request.url.query else ""
        revision = {"Communique-Revision": str(read_revision(session))}
        return RedirectResponse(f"/v1/focus-areas/{named}{query_string}", headers=revision)


@router.post(
    "",
    status_code=201,
    response_model=FocusAreaRead,
    responses=problem_responses(*RECORD_ERRORS),
    openapi_extra=request_body(JSON, "FocusAreaCreate"),
)
def create_focus_area(writer: JsonWrite, _: NoParameters) -> Response:
    """Create a focus area."""
    return creation_response(writer, FOCUS_AREAS)


@router.put(
    "/{slug}",
    response_model=FocusAreaRead,
    responses=problem_responses(*RECORD_ERRORS)
    | {201: {"model": FocusAreaRead, "description": "It was created."}},
    openapi_extra=request_body(JSON, "FocusAreaCreate"),
)
def replace_focus_area(writer: JsonWrite, slug: PathSlug, _: NoParameters) -> Response:
    """Replace a focus area or create it: what was read may be sent back."""
    return replacement_response(writer, FOCUS_AREAS, slug)


@router.patch(
    "/{slug}",
    response_model=FocusAreaRead,
    responses=problem_responses(NotFound, Gone, *RECORD_ERRORS),
    openapi_extra=request_body(MERGE_PATCH, "FocusAreaPatch"),
)
def patch_focus_area(writer: PatchWrite, slug: PathSlug, _: NoParameters) -> Response:
    """Change some of a focus area (JSON Merge Patch)."""
    return patch_response(writer, FOCUS_AREAS, slug)


@router.delete(
    "/{slug}",
    status_code=204,
    responses=problem_responses(NotFound, Gone, StillReferenced, *RECORD_ERRORS),
)
def delete_focus_area(
    writer: BodilessWrite, slug: PathSlug, query: Annotated[DeletionQuery, Query()]
) -> Response:
    """Delete a focus area; its history stays."""
    return deletion_response(writer, FOCUS_AREAS, slug, cascade=query.cascade)
