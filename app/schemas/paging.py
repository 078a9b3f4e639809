"""What may a caller say of any list or record, and what does a page of a list look like?"""

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.fields import Integer, Modality, Text, Values

Item = TypeVar("Item", bound=BaseModel)

# The fields of a list's query that are no filters: how to page, sort and show, not what to find.
PAGING = frozenset({"limit", "cursor", "sort", "include", "count"})
# Fields that say how another filter is meant.
MODIFIERS = frozenset({"narrower"})


class Query(BaseModel):
    """Parameters of one endpoint. Nothing is silently ignored: an unknown one is an error."""

    model_config = ConfigDict(extra="forbid")


class ListQuery(Query):
    """What every list takes."""

    limit: Annotated[Integer, Field(ge=1, le=200, description="Records on a page, at most.")] = 50
    cursor: Annotated[
        Text | None, Field(description="Where to go on: taken, unchanged, from the page before.")
    ] = None
    count: Annotated[
        Literal["bounded", "exact", "none"],
        Field(
            description=(
                "How to count `total`: `bounded` stops at 10,000 and says so, `exact` counts all, "
                "`none` does not count."
            )
        ),
    ] = "bounded"


class FocusAreaFilter(Query):
    """By focus area, where a list has any."""

    focus_area: Annotated[
        Values[Text],
        Field(
            description=(
                "About one of these focus areas, or narrower ones: slug, name or any alias, "
                "whatever its case and punctuation."
            ),
            examples=[["Counterterrorism"]],
        ),
    ] = []
    narrower: Annotated[
        bool, Field(description="Whether `focus_area` covers narrower focus areas.")
    ] = True


class ClaimFilter(FocusAreaFilter):
    """By what every claim has: an office, focus areas, a modality."""

    office: Annotated[
        Values[Text],
        Field(description="About one of these offices (slug).", examples=[["office-of-science"]]),
    ] = []
    modality: Annotated[
        Values[Modality],
        Field(description="Asserted in one of these ways.", examples=[["recommended"]]),
    ] = []


def sort_field(default: str) -> Any:
    """How `sort` reads in the documentation."""
    return Field(
        description=(
            "Sort keys, most important first, separated by commas; `-` before a key turns it "
            f"round. By default `{default}`. Every order ends in the slug."
        ),
        examples=[[f"-{default}", "slug"]],
    )


def include_field(example: str) -> Any:
    """How `include` reads in the documentation."""
    return Field(
        description="Related records to show beside each record, separated by commas.",
        examples=[example.split(",")],
    )


class Page(BaseModel, Generic[Item]):
    """One page of a list, in the order asked for."""

    items: list[Item]
    total: Annotated[
        int | None,
        Field(description="Records on all pages; null with `count=none`.", examples=[12]),
    ]
    total_is_exact: Annotated[
        bool, Field(description="False where counting stopped at `total`, or was not asked for.")
    ]
    next: Annotated[str | None, Field(description="Path of the next page; null on the last one.")]
    revision: Annotated[int, Field(description="The revision of the base that all of it shows.")]
    query: Annotated[
        dict[str, Any],
        Field(
            description="The query as it was understood: what each `focus_area` covers, above all."
        ),
    ]


class Related(BaseModel, Generic[Item]):
    """The first records of a relation without bound."""

    items: Annotated[list[Item], Field(max_length=50)]
    total: int
    total_is_exact: Annotated[bool, Field(description="False where counting stopped at `total`.")]
    next: Annotated[str | None, Field(description="Path of the rest, as a list; null if none.")]


class ResolvedFocusArea(BaseModel):
    """What a `focus_area` that was given means."""

    given: str
    slug: str
    covers: Annotated[list[str], Field(description="Slugs: itself first, then narrower ones.")]
