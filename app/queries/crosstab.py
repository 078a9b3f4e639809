"""How are the records of a collection counted by two dimensions at once?"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.crosstab import CrosstabQuery, find_resource
from app.queries.facets import read_names, rolls_up
from app.queries.filters import resolve_filters
from app.queries.paths import list_path
from app.queries.planning.conditions import sql_conditions
from app.queries.value_counts import Value, count_values, most_frequent
from app.schemas.crosstab import Category, Crosstab, CrosstabRow, Sums
from app.store.revisions import read_revision

# Values of each dimension that are shown, the most frequent ones.
SHOWN = 200

Cells = Mapping[tuple[Value, ...], int]


def read_crosstab(session: Session, query: CrosstabQuery) -> Crosstab:
    """The counts, under every filter.

    Raises InvalidRequest for a value that names nothing, or what the collection does not have."""
    resource, list_query = find_resource(query)
    counted = (query.rows, query.columns)
    filters = resolve_filters(session, resource.where, list_query, counted)
    slugs = select(resource.model.slug).where(*sql_conditions(filters, resource))
    dimensions = [resource.dimensions[name] for name in counted]
    found = count_values(session, resource.model, slugs, dimensions, rolled_up=rolls_up(list_query))
    row_totals, column_totals = ({v: n for (v,), n in found.by(i).items()} for i in (0, 1))
    cells = found.by(0, 1)

    def categorize(name: str, counts: Mapping[Value, int]) -> list[Category]:
        shown = most_frequent(counts)[:SHOWN]
        names = read_names(session, resource.dimensions[name], shown)
        both = name in filters.values and not resource.dimensions[name].is_single_valued

        def url(value: str) -> str | None:
            if both:
                return None
            # In a list that no focus area is asked of, `narrower` would mean nothing.
            idle = name != "focus_area" and "focus_area" not in filters.values
            instead = {"narrower": None} if idle else {}
            return list_path(f"/v1/{resource.name}", list_query, **instead, **{name: [value]})

        return [Category(value=v, label=names[v], url=url(v)) for v in shown]

    across = categorize(query.columns, column_totals)
    values = [category.value for category in across]
    return Crosstab(
        collection=resource.name,
        columns=across,
        rows=[
            CrosstabRow(
                **category.model_dump(),
                **_sums(cells, category.value, values, row_totals),
            )
            for category in categorize(query.rows, row_totals)
        ],
        missing=Sums(**_sums(cells, None, values, row_totals)),
        totals=Sums(
            counts=[column_totals[value] for value in values],
            missing=column_totals.get(None, 0),
            total=sum(found.counts.values()),
        ),
        total_rows=len(row_totals) - (None in row_totals),
        total_columns=len(column_totals) - (None in column_totals),
        revision=read_revision(session),
        query={**filters.interpreted, "rows": query.rows, "columns": query.columns},
    )


def _sums(
    cells: Cells, row: Value, columns: Sequence[str], totals: Mapping[Value, int]
) -> dict[str, Any]:
    return {
        "counts": [cells.get((row, column), 0) for column in columns],
        "missing": cells.get((row, None), 0),
        "total": totals.get(row, 0),
    }
