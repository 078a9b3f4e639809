"""The query of a crosstab: two dimensions of a collection, and any filters of it.

Its filters are those of the collections, so none is declared here.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, create_model

from app.catalog import CATALOG, RESOURCES_BY_COLLECTION
from app.catalog.resource import Resource
from app.errors import InvalidRequest, ProblemItem, suggest
from app.schemas.filters import MATCH_FILTERS, Query
from app.schemas.paging import LIST_OPTIONS, Bom, EscapeFormulas, ListQuery
from app.schemas.record_types import Collection


class CrosstabParameters(Query):
    """The parameters of a crosstab that are not filters."""

    collection: Annotated[
        Collection, Field(description="What to count.", examples=["initiatives"])
    ]
    rows: Annotated[
        str,
        Field(
            description="A facet of the collection, for the rows.", examples=["focus_area"]
        ),
    ]
    columns: Annotated[
        str,
        Field(description="Another facet of it, for the columns.", examples=["kind"]),
    ]
    format: Annotated[
        Literal["json", "csv"] | None, Field(description="Instead of the header `Accept`.")
    ] = None
    bom: Bom = False
    escape_formulas: EscapeFormulas = False


OWN = frozenset(CrosstabParameters.model_fields)

# The order in OpenAPI, which generated clients depend on. A name that is not here comes last.
_PARAMETER_ORDER = (
    *(*MATCH_FILTERS, "match", "end_kind", "precision", "approximate"),
    *(
        "language",
        "voice",
        "broader",
        "label_language",
        "kind",
        "expected_outcome",
        "initiative",
    ),
    *("document", "country", "focus_area", "narrower", "office", "modality"),
    *("as_of", "q", "slug", "identifier", "updated_since"),
    *CrosstabParameters.model_fields,
    *("has_initiative", "has_expected_outcome", "has_timeline"),
)
_DIMENSION_ORDER = (
    *("language", "voice", "country", "document", "office", "focus_area", "broader"),
    *("kind", "modality", "initiative", "expected_outcome", "end_kind"),
)


def _in_order(names: Iterable[str], order: Sequence[str]) -> list[str]:
    present = set(names)
    return [name for name in order if name in present] + sorted(present.difference(order))


def _describe_filter(name: str) -> str:
    """The description of a filter: for each collection, where they differ."""
    collections: dict[str, list[str]] = {}
    for resource in CATALOG:
        if name in resource.query.model_fields:
            description = str(resource.query.model_fields[name].description)
            collections.setdefault(description, []).append(resource.name)
    if len(collections) == 1:
        return next(iter(collections))
    sentences = [f"Of {', '.join(names)}: {text}" for text, names in collections.items()]
    return " ".join(sentences)


def _fields() -> dict[str, Any]:
    """The parameters of a crosstab and the filters of all collections, as `create_model` takes
    them."""
    fields: dict[str, Any] = {}
    for resource in CATALOG:
        for name, field in resource.query.model_fields.items():
            if name in LIST_OPTIONS and name != "as_of":
                continue
            documented = Field(
                field.default,
                description=_describe_filter(name),
                examples=field.examples,
            )
            fields[name] = (field.rebuild_annotation(), documented)
    for name, field in CrosstabParameters.model_fields.items():
        fields[name] = (field.rebuild_annotation(), field)
    dimensions = {name for resource in CATALOG for name in resource.dimensions}
    dimension_name: Any = Literal[tuple(_in_order(dimensions, _DIMENSION_ORDER))]
    for name in ("rows", "columns"):
        fields[name] = (dimension_name, CrosstabParameters.model_fields[name])
    return {name: fields[name] for name in _in_order(fields, _PARAMETER_ORDER)}


if TYPE_CHECKING:
    CrosstabQuery = CrosstabParameters
else:
    CrosstabQuery = create_model(
        "CrosstabQuery",
        __base__=Query,
        __doc__="What to count by what. A filter that the collection does not have is refused.",
        __module__=__name__,
        **_fields(),
    )


def find_resource(query: CrosstabQuery) -> tuple[Resource, ListQuery]:
    """The collection to count, and the query of its list with the same filters.

    Raises InvalidRequest for a dimension or filter that the collection does not have."""
    resource = RESOURCES_BY_COLLECTION[query.collection]
    filters = query.model_dump(mode="json", exclude_unset=True, exclude=set(OWN))
    problems: list[ProblemItem] = []
    for parameter, name in (("rows", query.rows), ("columns", query.columns)):
        if name not in resource.dimensions:
            detail = f"{resource.name} have no dimension {name!r}."
            detail += suggest(name, resource.dimensions)
            problems.append(ProblemItem(detail, parameter=parameter))
    fields = set(resource.query.model_fields)
    for name in filters:
        if name not in fields:
            hint = suggest(name, fields - LIST_OPTIONS)
            detail = f"{resource.name} have no filter {name!r}.{hint}"
            problems.append(ProblemItem(detail, parameter=name))
    if query.rows == query.columns:
        detail = f"Rows and columns are both {query.rows!r}. Choose two dimensions."
        problems.append(ProblemItem(detail, parameter="columns"))
    if problems:
        raise InvalidRequest.of(problems)
    return resource, resource.query.model_validate(filters)
