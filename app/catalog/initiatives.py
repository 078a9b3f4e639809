"""Initiatives as a collection: their query, and its meaning in SQL."""

from typing import Annotated, Literal

from app.catalog.conditions import is_any_of, is_referred_to
from app.catalog.dimensions import Dimension
from app.catalog.expected_outcomes import EXPECTED_OUTCOMES
from app.catalog.resource import Resource, ReverseRelation
from app.catalog.shared import CLAIM_INCLUDES, claim_conditions, claim_facets, claim_orders
from app.catalog.timeline_items import TIMELINE_ITEMS
from app.schemas.fields import CommaList, CommaSet, Flag
from app.schemas.filters import ClaimFilter, KindFilter, PastQuery, presence_field
from app.schemas.paging import ListQuery, facet_field, include_field, sort_field
from app.schemas.read import InitiativePage
from app.store.models import ExpectedOutcome, Initiative, InitiativeFocusArea, TimelineItem

SortName = Literal[
    "relevance",
    "title",
    "-title",
    "kind",
    "-kind",
    "modality",
    "-modality",
    "office",
    "-office",
    "slug",
    "-slug",
    "created_at",
    "-created_at",
    "updated_at",
    "-updated_at",
]
FacetName = Literal["office", "country", "focus_area", "kind", "modality", "document"]
IncludeName = Literal["office", "focus_areas"]
DetailIncludeName = Literal["office", "focus_areas", "expected_outcomes", "timeline_items"]


class InitiativeQuery(ListQuery, ClaimFilter, KindFilter):
    """Filters, order and display of the list of initiatives."""

    has_expected_outcome: Annotated[
        Flag | None, presence_field("an expected outcome that belongs to it")
    ] = None
    has_timeline: Annotated[
        Flag | None, presence_field("a timeline item that belongs to it")
    ] = None
    sort: Annotated[CommaList[SortName], sort_field("title")] = ["title"]
    include: Annotated[CommaSet[IncludeName], include_field("office,focus_areas")] = []
    facet: Annotated[CommaSet[FacetName], facet_field("kind,focus_area")] = []


class InitiativeDetailQuery(PastQuery):
    """The related records to include in an initiative."""

    include: Annotated[CommaSet[DetailIncludeName], include_field("office,focus_areas")] = []


INITIATIVES = Resource(
    name="initiatives",
    model=Initiative,
    query=InitiativeQuery,
    detail_query=InitiativeDetailQuery,
    page=InitiativePage,
    where={
        **claim_conditions(Initiative, InitiativeFocusArea),
        "kind": is_any_of(Initiative.kind),
        "has_expected_outcome": is_referred_to(
            Initiative.slug, ExpectedOutcome.initiative_slug
        ),
        "has_timeline": is_referred_to(Initiative.slug, TimelineItem.initiative_slug),
    },
    order={
        "title": Initiative.title_order.label("title"),
        "kind": Initiative.kind,
        **claim_orders(Initiative),
    },
    facets={
        **claim_facets(Initiative, InitiativeFocusArea),
        "kind": Dimension(Initiative.slug, Initiative.kind),
    },
    includes=CLAIM_INCLUDES,
    listings={
        "expected_outcomes": ReverseRelation(EXPECTED_OUTCOMES, "initiative"),
        "timeline_items": ReverseRelation(TIMELINE_ITEMS, "initiative"),
    },
)
