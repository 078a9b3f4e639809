"""The facets of the search: rows of all types, counted by the values of a dimension."""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import Session

from app.catalog.dimensions import Dimension
from app.catalog.search import FILTERS, SearchQuery
from app.queries.facets import bucket_path, count_none, make_facet, read_names, rolls_up
from app.queries.filters import Filters, resolve_filters
from app.queries.matches import find_matches
from app.queries.planning.driven import DrivenFilters
from app.queries.search_rows import drive_rows, list_resources, select_driven_rows
from app.queries.value_counts import (
    FacetCounts,
    group_by_values,
    rank_counts,
    sum_values,
)
from app.schemas.paging import MAX_COUNT, Facet

PATH = "/v1/search"


def count_search_facets(
    session: Session,
    query: SearchQuery,
    filters: Filters,
) -> dict[str, Facet]:
    """The facets that the query names."""
    rows = _SearchRows(session, query, filters)
    facets: dict[str, Facet] = {}
    for name in query.facet:
        facets[name] = make_facet(
            rows.rank(name),
            partial(read_names, session, rows.dimension(name)),
            partial(bucket_path, PATH, query, name),
        )
    return facets


def rank_quick_search_facets(
    session: Session,
    query: SearchQuery,
    names: Sequence[str],
) -> dict[str, FacetCounts]:
    """The counts of the facets with these names, of those that count at most MAX_COUNT rows: to
    count more takes longer than a person waits. `other` is not counted."""
    filters = resolve_filters(session, FILTERS, query, names)
    rows = _SearchRows(session, query, filters)
    facets = {}
    for name in names:
        if rows.are_few(name):
            facets[name] = rows.rank(name, with_other=False)
    return facets


class _SearchRows:
    """The rows of a query. All facets without a filter of their own count the same rows."""

    def __init__(self, session: Session, query: SearchQuery, filters: Filters) -> None:
        self._session = session
        self._query = query
        self._filters = filters
        self._matches = find_matches(session, filters)
        self._driven: dict[str, list[DrivenFilters]] = {}
        self._are_few: dict[str, bool] = {}

    def dimension(self, name: str) -> Dimension | None:
        """The dimension of the facet: that of the last collection that has it."""
        dimension = None
        for resource in list_resources(self._query, self._types(name)):
            dimension = resource.dimensions.get(name, dimension)
        return dimension

    def are_few(self, name: str) -> bool:
        """Whether the facet counts at most MAX_COUNT rows."""
        own_filter = self._own_filter(name)
        if own_filter not in self._are_few:
            self._are_few[own_filter] = self._has_few_rows(name)
        return self._are_few[own_filter]

    def rank(self, name: str, *, with_other: bool = True) -> FacetCounts:
        """The counts of the facet, under every filter but its own."""
        dimension = self.dimension(name)
        counts: Counter[str | None] = Counter()
        grouped: list[Sequence[Any]] = []
        for driven in self._drive(name):
            resource = driven.prepared.resource
            if name in resource.dimensions:
                grouped += self._group(driven, name)
                continue
            # The records have no such field, so they count as records without a value.
            value = resource.type_ if name == "type" else None
            counts[value] += self._count_rows(driven)
        if dimension is None:
            # Unary plus removes the types without a record.
            return rank_counts(+counts, count_none)
        # The rows of all collections together: broader focus areas are read once.
        values = sum_values(
            self._session,
            grouped,
            [dimension],
            rolled_up=rolls_up(self._query),
        )
        counts.update(values.by_value())
        count_other = values.count_other if with_other else count_none
        return rank_counts(counts, count_other, dimension.words)

    def _types(self, name: str) -> Sequence[str]:
        return () if name == "type" else self._query.type

    def _own_filter(self, name: str) -> str:
        return name if name in self._filters.values or name == "type" else ""

    def _drive(self, name: str) -> list[DrivenFilters]:
        """How the rows of each collection are found that has the fields of the filters."""
        own_filter = self._own_filter(name)
        if own_filter not in self._driven:
            driven_rows = []
            for resource in list_resources(self._query, self._types(name)):
                filters = self._matches.of(resource)
                driven = drive_rows(self._session, resource, filters, own_filter)
                if driven is not None:
                    driven_rows.append(driven)
            self._driven[own_filter] = driven_rows
        return self._driven[own_filter]

    def _has_few_rows(self, name: str) -> bool:
        number = 0
        for driven in self._drive(name):
            build = partial(select_driven_rows, driven)
            total = driven.count(self._session, ("search rows",), build)
            number += total.number or 0
            if number >= MAX_COUNT:
                return False
        return True

    def _count_rows(self, driven: DrivenFilters) -> int:
        build = partial(select_driven_rows, driven)
        total = driven.count(self._session, ("search rows",), build, "exact")
        return total.number or 0

    def _group(self, driven: DrivenFilters, name: str) -> Sequence[Sequence[Any]]:
        """The rows of one collection by the texts of their values, with their number."""
        resource = driven.prepared.resource

        def build(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
            rows = select_driven_rows(driven, conditions)
            return group_by_values(resource.model, rows, [resource.dimensions[name]])

        return driven.rows(self._session, ("search values", name), build)
