"""What can be asked of documents?"""

from typing import Annotated, Literal

from app.catalog.resource import Resource
from app.models import Document
from app.schemas.fields import CommaList
from app.schemas.paging import ListQuery, Query, sort_field
from app.schemas.read import DocumentPage

Sort = Literal[
    "title", "-title", "slug", "-slug", "created_at", "-created_at", "updated_at", "-updated_at"
]


class DocumentQuery(ListQuery):
    """Which documents, in which order."""

    sort: Annotated[CommaList[Sort], sort_field("title")] = ["title"]


class DocumentDetailQuery(Query):
    """A document has nothing to include."""


DOCUMENTS = Resource(
    name="documents",
    model=Document,
    query=DocumentQuery,
    detail_query=DocumentDetailQuery,
    page=DocumentPage,
    where={},
    order={
        "title": Document.title,
        "slug": Document.slug,
        "created_at": Document.created_at,
        "updated_at": Document.updated_at,
    },
)
