"""The rows of the search: records of all types as one table.

A row is a record; an expected outcome has a row for each timeline item that dates it, with the
dates of that item.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from app.catalog import CATALOG
from app.catalog.expected_outcomes import EXPECTED_OUTCOMES
from app.catalog.resource import Resource
from app.catalog.search import CLAIMS, SearchQuery
from app.catalog.timeline_items import TIMELINE_ITEMS
from app.queries.filters import Filters
from app.queries.planning.conditions import list_conditions, sql_conditions, to_check
from app.queries.planning.driven import DrivenFilters, drive, driven_conditions
from app.schemas.filters import TIME_FILTERS
from app.schemas.timeline import FIRST_DAY, LAST_DAY
from app.store.fulltext import find
from app.store.models import MODELS, ExpectedOutcome, SearchDocument, TimelineItem

# The collections whose rows have dates.
_DATED = (EXPECTED_OUTCOMES, TIMELINE_ITEMS)
# The columns of a row that together are unique. `item` is the slug of the timeline item with its
# dates, or empty.
ROW_KEY = ("type", "slug", "item")


def list_resources(query: SearchQuery, types: Sequence[str]) -> list[Resource]:
    """The collections of these types, or by default all with `q` and the claims without."""
    if not types:
        types = CLAIMS if query.q is None else tuple(MODELS)
    return [resource for resource in CATALOG if resource.type_ in types]


def select_matches(resources: Sequence[Resource], filters: Filters) -> Select[Any]:
    """The rows of records that match the terms and the filters, with their `id` and `score`."""
    conditions = []
    for resource in resources:
        condition = _match_condition(resource, filters)
        if condition is not None:
            conditions.append(condition)
    is_timeline_item = SearchDocument.type == TIMELINE_ITEMS.type_
    item = case(
        (is_timeline_item, SearchDocument.slug),
        else_=func.coalesce(TimelineItem.slug, ""),
    )
    matches = find(
        filters.dialect,
        filters.terms or (),
        SearchDocument.type,
        SearchDocument.slug,
    )
    matches = matches.add_columns(item.label("item"))
    is_dated_by = and_(
        SearchDocument.type == EXPECTED_OUTCOMES.type_,
        TimelineItem.expected_outcome_slug == SearchDocument.slug,
    )
    matches = matches.outerjoin(TimelineItem, is_dated_by)
    # `false` for a search of no type: an empty OR would be true.
    return matches.where(or_(false(), *conditions))


def _match_condition(resource: Resource, filters: Filters) -> ColumnElement[bool] | None:
    """A search document is of a record of this collection that meets the filters; None if its
    records lack a field that a filter needs."""
    names = set(filters.values)
    if not _has_fields(resource, names):
        return None
    time_filters = names & set(TIME_FILTERS)
    conditions = [SearchDocument.type == resource.type_]
    if resource is EXPECTED_OUTCOMES and time_filters:
        # The dates are those of the joined timeline item.
        conditions.append(TimelineItem.slug.is_not(None))
        excluded = names - time_filters
        for condition in list_conditions(filters, TIMELINE_ITEMS, *excluded, "q"):
            conditions.append(to_check(condition))
    joined_filters = TIME_FILTERS if resource is not TIMELINE_ITEMS else ()
    record_conditions = list_conditions(filters, resource, *joined_filters, "q")
    if record_conditions:
        is_same = resource.model.slug == SearchDocument.slug
        checks = [to_check(condition) for condition in record_conditions]
        record = select(literal(1)).where(is_same, *checks)
        conditions.append(record.correlate(SearchDocument).exists())
    return and_(*conditions)


def _has_fields(resource: Resource, names: set[str]) -> bool:
    """Whether the records of the collection have the fields that these filters need."""
    time_filters = names & set(TIME_FILTERS)
    if time_filters and resource not in _DATED:
        return False
    return names - time_filters <= set(resource.where)


def select_rows(
    session: Session,
    resources: Sequence[Resource],
    filters: Filters,
) -> Select[Any]:
    """The rows of records that meet the filters, found by the filters."""
    statements = []
    for resource in resources:
        statement = select_collection_rows(session, resource, filters)
        if statement is not None:
            statements.append(statement)
    if not statements:
        # The columns of a table without rows, as no collection has the fields.
        statements = [_select_columns(CATALOG[0]).where(false())]
    return select(union_all(*statements).subquery())


def select_collection_rows(
    session: Session,
    resource: Resource,
    filters: Filters,
) -> Select[Any] | None:
    """The rows of one collection, found by the filters; None if its records lack a field that a
    filter needs."""
    if not _has_fields(resource, set(filters.values)):
        return None
    conditions = driven_conditions(session, filters, resource, *TIME_FILTERS)
    return _select_matching(resource, filters, conditions)


def drive_rows(
    session: Session,
    resource: Resource,
    filters: Filters,
    without: str,
) -> DrivenFilters | None:
    """How the rows of one collection are found, under all filters but one, for the statements of
    `select_driven_rows`; None if its records lack a field that a filter needs."""
    if not _has_fields(resource, set(filters.values) - {without}):
        return None
    return drive(session, filters, resource, without, TIME_FILTERS)


def select_driven_rows(
    driven: DrivenFilters,
    conditions: Sequence[ColumnElement[bool]],
) -> Select[Any]:
    """The rows of one collection that meet the conditions, and the filters of time."""
    return _select_matching(driven.prepared.resource, driven.filters, conditions)


def select_ordered_rows(
    resource: Resource,
    filters: Filters,
) -> Select[Any] | None:
    """The same rows, found in an order, and checked one by one until a page is full: for many of
    them."""
    if not _has_fields(resource, set(filters.values)):
        return None
    listed = list_conditions(filters, resource, *TIME_FILTERS)
    conditions = [to_check(condition) for condition in listed]
    return _select_matching(resource, filters, conditions)


def constant_columns(
    resource: Resource,
    rows: Select[Any],
) -> set[str]:
    """The names of the columns that add nothing to an order by the slug: those with the same value
    in all rows of the collection, and `item` where a record has one row."""
    columns: Any = rows.selected_columns
    names = {column.key for column in columns if isinstance(column.element, BindParameter)}
    if resource is not EXPECTED_OUTCOMES:
        names.add("item")
    return names


def _select_matching(
    resource: Resource,
    filters: Filters,
    conditions: Sequence[ColumnElement[bool]],
) -> Select[Any]:
    time_filters = set(filters.values) & set(TIME_FILTERS)
    rows = _select_columns(resource)
    if resource is EXPECTED_OUTCOMES:
        is_dated_by = TimelineItem.expected_outcome_slug == ExpectedOutcome.slug
        # An outcome without dates is a row, too, unless a filter needs its dates.
        rows = rows.join(TimelineItem, is_dated_by, isouter=not time_filters)
    excluded = set(filters.values) - time_filters
    time_conditions = sql_conditions(filters, TIMELINE_ITEMS, *excluded, "q")
    return rows.where(*time_conditions, *conditions)


def _select_columns(resource: Resource) -> Select[Any]:
    """The key and the sort keys of each row of a collection."""
    model = resource.model
    item: Any = literal("")
    # Rows without dates come last.
    start: Any = literal(LAST_DAY)
    end: Any = literal(LAST_DAY)
    start_descending: Any = literal(FIRST_DAY)
    end_descending: Any = literal(FIRST_DAY)
    if resource is TIMELINE_ITEMS:
        item = TimelineItem.slug
        start = TimelineItem.start_order
        end = TimelineItem.end_order
        start_descending = TimelineItem.start_order_descending
        end_descending = TimelineItem.end_order_descending
    elif resource is EXPECTED_OUTCOMES:
        item = func.coalesce(TimelineItem.slug, "")
        start = func.coalesce(TimelineItem.start_order, LAST_DAY)
        end = func.coalesce(TimelineItem.end_order, LAST_DAY)
        start_descending = func.coalesce(TimelineItem.start_order_descending, FIRST_DAY)
        end_descending = func.coalesce(TimelineItem.end_order_descending, FIRST_DAY)
    main = model.entity.main
    text = getattr(model, f"{main}_order", None) or getattr(model, main)
    columns = select(
        literal(resource.type_).label("type"),
        model.slug.label("slug"),
        item.label("item"),
        text.label("text"),
        model.updated_at.label("updated_at"),
        start.label("start_order"),
        end.label("end_order"),
        start_descending.label("start_order_descending"),
        end_descending.label("end_order_descending"),
    )
    return columns.select_from(model)
