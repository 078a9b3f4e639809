"""The endpoint of all types at once: search, and the analyst's one table."""

from functools import partial
from typing import Annotated

from fastapi import Query, Request, Response
from pydantic_core import to_json

from app.api.responses import LIST_RESPONSES, export_response, page_response
from app.catalog.search import SearchQuery
from app.export.formats import check_parameters
from app.export.lists import export_search
from app.http.accept import choose_format
from app.http.routing import make_router
from app.http.services import services_of
from app.http.session import SessionDep
from app.queries.search import read_search
from app.schemas.search import SearchPage

router = make_router(prefix="/v1/search", tags=["search"])


@router.get("", response_model=SearchPage, responses=LIST_RESPONSES)
def search(
    request: Request,
    session: SessionDep,
    query: Annotated[SearchQuery, Query()],
) -> Response:
    """Search records of all types; without `q`, list every claim as one flat, cited table."""
    format_ = choose_format(request, query.format)
    if format_ == "json":
        check_parameters(query, format_)
        page = read_search(session, query)
        return page_response(to_json(page), page)
    prefix = services_of(request).settings.path_prefix
    begin = partial(export_search, request.state.engine, query, format_, prefix)
    return export_response(request, query, format_, "search", begin)
