"""The endpoints of documents: texts that make claims."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.api.document_texts import (
    TEXT_RESPONSES,
    IfRangeHeader,
    RangeHeader,
    text_response,
)
from app.api.responses import (
    LIST_RESPONSES,
    PathSlug,
    list_response,
    model_response,
    record_response,
)
from app.api.write_endpoints import add_write_endpoints
from app.catalog.documents import DOCUMENTS, DocumentDetailQuery, DocumentQuery
from app.errors import Gone, InvalidRequest, NotFound, RangeNotSatisfiable
from app.http.admission import NoParameters
from app.http.problems import problem_responses
from app.http.routing import make_router
from app.http.session import SessionDep
from app.http.write_requests import PLAIN, WRITE_ERRORS, TextWrite, request_body
from app.queries.records import read_record, require_record
from app.queries.verification import verify_citations
from app.schemas.read import DocumentDetail, DocumentPage
from app.schemas.verification import Verification
from app.store.models import Document
from app.store.revisions import read_revision
from app.store.sessions import read_session

router = make_router(prefix="/v1/documents", tags=["documents"])


@router.get("", response_model=DocumentPage, responses=LIST_RESPONSES)
def list_documents(
    request: Request,
    session: SessionDep,
    query: Annotated[DocumentQuery, Query()],
) -> Response:
    """List documents: texts that make claims."""
    return list_response(request, session, DOCUMENTS, query)


@router.get(
    "/{slug}",
    response_model=DocumentDetail,
    responses=problem_responses(NotFound, Gone, InvalidRequest),
)
def get_document(
    session: SessionDep,
    slug: PathSlug,
    _query: Annotated[DocumentDetailQuery, Query()],
) -> Response:
    """Get one document."""
    record = read_record(session, DOCUMENTS, slug)
    return record_response(session, DOCUMENTS, slug, record)


@router.get(
    "/{slug}/text",
    response_class=Response,
    responses=TEXT_RESPONSES
    | problem_responses(NotFound, Gone, RangeNotSatisfiable, InvalidRequest),
)
def get_document_text(
    request: Request,
    session: SessionDep,
    slug: PathSlug,
    _query: Annotated[DocumentDetailQuery, Query()],
    range_field: RangeHeader = None,
    if_range: IfRangeHeader = None,
) -> Response:
    """Get the text of a document in UTF-8, or one range of its bytes."""
    return text_response(request, session, slug, range_field, if_range)


add_write_endpoints(router, DOCUMENTS)


@router.post(
    "/{slug}/verify",
    response_model=Verification,
    responses=problem_responses(NotFound, Gone, *WRITE_ERRORS),
    openapi_extra=request_body(PLAIN),
)
def verify_document(
    request: TextWrite,
    slug: PathSlug,
    _: NoParameters,
) -> Response:
    """Compare every citation of a document with the text in the body; nothing is written."""
    text = request.read_text()
    with read_session(request.engine) as session:
        # Raises NotFound or Gone.
        require_record(session, DOCUMENTS, slug)
        document = session.get_one(Document, slug)
        verification = verify_citations(session, document, text)
        return model_response(verification, read_revision(session), exclude_unset=True)
