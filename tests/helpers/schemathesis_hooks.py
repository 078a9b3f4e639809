"""What the OpenAPI document cannot say of a valid request, told to schemathesis.

A schema says how an office's slug is spelt, not that there is such an office; nor that `fields`
goes with an export and `cursor` does not. Requests that are meant to be valid are made so here;
those that are meant to be invalid are left alone.
"""

import zlib
from typing import Any, get_args
from urllib.parse import urlencode

import schemathesis

from app.catalog import CATALOG
from app.catalog.search import SearchQuery
from app.export.formats import FORMATS
from app.schemas.filters import MATCH_FILTERS
from app.schemas.paging import RELEVANCE, ListQuery
from tests.helpers.filters import VALUES, meaningful

QUERIES: dict[str, type[ListQuery]] = {f"/v1/{found.name}": found.query for found in CATALOG}
QUERIES["/v1/search"] = SearchQuery

# Parameters whose values must be known to the base, or written as only a parser knows.
KNOWN = (
    "office",
    "document",
    "initiative",
    "expected_outcome",
    "focus_area",
    "broader",
    *(name for name in MATCH_FILTERS if name != "active_on"),
)
# These are the base's to give: a token or a revision, and an instant at which it was there.
GIVEN = {"since": ("0", "1", "now"), "as_of": ("1", "001")}


# The HTTP parser refuses a longer URL, before there is an application.
MAX_QUERY_CHARACTERS = 60_000


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    """Make a request valid that is meant to be."""
    if case.meta is None or not case.query:
        return
    if case.meta.generation.mode.is_negative:
        if len(urlencode(case.query, doseq=True)) > MAX_QUERY_CHARACTERS:
            # As invalid, and short.
            case.query = {"unknown": "1"}
        return
    # An empty list is no parameter at all, not one with an empty value.
    query = {name: value for name, value in case.query.items() if value != []}
    _fit_values(query)
    # A cursor is the base's to give.
    query.pop("cursor", None)
    if case.path == "/v1/crosstab":
        _fit_crosstab(query)
    query = meaningful(query)
    if case.path in QUERIES:
        _fit_list(QUERIES[case.path], query)
    while len(urlencode(query, doseq=True)) > MAX_QUERY_CHARACTERS:
        query.pop(max(query, key=lambda name: len(str(query[name]))))
    case.query = query


def _fit_values(query: dict[str, Any]) -> None:
    for name in KNOWN:
        if name in query:
            query[name] = _known_values(name, query[name])
    for name, values in GIVEN.items():
        if name in query:
            query[name] = values[len(str(query[name])) % len(values)]


def _known_values(name: str, generated: Any) -> Any:
    """Values that the base knows, chosen by the generated ones."""
    values = VALUES[name]
    if not isinstance(generated, list):
        return values[zlib.crc32(str(generated).encode()) % len(values)]
    return [
        values[zlib.crc32(str(value).encode()) % len(values)] for value in generated[:200]
    ]


def _fit_list(model: type[ListQuery], query: dict[str, Any]) -> None:
    _fit_format(query)
    if "fields" in query:
        query["fields"] = ["slug"]
    if "sort" in query:
        sorts = query["sort"] if isinstance(query["sort"], list) else [query["sort"]]
        keys = {key.removeprefix("-"): key for key in sorts if key != RELEVANCE}
        (choices,) = get_args(model.model_fields["sort"].annotation)
        query["sort"] = list(keys.values()) or [get_args(choices)[1]]


def _fit_format(query: dict[str, Any]) -> None:
    for name in FORMATS[query.get("format") or "json"].unsupported:
        query.pop(name, None)


def _fit_crosstab(query: dict[str, Any]) -> None:
    _fit_format(query)
    resource = next(
        (found for found in CATALOG if found.name == query.get("collection")), None
    )
    if resource is None:
        return
    dimensions = list(resource.dimensions)
    if query.get("rows") not in dimensions:
        query["rows"] = dimensions[0]
    if query.get("columns") not in dimensions or query["columns"] == query["rows"]:
        query["columns"] = next(name for name in dimensions if name != query["rows"])
    allowed = {"collection", "rows", "columns", "format", "bom", "escape_formulas"}
    for name in set(query) - allowed - set(resource.query.model_fields):
        del query[name]
