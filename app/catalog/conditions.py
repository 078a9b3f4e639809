"""What does a filter mean in SQL? Constructors that the declarations are written with.

Each takes columns and gives a function from the values of the filter, any of which may hold; a
filter that takes one value gets a list of one. References are slugs by then: names and aliases
were resolved. With narrower ones, focus areas come as a question that gives their slugs: there may
be more of them than a statement takes values.
"""

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from app.catalog.dimensions import Dimension
from app.catalog.resource import Condition, Values

Column = InstrumentedAttribute[Any]


def one_of(column: Column) -> Condition:
    """The column has one of the values."""

    def condition(values: Values) -> ColumnElement[bool]:
        return column.in_(values)

    return condition


def linked_to(slug: Column, owner: Column, target: Column) -> Condition:
    """A row elsewhere leads from `owner`, the record with this `slug`, to one of the values."""

    def condition(values: Values) -> ColumnElement[bool]:
        return slug.in_(select(owner).where(target.in_(values)))

    return condition


def equals(column: Column) -> Condition:
    """The column is the value."""

    def condition(values: Values) -> ColumnElement[bool]:
        (value,) = values
        found: ColumnElement[bool] = column == value
        return found

    return condition


def at_least(column: Column) -> Condition:
    """The column is the value or more."""

    def condition(values: Values) -> ColumnElement[bool]:
        (least,) = values
        found: ColumnElement[bool] = column >= least
        return found

    return condition


def is_set(column: Column) -> Condition:
    """Whether the column has a value at all."""

    def condition(values: Values) -> ColumnElement[bool]:
        (wanted,) = values
        return column.is_not(None) if wanted else column.is_(None)

    return condition


def is_named_by(slug: Column, owner: Column) -> Condition:
    """Whether any row's `owner` is the record with this `slug`."""

    def condition(values: Values) -> ColumnElement[bool]:
        (wanted,) = values
        named = slug.in_(select(owner).where(owner.is_not(None)))
        return named if wanted else ~named

    return condition


def has_any(slug: Column, dimension: Dimension) -> Condition:
    """Whether any record has the focus area with this `slug`, or a narrower one."""

    def condition(values: Values) -> ColumnElement[bool]:
        (wanted,) = values
        pairs = dimension.pairs(rolled_up=True).subquery()
        named = slug.in_(select(pairs.c.value))
        return named if wanted else ~named

    return condition
