"""What can be asked of expected outcomes?"""

from typing import Annotated, Literal

from app.catalog.conditions import (
    at_least,
    is_any_of,
    is_named_by,
    is_set,
    linked_to,
    refers_to,
    refers_to_one,
)
from app.catalog.dimensions import Dimension
from app.catalog.resource import Include, Resource, ReverseRelation
from app.catalog.timeline_items import TIMELINE_ITEMS
from app.schemas.fields import CommaList, CommaSet, Flag
from app.schemas.filters import ClaimFilter, InitiativeFilter, PastQuery, presence_field
from app.schemas.paging import ListQuery, facet_field, include_field, sort_field
from app.schemas.read import ExpectedOutcomePage
from app.store.models import (
    Citation,
    ExpectedOutcome,
    ExpectedOutcomeFocusArea,
    FocusArea,
    Initiative,
    Office,
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
    """Which expected outcomes, in which order."""

    has_initiative: Annotated[Flag | None, presence_field("an initiative that it belongs to")] = (
        None
    )
    has_timeline: Annotated[Flag | None, presence_field("a timeline item that dates it")] = None
    sort: Annotated[CommaList[SortName], sort_field("statement")] = ["statement"]
    include: Annotated[CommaSet[IncludeName], include_field("initiative")] = []
    facet: Annotated[CommaSet[FacetName], facet_field("modality,focus_area")] = []


class ExpectedOutcomeDetailQuery(PastQuery):
    """What to show beside an expected outcome."""

    include: Annotated[CommaSet[DetailIncludeName], include_field("timeline_items")] = []


EXPECTED_OUTCOMES = Resource(
    name="expected-outcomes",
    model=ExpectedOutcome,
    query=ExpectedOutcomeQuery,
    detail_query=ExpectedOutcomeDetailQuery,
    page=ExpectedOutcomePage,
    where={
        "slug": is_any_of(ExpectedOutcome.slug),
        "office": refers_to(ExpectedOutcome.slug, ExpectedOutcome.office_slug),
        "country": refers_to_one(
            ExpectedOutcome.slug, ExpectedOutcome.office_slug, Office.slug, Office.country
        ),
        "focus_area": linked_to(
            ExpectedOutcome.slug,
            ExpectedOutcomeFocusArea.expected_outcome_slug,
            ExpectedOutcomeFocusArea.focus_area_slug,
        ),
        "modality": is_any_of(ExpectedOutcome.modality),
        "document": linked_to(
            ExpectedOutcome.slug, Citation.expected_outcome_slug, Citation.document_slug
        ),
        "updated_since": at_least(ExpectedOutcome.updated_at),
        "initiative": refers_to(ExpectedOutcome.slug, ExpectedOutcome.initiative_slug),
        "has_initiative": is_set(ExpectedOutcome.initiative_slug),
        "has_timeline": is_named_by(ExpectedOutcome.slug, TimelineItem.expected_outcome_slug),
    },
    order={
        "statement": ExpectedOutcome.statement,
        "modality": ExpectedOutcome.modality,
        "office": ExpectedOutcome.office_slug,
        "slug": ExpectedOutcome.slug,
        "created_at": ExpectedOutcome.created_at,
        "updated_at": ExpectedOutcome.updated_at,
    },
    facets={
        "office": Dimension(ExpectedOutcome.slug, ExpectedOutcome.office_slug),
        "country": Dimension(
            ExpectedOutcome.slug, Office.country, on=ExpectedOutcome.office_slug == Office.slug
        ),
        "focus_area": Dimension(
            ExpectedOutcomeFocusArea.expected_outcome_slug,
            ExpectedOutcomeFocusArea.focus_area_slug,
            tree=True,
        ),
        "modality": Dimension(ExpectedOutcome.slug, ExpectedOutcome.modality),
        "document": Dimension(Citation.expected_outcome_slug, Citation.document_slug),
        "initiative": Dimension(ExpectedOutcome.slug, ExpectedOutcome.initiative_slug),
    },
    includes={
        "office": Include(Office),
        "focus_areas": Include(FocusArea, many=True),
        "initiative": Include(Initiative),
    },
    listings={"timeline_items": ReverseRelation(TIMELINE_ITEMS, "expected_outcome")},
)
