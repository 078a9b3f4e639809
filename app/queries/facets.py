"""Facets: the records of a list, counted by the values of a dimension."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import Session

from app.catalog.dimensions import CalendarPeriods, Dimension
from app.catalog.resource import Resource
from app.catalog.timeline_items import TIMELINE_ITEMS, TimelineItemQuery
from app.queries.filters import Filters, resolve_filters
from app.queries.matches import find_matches
from app.queries.paths import list_path
from app.queries.period_counts import PeriodCounts, count_periods
from app.queries.planning.conditions import sql_conditions
from app.queries.planning.driven import DrivenFilters, drive, driven_conditions
from app.queries.stored_counts import read_frequent_values, read_stored_counts
from app.queries.value_counts import (
    FacetCounts,
    ValueCounts,
    group_by_values,
    rank_counts,
    sum_values,
)
from app.schemas.filters import FocusAreaFilter
from app.schemas.paging import MAX_COUNT, Bucket, Facet, ListQuery
from app.store.columns import chunks
from app.store.models import Record
from app.store.statements import Statement


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
        _count_dimension(
            session,
            drive(session, filters, resource, name),
            name,
            rolled_up=rolls_up(query),
        ),
        partial(read_names, session, dimension),
        partial(bucket_path, path, query, name),
    )


def rank_quick_facets(
    session: Session,
    resource: Resource,
    query: ListQuery,
    names: Sequence[str],
) -> dict[str, FacetCounts]:
    """The counts of the facets with these names, of those whose counts are stored or are of at most
    MAX_COUNT records: to count more takes longer than a person waits. `other` is not counted."""
    filters = resolve_filters(session, resource.where, query, names)
    filters = find_matches(session, filters).of(resource)
    facets = {}
    # All facets without a filter of their own count the same records. None are too many.
    driven_by: dict[str, DrivenFilters | None] = {}
    for name in names:
        own_filter = name if name in filters.values else ""
        if own_filter not in driven_by:
            driven_by[own_filter] = _drive_few(session, resource, filters, own_filter)
        driven = driven_by[own_filter]
        if driven is not None:
            facets[name] = _count_dimension(
                session, driven, name, rolled_up=rolls_up(query), with_other=False
            )
    return facets


def _drive_few(
    session: Session,
    resource: Resource,
    filters: Filters,
    without: str,
) -> DrivenFilters | None:
    driven = drive(session, filters, resource, without)
    if not driven.has_conditions:
        return driven
    total = driven.count(session, ("records",), partial(_select_slugs, resource))
    return driven if total.is_exact else None


def _select_slugs(
    resource: Resource, conditions: Sequence[ColumnElement[bool]]
) -> Select[Any]:
    return select(resource.model.slug).where(*conditions)


def count_quick_periods(
    session: Session,
    query: TimelineItemQuery,
) -> PeriodCounts | None:
    """Timeline items by quarter; of more than MAX_COUNT by year, which takes half as long; None of
    so many that are filtered."""
    filters = resolve_filters(session, TIMELINE_ITEMS.where, query, ())
    conditions = driven_conditions(session, filters, TIMELINE_ITEMS, "overlaps")
    driven = drive(session, filters, TIMELINE_ITEMS, "overlaps")
    months = 3
    total = driven.count(session, ("records",), partial(_select_slugs, TIMELINE_ITEMS))
    if not total.is_exact:
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
    driven: DrivenFilters,
    name: str,
    *,
    rolled_up: bool,
    with_other: bool = True,
) -> FacetCounts:
    resource = driven.prepared.resource
    if not driven.has_conditions:
        stored = read_stored_counts(
            session, resource, name, rolled_up=rolled_up, with_other=with_other
        )
        if stored is not None:
            return stored
    values = count_by(session, driven, [name], rolled_up=rolled_up)
    count_other = values.count_other if with_other else count_none
    return rank_counts(values.by_value(), count_other, resource.dimensions[name].words)


def count_none(_listed: Sequence[str]) -> int:
    """In the place of a count of other values that is not shown."""
    return 0


def count_by(
    session: Session,
    driven: DrivenFilters,
    names: Sequence[str],
    *,
    rolled_up: bool,
) -> ValueCounts:
    """How many of the records have each combination of values of the dimensions with these
    names."""
    resource = driven.prepared.resource
    grouped = group_by(session, driven, names)
    dimensions = [resource.dimensions[name] for name in names]
    return sum_values(session, grouped, dimensions, rolled_up=rolled_up)


def group_by(
    session: Session,
    driven: DrivenFilters,
    names: Sequence[str],
) -> Sequence[Sequence[Any]]:
    """The rows of `group_by_values` of these dimensions."""
    resource = driven.prepared.resource
    dimensions = [resource.dimensions[name] for name in names]

    def build(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
        slugs = _select_slugs(resource, conditions)
        return group_by_values(resource.model, slugs, dimensions)

    return driven.rows(session, ("values", *names), build)


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
    names: dict[str, str] = {}
    for chunk in chunks(values):
        names.update(_prepare_names(model).rows(session, {"slugs": chunk}))
    return names


@cache
def _prepare_names(model: type[Record]) -> Statement:
    is_requested = model.slug.in_(bindparam("slugs", expanding=True))
    return Statement(
        select(model.slug, getattr(model, model.entity.main)).where(is_requested)
    )
