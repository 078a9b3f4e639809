"""The endpoints of drafts: from a file to proposals, decisions, and one revision.

A draft is never public: every request needs a key, and no cache stores a response."""

from typing import Annotated, Any

from fastapi import Path, Query, Request, Response

from app.api.draft_files import create_draft_response, estimate_response
from app.api.draft_writes import (
    add_proposal_response,
    decisions_response,
    deletion_response,
    detail_response,
    patch_proposal_response,
    proposal_response,
    publication_response,
)
from app.api.responses import model_response, page_response
from app.errors import (
    AlreadyExists,
    InvalidCursor,
    InvalidRequest,
    ModelFailed,
    NotFound,
    PreconditionRequired,
    StaleVersion,
    StillReferenced,
    Unauthenticated,
    UnreadableFile,
)
from app.http.accept import BINARY
from app.http.admission import PRIVATE_TAG, NoParameters
from app.http.problems import problem_responses
from app.http.routing import make_router
from app.http.session import SessionDep
from app.http.whole_responses import bytes_response
from app.http.write_requests import (
    JSON,
    MERGE_PATCH,
    WRITE_ERRORS,
    BodilessWrite,
    DraftBodilessWrite,
    DraftJsonWrite,
    FileWrite,
    PatchWrite,
    request_body,
)
from app.reading.formats import MEDIA_TYPES
from app.schemas.drafts import (
    Coverage,
    DecisionsMade,
    DraftCreateQuery,
    DraftDetail,
    DraftPage,
    DraftsQuery,
    Outline,
    ProposalPage,
    ProposalRead,
    ProposalsQuery,
    PublicationChecked,
    PublicationQuery,
    PublicationRead,
)
from app.schemas.model_runs import ModelEstimate, ModelEstimateQuery
from app.store.revisions import read_revision
from app.stored_drafts.coverage import read_coverage
from app.stored_drafts.pages import read_drafts, read_outline, read_proposals
from app.stored_drafts.rows import list_proposals, require_draft

router = make_router(prefix="/v1/drafts", tags=[PRIVATE_TAG])

DraftId = Annotated[str, Path(max_length=600, description="The identifier of the draft.")]
ProposalNumber = Annotated[
    int, Path(ge=1, le=2**31 - 1, description="The number of the proposal.")
]
READ_ERRORS = (Unauthenticated, InvalidRequest)
PLAIN_TEXT = "text/plain; charset=utf-8"
_FILE = {"schema": BINARY}
_FILE_BODY = {
    "requestBody": {"required": True, "content": dict.fromkeys(MEDIA_TYPES, _FILE)},
}
_TEXT_CONTENT: dict[str, Any] = {
    "text/plain": {"schema": {"type": "string", "maxLength": 100_000_000}}
}


@router.get(
    "",
    response_model=DraftPage,
    responses=problem_responses(InvalidCursor, *READ_ERRORS),
)
def list_drafts(session: SessionDep, query: Annotated[DraftsQuery, Query()]) -> Response:
    """List the drafts, the newest first. Needs a key."""
    page = read_drafts(session, query)
    return page_response(page.model_dump_json().encode(), dict(page))


@router.post(
    "",
    status_code=201,
    response_model=DraftDetail,
    responses=problem_responses(AlreadyExists, UnreadableFile, ModelFailed, *WRITE_ERRORS)
    | {200: {"model": DraftDetail, "description": "The file was drafted before."}},
    openapi_extra=_FILE_BODY,
)
async def create_draft(
    raw_request: Request,
    request: FileWrite,
    query: Annotated[DraftCreateQuery, Query()],
) -> Response:
    """Draft a document: the file is the body, and `Content-Type` says what it is. The same file is
    the same draft."""
    return await create_draft_response(raw_request, request, query)


@router.post(
    "/model-estimate",
    response_model=ModelEstimate,
    responses=problem_responses(UnreadableFile, *WRITE_ERRORS),
    openapi_extra=_FILE_BODY,
)
async def estimate_model_run(
    raw_request: Request,
    request: FileWrite,
    query: Annotated[ModelEstimateQuery, Query()],
) -> Response:
    """Tell what asking the language model about a document would need: the file is the body, as
    for a draft. Nothing is asked, and nothing is stored."""
    return await estimate_response(raw_request, request, query)


@router.get(
    "/{draft}",
    response_model=DraftDetail,
    responses=problem_responses(NotFound, *READ_ERRORS),
)
def get_draft(session: SessionDep, draft: DraftId, _: NoParameters) -> Response:
    """Get one draft: counts by state, type and flag, warnings, what was left out. Needs a key."""
    return detail_response(session, draft)


@router.delete(
    "/{draft}",
    status_code=204,
    responses=problem_responses(NotFound, StaleVersion, *WRITE_ERRORS),
)
def delete_draft(request: BodilessWrite, draft: DraftId, _: NoParameters) -> Response:
    """Abandon a draft: its text and proposals are deleted, and published records stay."""
    return deletion_response(request, draft)


@router.get(
    "/{draft}/text",
    response_class=Response,
    responses=problem_responses(NotFound, *READ_ERRORS)
    | {200: {"description": "The text in UTF-8.", "content": _TEXT_CONTENT}},
)
def get_draft_text(session: SessionDep, draft: DraftId, _: NoParameters) -> Response:
    """Get the text that the citations of a draft are of. Needs a key."""
    stored = require_draft(session, draft, is_complete=True)
    revision = read_revision(session)
    response = bytes_response(stored.utf8, revision, tag="1", media_type=PLAIN_TEXT)
    # A browser must not take a text that looks like a page for one.
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@router.get(
    "/{draft}/outline",
    response_model=Outline,
    responses=problem_responses(NotFound, *READ_ERRORS),
)
def get_draft_outline(session: SessionDep, draft: DraftId, _: NoParameters) -> Response:
    """Get the blocks of the text of a draft, with their positions. Needs a key."""
    stored = require_draft(session, draft, is_complete=True)
    return model_response(read_outline(stored), read_revision(session))


@router.get(
    "/{draft}/coverage",
    response_model=Coverage,
    responses=problem_responses(NotFound, *READ_ERRORS),
)
def get_draft_coverage(session: SessionDep, draft: DraftId, _: NoParameters) -> Response:
    """Get what became of every character of the text of a draft, and what may be missed. Needs a
    key."""
    stored = require_draft(session, draft, is_complete=True)
    coverage = read_coverage(stored, list_proposals(session, draft))
    return model_response(coverage, read_revision(session))


@router.get(
    "/{draft}/proposals",
    response_model=ProposalPage,
    responses=problem_responses(NotFound, InvalidCursor, *READ_ERRORS),
)
def list_draft_proposals(
    session: SessionDep,
    draft: DraftId,
    query: Annotated[ProposalsQuery, Query()],
) -> Response:
    """List the proposals of a draft. Needs a key."""
    stored = require_draft(session, draft, is_complete=True)
    page = read_proposals(session, stored, query)
    return page_response(page.model_dump_json().encode(), dict(page))


@router.post(
    "/{draft}/proposals",
    status_code=201,
    response_model=ProposalRead,
    responses=problem_responses(NotFound, *WRITE_ERRORS),
    openapi_extra=request_body(JSON, "ProposalCreate"),
)
def add_draft_proposal(request: DraftJsonWrite, draft: DraftId, _: NoParameters) -> Response:
    """Add a claim or focus area that was missed: its type and its words are enough."""
    return add_proposal_response(request, draft)


@router.get(
    "/{draft}/proposals/{number}",
    response_model=ProposalRead,
    responses=problem_responses(NotFound, *READ_ERRORS),
)
def get_draft_proposal(
    session: SessionDep,
    draft: DraftId,
    number: ProposalNumber,
    _: NoParameters,
) -> Response:
    """Get one proposal of a draft. Needs a key."""
    stored = require_draft(session, draft, is_complete=True)
    return proposal_response(session, stored, number)


@router.patch(
    "/{draft}/proposals/{number}",
    response_model=ProposalRead,
    responses=problem_responses(
        NotFound, AlreadyExists, PreconditionRequired, StaleVersion, *WRITE_ERRORS
    ),
    openapi_extra=request_body(MERGE_PATCH, "ProposalPatch"),
)
def patch_draft_proposal(
    request: PatchWrite,
    draft: DraftId,
    number: ProposalNumber,
    _: NoParameters,
) -> Response:
    """Decide on a proposal, or correct its record (JSON Merge Patch). The rules of records judge
    it."""
    return patch_proposal_response(request, draft, number)


@router.post(
    "/{draft}/decisions",
    response_model=DecisionsMade,
    responses=problem_responses(NotFound, AlreadyExists, *WRITE_ERRORS),
    openapi_extra=request_body(JSON, "Decisions"),
)
def decide_draft_proposals(
    request: DraftJsonWrite, draft: DraftId, _: NoParameters
) -> Response:
    """Decide on many proposals of a draft at once: by number, type, section, rule, flag or
    score."""
    return decisions_response(request, draft)


@router.post(
    "/{draft}/publish",
    status_code=201,
    response_model=PublicationRead,
    responses=problem_responses(NotFound, AlreadyExists, StillReferenced, *WRITE_ERRORS)
    | {
        200: {
            "model": PublicationRead | PublicationChecked,
            "description": "Nothing was written: nothing would change, or `validate_only` was set.",
        }
    },
)
def publish_draft(
    request: DraftBodilessWrite,
    draft: DraftId,
    query: Annotated[PublicationQuery, Query()],
) -> Response:
    """Publish what is accepted of a draft as one revision. What the base has already is used."""
    return publication_response(request, draft, validate_only=query.validate_only)
