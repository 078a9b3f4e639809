"""Filters as conditions on the records of a resource, and conditions as SQL."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from app.catalog.resource import (
    Condition,
    IndexedCondition,
    IndexRange,
    RangeUnion,
    Resource,
)
from app.queries.filters import Filters
from app.store.fulltext import match


@dataclass(frozen=True)
class Branch:
    """Conditions that hold together, beside those of a range of an index if there is one."""

    index_range: IndexRange | None
    conditions: Sequence[ColumnElement[bool]]

    def criteria(self) -> list[ColumnElement[bool]]:
        """All of the conditions as SQL."""
        criteria = list(self.conditions)
        if self.index_range is not None:
            criteria.append(self.index_range.holds())
        return criteria

    def narrow(
        self,
        column: Any,
        value: Any,
        *,
        descending: bool,
    ) -> "Branch":
        """The part of the branch that follows the value, in an order by this column."""
        if self.index_range is None:
            return self
        remaining = self.index_range.beyond(column, value, descending=descending)
        return replace(self, index_range=remaining)

    def order_column(self, column: Any) -> Any:
        """What to sort the branch by, for an order by this column: the column of the index, if it
        gives the same order."""
        if self.index_range is not None and self.index_range.is_ordered_by(column):
            return self.index_range.column
        return column


# Every row.
UNRESTRICTED = Branch(None, [])


def list_conditions(
    filters: Filters,
    resource: Resource,
    *without: str,
) -> list[Condition]:
    """One condition on the records of the resource for each filter, except those that `without`
    names."""
    conditions: list[Condition] = []
    for name, values in filters.values.items():
        if name not in without:
            conditions.append(resource.where[name](values))
    if filters.terms is not None and "q" not in without:
        matches = select_matches(filters, resource).subquery()
        conditions.append(resource.model.slug.in_(select(matches.c.slug)))
    return conditions


def select_matches(filters: Filters, resource: Resource) -> Select[Any]:
    """Rows `(slug, id, score)` of the records that match the terms of `q`."""
    return match(filters.dialect, resource.type_, filters.terms or ())


def to_sql(condition: Condition) -> ColumnElement[bool]:
    """The condition as SQL. The database may use its index."""
    if isinstance(condition, IndexedCondition):
        return condition.condition
    if isinstance(condition, RangeUnion):
        return condition.any()
    return condition


def to_check(condition: Condition) -> ColumnElement[bool]:
    """The condition as SQL that SQLite uses no index for: a check of records that are found by
    something else."""
    if isinstance(condition, IndexedCondition):
        return condition.check()
    return to_sql(condition)


def sql_conditions(
    filters: Filters,
    resource: Resource,
    *without: str,
) -> list[ColumnElement[bool]]:
    """The conditions of `list_conditions` as SQL."""
    return [to_sql(condition) for condition in list_conditions(filters, resource, *without)]


def split_branches(
    conditions: Sequence[Condition], convert: Callable[[Condition], ColumnElement[bool]]
) -> list[Branch]:
    """The conditions as branches. Each record that meets the conditions is in exactly one.

    `convert` makes SQL of a condition: `to_sql` or `to_check`."""
    criteria = []
    ranges: Sequence[IndexRange] = ()
    for condition in conditions:
        # Of two unions, the first is split: each record of its ranges is checked for the second.
        if isinstance(condition, RangeUnion) and not ranges:
            ranges = condition.parts
        else:
            criteria.append(convert(condition))
    if not ranges:
        return [Branch(None, criteria)]
    return [Branch(index_range, criteria) for index_range in ranges]
