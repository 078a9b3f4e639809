"""The endpoints of history: which revisions made the base, and each record, what they are."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel

from app.api.answers import PathSlug, SessionDep, answer_model, answer_page
from app.api.changing import answer_base_restoration, answer_restoration
from app.api.parameters import Nothing
from app.api.problems import problems
from app.api.writing import RECORD_ERRORS, BareWriter
from app.errors import InvalidCursor, InvalidRequest, NotFound
from app.models import COLLECTIONS
from app.queries.history import read_history, read_one, read_record_revision, read_revisions
from app.queries.revisions import read_revision
from app.schemas.changes import AnyRead
from app.schemas.changesets import ChangesetRead
from app.schemas.history import (
    HistoryQuery,
    RecordRevisionDetail,
    RecordRevisionPage,
    RevisionPage,
    RevisionRead,
    RevisionsQuery,
)

router = APIRouter(prefix="/v1", tags=["history"])
Collection = Annotated[
    Literal[
        "documents",
        "offices",
        "focus-areas",
        "initiatives",
        "expected-outcomes",
        "timeline-items",
    ],
    Path(description="The collection of the record."),
]
Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="The number of the revision.")]


@router.get(
    "/revisions", response_model=RevisionPage, responses=problems(InvalidRequest, InvalidCursor)
)
def list_revisions(session: SessionDep, query: Annotated[RevisionsQuery, Query()]) -> Response:
    """List the revisions of the base, the newest first: who wrote what, when, and why."""
    return answer_page(_plain(read_revisions(session, query)))


@router.get(
    "/revisions/{number}", response_model=RevisionRead, responses=problems(NotFound, InvalidRequest)
)
def get_revision(session: SessionDep, number: Number, _: Nothing) -> Response:
    """Get one revision of the base."""
    return answer_model(read_one(session, number), read_revision(session))


@router.get(
    "/{collection}/{slug}/revisions",
    response_model=RecordRevisionPage,
    responses=problems(NotFound, InvalidRequest, InvalidCursor),
)
def list_record_revisions(
    session: SessionDep,
    collection: Collection,
    slug: PathSlug,
    query: Annotated[HistoryQuery, Query()],
) -> Response:
    """List the revisions of a record, the newest first; of one that was deleted too."""
    return answer_page(_plain(read_history(session, COLLECTIONS[collection], slug, query)))


@router.get(
    "/{collection}/{slug}/revisions/{number}",
    response_model=RecordRevisionDetail,
    responses=problems(NotFound, InvalidRequest),
)
def get_record_revision(
    session: SessionDep, collection: Collection, slug: PathSlug, number: Number, _: Nothing
) -> Response:
    """Get a record as it was at one of its revisions, and what that changed."""
    detail = read_record_revision(session, COLLECTIONS[collection], slug, number)
    return answer_model(detail, read_revision(session), whole=False)


@router.post(
    "/revisions/{number}/restore",
    status_code=201,
    response_model=ChangesetRead,
    responses=problems(NotFound, *RECORD_ERRORS)
    | {200: {"model": ChangesetRead, "description": "It is so already; nothing was written."}},
)
def restore_base(writer: BareWriter, number: Number, _: Nothing) -> Response:
    """Make the whole base what it was at a revision, as a new revision: `If-Match` has the number
    of the revision that it has now. Needs a key of scope `admin`."""
    return answer_base_restoration(writer, number)


@router.post(
    "/{collection}/{slug}/revisions/{number}/restore",
    response_model=AnyRead,
    responses=problems(NotFound, *RECORD_ERRORS)
    | {201: {"model": AnyRead, "description": "It was deleted, and is there again."}},
)
def restore_record(
    writer: BareWriter, collection: Collection, slug: PathSlug, number: Number, _: Nothing
) -> Response:
    """Make a record what it was at one of its revisions, as a new revision."""
    return answer_restoration(writer, COLLECTIONS[collection], slug, number)


def _plain(page: BaseModel) -> dict[str, Any]:
    return page.model_dump(mode="json", exclude_unset=True)
