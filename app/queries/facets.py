"""What else could be chosen? Counts of a list by the values of a dimension."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.dimensions import CalendarPeriods, Dimension
from app.catalog.resource import Resource
from app.queries.filters import Filters
from app.queries.paths import list_path
from app.queries.period_counts import count_periods
from app.queries.planning.conditions import sql_conditions
from app.queries.value_counts import count_values, most_frequent
from app.schemas.filters import FocusAreaFilter
from app.schemas.paging import MAX_COUNT, Bucket, Facet, ListQuery

# Values that one facet shows.
BUCKETS = 100


def count_facet(
    session: Session, resource: Resource, query: ListQuery, filters: Filters, name: str
) -> Facet:
    """One facet of a list, counted under every filter but its own."""
    dimension = resource.facets[name]
    if isinstance(dimension, CalendarPeriods):
        return _count_units(session, resource, query, filters, dimension)
    rows = select(resource.model.slug).where(*sql_conditions(filters, resource, name))
    found = count_values(session, resource.model, rows, [dimension], rolled_up=rolls_up(query))
    path = f"/v1/{resource.name}"
    return make_facet(
        found.by_value(),
        partial(read_names, session, dimension),
        found.count_other,
        partial(bucket_path, path, query, name),
    )


def _count_units(
    session: Session, resource: Resource, query: ListQuery, filters: Filters, units: CalendarPeriods
) -> Facet:
    match = getattr(query, "match", "possible")
    ranges = count_periods(
        session, sql_conditions(filters, resource, units.filter), units.months, match
    )
    path = f"/v1/{resource.name}"
    return make_facet(
        ranges.count(),
        ranges.label,
        ranges.count_other,
        partial(bucket_path, path, query, units.filter),
    )


def bucket_path(path: str, query: ListQuery, name: str, value: str, count: int) -> str:
    """The list with this value in the filter, counted so that its total is the bucket's count."""
    exact = count > MAX_COUNT or query.count == "none"
    return list_path(path, query, **{name: [value]}, **({"count": "exact"} if exact else {}))


def make_facet(
    counts: Mapping[str | None, int],
    read_names: Callable[[Sequence[str]], Mapping[str, str]],
    count_other: Callable[[Sequence[str]], int],
    url: Callable[[str, int], str],
) -> Facet:
    """A facet from the counts of all values, None among them: the most frequent ones are shown."""
    values = most_frequent(counts)
    shown = values[:BUCKETS]
    names = read_names(shown)
    return Facet(
        buckets=[
            Bucket(
                value=value, label=names[value], count=counts[value], url=url(value, counts[value])
            )
            for value in shown
        ],
        total_values=len(values),
        missing=counts.get(None, 0),
        other=count_other(shown) if len(values) > len(shown) else 0,
    )


def rolls_up(query: ListQuery) -> bool:
    """Whether a focus area has what narrower ones have, as the query's filter sees it."""
    return isinstance(query, FocusAreaFilter) and query.narrower


def read_names(
    session: Session, dimension: Dimension | None, values: Sequence[str]
) -> Mapping[str, str]:
    """What to call each value: the name of the record that it refers to, or the word itself."""
    model = dimension.referenced_model if dimension is not None else None
    if model is None:
        return {value: value for value in values}
    text = getattr(model, model.entity.main)
    return dict(session.execute(select(model.slug, text).where(model.slug.in_(values))).all())
