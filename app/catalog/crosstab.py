"""What can be asked of a crosstab? Two dimensions of a collection, and any of its filters."""

from typing import Annotated, Literal, get_args

from pydantic import Field

from app.catalog import CATALOG
from app.catalog.resource import Resource
from app.errors import InvalidRequest, ProblemItem, suggest
from app.schemas.fields import Flag
from app.schemas.filters import (
    BroaderFilter,
    ClaimFilter,
    InitiativeFilter,
    KindFilter,
    OutcomeFilter,
    RecordFilter,
    TextFilter,
    TimeFilter,
    presence_field,
)
from app.schemas.paging import SHOWING, Bom, EscapeFormulas, ListQuery
from app.vocabulary import Collection

DimensionName = Literal[
    "language",
    "voice",
    "country",
    "document",
    "office",
    "focus_area",
    "broader",
    "kind",
    "modality",
    "initiative",
    "expected_outcome",
    "end_kind",
]


class CrosstabQuery(
    RecordFilter,
    ClaimFilter,
    InitiativeFilter,
    OutcomeFilter,
    KindFilter,
    BroaderFilter,
    TextFilter,
    TimeFilter,
):
    """What to count by what. The filters are those of the collection; others are refused."""

    collection: Annotated[Collection, Field(description="What to count.", examples=["initiatives"])]
    rows: Annotated[
        DimensionName,
        Field(description="A facet of the collection, for the rows.", examples=["focus_area"]),
    ]
    columns: Annotated[
        DimensionName,
        Field(description="Another facet of it, for the columns.", examples=["kind"]),
    ]
    format: Annotated[
        Literal["json", "csv"] | None, Field(description="Instead of the header `Accept`.")
    ] = None
    bom: Bom = False
    escape_formulas: EscapeFormulas = False
    has_initiative: Annotated[Flag | None, presence_field("an initiative")] = None
    has_expected_outcome: Annotated[Flag | None, presence_field("an expected outcome")] = None
    has_timeline: Annotated[Flag | None, presence_field("a timeline item")] = None


OWN = frozenset({"collection", "rows", "columns", "format", "bom", "escape_formulas"})


def find_resource(query: CrosstabQuery) -> tuple[Resource, ListQuery]:
    """What is counted, and the list that it is counted over.

    Raises InvalidRequest for a dimension or filter that the collection does not have."""
    resource = next(found for found in CATALOG if found.name == query.collection)
    given = query.model_dump(exclude_unset=True, exclude=set(OWN))
    problems = [
        ProblemItem(
            f"{resource.name} have no dimension {name!r}.{suggest(name, resource.dimensions)}",
            parameter=parameter,
        )
        for parameter, name in (("rows", query.rows), ("columns", query.columns))
        if name not in resource.dimensions
    ]
    known = resource.query.model_fields
    problems += [
        ProblemItem(
            f"{resource.name} have no filter {name!r}.{suggest(name, set(known) - SHOWING)}",
            parameter=name,
        )
        for name in given
        if name not in known
    ]
    if query.rows == query.columns:
        detail = f"Rows and columns are both {query.rows!r}. Choose two dimensions."
        problems.append(ProblemItem(detail, parameter="columns"))
    if problems:
        raise InvalidRequest.of(problems)
    plain = query.model_dump(mode="json", exclude_unset=True, exclude=set(OWN))
    return resource, resource.query.model_validate(plain)


def _check() -> None:
    """Raises TypeError if a filter, collection or dimension of the catalogue is left out here."""
    filters = {name for resource in CATALOG for name in resource.where} | {"q"}
    dimensions = {name for resource in CATALOG for name in resource.dimensions}
    left_out = (
        (filters - set(CrosstabQuery.model_fields))
        | ({resource.name for resource in CATALOG} - set(get_args(Collection)))
        | (dimensions - set(get_args(DimensionName)))
    )
    if left_out:
        raise TypeError(f"The crosstab leaves out {sorted(left_out)}.")


_check()
