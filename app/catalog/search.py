"""The search over all record types: its query and its filters."""

from typing import Annotated, Literal

from pydantic import Field

from app.schemas.fields import CommaList, CommaSet, Flag, Values
from app.schemas.filters import (
    MODIFIERS,
    SEARCH_FILTERS,
    ClaimFilter,
    InitiativeFilter,
    KindFilter,
    OutcomeFilter,
    TimeFilter,
    presence_field,
)
from app.schemas.paging import LIST_OPTIONS, ListQuery, facet_field, sort_field
from app.schemas.record_types import ENTITIES, RecordType

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

CLAIMS = tuple(type_ for type_, entity in ENTITIES.items() if entity.is_claim)
_CLAIMS_LISTED = ", ".join(f"`{type_}`" for type_ in CLAIMS)


class SearchQuery(
    ListQuery, ClaimFilter, InitiativeFilter, OutcomeFilter, KindFilter, TimeFilter
):
    """Filters, order and display of the search. A record without the field of a filter does not
    match: with `kind`, only initiatives remain."""

    type: Annotated[
        Values[RecordType],
        Field(
            description=(
                "Of one of these types. By default every type with `q`, and the claims "
                f"({_CLAIMS_LISTED}) without."
            ),
            examples=[["initiative"]],
        ),
    ] = []
    has_initiative: Annotated[
        Flag | None, presence_field("an initiative that it belongs to, or is about")
    ] = None
    has_expected_outcome: Annotated[
        Flag | None,
        presence_field("an expected outcome that belongs to it, or that it dates"),
    ] = None
    has_timeline: Annotated[
        Flag | None, presence_field("a timeline item that dates it, or is about it")
    ] = None
    sort: Annotated[CommaList[SortName], sort_field("type,text")] = ["type", "text"]
    facet: Annotated[CommaSet[FacetName], facet_field("type,modality")] = []


# The filters that are conditions on records, each in the meaning of the record's own collection.
# The full-text index is the search itself, and `type` chooses the collections.
_OTHER_FIELDS = LIST_OPTIONS | SEARCH_FILTERS | MODIFIERS | {"type"}
FILTERS = tuple(name for name in SearchQuery.model_fields if name not in _OTHER_FIELDS)
