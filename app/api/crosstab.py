"""The endpoint that counts the records of a collection by two dimensions."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.api.responses import model_response
from app.catalog.crosstab import CrosstabQuery
from app.errors import InvalidRequest, NotAcceptable
from app.export.crosstab import write_crosstab
from app.export.formats import check_parameters
from app.http.accept import choose_format, format_responses
from app.http.problems import problem_responses
from app.http.routing import make_router
from app.http.session import SessionDep
from app.http.whole_responses import bytes_response
from app.queries.crosstab import read_crosstab
from app.schemas.crosstab import Crosstab

router = make_router(prefix="/v1/crosstab", tags=["search"])


@router.get(
    "",
    response_model=Crosstab,
    responses=format_responses("csv") | problem_responses(InvalidRequest, NotAcceptable),
)
def get_crosstab(
    request: Request,
    session: SessionDep,
    query: Annotated[CrosstabQuery, Query()],
) -> Response:
    """Count the records of a collection by two of its facets."""
    format_ = choose_format(request, query.format, ("json", "csv"))
    check_parameters(query, format_)
    table = read_crosstab(session, query)
    if format_ == "json":
        response = model_response(table, table.revision)
    else:
        text = write_crosstab(table, query).encode()
        response = bytes_response(text, table.revision, media_type="text/csv")
        response.headers["Content-Disposition"] = 'attachment; filename="crosstab.csv"'
    response.headers["Vary"] = "Accept"
    return response
