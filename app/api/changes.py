"""The endpoints of changes: what has become of the base, for those who keep a copy of it."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.api.answers import SessionDep, answer_changes
from app.api.problems import problems
from app.errors import InvalidCursor, InvalidRequest
from app.queries.changes import read_changes
from app.schemas.changes import ChangePage, ChangesQuery

router = APIRouter(prefix="/v1/changes", tags=["changes"])


@router.get("", response_model=ChangePage, responses=problems(InvalidRequest, InvalidCursor))
def list_changes(session: SessionDep, query: Annotated[ChangesQuery, Query()]) -> Response:
    """List what has changed since then, deletions included, in the order in which it was made."""
    return answer_changes(read_changes(session, query))
