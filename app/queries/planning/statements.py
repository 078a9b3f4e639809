"""Statements that are built once and run with other values: to build one from conditions takes
longer than to run it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from sqlalchemy import Select, bindparam
from sqlalchemy.orm import Session

from app.catalog.resource import (
    Condition,
    Parameterizable,
    Resource,
    Values,
)
from app.catalog.time import TimeCondition
from app.queries.filters import Filters
from app.queries.planning.conditions import list_conditions
from app.store.statements import Statement

T = TypeVar("T")

_CACHE: dict[tuple[object, ...], Any] = {}
# Filters can be combined in very many ways, but only a few combinations are frequent.
MAX_CACHED = 2_000


@dataclass(frozen=True)
class PreparedFilters:
    """Filters of a resource, with bound parameters in the place of their values if possible.

    Filters with the same `key` differ in the values of their parameters only, so they share their
    statements. Without a key, nothing is cached."""

    resource: Resource
    filters: Filters
    parameters: Mapping[str, Values]
    key: tuple[object, ...] | None

    @property
    def conditions(self) -> list[Condition]:
        """The conditions that the filters mean."""
        return self.cached(
            ("conditions",), lambda: list_conditions(self.filters, self.resource)
        )

    def cached(self, name: tuple[object, ...], build: Callable[[], T]) -> T:
        """The result of `build`, which is called once for all filters with this key. `name` tells
        it from whatever else is built from the same filters."""
        if self.key is None:
            return build()
        key = (*self.key, name)
        result = _CACHE.get(key)
        if result is None:
            if len(_CACHE) >= MAX_CACHED:
                _CACHE.clear()
            result = build()
            _CACHE[key] = result
        # Not read from the cache again: another thread may have cleared it.
        return cast(T, result)

    def rows(
        self,
        session: Session,
        name: tuple[object, ...],
        build: Callable[[], Select[Any]],
        values: Mapping[str, Any] | None = None,
    ) -> Sequence[Any]:
        """The rows of the statement that `build` makes for these filters and this name. `values`
        are those of its other parameters."""
        parameters = {**self.parameters, **(values or {})}
        if self.key is None:
            return session.connection().execute(build(), parameters).all()
        statement = self.cached(name, lambda: Statement(build()))
        return statement.rows(session, parameters)

    def scalar(
        self,
        session: Session,
        name: tuple[object, ...],
        build: Callable[[], Select[Any]],
    ) -> Any:
        """The only value of the only row of such a statement."""
        ((value,),) = self.rows(session, name, build)
        return value


def prepare(filters: Filters, resource: Resource) -> PreparedFilters:
    """The filters with parameters, if every condition is the same SQL for any values."""
    unprepared = PreparedFilters(resource, filters, parameters={}, key=None)
    # The SQL of a search depends on its terms.
    if filters.terms is not None:
        return unprepared
    values: dict[str, Values] = {}
    parameters: dict[str, Any] = {}
    shapes: list[object] = []
    for name, value in filters.values.items():
        if isinstance(value, TimeCondition):
            values[name], days = value.parameterize(name)
            parameters |= days
            shapes.append((name, value.shape))
            continue
        # A SELECT in the place of a list cannot be the value of a parameter.
        # Nor has every resource a condition for it: the dates of an outcome are those of its items.
        condition = resource.where.get(name)
        if not isinstance(condition, Parameterizable) or not isinstance(value, list):
            return unprepared
        values[name] = bindparam(name, expanding=True)
        parameters[name] = value
        shapes.append(name)
    key = (filters.dialect, resource.name, *shapes)
    return PreparedFilters(
        resource,
        replace(filters, values=values),
        parameters,
        key,
    )
