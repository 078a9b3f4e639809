"""The endpoints of focus areas: concepts that claims are about."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

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
from app.catalog.focus_areas import FOCUS_AREAS, FocusAreaDetailQuery, FocusAreaQuery
from app.errors import Gone, InvalidRequest, NotFound, StillReferenced
from app.queries.labels import resolve_label
from app.queries.records import read_record
from app.queries.revisions import read_revision
from app.schemas.changesets import DeletionQuery
from app.schemas.read import FocusAreaDetail, FocusAreaPage, FocusAreaRead

router = APIRouter(prefix="/v1/focus-areas", tags=["focus areas"])


@router.get("", response_model=FocusAreaPage, responses=LIST_RESPONSES)
def list_focus_areas(
    request: Request, session: SessionDep, query: Annotated[FocusAreaQuery, Query()]
) -> Response:
    """List focus areas: concepts that claims are about."""
    return answer_list(request, session, FOCUS_AREAS, query)


@router.get(
    "/{slug}",
    response_model=FocusAreaDetail,
    responses=problems(NotFound, Gone, InvalidRequest)
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
        return answer_record(session, read_record(session, FOCUS_AREAS, slug, query))
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
    responses=problems(*RECORD_ERRORS),
    openapi_extra=takes(JSON, "FocusAreaCreate"),
)
def create_focus_area(writer: JsonWriter, _: Nothing) -> Response:
    """Create a focus area."""
    return answer_creation(writer, FOCUS_AREAS)


@router.put(
    "/{slug}",
    response_model=FocusAreaRead,
    responses=problems(*RECORD_ERRORS)
    | {201: {"model": FocusAreaRead, "description": "It was created."}},
    openapi_extra=takes(JSON, "FocusAreaCreate"),
)
def replace_focus_area(writer: JsonWriter, slug: PathSlug, _: Nothing) -> Response:
    """Replace a focus area or create it: what was read may be sent back."""
    return answer_replacement(writer, FOCUS_AREAS, slug)


@router.patch(
    "/{slug}",
    response_model=FocusAreaRead,
    responses=problems(NotFound, Gone, *RECORD_ERRORS),
    openapi_extra=takes(MERGE_PATCH, "FocusAreaPatch"),
)
def patch_focus_area(writer: PatchWriter, slug: PathSlug, _: Nothing) -> Response:
    """Change some of a focus area (JSON Merge Patch)."""
    return answer_patch(writer, FOCUS_AREAS, slug)


@router.delete(
    "/{slug}",
    status_code=204,
    responses=problems(NotFound, Gone, StillReferenced, *RECORD_ERRORS),
)
def delete_focus_area(
    writer: BareWriter, slug: PathSlug, query: Annotated[DeletionQuery, Query()]
) -> Response:
    """Delete a focus area; its history stays."""
    return answer_deletion(writer, FOCUS_AREAS, slug, cascade=query.cascade)
