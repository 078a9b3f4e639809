"""What can be asked of timeline items?"""

from datetime import date
from typing import Annotated, Literal

from sqlalchemy import ColumnElement, and_, case, or_

from app.catalog.conditions import at_least, is_set, linked_to, one_of
from app.catalog.dimensions import Dimension
from app.catalog.resource import Resource
from app.edtf import parse_interval
from app.models import Citation, Office, TimelineItem, TimelineItemFocusArea
from app.schemas.fields import CommaList, CommaSet, Flag
from app.schemas.filters import (
    ClaimFilter,
    InitiativeFilter,
    OutcomeFilter,
    Query,
    TimeFilter,
    presence_field,
)
from app.schemas.paging import ListQuery, facet_field, include_field, sort_field
from app.schemas.read import TimelineItemPage

Sort = Literal[
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
Facet = Literal[
    "office", "country", "focus_area", "modality", "document", "initiative", "expected_outcome"
]
Include = Literal["office", "focus_areas", "initiative", "expected_outcome"]


class TimelineItemQuery(ListQuery, ClaimFilter, InitiativeFilter, OutcomeFilter, TimeFilter):
    """Which timeline items, in which order."""

    has_initiative: Annotated[Flag | None, presence_field("an initiative that it belongs to")] = (
        None
    )
    has_expected_outcome: Annotated[
        Flag | None, presence_field("an expected outcome that it dates")
    ] = None
    sort: Annotated[CommaList[Sort], sort_field("start")] = ["start"]
    include: Annotated[CommaSet[Include], include_field("expected_outcome")] = []
    facet: Annotated[CommaSet[Facet], facet_field("modality,focus_area")] = []


class TimelineItemDetailQuery(Query):
    """What to show beside a timeline item."""

    include: Annotated[CommaSet[Include], include_field("expected_outcome")] = []


def overlaps(values: list[str]) -> ColumnElement[bool]:
    """The item's dates and a period (EDTF) have a day in common, in some reading of the dates
    (`possible`) or in every one (`certain`); the two are the values."""
    period, match = values
    first, last = parse_interval(period)
    if match == "possible":
        return and_(
            or_(TimelineItem.start_earliest.is_(None), TimelineItem.start_earliest <= last),
            or_(TimelineItem.end_latest.is_(None), TimelineItem.end_latest >= first),
        )
    derived = TimelineItem.derived
    sure = [derived[side].as_string().is_(None) for side in ("start_edtf", "end_edtf")]
    # An end that is unknown may be any day from the start on.
    end = case(
        (TimelineItem.end_kind == "open", date.max),
        (TimelineItem.end_kind == "unknown", TimelineItem.start_earliest),
        else_=TimelineItem.end_earliest,
    )
    start = case((TimelineItem.start_kind == "open", date.min), else_=TimelineItem.start_latest)
    doubtful = or_(TimelineItem.approximate, TimelineItem.uncertain)
    return and_(start <= last, end >= first, ~doubtful, *sure)


TIMELINE_ITEMS = Resource(
    name="timeline-items",
    model=TimelineItem,
    query=TimelineItemQuery,
    detail_query=TimelineItemDetailQuery,
    page=TimelineItemPage,
    where={
        "slug": one_of(TimelineItem.slug),
        "office": one_of(TimelineItem.office_slug),
        "country": linked_to(TimelineItem.office_slug, Office.slug, Office.country),
        "focus_area": linked_to(
            TimelineItem.slug,
            TimelineItemFocusArea.timeline_item_slug,
            TimelineItemFocusArea.focus_area_slug,
        ),
        "modality": one_of(TimelineItem.modality),
        "document": linked_to(
            TimelineItem.slug, Citation.timeline_item_slug, Citation.document_slug
        ),
        "updated_since": at_least(TimelineItem.updated_at),
        "initiative": one_of(TimelineItem.initiative_slug),
        "expected_outcome": one_of(TimelineItem.expected_outcome_slug),
        "overlaps": overlaps,
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
    },
    includes={
        "office": TimelineItem.office,
        "focus_areas": TimelineItem.focus_areas,
        "initiative": TimelineItem.initiative,
        "expected_outcome": TimelineItem.expected_outcome,
    },
)
