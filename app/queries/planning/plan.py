"""How many records a list has, and how the database should find those of a page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    Select,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from app.catalog.resource import Condition, IndexedCondition
from app.queries.filters import Filters
from app.queries.planning.conditions import (
    Branch,
    split_branches,
    to_check,
    to_sql,
)
from app.queries.planning.statements import PreparedFilters
from app.queries.stored_counts import read_stored_total
from app.schemas.paging import MAX_COUNT

# Up to this many matches, fetching and sorting them is faster than walking the sort index.
MAX_SORTED_MATCHES = 5_000


class Total(NamedTuple):
    """The number of rows of a list: None if they were not counted, and not exact if counting
    stopped at MAX_COUNT."""

    number: int | None
    is_exact: bool


@dataclass(frozen=True)
class Driver:
    """The condition that SQLite starts from, by its position in the list of conditions, and the
    remaining conditions of the list."""

    # Drivers are compared by position, so that they can be part of the key of a cached statement.
    position: int
    condition: IndexedCondition = field(compare=False)
    remaining: Sequence[Condition] = field(compare=False)


@dataclass(frozen=True)
class Plan:
    """How the records of a page are driven.

    - `database`: the database decides. PostgreSQL always does.
    - `driver`: fetch the records that meet the driver's condition, check the other conditions, and
      sort the matches.
    - `order`: walk the sort index and check each record until the page is full."""

    strategy: Literal["database", "driver", "order"]
    total: Total
    driver: Driver | None = None

    def branches(self, conditions: Sequence[Condition]) -> list[Branch]:
        """The conditions, written so that the database follows the plan."""
        if self.driver is not None:
            checks = map(to_check, self.driver.remaining)
            return [Branch(None, [self.driver.condition.condition, *checks])]
        if self.strategy == "order":
            return split_branches(conditions, to_check)
        return split_branches(conditions, to_sql)


def make_plan(
    session: Session,
    filters: Filters,
    prepared: PreparedFilters,
    count: str,
) -> Plan:
    """Count the records of a list as `count` says, and choose how to find those of a page."""
    driver = _choose_driver(session, prepared)

    def count_records() -> int:
        stored = read_stored_total(session, prepared.resource, filters)
        if stored is not None:
            return stored
        return _count_records(session, prepared, driver, count)

    total = make_total(count, count_records)
    if driver is None:
        return _plan_without_driver(prepared, total)
    matches = total.number
    if matches is None:
        matches = _count_driver(session, prepared, driver, MAX_SORTED_MATCHES)
    if matches <= MAX_SORTED_MATCHES:
        return Plan("driver", total, driver)
    return Plan("order", total)


def _count_records(
    session: Session,
    prepared: PreparedFilters,
    driver: Driver | None,
    count: str,
) -> int:
    number = prepared.scalar(
        session,
        ("count", count, driver),
        lambda: _build_list_count(prepared, driver, count),
    )
    return int(number)


def _plan_without_driver(prepared: PreparedFilters, total: Total) -> Plan:
    """Let the database decide, unless PostgreSQL would sort very many records."""
    is_large = total.number is not None and total.number > MAX_SORTED_MATCHES
    if is_large and any(isinstance(c, IndexedCondition) for c in prepared.conditions):
        return Plan("order", total)
    return Plan("database", total)


def _choose_driver(session: Session, prepared: PreparedFilters) -> Driver | None:
    """The driver that fewest records meet. None on PostgreSQL, or if no condition has an index."""
    if prepared.filters.dialect != "sqlite":
        return None
    drivers = prepared.cached(("drivers",), lambda: list_drivers(prepared.conditions))
    if not drivers:
        return None
    if len(drivers) == 1:
        return drivers[0]
    return min(
        drivers,
        key=lambda driver: _count_driver(session, prepared, driver, MAX_COUNT),
    )


def list_drivers(conditions: Sequence[Condition]) -> list[Driver]:
    """The conditions with an index."""
    drivers = []
    for position, condition in enumerate(conditions):
        if isinstance(condition, IndexedCondition):
            remaining = [*conditions[:position], *conditions[position + 1 :]]
            drivers.append(Driver(position, condition, remaining))
    return drivers


def _count_driver(
    session: Session,
    prepared: PreparedFilters,
    driver: Driver,
    bound: int,
) -> int:
    """How many records meet the condition alone: at most one more than the bound."""

    def build() -> Select[Any]:
        slugs = driver.condition.slugs.limit(bound + 1).subquery()
        return select(func.count()).select_from(slugs)

    return int(prepared.scalar(session, ("count driver", driver, bound), build))


def _build_list_count(
    prepared: PreparedFilters,
    driver: Driver | None,
    count: str,
) -> Select[Any]:
    """The statement that counts the records of the list: those that the driver leads to, if there
    is one."""
    model = prepared.resource.model
    if driver is None:
        slugs = select(model.slug)
        branches = split_branches(prepared.conditions, to_sql)
        return build_count([slugs.where(*branch.criteria()) for branch in branches], count)
    # SQLite reads a subquery row by row, so that counting can stop at the bound.
    driven = driver.condition.slugs.distinct().subquery()
    if not driver.remaining:
        return build_count([select(driven)], count)
    (slug,) = driven.c
    records = select(slug).join(model, model.slug == slug)
    matching = records.where(*map(to_check, driver.remaining))
    return build_count([matching], count)


def count_rows(
    session: Session,
    rows: Select[Any],
    count: str,
) -> Total:
    """Count the rows of a statement as `count` says."""
    statement = build_count([rows], count)
    return make_total(count, lambda: session.connection().scalar(statement))


def build_count(branches: Sequence[Select[Any]], count: str) -> Select[Any]:
    """The statement that counts the rows of all branches: at most one more than MAX_COUNT unless
    `count` is "exact"."""
    # Only the number matters, so the columns of the rows are not computed.
    selects = []
    for branch in branches:
        selects.append(branch.with_only_columns(literal(1), maintain_column_froms=True))
    rows: Any = selects[0]
    if len(selects) > 1:
        rows = union_all(*selects)
    if count == "bounded":
        rows = rows.limit(MAX_COUNT + 1)
    return select(func.count()).select_from(rows.subquery())


def make_total(count: str, run: Callable[[], int | None]) -> Total:
    """The total from a statement of `build_count`, which is run unless `count` is "none"."""
    if count == "none":
        return Total(None, is_exact=False)
    number = run() or 0
    if count == "bounded" and number > MAX_COUNT:
        return Total(MAX_COUNT, is_exact=False)
    return Total(number, is_exact=True)
