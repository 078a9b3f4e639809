"""Timeline items as a collection: their query, and its meaning in SQL."""

from typing import Annotated, Literal

from app.catalog import time
from app.catalog.conditions import equals, is_any_of, is_set, refers_to
from app.catalog.dimensions import CalendarPeriods, Dimension
from app.catalog.orders import by_column
from app.catalog.resource import Include, Resource
from app.catalog.shared import CLAIM_INCLUDES, claim_conditions, claim_facets, claim_orders
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
from app.store.models import ExpectedOutcome, Initiative, TimelineItem, TimelineItemFocusArea

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
    "recurrence",
    "year",
    "quarter",
]
IncludeName = Literal["office", "focus_areas", "initiative", "expected_outcome"]


class TimelineFilter(ClaimFilter, InitiativeFilter, OutcomeFilter, TimeFilter):
    """Filters of timeline items, whether listed or in a calendar."""

    has_initiative: Annotated[
        Flag | None, presence_field("an initiative that it belongs to")
    ] = None
    has_expected_outcome: Annotated[
        Flag | None, presence_field("an expected outcome that it dates")
    ] = None


class TimelineItemQuery(ListQuery, TimelineFilter):
    """Filters, order and display of the list of timeline items."""

    sort: Annotated[CommaList[SortName], sort_field("start")] = ["start"]
    include: Annotated[CommaSet[IncludeName], include_field("expected_outcome")] = []
    facet: Annotated[CommaSet[FacetName], facet_field("modality,focus_area")] = []


class CalendarQuery(RecordFilter, TimelineFilter):
    """The timeline items to export as events of a calendar."""

    def as_list(self) -> TimelineItemQuery:
        """The list of the same items by their start, with the focus areas that an event names."""
        filters = self.model_dump(mode="json", exclude_unset=True)
        display = {"include": ["focus_areas"], "sort": ["start"]}
        return TimelineItemQuery.model_validate(filters | display)


class TimelineItemDetailQuery(PastQuery):
    """The related records to include in a timeline item."""

    include: Annotated[CommaSet[IncludeName], include_field("expected_outcome")] = []


TIMELINE_ITEMS = Resource(
    name="timeline-items",
    model=TimelineItem,
    query=TimelineItemQuery,
    detail_query=TimelineItemDetailQuery,
    page=TimelineItemPage,
    where={
        **claim_conditions(TimelineItem, TimelineItemFocusArea),
        "initiative": refers_to(TimelineItem.initiative_slug),
        "expected_outcome": refers_to(TimelineItem.expected_outcome_slug),
        "overlaps": time.has_day,
        "active_on": time.has_day,
        "starts_after": time.starts_after,
        "starts_before": time.starts_before,
        "ends_after": time.ends_after,
        "ends_before": time.ends_before,
        "due_before": time.due_before,
        "due_after": time.due_after,
        "end_kind": is_any_of(TimelineItem.end_kind),
        "precision": time.in_precision,
        "approximate": equals(TimelineItem.approximate),
        "has_initiative": is_set(TimelineItem.initiative_slug),
        "has_expected_outcome": is_set(TimelineItem.expected_outcome_slug),
        "recurrence": is_any_of(TimelineItem.recurrence),
        "has_recurrence": is_set(TimelineItem.recurrence),
    },
    # By the earliest possible start and the latest possible end. An unknown side comes last in
    # either direction. An open start is before every day, an open end after every day.
    order={
        **by_column("start", TimelineItem.start_order, TimelineItem.start_order_descending),
        **by_column("end", TimelineItem.end_order, TimelineItem.end_order_descending),
        "title": TimelineItem.title_order.label("title"),
        **claim_orders(TimelineItem),
    },
    facets={
        **claim_facets(TimelineItem, TimelineItemFocusArea),
        "initiative": Dimension(TimelineItem.slug, TimelineItem.initiative_slug),
        "expected_outcome": Dimension(TimelineItem.slug, TimelineItem.expected_outcome_slug),
        "end_kind": Dimension(TimelineItem.slug, TimelineItem.end_kind),
        "recurrence": Dimension(TimelineItem.slug, TimelineItem.recurrence),
        "year": CalendarPeriods(months=12),
        "quarter": CalendarPeriods(months=3),
    },
    includes={
        **CLAIM_INCLUDES,
        "initiative": Include(Initiative),
        "expected_outcome": Include(ExpectedOutcome),
    },
)
