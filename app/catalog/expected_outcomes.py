"""Expected outcomes as a collection: their query, and its meaning in SQL."""

from typing import Annotated, Literal

from app.catalog.conditions import is_referred_to, is_set, refers_to
from app.catalog.dimensions import Dimension
from app.catalog.resource import Include, Resource, ReverseRelation
from app.catalog.shared import CLAIM_INCLUDES, claim_conditions, claim_facets, claim_orders
from app.catalog.timeline_items import TIMELINE_ITEMS
from app.schemas.fields import CommaList, CommaSet, Flag
from app.schemas.filters import ClaimFilter, InitiativeFilter, PastQuery, presence_field
from app.schemas.paging import ListQuery, facet_field, include_field, sort_field
from app.schemas.read import ExpectedOutcomePage
from app.store.models import (
    ExpectedOutcome,
    ExpectedOutcomeFocusArea,
    Initiative,
    TimelineItem,
)

SortName = Literal[
    "relevance",
    "statement",
    "-statement",
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
FacetName = Literal["office", "country", "focus_area", "modality", "document", "initiative"]
IncludeName = Literal["office", "focus_areas", "initiative"]
DetailIncludeName = Literal["office", "focus_areas", "initiative", "timeline_items"]


class ExpectedOutcomeQuery(ListQuery, ClaimFilter, InitiativeFilter):
    """Filters, order and display of the list of expected outcomes."""

    has_initiative: Annotated[
        Flag | None, presence_field("an initiative that it belongs to")
    ] = None
    has_timeline: Annotated[Flag | None, presence_field("a timeline item that dates it")] = (
        None
    )
    sort: Annotated[CommaList[SortName], sort_field("statement")] = ["statement"]
    include: Annotated[CommaSet[IncludeName], include_field("initiative")] = []
    facet: Annotated[CommaSet[FacetName], facet_field("modality,focus_area")] = []


class ExpectedOutcomeDetailQuery(PastQuery):
    """The related records to include in an expected outcome."""

    include: Annotated[CommaSet[DetailIncludeName], include_field("timeline_items")] = []


EXPECTED_OUTCOMES = Resource(
    name="expected-outcomes",
    model=ExpectedOutcome,
    query=ExpectedOutcomeQuery,
    detail_query=ExpectedOutcomeDetailQuery,
    page=ExpectedOutcomePage,
    where={
        **claim_conditions(ExpectedOutcome, ExpectedOutcomeFocusArea),
        "initiative": refers_to(ExpectedOutcome.initiative_slug),
        "has_initiative": is_set(ExpectedOutcome.initiative_slug),
        "has_timeline": is_referred_to(
            ExpectedOutcome.slug, TimelineItem.expected_outcome_slug
        ),
    },
    order={
        "statement": ExpectedOutcome.statement_order.label("statement"),
        **claim_orders(ExpectedOutcome),
    },
    facets={
        **claim_facets(ExpectedOutcome, ExpectedOutcomeFocusArea),
        "initiative": Dimension(ExpectedOutcome.slug, ExpectedOutcome.initiative_slug),
    },
    includes={
        **CLAIM_INCLUDES,
        "initiative": Include(Initiative),
    },
    listings={"timeline_items": ReverseRelation(TIMELINE_ITEMS, "expected_outcome")},
)
