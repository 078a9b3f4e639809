"""The endpoints of history: the revisions of the base and of each record."""

from typing import TYPE_CHECKING, Annotated, Any, Union

from fastapi import Path, Query, Response
from pydantic import BaseModel
from pydantic_core import to_json

from app.api.changeset_writes import base_restoration_response
from app.api.record_writes import restoration_response
from app.api.responses import PathSlug, model_response, page_response
from app.catalog import CATALOG, RESOURCES_BY_COLLECTION
from app.errors import InvalidCursor, InvalidRequest, NotFound
from app.http.admission import NoParameters
from app.http.problems import problem_responses
from app.http.routing import make_router
from app.http.session import SessionDep
from app.http.write_requests import RECORD_ERRORS, BodilessWrite
from app.log.history import read_history, read_one, read_record_revision, read_revisions
from app.schemas.changesets import ChangesetRead
from app.schemas.history import (
    HistoryQuery,
    RecordRevisionDetail,
    RecordRevisionPage,
    RevisionPage,
    RevisionRead,
    RevisionsQuery,
)
from app.schemas.read import RecordRead
from app.schemas.record_types import Collection
from app.store.models import COLLECTIONS
from app.store.revisions import read_revision

router = make_router(prefix="/v1", tags=["history"])
# mypy cannot read a union that is computed.
if TYPE_CHECKING:
    AnyDetail = RecordRead
else:
    AnyDetail = Union[tuple(resource.detail for resource in CATALOG)]  # noqa: UP007
PathCollection = Annotated[Collection, Path(description="The collection of the record.")]
Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="The number of the revision.")]


@router.get(
    "/revisions",
    response_model=RevisionPage,
    responses=problem_responses(InvalidRequest, InvalidCursor),
)
def list_revisions(
    session: SessionDep, query: Annotated[RevisionsQuery, Query()]
) -> Response:
    """List the revisions of the base, the newest first: author, instant, message, counts."""
    page = _to_json(read_revisions(session, query))
    return page_response(to_json(page), page)


@router.get(
    "/revisions/{number}",
    response_model=RevisionRead,
    responses=problem_responses(NotFound, InvalidRequest),
)
def get_revision(
    session: SessionDep,
    number: Number,
    _: NoParameters,
) -> Response:
    """Get one revision of the base."""
    return model_response(read_one(session, number), read_revision(session))


@router.get(
    "/{collection}/{slug}/revisions",
    response_model=RecordRevisionPage,
    responses=problem_responses(NotFound, InvalidRequest, InvalidCursor),
)
def list_record_revisions(
    session: SessionDep,
    collection: PathCollection,
    slug: PathSlug,
    query: Annotated[HistoryQuery, Query()],
) -> Response:
    """List the revisions of a record, the newest first; also of a deleted record."""
    page = _to_json(read_history(session, COLLECTIONS[collection], slug, query))
    return page_response(to_json(page), page)


@router.get(
    "/{collection}/{slug}/revisions/{number}",
    response_model=RecordRevisionDetail,
    responses=problem_responses(NotFound, InvalidRequest),
)
def get_record_revision(
    session: SessionDep,
    collection: PathCollection,
    slug: PathSlug,
    number: Number,
    _: NoParameters,
) -> Response:
    """Get a record as it was at one of its revisions, and how that differs from the one before."""
    detail = read_record_revision(session, COLLECTIONS[collection], slug, number)
    return model_response(detail, read_revision(session), exclude_unset=True)


@router.post(
    "/revisions/{number}/restore",
    status_code=201,
    response_model=ChangesetRead,
    responses=problem_responses(NotFound, *RECORD_ERRORS)
    | {
        200: {
            "model": ChangesetRead,
            "description": "The base is so already; nothing was written.",
        }
    },
)
def restore_base(
    request: BodilessWrite,
    number: Number,
    _: NoParameters,
) -> Response:
    """Restore the whole base to an earlier revision, as a new revision. `If-Match` holds the number
    of the current revision, or its ETag. Needs a key of scope `admin`."""
    return base_restoration_response(request, number)


@router.post(
    "/{collection}/{slug}/revisions/{number}/restore",
    response_model=AnyDetail,
    responses=problem_responses(NotFound, *RECORD_ERRORS)
    | {201: {"model": AnyDetail, "description": "The record was deleted, and exists again."}},
)
def restore_record(
    request: BodilessWrite,
    collection: PathCollection,
    slug: PathSlug,
    number: Number,
    _: NoParameters,
) -> Response:
    """Restore a record to one of its revisions, as a new revision."""
    return restoration_response(request, RESOURCES_BY_COLLECTION[collection], slug, number)


def _to_json(page: BaseModel) -> dict[str, Any]:
    # Fields that only other pages have, as `rank_is_bounded`, are unset, and so left out.
    return page.model_dump(mode="json", exclude_unset=True)
