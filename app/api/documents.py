"""The endpoints of documents: texts that make claims."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.answers import LIST_RESPONSES, PathSlug, SessionDep, answer_list, answer_record
from app.api.problems import problems
from app.catalog.documents import DOCUMENTS, DocumentDetailQuery, DocumentQuery
from app.errors import Gone, InvalidRequest, NotFound
from app.queries.records import read_record
from app.schemas.read import DocumentDetail, DocumentPage

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
