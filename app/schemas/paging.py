"""Pages of lists: their parameters, their facets, and their JSON."""

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, Field

from app.schemas.fields import CommaSet, Flag, Limit, Name, Text
from app.schemas.filters import RecordFilter
from app.vocabulary import Format

Item = TypeVar("Item", bound=BaseModel)

# The fields of a list's query that are not filters: they page, sort and format.
LIST_OPTIONS = frozenset(
    {"limit", "cursor", "sort", "include", "facet", "count"}
    | {"format", "fields", "bom", "escape_formulas", "as_of"}
)
# The slugs that a response lists of all that a focus area covers.
MAX_LISTED_COVERED = 200
# Where counting stops unless `count` is `exact`: counting a million matches takes longer than
# fetching a page of them.
MAX_COUNT = 10_000
# The sort key of a search, and its default order.
RELEVANCE = "relevance"


Bom = Annotated[
    Flag,
    Field(description="Begin a CSV with a byte order mark, which Excel needs to read UTF-8."),
]
EscapeFormulas = Annotated[
    Flag,
    Field(
        description=(
            "Put `'` before a CSV cell that a spreadsheet would run as a formula: text that "
            "starts with `=`, `+`, `-`, `@`, also full-width and after white space, with a tab or "
            "with a line end."
        )
    ),
]


Cursor = Annotated[
    Text | None,
    Field(
        min_length=1,
        max_length=10_000,
        description="Where this page begins: copied, unchanged, from `next` of the page before.",
    ),
]
Count = Annotated[
    Literal["bounded", "exact", "none"],
    Field(
        description=(
            "How to count `total`: `bounded` stops at 10,000 and reports that, `exact` counts all, "
            "`none` does not count."
        )
    ),
]


class ListQuery(RecordFilter):
    """The parameters of every list."""

    limit: Annotated[Limit, Field(description="Maximum number of items.")] = 50
    cursor: Cursor = None
    count: Count = "bounded"
    format: Annotated[
        Format | None,
        Field(
            description=(
                "Instead of the header `Accept`: `json` is one page; `csv`, `ndjson` and `parquet` "
                "are exports of every row, or of the first `limit` rows."
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
    """`sort`, for the documentation."""
    return Field(
        description=(
            "Sort keys, separated by commas; `-` before a key reverses it. The default is "
            f"`{default}`, or `relevance` with `q`; ties are sorted by slug."
        ),
        examples=[[f"-{default.partition(',')[0]}", "slug"]],
    )


def include_field(example: str) -> Any:
    """`include`, for the documentation."""
    return Field(
        description="Related records to include in each record, separated by commas.",
        examples=[example.split(",")],
    )


def facet_field(example: str) -> Any:
    """`facet`, for the documentation."""
    return Field(
        description=(
            "Facets to count by, separated by commas; each is counted under every filter except "
            "its own."
        ),
        examples=[example.split(",")],
    )


class Bucket(BaseModel):
    """One value of a facet."""

    value: Annotated[str, Field(description="The value for the filter of the same name.")]
    label: Annotated[str, Field(description="The name of the record or value.")]
    count: Annotated[int, Field(description="The `total` of the list at `url`.")]
    url: Annotated[
        str, Field(description="The list with only this value in the facet's own filter.")
    ]


class Facet(BaseModel):
    """How many records have each value, under every filter except the facet's own.

    Where a record has at most one value, the counts of the buckets, `missing` and `other` add up
    to the total without the facet's filter."""

    buckets: Annotated[
        list[Bucket],
        Field(max_length=100, description="The most frequent values; equals by value."),
    ]
    total_values: Annotated[int, Field(description="Number of values, listed or not.")]
    missing: Annotated[int, Field(description="Records without a value.")]
    other: Annotated[
        int, Field(description="Records with a value, but with none of the listed ones.")
    ]


class Page(BaseModel, Generic[Item]):
    """One page of a list, in the requested order."""

    items: Annotated[list[Item], Field(max_length=200)]
    total: Annotated[
        int | None,
        Field(description="Records on all pages; null with `count=none`.", examples=[12]),
    ]
    total_is_exact: Annotated[
        bool, Field(description="False if counting stopped at `total`.")
    ]
    rank_is_bounded: Annotated[
        bool,
        Field(
            description=(
                "Present with the order `relevance`: whether more than 10,000 records match, of "
                "which only 10,000 are ranked and listed."
            )
        ),
    ] = False
    next: Annotated[
        str | None, Field(description="Path of the next page; null on the last one.")
    ]
    revision: Annotated[
        int, Field(description="The revision of the base that the page shows.")
    ]
    facets: Annotated[
        dict[str, Facet], Field(description="The facets that `facet` names, by name.")
    ]
    query: Annotated[
        dict[str, Any],
        Field(description="The query as interpreted."),
    ]


class Related(BaseModel, Generic[Item]):
    """The first records of a relation without a maximum."""

    items: Annotated[list[Item], Field(max_length=50)]
    total: int
    total_is_exact: Annotated[
        bool, Field(description="False if counting stopped at `total`.")
    ]
    next: Annotated[
        str | None,
        Field(description="Path of the list of the remaining records; null if none."),
    ]


class ResolvedFocusArea(BaseModel):
    """The meaning of one value of `focus_area`."""

    given: str
    slug: str
    covers: Annotated[
        list[str],
        Field(
            max_length=MAX_LISTED_COVERED,
            description="Slugs: the focus area itself, then narrower ones; a limited number.",
        ),
    ]
    total_covers: Annotated[
        int,
        Field(
            description="Number of all that it covers; present if `covers` does not list them all."
        ),
    ] = 0
