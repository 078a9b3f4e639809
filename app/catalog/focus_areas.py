"""Focus areas as a collection: their query, and its meaning in SQL."""

from typing import Annotated, Literal

from app.catalog.conditions import has_any, is_any_of, labelled_in, linked_to
from app.catalog.dimensions import Dimension
from app.catalog.expected_outcomes import EXPECTED_OUTCOMES
from app.catalog.initiatives import INITIATIVES
from app.catalog.resource import Include, Resource, ReverseRelation
from app.catalog.shared import cited_documents, cites, record_conditions, record_orders
from app.catalog.timeline_items import TIMELINE_ITEMS
from app.schemas.fields import CommaList, CommaSet, Flag
from app.schemas.filters import (
    BroaderFilter,
    CitedFilter,
    FocusAreaFilter,
    LabelFilter,
    PastQuery,
    presence_field,
)
from app.schemas.paging import ListQuery, facet_field, include_field, sort_field
from app.schemas.read import FocusAreaPage
from app.store.models import FocusArea, FocusAreaBroader

SortName = Literal[
    "relevance",
    "name",
    "-name",
    "slug",
    "-slug",
    "created_at",
    "-created_at",
    "updated_at",
    "-updated_at",
]
FacetName = Literal["focus_area", "broader", "document"]
IncludeName = Literal["broader", "related"]
DetailIncludeName = Literal[
    "broader", "related", "narrower", "initiatives", "expected_outcomes", "timeline_items"
]


class FocusAreaQuery(ListQuery, FocusAreaFilter, BroaderFilter, LabelFilter, CitedFilter):
    """Filters, order and display of the list of focus areas."""

    has_initiative: Annotated[
        Flag | None, presence_field("an initiative about it or a narrower focus area")
    ] = None
    has_timeline: Annotated[
        Flag | None, presence_field("a timeline item about it or a narrower focus area")
    ] = None
    sort: Annotated[CommaList[SortName], sort_field("name")] = ["name"]
    include: Annotated[CommaSet[IncludeName], include_field("broader")] = []
    facet: Annotated[CommaSet[FacetName], facet_field("broader")] = []


class FocusAreaDetailQuery(PastQuery):
    """The related records to include in a focus area, those of narrower ones too."""

    include: Annotated[CommaSet[DetailIncludeName], include_field("initiatives")] = []


FOCUS_AREAS = Resource(
    name="focus-areas",
    model=FocusArea,
    query=FocusAreaQuery,
    detail_query=FocusAreaDetailQuery,
    page=FocusAreaPage,
    where={
        **record_conditions(FocusArea),
        "focus_area": is_any_of(FocusArea.slug),
        "broader": linked_to(
            FocusArea.slug, FocusAreaBroader.focus_area_slug, FocusAreaBroader.broader_slug
        ),
        "label_language": labelled_in,
        "document": cites(FocusArea),
        "has_initiative": has_any(FocusArea.slug, INITIATIVES.dimensions["focus_area"]),
        "has_timeline": has_any(FocusArea.slug, TIMELINE_ITEMS.dimensions["focus_area"]),
    },
    order={
        "name": FocusArea.name,
        **record_orders(FocusArea),
    },
    facets={
        "focus_area": Dimension(FocusArea.slug, FocusArea.slug, tree=True),
        # Direct links only, like the filter.
        "broader": Dimension(FocusAreaBroader.focus_area_slug, FocusAreaBroader.broader_slug),
        "document": cited_documents(FocusArea),
    },
    includes={
        "broader": Include(FocusArea, many=True),
        "related": Include(FocusArea, many=True),
    },
    listings={
        "narrower": ReverseRelation(None, "broader"),
        "initiatives": ReverseRelation(INITIATIVES, "focus_area"),
        "expected_outcomes": ReverseRelation(EXPECTED_OUTCOMES, "focus_area"),
        "timeline_items": ReverseRelation(TIMELINE_ITEMS, "focus_area"),
    },
)
