"""What does a filter mean in SQL? Constructors that the declarations are written with.

Each takes columns and gives a function from the values of the filter, any of which may hold; a
filter that takes one value gets a list of one. References are slugs by then: names and aliases
were resolved. With narrower ones, focus areas come as a question that gives their slugs: there may
be more of them than a statement takes values.
"""

from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.catalog.dimensions import Dimension
from app.catalog.resource import ConditionFactory, IndexedCondition, Parameterizable, Values

Column = InstrumentedAttribute[Any]


class WithoutIndex(FunctionElement[Any]):
    """A column as it is, which SQLite is not to read an index by. (PostgreSQL knows better.)"""

    inherit_cache = True

    def __init__(self, column: Column) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(WithoutIndex)
def _plain(element: WithoutIndex, compiler: SQLCompiler, **given: Any) -> str:
    return compiler.process(element.clauses, **given)


@compiles(WithoutIndex, "sqlite")
def _signed(element: WithoutIndex, compiler: SQLCompiler, **given: Any) -> str:
    # https://www.sqlite.org/optoverview.html: terms with a unary + are no use to an index.
    return f"+{compiler.process(element.clauses, **given)}"


def is_any_of(column: Column) -> ConditionFactory:
    """The column has one of the values."""

    return Parameterizable(column.in_)


def refers_to(slug: Column, column: Column) -> Parameterizable:
    """The column of the record with this `slug`, a reference, is one of the values."""

    def condition(values: Values) -> IndexedCondition:
        meant = column.in_(values)
        slugs = select(slug).where(meant)
        return IndexedCondition(meant, slugs, lambda: WithoutIndex(column).in_(values))

    return Parameterizable(condition)


def linked_to(slug: Column, owner: Column, target: Column) -> ConditionFactory:
    """A row elsewhere leads from `owner`, the record with this `slug`, to one of the values."""

    def condition(values: Values) -> IndexedCondition:
        owners = select(owner).where(owner.is_not(None), target.in_(values))

        def check() -> ColumnElement[bool]:
            return exists().where(owner == slug, WithoutIndex(target).in_(values))

        return IndexedCondition(slug.in_(owners), owners, check)

    return Parameterizable(condition)


def refers_to_one(slug: Column, column: Column, other: Column, target: Column) -> ConditionFactory:
    """The column of the record with this `slug` refers to `other`, whose `target` is one of the
    values."""
    named = refers_to(slug, column)

    def condition(values: Values) -> ColumnElement[bool] | IndexedCondition:
        return named(select(other).where(target.in_(values)))

    return Parameterizable(condition)


def equals(column: Column) -> ConditionFactory:
    """The column is the value."""

    def condition(values: Values) -> ColumnElement[bool]:
        (value,) = values
        found: ColumnElement[bool] = column == value
        return found

    return condition


def at_least(column: Column) -> ConditionFactory:
    """The column is the value or more."""

    def condition(values: Values) -> ColumnElement[bool]:
        (least,) = values
        found: ColumnElement[bool] = column >= least
        return found

    return condition


def is_set(column: Column) -> ConditionFactory:
    """Whether the column has a value at all."""

    def condition(values: Values) -> ColumnElement[bool]:
        (wanted,) = values
        return column.is_not(None) if wanted else column.is_(None)

    return condition


def is_named_by(slug: Column, owner: Column) -> ConditionFactory:
    """Whether any row's `owner` is the record with this `slug`."""

    def condition(values: Values) -> ColumnElement[bool]:
        (wanted,) = values
        named = slug.in_(select(owner).where(owner.is_not(None)))
        return named if wanted else ~named

    return condition


def has_any(slug: Column, dimension: Dimension) -> ConditionFactory:
    """Whether any record has the focus area with this `slug`, or a narrower one."""

    def condition(values: Values) -> ColumnElement[bool]:
        (wanted,) = values
        pairs = dimension.pairs(rolled_up=True).subquery()
        named = slug.in_(select(pairs.c.value))
        return named if wanted else ~named

    return condition
