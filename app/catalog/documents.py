"""What can be asked of documents?"""

from typing import Annotated, Literal

from app.catalog.conditions import at_least, is_any_of
from app.catalog.dimensions import Dimension
from app.catalog.resource import Resource
from app.schemas.fields import CommaList, CommaSet
from app.schemas.filters import PastQuery, TextFilter
from app.schemas.paging import ListQuery, facet_field, sort_field
from app.schemas.read import DocumentPage
from app.store.models import Document

SortName = Literal[
    "relevance",
    "title",
    "-title",
    "published_on",
    "-published_on",
    "slug",
    "-slug",
    "created_at",
    "-created_at",
    "updated_at",
    "-updated_at",
]
FacetName = Literal["language", "voice"]


class DocumentQuery(ListQuery, TextFilter):
    """Which documents, in which order."""

    sort: Annotated[CommaList[SortName], sort_field("title")] = ["title"]
    facet: Annotated[CommaSet[FacetName], facet_field("language")] = []


class DocumentDetailQuery(PastQuery):
    """A document has nothing to include."""


DOCUMENTS = Resource(
    name="documents",
    model=Document,
    query=DocumentQuery,
    detail_query=DocumentDetailQuery,
    page=DocumentPage,
    where={
        "slug": is_any_of(Document.slug),
        "language": is_any_of(Document.language),
        "voice": is_any_of(Document.voice),
        "updated_since": at_least(Document.updated_at),
    },
    order={
        "title": Document.title,
        "published_on": Document.published_order,
        "slug": Document.slug,
        "created_at": Document.created_at,
        "updated_at": Document.updated_at,
    },
    facets={
        "language": Dimension(Document.slug, Document.language),
        "voice": Dimension(Document.slug, Document.voice),
    },
)
