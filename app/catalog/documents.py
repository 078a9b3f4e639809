"""Documents as a collection: their query, and its meaning in SQL."""

from typing import Annotated, Literal

from app.catalog.conditions import is_any_of
from app.catalog.dimensions import Dimension
from app.catalog.orders import by_date
from app.catalog.resource import Resource
from app.catalog.shared import record_conditions, record_orders
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
    """Filters, order and display of the list of documents."""

    sort: Annotated[CommaList[SortName], sort_field("title")] = ["title"]
    facet: Annotated[CommaSet[FacetName], facet_field("language")] = []


class DocumentDetailQuery(PastQuery):
    """Nothing can be included in a document."""


DOCUMENTS = Resource(
    name="documents",
    model=Document,
    query=DocumentQuery,
    detail_query=DocumentDetailQuery,
    page=DocumentPage,
    where={
        **record_conditions(Document),
        "language": is_any_of(Document.language),
        "voice": is_any_of(Document.voice),
    },
    order={
        "title": Document.title,
        **by_date("published_on", Document.published_order, Document.published_earliest),
        **record_orders(Document),
    },
    facets={
        "language": Dimension(Document.slug, Document.language),
        "voice": Dimension(Document.slug, Document.voice),
    },
)
