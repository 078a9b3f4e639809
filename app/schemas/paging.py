"""How may a caller have a list shown, and what does a page of it look like?"""

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, Field

from app.schemas.fields import CommaSet, Flag, Limit, Name, Text
from app.schemas.filters import RecordFilter
from app.vocabulary import Format

Item = TypeVar("Item", bound=BaseModel)

# The fields of a list's query that are no filters: how to page, sort and show, not what to find.
LIST_OPTIONS = frozenset(
    {"limit", "cursor", "sort", "include", "facet", "count"}
    | {"format", "fields", "bom", "escape_formulas", "as_of"}
)
# Of what a focus area covers, what an answer shows.
MAX_LISTED_COVERED = 200
# Where counting stops unless it is to be exact.
MAX_COUNT = 10_000
# The sort key of a search, and its order unless another is asked for.
RELEVANCE = "relevance"


Bom = Annotated[
    Flag, Field(description="Begin a CSV with a byte order mark, as Excel needs for UTF-8.")
]
EscapeFormulas = Annotated[
    Flag,
    Field(
        description=(
            "Put `'` before a CSV cell that a spreadsheet would run as a formula: text that "
            "starts with `=`, `+`, `-`, `@`, a tab or a carriage return."
        )
    ),
]


Cursor = Annotated[
    Text | None,
    Field(
        min_length=1,
        max_length=10_000,
        description="Where to go on: taken, unchanged, from the page before.",
    ),
]
Count = Annotated[
    Literal["bounded", "exact", "none"],
    Field(
        description=(
            "How to count `total`: `bounded` stops at 10,000 and says so, `exact` counts all, "
            "`none` does not count."
        )
    ),
]


class ListQuery(RecordFilter):
    """What every list takes."""

    limit: Annotated[Limit, Field(description="Records on a page, at most.")] = 50
    cursor: Cursor = None
    count: Count = "bounded"
    format: Annotated[
        Format | None,
        Field(
            description=(
                "Instead of the header `Accept`: `json` is one page; `csv`, `ndjson` and `parquet` "
                "are exports of every row, up to `limit` where it is given."
            )
        ),
    ] = None
    fields: Annotated[
        CommaSet[Name],
        Field(description="Columns of an export, separated by commas.", examples=[["slug"]]),
    ] = []
    bom: Bom = False
    escape_formulas: EscapeFormulas = False


def sort_field(default: str) -> Any:
    """How `sort` reads in the documentation."""
    return Field(
        description=(
            "Sort keys, most important first, separated by commas; `-` before a key turns it "
            f"round. By default `{default}`, with `q` `relevance`. Every order ends in the slug."
        ),
        examples=[[f"-{default.partition(',')[0]}", "slug"]],
    )


def include_field(example: str) -> Any:
    """How `include` reads in the documentation."""
    return Field(
        description="Related records to show beside each record, separated by commas.",
        examples=[example.split(",")],
    )


def facet_field(example: str) -> Any:
    """How `facet` reads in the documentation."""
    return Field(
        description=(
            "What to count the list by, separated by commas. Each facet is counted under every "
            "filter but its own, so it shows what else could be chosen."
        ),
        examples=[example.split(",")],
    )


class Bucket(BaseModel):
    """One value of a facet."""

    value: Annotated[str, Field(description="What the filter of the same name takes.")]
    label: Annotated[str, Field(description="What to call it: the name of what it refers to.")]
    count: Annotated[int, Field(description="The `total` of the list at `url`.")]
    url: Annotated[
        str, Field(description="The list with this value, and no other, in the facet's own filter.")
    ]


class Facet(BaseModel):
    """How many records have each value, under every filter but the facet's own.

    Where a record has one value at most, the counts of the buckets, `missing` and `other` add up
    to the total without the facet's filter."""

    buckets: Annotated[
        list[Bucket], Field(max_length=100, description="The most frequent values, then by value.")
    ]
    total_values: Annotated[int, Field(description="Values that there are, shown or not.")]
    missing: Annotated[int, Field(description="Records that have no value.")]
    other: Annotated[int, Field(description="Records that have a value, but none that is shown.")]


class Page(BaseModel, Generic[Item]):
    """One page of a list, in the order asked for."""

    items: Annotated[list[Item], Field(max_length=200)]
    total: Annotated[
        int | None,
        Field(description="Records on all pages; null with `count=none`.", examples=[12]),
    ]
    total_is_exact: Annotated[
        bool, Field(description="False where counting stopped at `total`, or was not asked for.")
    ]
    rank_is_bounded: Annotated[
        bool,
        Field(
            description=(
                "Present with the order `relevance`. True where more than 10,000 records match: "
                "the first 10,000 were ranked, and only these can be paged through."
            )
        ),
    ] = False
    next: Annotated[str | None, Field(description="Path of the next page; null on the last one.")]
    revision: Annotated[int, Field(description="The revision of the base that all of it shows.")]
    facets: Annotated[dict[str, Facet], Field(description="What `facet` asked for, by name.")]
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
    covers: Annotated[
        list[str],
        Field(
            max_length=MAX_LISTED_COVERED,
            description="Slugs: itself first, then narrower ones, as many as are shown.",
        ),
    ]
    total_covers: Annotated[
        int, Field(description="How many it covers; present where not all of them are shown.")
    ] = 0
