"""The search over all record types: its query and its filters."""

from typing import Annotated, Literal

from pydantic import Field

from app.schemas.fields import CommaList, CommaSet, Values
from app.schemas.filters import (
    TIME_FILTERS,
    ClaimFilter,
    InitiativeFilter,
    KindFilter,
    OutcomeFilter,
    TimeFilter,
)
from app.schemas.paging import ListQuery, facet_field, sort_field
from app.vocabulary import RecordType

SortName = Literal[
    "relevance",
    "type",
    "-type",
    "text",
    "-text",
    "start",
    "-start",
    "end",
    "-end",
    "slug",
    "-slug",
    "updated_at",
    "-updated_at",
]
FacetName = Literal["type", "office", "country", "focus_area", "kind", "modality", "document"]

CLAIMS = ("initiative", "expected_outcome", "timeline_item")


class SearchQuery(ListQuery, ClaimFilter, InitiativeFilter, OutcomeFilter, KindFilter, TimeFilter):
    """Which records, in which order. A filter is met by records that have what it asks for: with
    `kind`, only initiatives are left."""

    type: Annotated[
        Values[RecordType],
        Field(
            description=(
                "Of one of these types. By default every type where there is a `q`, and the "
                "claims (`initiative`, `expected_outcome`, `timeline_item`) where there is none."
            ),
            examples=[["initiative"]],
        ),
    ] = []
    sort: Annotated[CommaList[SortName], sort_field("type,text")] = ["type", "text"]
    facet: Annotated[CommaSet[FacetName], facet_field("type,modality")] = []


# The filters of the query that records are asked for, each by its own type's condition.
FILTERS = (
    "slug",
    "office",
    "country",
    "focus_area",
    "kind",
    "modality",
    "document",
    "initiative",
    "expected_outcome",
    "updated_since",
    *TIME_FILTERS,
)
