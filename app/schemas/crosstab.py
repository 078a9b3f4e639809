"""How many records have each of two things at once?"""

from typing import Annotated, Any

from pydantic import BaseModel, Field


class Category(BaseModel):
    """One value of a dimension."""

    value: Annotated[str, Field(description="What the filter of the same name takes.")]
    label: Annotated[str, Field(description="What to call it.")]
    url: Annotated[
        str | None,
        Field(
            description=(
                "The list of the records that have it. Null where records have several values and "
                "the query has a filter on the same dimension: no list asks for two at once."
            )
        ),
    ]


class CrosstabRow(Category):
    """The records that have this value of the first dimension."""

    counts: Annotated[
        list[int], Field(max_length=200, description="For each column, in the order of `columns`.")
    ]
    missing: Annotated[int, Field(description="Those that have no value of the second dimension.")]
    total: Annotated[int, Field(description="All of them, each once.")]


class Sums(BaseModel):
    """A row over other records than those of one value."""

    counts: Annotated[list[int], Field(max_length=200, description="For each column.")]
    missing: Annotated[int, Field(description="Those that have no value of the second dimension.")]
    total: Annotated[int, Field(description="All of them, each once.")]


class Crosstab(BaseModel):
    """Counts of records by two dimensions.

    A focus area also has what narrower ones have, and a record may have several values, so rows
    and columns do not add up to the totals: these count each record once."""

    collection: Annotated[str, Field(description="What is counted.")]
    columns: Annotated[
        list[Category],
        Field(max_length=200, description="The most frequent values of the second dimension."),
    ]
    rows: Annotated[
        list[CrosstabRow],
        Field(max_length=200, description="The most frequent values of the first dimension."),
    ]
    missing: Annotated[
        Sums, Field(description="Records that have no value of the first dimension.")
    ]
    totals: Annotated[Sums, Field(description="All records, each once, shown or not.")]
    total_rows: Annotated[int, Field(description="Values of the first dimension that there are.")]
    total_columns: Annotated[
        int, Field(description="Values of the second dimension that there are.")
    ]
    revision: Annotated[int, Field(description="The revision of the base that all of it shows.")]
    query: Annotated[dict[str, Any], Field(description="The query as it was understood.")]
