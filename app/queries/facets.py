"""Facets: the records of a list, counted by the values of a dimension."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.dimensions import CalendarPeriods, Dimension
from app.catalog.resource import Resource
from app.catalog.timeline_items import TIMELINE_ITEMS, TimelineItemQuery
from app.queries.filters import Filters, resolve_filters
from app.queries.paths import list_path
from app.queries.period_counts import PeriodCounts, count_periods
from app.queries.planning.conditions import sql_conditions
from app.queries.planning.plan import count_rows, driven_conditions
from app.queries.stored_counts import read_frequent_values, read_stored_counts
from app.queries.value_counts import FacetCounts, count_values, rank_counts
from app.schemas.filters import FocusAreaFilter
from app.schemas.paging import MAX_COUNT, Bucket, Facet, ListQuery


def count_facet(
    session: Session,
    resource: Resource,
    query: ListQuery,
    filters: Filters,
    name: str,
) -> Facet:
    """One facet of a list, counted under every filter but its own."""
    dimension = resource.facets[name]
    path = f"/v1/{resource.name}"
    if isinstance(dimension, CalendarPeriods):
        conditions = sql_conditions(filters, resource, dimension.filter)
        match = getattr(query, "match", "possible")
        periods = count_periods(session, conditions, dimension.months, match)
        return make_facet(
            rank_counts(periods.count(), periods.count_other),
            periods.label,
            partial(bucket_path, path, query, dimension.filter),
        )
    return make_facet(
        _count_dimension(session, resource, query, filters, name),
        partial(read_names, session, dimension),
        partial(bucket_path, path, query, name),
    )


def count_quick_facets(
    session: Session,
    resource: Resource,
    query: ListQuery,
    names: Sequence[str],
) -> dict[str, Facet]:
    """The facets with these names, of those whose counts are stored or are of at most MAX_COUNT
    records: to count more takes longer than a person waits."""
    filters = resolve_filters(session, resource.where, query, names)
    facets = {}
    # All facets without a filter of their own count the same records.
    is_quick: dict[str, bool] = {}
    for name in names:
        own_filter = name if name in filters.values else ""
        if own_filter not in is_quick:
            is_quick[own_filter] = _has_few_records(session, resource, filters, own_filter)
        if is_quick[own_filter]:
            facets[name] = count_facet(session, resource, query, filters, name)
    return facets


def _has_few_records(
    session: Session,
    resource: Resource,
    filters: Filters,
    without: str,
) -> bool:
    conditions = driven_conditions(session, filters, resource, without)
    if not conditions:
        return True
    records = select(resource.model.slug).where(*conditions)
    return count_rows(session, records, "bounded").is_exact


def count_quick_periods(
    session: Session,
    query: TimelineItemQuery,
) -> PeriodCounts | None:
    """Timeline items by quarter; of more than MAX_COUNT by year, which takes half as long; None of
    so many that are filtered."""
    filters = resolve_filters(session, TIMELINE_ITEMS.where, query, ())
    conditions = driven_conditions(session, filters, TIMELINE_ITEMS, "overlaps")
    items = select(TIMELINE_ITEMS.model.slug).where(*conditions)
    months = 3
    if not count_rows(session, items, "bounded").is_exact:
        if conditions:
            return None
        months = 12
    return count_periods(session, conditions, months, query.match)


def list_frequent_values(
    session: Session,
    resources: Sequence[Resource],
    name: str,
) -> dict[str, str]:
    """The most frequent values of a facet over all records of the resources, of stored counts, each
    with its label."""
    dimensions = [resource.dimensions.get(name) for resource in resources]
    dimension = next((found for found in dimensions if found is not None), None)
    if dimension is None:
        return {}
    values = read_frequent_values(session, resources, name, dimension)
    labels = read_names(session, dimension, values)
    return {value: labels[value] for value in values}


def _count_dimension(
    session: Session,
    resource: Resource,
    query: ListQuery,
    filters: Filters,
    name: str,
) -> FacetCounts:
    rolled_up = rolls_up(query)
    conditions = driven_conditions(session, filters, resource, name)
    if not conditions:
        stored = read_stored_counts(session, resource, name, rolled_up=rolled_up)
        if stored is not None:
            return stored
    dimension = resource.dimensions[name]
    values = count_values(
        session,
        resource.model,
        select(resource.model.slug).where(*conditions),
        [dimension],
        rolled_up=rolled_up,
    )
    return rank_counts(values.by_value(), values.count_other, dimension.words)


def bucket_path(
    path: str,
    query: ListQuery,
    name: str,
    value: str,
    count: int,
) -> str:
    """The path of the list with this value in the filter, whose total is `count`."""
    replacements: dict[str, Any] = {name: [value]}
    # Otherwise the list would have no total, or a smaller one than the bucket.
    if count > MAX_COUNT or query.count == "none":
        replacements["count"] = "exact"
    return list_path(path, query, **replacements)


def make_facet(
    counts: FacetCounts,
    read_labels: Callable[[Sequence[str]], Mapping[str, str]],
    make_url: Callable[[str, int], str],
) -> Facet:
    """A facet of the counts, with labels and paths."""
    labels = read_labels(list(counts.buckets))
    buckets = []
    for value, count in counts.buckets.items():
        url = make_url(value, count)
        buckets.append(Bucket(value=value, label=labels[value], count=count, url=url))
    return Facet(
        buckets=buckets,
        total_values=counts.total_values,
        missing=counts.missing,
        other=counts.other,
    )


def rolls_up(query: ListQuery) -> bool:
    """Whether the query counts a record with a narrower focus area for the broader ones, too."""
    return isinstance(query, FocusAreaFilter) and query.narrower


def read_names(
    session: Session,
    dimension: Dimension | None,
    values: Sequence[str],
) -> Mapping[str, str]:
    """The label of each value: the name of the record that it refers to, or the value itself."""
    model = dimension.referenced_model if dimension is not None else None
    if model is None:
        return {value: value for value in values}
    name = getattr(model, model.entity.main)
    statement = select(model.slug, name).where(model.slug.in_(values))
    return dict(session.execute(statement).all())
