"""What can be asked of timeline items?"""

from typing import Annotated, Literal

from pydantic import Field

from app.catalog.conditions import linked_to, one_of
from app.catalog.resource import Resource
from app.models import TimelineItem, TimelineItemFocusArea
from app.schemas.fields import CommaList, Text, Values
from app.schemas.paging import ClaimFilter, ListQuery, Query, include_field, sort_field
from app.schemas.read import TimelineItemPage

Sort = Literal[
    "start",
    "-start",
    "end",
    "-end",
    "title",
    "-title",
    "slug",
    "-slug",
    "created_at",
    "-created_at",
    "updated_at",
    "-updated_at",
]
Include = Literal["office", "focus_areas", "initiative", "expected_outcome"]


class TimelineItemQuery(ListQuery, ClaimFilter):
    """Which timeline items, in which order."""

    initiative: Annotated[
        Values[Text], Field(description="Of one of these initiatives (slug).")
    ] = []
    expected_outcome: Annotated[
        Values[Text], Field(description="Of one of these expected outcomes (slug).")
    ] = []
    sort: Annotated[CommaList[Sort], sort_field("start")] = ["start"]
    include: Annotated[CommaList[Include], include_field("expected_outcome")] = []


class TimelineItemDetailQuery(Query):
    """What to show beside a timeline item."""

    include: Annotated[CommaList[Include], include_field("expected_outcome")] = []


TIMELINE_ITEMS = Resource(
    name="timeline-items",
    model=TimelineItem,
    query=TimelineItemQuery,
    detail_query=TimelineItemDetailQuery,
    page=TimelineItemPage,
    where={
        "office": one_of(TimelineItem.office_slug),
        "focus_area": linked_to(
            TimelineItem.slug,
            TimelineItemFocusArea.timeline_item_slug,
            TimelineItemFocusArea.focus_area_slug,
        ),
        "modality": one_of(TimelineItem.modality),
        "initiative": one_of(TimelineItem.initiative_slug),
        "expected_outcome": one_of(TimelineItem.expected_outcome_slug),
    },
    # By the first day that the start can mean and the last that the end can; a side without a
    # bound comes last, an open start first.
    order={
        "start": TimelineItem.start_order,
        "end": TimelineItem.end_order,
        "title": TimelineItem.title,
        "slug": TimelineItem.slug,
        "created_at": TimelineItem.created_at,
        "updated_at": TimelineItem.updated_at,
    },
    includes={
        "office": TimelineItem.office,
        "focus_areas": TimelineItem.focus_areas,
        "initiative": TimelineItem.initiative,
        "expected_outcome": TimelineItem.expected_outcome,
    },
)
