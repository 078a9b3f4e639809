"""The most rows that a page shows. The data of a page may have more."""

from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from app.schemas.paging import ListQuery

MAX_ROWS = 100


def limit_rows(
    request: Request,
    query: ListQuery,
    most: int = MAX_ROWS,
) -> Response | None:
    """Lead to the same page with fewer rows; None if it asks for no more than it may have."""
    if query.limit <= most:
        return None
    pairs = []
    for name, value in request.query_params.multi_items():
        pairs.append((name, str(most) if name == "limit" else value))
    return RedirectResponse(f"{request.url.path}?{urlencode(pairs)}")
