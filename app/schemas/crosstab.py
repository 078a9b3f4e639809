"""The counts of records by two dimensions."""

from typing import Annotated, Any

from pydantic import BaseModel, Field


class Category(BaseModel):
    """One value of a dimension."""

    value: Annotated[
        str, Field(description="A value that the filter of the same name takes.")
    ]
    label: Annotated[
        str,
        Field(description="Its label: the name of the record it refers to, or the value."),
    ]
    url: Annotated[
        str | None,
        Field(
            description=(
                "The list of the records that have it. Null where records have several values and "
                "the query filters by the same dimension: no list requires two values at once."
            )
        ),
    ]


class CrosstabRow(Category):
    """The records that have this value of the first dimension."""

    counts: Annotated[
        list[int],
        Field(max_length=200, description="For each column, in the order of `columns`."),
    ]
    missing: Annotated[
        int, Field(description="Records without a value of the second dimension.")
    ]
    total: Annotated[int, Field(description="All its records, each counted once.")]


class Sums(BaseModel):
    """A row of records that are not those of one value."""

    counts: Annotated[list[int], Field(max_length=200, description="For each column.")]
    missing: Annotated[
        int, Field(description="Records without a value of the second dimension.")
    ]
    total: Annotated[int, Field(description="All its records, each counted once.")]


class Crosstab(BaseModel):
    """Counts of records by two dimensions.

    A record with a narrower focus area also counts for the broader ones, and a record may have
    several values, so rows and columns do not add up to the totals: these count each record
    once."""

    collection: Annotated[str, Field(description="The collection whose records are counted.")]
    columns: Annotated[
        list[Category],
        Field(
            max_length=200, description="The most frequent values of the second dimension."
        ),
    ]
    rows: Annotated[
        list[CrosstabRow],
        Field(max_length=200, description="The most frequent values of the first dimension."),
    ]
    missing: Annotated[
        Sums, Field(description="Records without a value of the first dimension.")
    ]
    totals: Annotated[
        Sums, Field(description="All records, each counted once, in a row or not.")
    ]
    total_rows: Annotated[
        int, Field(description="The number of values of the first dimension.")
    ]
    total_columns: Annotated[
        int, Field(description="The number of values of the second dimension.")
    ]
    revision: Annotated[int, Field(description="The revision of the base that was counted.")]
    query: Annotated[dict[str, Any], Field(description="The query as it was interpreted.")]
