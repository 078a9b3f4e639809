"""The filters of a query as conditions on the records of a resource, and conditions as SQL."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from app.catalog.resource import Condition, IndexedCondition, IndexRange, RangeUnion, Resource
from app.queries.filters import Filters
from app.store.fulltext import match


@dataclass(frozen=True)
class Branch:
    """Conditions that hold together: a range of an index, if there is one, and the others."""

    index_range: IndexRange | None
    others: Sequence[ColumnElement[bool]]

    def conditions(self) -> list[ColumnElement[bool]]:
        """All of them as SQL."""
        if self.index_range is None:
            return list(self.others)
        return [*self.others, self.index_range.holds()]

    def beyond(self, column: Any, value: Any, *, descending: bool) -> "Branch":
        """The part of the branch that remains after an order by the column has reached the
        value."""
        if self.index_range is None:
            return self
        remaining = self.index_range.beyond(column, value, descending=descending)
        return replace(self, index_range=remaining)


# Every row.
UNRESTRICTED = Branch(None, [])


def to_sql(condition: Condition) -> ColumnElement[bool]:
    """The condition as SQL, with the indexes that it may use."""
    if isinstance(condition, IndexedCondition):
        return condition.condition
    if isinstance(condition, RangeUnion):
        return condition.any()
    return condition


def to_check(condition: Condition) -> ColumnElement[bool]:
    """The condition as SQL for records found by other means: it uses no index of its own."""
    if isinstance(condition, IndexedCondition):
        return condition.check()
    return to_sql(condition)


def list_conditions(filters: Filters, resource: Resource, *without: str) -> list[Condition]:
    """What must hold of a record of the resource: one condition for each filter, except those
    named in `without`."""
    conditions: list[Condition] = []
    for name, values in filters.values.items():
        if name not in without:
            conditions.append(resource.where[name](values))
    if filters.terms is not None and "q" not in without:
        matches = select_matches(filters, resource).subquery()
        conditions.append(resource.model.slug.in_(select(matches.c.slug)))
    return conditions


def sql_conditions(
    filters: Filters, resource: Resource, *without: str
) -> list[ColumnElement[bool]]:
    """The same as SQL."""
    return [to_sql(condition) for condition in list_conditions(filters, resource, *without)]


def split_branches(filters: Filters, resource: Resource, *, checked: bool = False) -> list[Branch]:
    """The same as branches, of which exactly one holds of each matching record.

    With `checked`, conditions use no index of their own: records are found by their order."""
    conditions = list_conditions(filters, resource)
    union = next((each for each in conditions if isinstance(each, RangeUnion)), None)
    convert = to_check if checked else to_sql
    others = [convert(condition) for condition in conditions if condition is not union]
    if union is None:
        return [Branch(None, others)]
    return [Branch(index_range, others) for index_range in union.parts]


def select_matches(filters: Filters, resource: Resource) -> Select[Any]:
    """Rows `(slug, id, score)` of the records that match the terms of `q`."""
    return match(filters.dialect, resource.type_, filters.terms or ())
