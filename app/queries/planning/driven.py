"""Records found by their filters, for statements that run often: their SQL is built once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app.catalog.resource import Condition, Resource
from app.queries.filters import Filters
from app.queries.planning.conditions import list_conditions, to_check, to_sql
from app.queries.planning.plan import Driver, Total, build_count, list_drivers, make_total
from app.queries.planning.statements import PreparedFilters, prepare
from app.schemas.paging import MAX_COUNT
from app.store.sessions import once

BuildRows = Callable[[Sequence[ColumnElement[bool]]], Select[Any]]


@dataclass(frozen=True)
class DrivenFilters:
    """Filters of a resource, and the condition that SQLite finds the records by.

    `excluded` names the filters without a condition. `is_checked` says that very many records meet
    the only condition: counting them can stop early if it is a check."""

    prepared: PreparedFilters
    excluded: Sequence[str]
    driver: Driver | None
    is_checked: bool = False

    @property
    def filters(self) -> Filters:
        """The filters, with bound parameters in the place of their values if possible."""
        return self.prepared.filters

    @property
    def has_conditions(self) -> bool:
        """Whether some records may not be among those found."""
        return bool(_read_conditions(self.prepared, self.excluded))

    def rows(
        self,
        session: Session,
        name: tuple[object, ...],
        build: BuildRows,
    ) -> Sequence[Any]:
        """The rows of the statement that `build` makes of the conditions. `name` tells it from
        other statements about the same records."""
        key = (*name, self.excluded, self.driver, self.is_checked)
        return self.prepared.rows(session, key, lambda: build(self._write_sql()))

    def count(
        self,
        session: Session,
        name: tuple[object, ...],
        build: BuildRows,
        count: str = "bounded",
    ) -> Total:
        """The number of those rows, counted as `count` says."""

        def build_number(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
            return build_count([build(conditions)], count)

        ((number,),) = self.rows(session, ("count", count, *name), build_number)
        return make_total(count, lambda: number)

    def _write_sql(self) -> list[ColumnElement[bool]]:
        conditions = _read_conditions(self.prepared, self.excluded)
        return write_driven(conditions, self.driver, is_checked=self.is_checked)


def drive(
    session: Session,
    filters: Filters,
    resource: Resource,
    without: str = "",
    excluded: Sequence[str] = (),
) -> DrivenFilters:
    """The filters without that of the name `without`, with the condition that fewest records meet.
    Those in `excluded` stay, but are no conditions on the resource. PostgreSQL decides itself."""
    values = {name: value for name, value in filters.values.items() if name != without}
    prepared = prepare(replace(filters, values=values), resource)
    if filters.dialect != "sqlite":
        return DrivenFilters(prepared, excluded, None)
    drivers = prepared.cached(
        ("drivers", excluded),
        lambda: list_drivers(_read_conditions(prepared, excluded)),
    )
    if not drivers:
        return DrivenFilters(prepared, excluded, None)
    counts = [_count_matches(session, prepared, excluded, driver) for driver in drivers]
    least = min(counts)
    driver = drivers[counts.index(least)]
    is_checked = least > MAX_COUNT and not driver.remaining
    return DrivenFilters(prepared, excluded, driver, is_checked)


def driven_conditions(
    session: Session,
    filters: Filters,
    resource: Resource,
    *without: str,
) -> list[ColumnElement[bool]]:
    """The conditions of the filters, except those that `without` names, as SQL that finds the
    records as `drive` does; for a statement that is built for one request."""
    driven = drive(session, filters, resource, excluded=without)
    conditions = list_conditions(filters, resource, *without)
    driver = driven.driver
    if driver is not None:
        # The prepared one has parameters; this one has the values of the request.
        at_position = {other.position: other for other in list_drivers(conditions)}
        driver = at_position[driver.position]
    return write_driven(conditions, driver, is_checked=driven.is_checked)


def write_driven(
    conditions: Sequence[Condition],
    driver: Driver | None,
    *,
    is_checked: bool,
) -> list[ColumnElement[bool]]:
    """The conditions as SQL by which the database starts from the driver."""
    if driver is None:
        return [to_sql(condition) for condition in conditions]
    if is_checked:
        return [to_check(driver.condition)]
    checks = [to_check(condition) for condition in driver.remaining]
    return [driver.condition.condition, *checks]


def _read_conditions(prepared: PreparedFilters, excluded: Sequence[str]) -> list[Condition]:
    return prepared.cached(
        ("conditions", excluded),
        lambda: list_conditions(prepared.filters, prepared.resource, *excluded),
    )


def _count_matches(
    session: Session,
    prepared: PreparedFilters,
    excluded: Sequence[str],
    driver: Driver,
) -> int:
    """How many records meet the driver's condition: at most one more than MAX_COUNT."""

    def build() -> Select[Any]:
        slugs = driver.condition.slugs.limit(MAX_COUNT + 1).subquery()
        return select(func.count()).select_from(slugs)

    def count() -> int:
        return int(prepared.scalar(session, ("count matches", excluded, driver), build))

    values = prepared.parameters or prepared.filters.values
    name = prepared.resource.name
    key = (_count_matches, name, tuple(excluded), driver.position, repr(values))
    return once(session, key, count)
