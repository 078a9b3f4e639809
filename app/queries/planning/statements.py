"""Statements built once: building a statement takes longer than running it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from sqlalchemy import bindparam

from app.catalog.resource import Parameterizable, Resource, Values
from app.queries.filters import Filters

T = TypeVar("T")

_STATEMENTS: dict[tuple[object, ...], Any] = {}
# There are many ways to combine filters; few of them are used often.
MAX_STATEMENTS = 2_000


@dataclass(frozen=True)
class PreparedFilters:
    """Filters whose values may be bound parameters. Filters with the same `key` differ in their
    values only, so they share their statements; without a key nothing is shared."""

    filters: Filters
    parameters: Mapping[str, Values]
    key: tuple[object, ...] | None

    def statement(self, name: tuple[object, ...], build: Callable[[], T]) -> T:
        """What `build` returns, built once for all filters with this key and `name`."""
        if self.key is None:
            return build()
        key = (self.filters.dialect, self.key, name)
        statement = _STATEMENTS.get(key)
        if statement is None:
            if len(_STATEMENTS) >= MAX_STATEMENTS:
                _STATEMENTS.clear()
            # Another thread may clear it at any time, so the statement is returned from here.
            statement = _STATEMENTS[key] = build()
        return cast(T, statement)


def parameterize(filters: Filters, resource: Resource) -> PreparedFilters:
    """The filters with bound parameters for their values, where every condition allows it."""
    names = tuple(filters.values)
    conditions = [resource.where[name] for name in names]
    is_fixed = any(not isinstance(condition, Parameterizable) for condition in conditions)
    # A SELECT in the place of a list of values cannot be bound.
    has_subquery = any(not isinstance(values, list) for values in filters.values.values())
    if filters.terms is not None or is_fixed or has_subquery:
        return PreparedFilters(filters, {}, None)
    parameters: dict[str, Values] = {name: bindparam(name, expanding=True) for name in names}
    key = (resource.name, names)
    return PreparedFilters(replace(filters, values=parameters), filters.values, key)
