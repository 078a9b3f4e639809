"""The endpoint of all types at once: search, and the analyst's one table."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.api.answers import SessionDep, answer_page
from app.api.problems import problems
from app.catalog.search import SearchQuery
from app.errors import InvalidCursor, InvalidRequest
from app.queries.search import read_search
from app.schemas.search import SearchPage

router = APIRouter(prefix="/v1/search", tags=["search"])


@router.get("", response_model=SearchPage, responses=problems(InvalidRequest, InvalidCursor))
def search(session: SessionDep, query: Annotated[SearchQuery, Query()]) -> Response:
    """Search records of all types; without `q`, list every claim as one flat, cited table."""
    return answer_page(read_search(session, query))
