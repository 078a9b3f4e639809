"""The endpoints of focus areas: concepts that claims are about."""

from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from app.api.responses import LIST_RESPONSES, PathSlug, list_response, record_response
from app.api.write_endpoints import add_write_endpoints
from app.catalog.focus_areas import FOCUS_AREAS, FocusAreaDetailQuery, FocusAreaQuery
from app.errors import Gone, InvalidRequest, NotFound
from app.http.problems import problem_responses
from app.http.routing import make_router
from app.http.session import SessionDep
from app.queries.labels import resolve_label
from app.queries.records import read_record
from app.schemas.read import FocusAreaDetail, FocusAreaPage
from app.store.revisions import read_revision

router = make_router(prefix="/v1/focus-areas", tags=["focus areas"])


@router.get("", response_model=FocusAreaPage, responses=LIST_RESPONSES)
def list_focus_areas(
    request: Request,
    session: SessionDep,
    query: Annotated[FocusAreaQuery, Query()],
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
    """Get one focus area; with all its includes, every claim about it."""
    try:
        record = read_record(session, FOCUS_AREAS, slug, query)
        return record_response(session, FOCUS_AREAS, slug, record)
    except (NotFound, Gone) as error:
        # When focus areas are merged, the slug of the deleted one may become an alias of the other.
        # A label that is merely similar to a deleted slug may mean something else.
        is_exact = isinstance(error, Gone)
        current_slug = resolve_label(session, slug, is_exact=is_exact)
        if current_slug is None:
            raise
        path = f"/v1/focus-areas/{current_slug}"
        if request.url.query:
            path = f"{path}?{request.url.query}"
        headers = {"Communique-Revision": str(read_revision(session))}
        return RedirectResponse(path, headers=headers)


add_write_endpoints(router, FOCUS_AREAS)
