"""The endpoints of focus areas: concepts that claims are about."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from app.api.answers import LIST_RESPONSES, PathSlug, SessionDep, answer_list, answer_record
from app.api.problems import problems
from app.catalog.focus_areas import FOCUS_AREAS, FocusAreaDetailQuery, FocusAreaQuery
from app.errors import Gone, InvalidRequest, NotFound
from app.queries.labels import resolve_label
from app.queries.records import read_record
from app.queries.revisions import read_revision
from app.schemas.read import FocusAreaDetail, FocusAreaPage

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
        return answer_record(session, read_record(session, FOCUS_AREAS, slug, query.include))
    except (NotFound, Gone):
        # A slug that is gone may live on as an alias of what it was merged into.
        named = resolve_label(session, slug)
        if named is None:
            raise
        query_string = f"?{request.url.query}" if request.url.query else ""
        revision = {"Communique-Revision": str(read_revision(session))}
        return RedirectResponse(f"/v1/focus-areas/{named}{query_string}", headers=revision)
