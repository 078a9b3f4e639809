"""By which condition are the records of a list found, and how many are there?

PostgreSQL has statistics and decides by itself. SQLite has none of what is frequent, so it is told:
records are found by the condition that fewest of them meet, and everything else is checked; unless
even those are many, for then it costs less to walk along the order of the list and check each
record until the page is full.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from app.catalog.resource import Meaning, Reachable, Resource
from app.queries.filters import Alternative, Filters, joined
from app.queries.ranking import RANKED
from app.schemas.paging import COUNT_BOUND

# Records that are sorted sooner than an order is walked for those among all that are they.
BROAD = 5_000


@dataclass(frozen=True)
class Plan:
    """How many records there are, whether that is exact, and how to find them."""

    total: int | None
    is_exact: bool
    alternatives: Sequence[Alternative]


def make_plan(session: Session, resource: Resource, filters: Filters, count: str) -> Plan:
    """Count the records of a list as `count` says, and choose how to find those of a page."""
    meanings = filters.meanings(resource)
    driver = _choose(session, meanings) if filters.dialect == "sqlite" else None
    if driver is None:
        alternatives = filters.alternatives(resource)
        slugs = select(resource.model.slug)
        found = [slugs.where(*one.conditions()) for one in alternatives]
        return Plan(*count_rows(session, found, count), alternatives)
    rest = [check(one) for one in meanings if one is not driver]
    total, exact = count_rows(session, [_reach(resource, driver, rest)], count)
    if (_count(session, driver, BROAD) if total is None else total) <= BROAD:
        conditions = [driver.condition, *rest]
        return Plan(total, exact, [Alternative(None, conditions)])
    return Plan(total, exact, filters.alternatives(resource, checked=True))


def _choose(session: Session, meanings: Sequence[Meaning]) -> Reachable | None:
    """The condition that fewest records meet; none if no index leads to any."""
    reachable = [one for one in meanings if isinstance(one, Reachable)]
    if len(reachable) < 2:
        return next(iter(reachable), None)
    return min(reachable, key=lambda one: _count(session, one, COUNT_BOUND))


def _count(session: Session, one: Reachable, bound: int) -> int:
    some = one.slugs.limit(bound + 1).subquery()
    return session.connection().scalar(select(func.count()).select_from(some)) or 0


def _reach(
    resource: Resource, driver: Reachable, rest: Sequence[ColumnElement[bool]]
) -> Select[Any]:
    """The records that the driver leads to, one by one, so that counting can stop at any."""
    slugs = driver.slugs.distinct().subquery()
    if not rest:
        return select(slugs)
    (slug,) = slugs.c
    return select(slug).join(resource.model, resource.model.slug == slug).where(*rest)


def check(one: Meaning) -> ColumnElement[bool]:
    """That a record meets it, found by whatever else."""
    return one.check() if isinstance(one, Reachable) else joined(one)


def count_rows(session: Session, found: Sequence[Select[Any]], how: str) -> tuple[int | None, bool]:
    """How many rows there are, together, and whether that is exact."""
    if how == "none":
        return None, False
    ones = [some.with_only_columns(literal(1), maintain_column_froms=True) for some in found]
    counted: Any = union_all(*ones) if len(ones) > 1 else ones[0]
    if how == "bounded":
        counted = counted.limit(COUNT_BOUND + 1)
    count = select(func.count()).select_from(counted.subquery())
    total = session.connection().scalar(count) or 0
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
    if matched <= RANKED:
        return matched, True
    if how == "bounded" and matched > COUNT_BOUND:
        return COUNT_BOUND, False
    return count_rows(session, [candidates], how)
