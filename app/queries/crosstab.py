"""Crosstabs: the records of a collection, counted by two dimensions at once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalog.crosstab import CrosstabQuery, find_resource
from app.catalog.resource import Resource
from app.queries.facets import count_by, group_by, read_names, rolls_up
from app.queries.filters import Filters, resolve_filters
from app.queries.paths import list_path
from app.queries.planning.driven import drive, driven_conditions
from app.queries.value_counts import Value, ValueCounts, most_frequent, sum_values
from app.schemas.crosstab import Category, Crosstab, CrosstabRow, Sums
from app.schemas.paging import ListQuery
from app.store.revisions import read_revision

# The most frequent values of each dimension are in the table.
MAX_VALUES = 200


def read_crosstab(session: Session, query: CrosstabQuery) -> Crosstab:
    """The counts, under every filter.

    Raises InvalidRequest for a value that names nothing, or for a dimension or filter that the
    collection does not have."""
    resource, list_query = find_resource(query)
    names = (query.rows, query.columns)
    filters = resolve_filters(session, resource.where, list_query, names)
    counts = count_by(
        session,
        drive(session, filters, resource),
        names,
        rolled_up=rolls_up(list_query),
    )
    cells = _Cells(counts)
    links = _Links(resource, list_query, filters)
    columns = _list_categories(session, links, query.columns, cells.column_totals)
    values = [column.value for column in columns]
    rows = []
    for category in _list_categories(session, links, query.rows, cells.row_totals):
        sums = cells.sum_row(category.value, values)
        rows.append(CrosstabRow(**dict(category), **dict(sums)))
    return Crosstab(
        collection=resource.name,
        columns=columns,
        rows=rows,
        missing=cells.sum_row(None, values),
        totals=cells.sum_all(values),
        total_rows=len(most_frequent(cells.row_totals)),
        total_columns=len(most_frequent(cells.column_totals)),
        revision=read_revision(session),
        query={**filters.interpreted, "rows": query.rows, "columns": query.columns},
    )


def count_all_pairs(
    session: Session,
    resources: Sequence[Resource],
    names: tuple[str, str],
) -> Counter[tuple[Value, ...]]:
    """All records of the resources by two dimensions that all of them have, together."""
    grouped: list[Sequence[Any]] = []
    for resource in resources:
        filters = resolve_filters(session, resource.where, resource.query(), names)
        grouped += group_by(session, drive(session, filters, resource), names)
    dimensions = [resources[0].dimensions[name] for name in names]
    return sum_values(session, grouped, dimensions, rolled_up=True).by(0, 1)


def count_crosstab_records(
    session: Session,
    query: CrosstabQuery,
    bound: int,
) -> int:
    """How many records the crosstab counts: at most `bound`.

    Raises InvalidRequest as `read_crosstab` does."""
    resource, list_query = find_resource(query)
    filters = resolve_filters(session, resource.where, list_query, ())
    conditions = driven_conditions(session, filters, resource)
    slugs = select(resource.model.slug).where(*conditions).limit(bound)
    return session.scalar(select(func.count()).select_from(slugs.subquery())) or 0


class _Cells:
    """The counts by row, by column and by both. None is the row or column without a value."""

    def __init__(self, counts: ValueCounts) -> None:
        self.by_both = counts.by(0, 1)
        self.row_totals = counts.by_value(0)
        self.column_totals = counts.by_value(1)
        # Not the sum of the rows, as a record with several values is in several rows.
        self.total = sum(counts.counts.values())

    def sum_row(self, row: Value, columns: Sequence[str]) -> Sums:
        return Sums(
            counts=[self.by_both[row, column] for column in columns],
            missing=self.by_both[row, None],
            total=self.row_totals.get(row, 0),
        )

    def sum_all(self, columns: Sequence[str]) -> Sums:
        return Sums(
            counts=[self.column_totals[column] for column in columns],
            missing=self.column_totals.get(None, 0),
            total=self.total,
        )


@dataclass(frozen=True)
class _Links:
    """Paths of the lists with the records of a row or column."""

    resource: Resource
    query: ListQuery
    filters: Filters

    def path(self, dimension: str, value: str) -> str | None:
        """The list of the records with this value; None if no list has them.

        Where records have several values and the query filters by the dimension, they would need
        two of its values at once."""
        is_filtered = dimension in self.filters.values
        if is_filtered and not self.resource.dimensions[dimension].is_single_valued:
            return None
        parameters: dict[str, list[str] | None] = {dimension: [value]}
        # A list refuses `narrower` without a focus area.
        if dimension != "focus_area" and "focus_area" not in self.filters.values:
            parameters["narrower"] = None
        return list_path(f"/v1/{self.resource.name}", self.query, **parameters)


def _list_categories(
    session: Session,
    links: _Links,
    name: str,
    counts: Mapping[Value, int],
) -> list[Category]:
    """The most frequent values of the dimension."""
    dimension = links.resource.dimensions[name]
    values = most_frequent(counts, dimension.words)[:MAX_VALUES]
    labels = read_names(session, dimension, values)
    categories = []
    for value in values:
        url = links.path(name, value)
        categories.append(Category(value=value, label=labels[value], url=url))
    return categories
