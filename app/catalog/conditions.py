"""What does a filter mean in SQL? Constructors that the declarations are written with.

Each takes columns and gives a function from the values of the filter, any of which may hold.
References are slugs by then: names and aliases were resolved, and narrower focus areas added.
"""

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from app.catalog.resource import Condition


def one_of(column: InstrumentedAttribute[Any]) -> Condition:
    """The column has one of the values."""

    def condition(values: list[Any]) -> ColumnElement[bool]:
        return column.in_(values)

    return condition


def linked_to(
    slug: InstrumentedAttribute[str],
    owner: InstrumentedAttribute[str],
    target: InstrumentedAttribute[str],
) -> Condition:
    """A row of a link table, from `owner` (the record with this `slug`) to one of the values."""

    def condition(values: list[Any]) -> ColumnElement[bool]:
        return slug.in_(select(owner).where(target.in_(values)))

    return condition
