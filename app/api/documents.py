"""The endpoints of documents: texts that make claims."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.record_writes import (
    creation_response,
    deletion_response,
    patch_response,
    replacement_response,
    verification_response,
)
from app.api.responses import LIST_RESPONSES, PathSlug, list_response, record_response
from app.catalog.documents import DOCUMENTS, DocumentDetailQuery, DocumentQuery
from app.errors import Gone, InvalidRequest, NotFound, StillReferenced
from app.http.parameters import NoParameters
from app.http.problems import problem_responses
from app.http.session import SessionDep
from app.http.write_requests import (
    JSON,
    MERGE_PATCH,
    PLAIN,
    RECORD_ERRORS,
    WRITE_ERRORS,
    BodilessWrite,
    JsonWrite,
    PatchWrite,
    TextWrite,
    request_body,
)
from app.queries.records import read_record
from app.schemas.changesets import DeletionQuery
from app.schemas.read import DocumentDetail, DocumentPage, DocumentRead
from app.schemas.verification import Verification

router = APIRouter(prefix="/v1/documents", tags=["documents"])


@router.get("", response_model=DocumentPage, responses=LIST_RESPONSES)
def list_documents(
    request: Request, session: SessionDep, query: Annotated[DocumentQuery, Query()]
) -> Response:
    """List documents: texts that make claims."""
    return list_response(request, session, DOCUMENTS, query)


@router.get(
    "/{slug}",
    response_model=DocumentDetail,
    responses=problem_responses(NotFound, Gone, InvalidRequest),
)
def get_document(
    session: SessionDep, slug: PathSlug, _query: Annotated[DocumentDetailQuery, Query()]
) -> Response:
    """Get one document."""
    return record_response(session, read_record(session, DOCUMENTS, slug))


@router.post(
    "",
    status_code=201,
    response_model=DocumentRead,
    responses=problem_responses(*RECORD_ERRORS),
    openapi_extra=request_body(JSON, "DocumentCreate"),
)
def create_document(writer: JsonWrite, _: NoParameters) -> Response:
    """Create a document."""
    return creation_response(writer, DOCUMENTS)


@router.put(
    "/{slug}",
    response_model=DocumentRead,
    responses=problem_responses(*RECORD_ERRORS)
    | {201: {"model": DocumentRead, "description": "It was created."}},
    openapi_extra=request_body(JSON, "DocumentCreate"),
)
def replace_document(writer: JsonWrite, slug: PathSlug, _: NoParameters) -> Response:
    """Replace a document or create it: what was read may be sent back."""
    return replacement_response(writer, DOCUMENTS, slug)


@router.patch(
    "/{slug}",
    response_model=DocumentRead,
    responses=problem_responses(NotFound, Gone, *RECORD_ERRORS),
    openapi_extra=request_body(MERGE_PATCH, "DocumentPatch"),
)
def patch_document(writer: PatchWrite, slug: PathSlug, _: NoParameters) -> Response:
    """Change some of a document (JSON Merge Patch)."""
    return patch_response(writer, DOCUMENTS, slug)


@router.delete(
    "/{slug}",
    status_code=204,
    responses=problem_responses(NotFound, Gone, StillReferenced, *RECORD_ERRORS),
)
def delete_document(
    writer: BodilessWrite, slug: PathSlug, query: Annotated[DeletionQuery, Query()]
) -> Response:
    """Delete a document; its history stays."""
    return deletion_response(writer, DOCUMENTS, slug, cascade=query.cascade)


@router.post(
    "/{slug}/verify",
    response_model=Verification,
    responses=problem_responses(NotFound, Gone, *WRITE_ERRORS),
    openapi_extra=request_body(PLAIN),
)
def verify_document(writer: TextWrite, slug: PathSlug, _: NoParameters) -> Response:
    """Compare every citation of a document with a text of it; nothing is written."""
    return verification_response(writer, slug)
