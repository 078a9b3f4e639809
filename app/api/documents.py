"""The endpoints of documents: texts that make claims."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.answers import LIST_RESPONSES, PathSlug, SessionDep, answer_list, answer_record
from app.api.changing import (
    answer_creation,
    answer_deletion,
    answer_patch,
    answer_replacement,
    answer_verification,
)
from app.api.parameters import Nothing
from app.api.problems import problems
from app.api.writing import (
    JSON,
    MERGE_PATCH,
    PLAIN,
    RECORD_ERRORS,
    WRITE_ERRORS,
    BareWriter,
    JsonWriter,
    PatchWriter,
    TextWriter,
    takes,
)
from app.catalog.documents import DOCUMENTS, DocumentDetailQuery, DocumentQuery
from app.errors import Gone, InvalidRequest, NotFound, StillReferenced
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
    return answer_list(request, session, DOCUMENTS, query)


@router.get(
    "/{slug}",
    response_model=DocumentDetail,
    responses=problems(NotFound, Gone, InvalidRequest),
)
def get_document(
    session: SessionDep, slug: PathSlug, _query: Annotated[DocumentDetailQuery, Query()]
) -> Response:
    """Get one document."""
    return answer_record(session, read_record(session, DOCUMENTS, slug))


@router.post(
    "",
    status_code=201,
    response_model=DocumentRead,
    responses=problems(*RECORD_ERRORS),
    openapi_extra=takes(JSON, "DocumentCreate"),
)
def create_document(writer: JsonWriter, _: Nothing) -> Response:
    """Create a document."""
    return answer_creation(writer, DOCUMENTS)


@router.put(
    "/{slug}",
    response_model=DocumentRead,
    responses=problems(*RECORD_ERRORS)
    | {201: {"model": DocumentRead, "description": "It was created."}},
    openapi_extra=takes(JSON, "DocumentCreate"),
)
def replace_document(writer: JsonWriter, slug: PathSlug, _: Nothing) -> Response:
    """Replace a document or create it: what was read may be sent back."""
    return answer_replacement(writer, DOCUMENTS, slug)


@router.patch(
    "/{slug}",
    response_model=DocumentRead,
    responses=problems(NotFound, Gone, *RECORD_ERRORS),
    openapi_extra=takes(MERGE_PATCH, "DocumentPatch"),
)
def patch_document(writer: PatchWriter, slug: PathSlug, _: Nothing) -> Response:
    """Change some of a document (JSON Merge Patch)."""
    return answer_patch(writer, DOCUMENTS, slug)


@router.delete(
    "/{slug}",
    status_code=204,
    responses=problems(NotFound, Gone, StillReferenced, *RECORD_ERRORS),
)
def delete_document(
    writer: BareWriter, slug: PathSlug, query: Annotated[DeletionQuery, Query()]
) -> Response:
    """Delete a document; its history stays."""
    return answer_deletion(writer, DOCUMENTS, slug, cascade=query.cascade)


@router.post(
    "/{slug}/verify",
    response_model=Verification,
    responses=problems(NotFound, Gone, *WRITE_ERRORS),
    openapi_extra=takes(PLAIN),
)
def verify_document(writer: TextWriter, slug: PathSlug, _: Nothing) -> Response:
    """Compare every citation of a document with a text of it; nothing is written."""
    return answer_verification(writer, slug)
