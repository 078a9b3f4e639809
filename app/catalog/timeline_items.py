"""What can be asked of timeline items?"""

from typing import Annotated, Literal

from app.catalog import time
from app.catalog.conditions import (
    at_least,
    equals,
    is_any_of,
    is_set,
    linked_to,
    refers_to,
    refers_to_one,
)
from app.catalog.dimensions import CalendarPeriods, Dimension
from app.catalog.resource import Include, Resource
from app.schemas.fields import CommaList, CommaSet, Flag
from app.schemas.filters import (
    ClaimFilter,
    InitiativeFilter,
    OutcomeFilter,
    PastQuery,
    RecordFilter,
    TimeFilter,
    presence_field,
)
from app.schemas.paging import ListQuery, facet_field, include_field, sort_field
from app.schemas.read import TimelineItemPage
from app.store.models import (
    Citation,
    ExpectedOutcome,
    FocusArea,
    Initiative,
    Office,
    TimelineItem,
    TimelineItemFocusArea,
)

SortName = Literal[
    "relevance",
    "start",
    "-start",
    "end",
    "-end",
    "title",
    "-title",
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
FacetName = Literal[
    "office",
    "country",
    "focus_area",
    "modality",
    "document",
    "initiative",
    "expected_outcome",
    "end_kind",
    "year",
    "quarter",
]
IncludeName = Literal["office", "focus_areas", "initiative", "expected_outcome"]


class TimelineFilter(ClaimFilter, InitiativeFilter, OutcomeFilter, TimeFilter):
    """By what a timeline item has."""

    has_initiative: Annotated[Flag | None, presence_field("an initiative that it belongs to")] = (
        None
    )
    has_expected_outcome: Annotated[
        Flag | None, presence_field("an expected outcome that it dates")
    ] = None


class TimelineItemQuery(ListQuery, TimelineFilter):
    """Which timeline items, in which order."""

    sort: Annotated[CommaList[SortName], sort_field("start")] = ["start"]
    include: Annotated[CommaSet[IncludeName], include_field("expected_outcome")] = []
    facet: Annotated[CommaSet[FacetName], facet_field("modality,focus_area")] = []


class CalendarQuery(RecordFilter, TimelineFilter):
    """Which timeline items, as events of a calendar."""

    def as_list(self) -> TimelineItemQuery:
        """The list of the same items, with what an event shows of other records."""
        given = self.model_dump(mode="json", exclude_unset=True)
        shown = {"include": ["focus_areas"], "sort": ["start"]}
        return TimelineItemQuery.model_validate(given | shown)


class TimelineItemDetailQuery(PastQuery):
    """What to show beside a timeline item."""

    include: Annotated[CommaSet[IncludeName], include_field("expected_outcome")] = []


TIMELINE_ITEMS = Resource(
    name="timeline-items",
    model=TimelineItem,
    query=TimelineItemQuery,
    detail_query=TimelineItemDetailQuery,
    page=TimelineItemPage,
    where={
        "slug": is_any_of(TimelineItem.slug),
        "office": refers_to(TimelineItem.slug, TimelineItem.office_slug),
        "country": refers_to_one(
            TimelineItem.slug, TimelineItem.office_slug, Office.slug, Office.country
        ),
        "focus_area": linked_to(
            TimelineItem.slug,
            TimelineItemFocusArea.timeline_item_slug,
            TimelineItemFocusArea.focus_area_slug,
        ),
        "modality": is_any_of(TimelineItem.modality),
        "document": linked_to(
            TimelineItem.slug, Citation.timeline_item_slug, Citation.document_slug
        ),
        "updated_since": at_least(TimelineItem.updated_at),
        "initiative": refers_to(TimelineItem.slug, TimelineItem.initiative_slug),
        "expected_outcome": refers_to(TimelineItem.slug, TimelineItem.expected_outcome_slug),
        "overlaps": time.overlaps,
        "active_on": time.active_on,
        "starts_after": time.starts_after,
        "starts_before": time.starts_before,
        "ends_after": time.ends_after,
        "ends_before": time.ends_before,
        "end_kind": is_any_of(TimelineItem.end_kind),
        "precision": time.in_precision,
        "approximate": equals(TimelineItem.approximate),
        "has_initiative": is_set(TimelineItem.initiative_slug),
        "has_expected_outcome": is_set(TimelineItem.expected_outcome_slug),
    },
    # By the first day that the start can mean and the last that the end can; a side without a
    # bound comes last, an open start first.
    order={
        "start": TimelineItem.start_order,
        "end": TimelineItem.end_order,
        "title": TimelineItem.title,
        "modality": TimelineItem.modality,
        "office": TimelineItem.office_slug,
        "slug": TimelineItem.slug,
        "created_at": TimelineItem.created_at,
        "updated_at": TimelineItem.updated_at,
    },
    facets={
        "office": Dimension(TimelineItem.slug, TimelineItem.office_slug),
        "country": Dimension(
            TimelineItem.slug, Office.country, on=TimelineItem.office_slug == Office.slug
        ),
        "focus_area": Dimension(
            TimelineItemFocusArea.timeline_item_slug,
            TimelineItemFocusArea.focus_area_slug,
            tree=True,
        ),
        "modality": Dimension(TimelineItem.slug, TimelineItem.modality),
        "document": Dimension(Citation.timeline_item_slug, Citation.document_slug),
        "initiative": Dimension(TimelineItem.slug, TimelineItem.initiative_slug),
        "expected_outcome": Dimension(TimelineItem.slug, TimelineItem.expected_outcome_slug),
        "end_kind": Dimension(TimelineItem.slug, TimelineItem.end_kind),
        "year": CalendarPeriods(months=12),
        "quarter": CalendarPeriods(months=3),
    },
    includes={
        "office": Include(Office),
        "focus_areas": Include(FocusArea, many=True),
        "initiative": Include(Initiative),
        "expected_outcome": Include(ExpectedOutcome),
    },
)
