"""The tool `count`: the records of a collection, counted by two dimensions at once."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from pydantic import ValidationError

from app.agents.arguments import CountArguments
from app.agents.budget import DEFAULT_BYTES, MAX_BYTES, Json, fit
from app.agents.mistakes import invalid_arguments
from app.agents.reading import Reading
from app.catalog.crosstab import CrosstabQuery
from app.queries.crosstab import read_crosstab
from app.schemas.crosstab import Category, Crosstab, Sums

DEFAULT_VALUES = 40


def count(reading: Reading, arguments: CountArguments) -> Json:
    """The table, with its most frequent rows and columns."""
    parameters: dict[str, Any] = arguments.read_filters()
    for name in ("collection", "rows", "columns"):
        parameters[name] = getattr(arguments, name)
    try:
        query = CrosstabQuery.model_validate(parameters)
    except ValidationError as error:
        raise invalid_arguments(error, CrosstabQuery) from None
    table = read_crosstab(reading.session, query)
    max_bytes = DEFAULT_BYTES if arguments.limit is None else MAX_BYTES
    return fit(partial(_cut, table), arguments.limit or DEFAULT_VALUES, max_bytes)


def _cut(table: Crosstab, max_values: int) -> Json:
    rows = []
    for row in table.rows[:max_values]:
        rows.append({**_name(row), **_sums(row, max_values)})
    return {
        "collection": table.collection,
        "columns": [_name(column) for column in table.columns[:max_values]],
        "rows": rows,
        "without_a_row_value": _sums(table.missing, max_values),
        "all": _sums(table.totals, max_values),
        "total_rows": table.total_rows,
        "total_columns": table.total_columns,
        "revision": table.revision,
    }


def _name(category: Category) -> Json:
    named = {"value": category.value}
    if category.label != category.value:
        named["label"] = category.label
    return named


def _sums(sums: Sums | Any, max_values: int) -> Json:
    counts: Sequence[int] = sums.counts[:max_values]
    described: Json = {"counts": counts, "total": sums.total}
    if sums.missing:
        described["without_a_column_value"] = sums.missing
    return described
