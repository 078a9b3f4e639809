"""By which condition are the records of a list found, and how many are there?

PostgreSQL has statistics and decides by itself. SQLite has none of what is frequent, so it is told:
records are found by the condition that fewest of them meet, and everything else is checked; unless
even those are many, for then it costs less to walk along the order of the list and check each
record until the page is full.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from app.catalog.resource import Condition, IndexedCondition, Resource, Values
from app.queries.filters import Filters
from app.queries.planning.conditions import Branch, list_conditions, split_branches, to_sql
from app.queries.planning.statements import PreparedFilters
from app.queries.ranking import is_bounded
from app.schemas.paging import COUNT_BOUND

# Records that are sorted sooner than an order is walked for those among all that are they.
MAX_SORTED_MATCHES = 5_000


@dataclass(frozen=True)
class Plan:
    """How many records there are, whether that is exact, and how to find them; a `name` for the
    way."""

    total: int | None
    is_exact: bool
    name: tuple[object, ...]
    alternatives: Callable[[], Sequence[Branch]]


def make_plan(session: Session, resource: Resource, question: PreparedFilters, count: str) -> Plan:
    """Count the records of a list as `count` says, and choose how to find those of a page."""
    filters, values = question.filters, question.parameters
    meanings = question.statement(("meanings",), lambda: list_conditions(filters, resource))
    driver = _choose(session, meanings, values) if filters.dialect == "sqlite" else None
    if driver is None:
        counting = question.statement(
            ("count", count), lambda: make_count(_find(resource, filters), count)
        )
        total, exact = run_count(session, counting, count, values)
        return Plan(total, exact, ("plain",), lambda: split_branches(filters, resource))
    rest = [one for one in meanings if one is not driver]
    # Not `index`: conditions compare into SQL.
    place = next(i for i, one in enumerate(meanings) if one is driver)
    counting = question.statement(
        ("count", count, place), lambda: make_count([_reach(resource, driver, rest)], count)
    )
    total, exact = run_count(session, counting, count, values)
    if (
        _count(session, driver, MAX_SORTED_MATCHES, values) if total is None else total
    ) <= MAX_SORTED_MATCHES:
        conditions = [driver.condition, *map(to_check, rest)]
        return Plan(total, exact, ("by", place), lambda: [Branch(None, conditions)])
    return Plan(total, exact, ("checked",), lambda: split_branches(filters, resource, checked=True))


def _find(resource: Resource, filters: Filters) -> list[Select[Any]]:
    slugs = select(resource.model.slug)
    return [slugs.where(*one.conditions()) for one in split_branches(filters, resource)]


def _choose(
    session: Session, meanings: Sequence[Condition], values: Mapping[str, Values]
) -> IndexedCondition | None:
    """The condition that fewest records meet; none if no index leads to any."""
    reachable = [one for one in meanings if isinstance(one, IndexedCondition)]
    if len(reachable) < 2:
        return next(iter(reachable), None)
    return min(reachable, key=lambda one: _count(session, one, COUNT_BOUND, values))


def _count(
    session: Session, one: IndexedCondition, bound: int, values: Mapping[str, Values]
) -> int:
    some = one.slugs.limit(bound + 1).subquery()
    counting = select(func.count()).select_from(some)
    return session.connection().scalar(counting, values) or 0


def _reach(resource: Resource, driver: IndexedCondition, rest: Sequence[Condition]) -> Select[Any]:
    """The records that the driver leads to, one by one, so that counting can stop at any."""
    slugs = driver.slugs.distinct().subquery()
    if not rest:
        return select(slugs)
    (slug,) = slugs.c
    joined_ = select(slug).join(resource.model, resource.model.slug == slug)
    return joined_.where(*map(to_check, rest))


def to_check(one: Condition) -> ColumnElement[bool]:
    """That a record meets it, found by whatever else."""
    return one.check() if isinstance(one, IndexedCondition) else to_sql(one)


def count_rows(session: Session, found: Sequence[Select[Any]], how: str) -> tuple[int | None, bool]:
    """How many rows there are, together, and whether that is exact."""
    return run_count(session, make_count(found, how), how, {})


def make_count(found: Sequence[Select[Any]], how: str) -> Select[Any]:
    """The statement that counts the rows, together: up to one more than the bound, or all."""
    ones = [some.with_only_columns(literal(1), maintain_column_froms=True) for some in found]
    counted: Any = union_all(*ones) if len(ones) > 1 else ones[0]
    if how == "bounded":
        counted = counted.limit(COUNT_BOUND + 1)
    return select(func.count()).select_from(counted.subquery())


def run_count(
    session: Session, counting: Select[Any], how: str, values: Mapping[str, Values]
) -> tuple[int | None, bool]:
    """What is counted, and whether that is exact."""
    if how == "none":
        return None, False
    total = session.connection().scalar(counting, values) or 0
    if how == "bounded" and total > COUNT_BOUND:
        return COUNT_BOUND, False
    return total, True


def count_ranked(
    session: Session, candidates: Select[Any], matched: int, how: str
) -> tuple[int | None, bool]:
    """As `count_rows`, where it is known how many candidates there are, up to one more than is
    ranked."""
    if how == "none":
        return None, False
    if not is_bounded(matched):
        return matched, True
    if how == "bounded" and matched > COUNT_BOUND:
        return COUNT_BOUND, False
    return count_rows(session, [candidates], how)
