"""The endpoint of all types at once: search, and the analyst's one table."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.responses import LIST_RESPONSES, search_response
from app.catalog.search import SearchQuery
from app.http.session import SessionDep
from app.schemas.search import SearchPage

router = APIRouter(prefix="/v1/search", tags=["search"])


@router.get("", response_model=SearchPage, responses=LIST_RESPONSES)
def search(
    request: Request, session: SessionDep, query: Annotated[SearchQuery, Query()]
) -> Response:
    """Search records of all types; without `q`, list every claim as one flat, cited table."""
    return search_response(request, session, query)
