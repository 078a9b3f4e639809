"""What can be asked of expected outcomes?"""

from typing import Annotated, Literal

from pydantic import Field

from app.catalog.conditions import linked_to, one_of
from app.catalog.resource import Listing, Resource
from app.catalog.timeline_items import TIMELINE_ITEMS
from app.models import ExpectedOutcome, ExpectedOutcomeFocusArea
from app.schemas.fields import CommaList, Text, Values
from app.schemas.paging import ClaimFilter, ListQuery, Query, include_field, sort_field
from app.schemas.read import ExpectedOutcomePage

Sort = Literal[
    "statement",
    "-statement",
    "slug",
    "-slug",
    "created_at",
    "-created_at",
    "updated_at",
    "-updated_at",
]
Include = Literal["office", "focus_areas", "initiative"]
DetailInclude = Literal["office", "focus_areas", "initiative", "timeline_items"]


class ExpectedOutcomeQuery(ListQuery, ClaimFilter):
    """Which expected outcomes, in which order."""

    initiative: Annotated[
        Values[Text], Field(description="Of one of these initiatives (slug).")
    ] = []
    sort: Annotated[CommaList[Sort], sort_field("statement")] = ["statement"]
    include: Annotated[CommaList[Include], include_field("initiative")] = []


class ExpectedOutcomeDetailQuery(Query):
    """What to show beside an expected outcome."""

    include: Annotated[CommaList[DetailInclude], include_field("timeline_items")] = []


EXPECTED_OUTCOMES = Resource(
    name="expected-outcomes",
    model=ExpectedOutcome,
    query=ExpectedOutcomeQuery,
    detail_query=ExpectedOutcomeDetailQuery,
    page=ExpectedOutcomePage,
    where={
        "office": one_of(ExpectedOutcome.office_slug),
        "focus_area": linked_to(
            ExpectedOutcome.slug,
            ExpectedOutcomeFocusArea.expected_outcome_slug,
            ExpectedOutcomeFocusArea.focus_area_slug,
        ),
        "modality": one_of(ExpectedOutcome.modality),
        "initiative": one_of(ExpectedOutcome.initiative_slug),
    },
    order={
        "statement": ExpectedOutcome.statement,
        "slug": ExpectedOutcome.slug,
        "created_at": ExpectedOutcome.created_at,
        "updated_at": ExpectedOutcome.updated_at,
    },
    includes={
        "office": ExpectedOutcome.office,
        "focus_areas": ExpectedOutcome.focus_areas,
        "initiative": ExpectedOutcome.initiative,
    },
    listings={"timeline_items": Listing(TIMELINE_ITEMS, "expected_outcome")},
)
