"""The filters of a query: what their names and values mean."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.catalog.resource import Values
from app.catalog.time import TimeCondition, make_condition
from app.dates.edtf import is_vague
from app.errors import InvalidRequest, ProblemItem, suggest
from app.queries.labels import MAX_LISTED_PROBLEMS, resolve_focus_areas
from app.queries.nearest import near_slugs
from app.schemas.filters import (
    MATCH_FILTERS,
    FocusAreaFilter,
    TimeFilter,
)
from app.schemas.paging import LIST_OPTIONS, ListQuery
from app.store.models import MODELS, Record
from app.store.sessions import dialect_of, once
from app.store.statements import Statement
from app.text.tokens import Term, parse_query

# Filters whose values are labels of focus areas: a slug, a name or an alias.
FOCUS_AREA_FILTERS = frozenset({"focus_area", "broader"})
# The other filters named like a record type. Their values are slugs of records: a misspelt slug is
# an error, because an empty list would hide the mistake.
REFERENCE_FILTERS: dict[str, type[Record]] = {
    type_: model for type_, model in MODELS.items() if type_ not in FOCUS_AREA_FILTERS
}
# Dimensions whose counts depend on `match`.
PERIODS = frozenset({"year", "quarter"})


@dataclass(frozen=True)
class Filters:
    """The filters of one query, resolved.

    `values` are the arguments for the conditions of a resource. `requested` are the values in the
    request, and `interpreted` what they were resolved to, as JSON. `terms` are those of `q`, None
    without `q`."""

    values: dict[str, Values]
    requested: dict[str, Any]
    interpreted: dict[str, Any]
    terms: Sequence[Term] | None
    dialect: str


def resolve_filters(
    session: Session,
    names: Iterable[str],
    query: ListQuery,
    dimensions: Iterable[str] = (),
) -> Filters:
    """Resolve the values of these filters: focus areas to the slugs that they cover, dates to time
    conditions. `dimensions` are those that the list is counted by.

    Raises InvalidRequest with a problem for every value that names nothing, or for a modifier
    without anything to modify."""
    _check_modifiers(query, dimensions)
    values = _read_values(query, names)
    requested = query.model_dump(mode="json", exclude_unset=True, exclude=set(LIST_OPTIONS))
    for name, value in requested.items():
        if isinstance(value, list):
            # A filter is a set: cursors do not depend on its order, nor on repetitions.
            requested[name] = sorted(set(value))
    interpreted = dict(requested)
    problems: list[ProblemItem] = []
    for name in FOCUS_AREA_FILTERS & values.keys():
        narrower = isinstance(query, FocusAreaFilter) and query.narrower and name != "broader"
        labels = values[name]
        covered, unknown = resolve_focus_areas(session, name, labels, narrower=narrower)
        problems += unknown
        interpreted[name] = [area.model_dump(exclude_unset=True) for area in covered.areas]
        values[name] = covered.slugs
    for name, model in REFERENCE_FILTERS.items():
        if name in values:
            problems += _find_missing(session, name, model, values[name])
    if problems:
        raise InvalidRequest.of(problems)
    if isinstance(query, TimeFilter):
        values |= _make_time_conditions(query)
    terms = parse_query(query.q) if query.q is not None else None
    dialect = dialect_of(session).name
    return Filters(values, requested, interpreted, terms, dialect)


def _read_values(query: ListQuery, names: Iterable[str]) -> dict[str, Values]:
    """The values of the filters that the request has, each as a list."""
    values: dict[str, Values] = {}
    for name in names:
        value = getattr(query, name)
        if isinstance(value, list):
            if value:
                values[name] = value
        # Not truthiness: false is a value.
        elif value is not None:
            values[name] = [value]
    return values


def _check_modifiers(query: ListQuery, dimensions: Iterable[str]) -> None:
    """Raises InvalidRequest for a modifier of filters that are absent."""
    problems: list[ProblemItem] = []
    if isinstance(query, FocusAreaFilter) and not query.narrower:
        is_counted = "focus_area" in dimensions
        if not query.focus_area and not is_counted:
            detail = (
                "'narrower' says what `focus_area` covers, which is not given. Leave it out."
            )
            problems.append(ProblemItem(detail, parameter="narrower"))
    if isinstance(query, TimeFilter) and query.match == "certain":
        is_counted = not PERIODS.isdisjoint(dimensions)
        is_filtered = any(getattr(query, name) is not None for name in MATCH_FILTERS)
        if not is_filtered and not is_counted:
            names = ", ".join(f"`{name}`" for name in MATCH_FILTERS)
            detail = (
                f"'match' says how {names} are meant, of which none is given. Leave it out."
            )
            problems.append(ProblemItem(detail, parameter="match"))
    if problems:
        raise InvalidRequest.of(problems)


def _make_time_conditions(query: TimeFilter) -> dict[str, TimeCondition]:
    """The filters of time in the query. Raises InvalidRequest for a vague period that dates would
    have to be certain to be in."""
    conditions: dict[str, TimeCondition] = {}
    problems: list[ProblemItem] = []
    for name in MATCH_FILTERS:
        value = getattr(query, name)
        if value is None:
            continue
        conditions[name] = make_condition(value, query.match)
        if query.match == "certain" and is_vague(str(value)):
            detail = (
                f"{value!r} is vague itself, so nothing is certain about it. Give exact dates "
                "(a season with its hemisphere, as in 2026-28), or match=possible."
            )
            problems.append(ProblemItem(detail, parameter=name))
    if problems:
        raise InvalidRequest.of(problems)
    return conditions


def _find_missing(
    session: Session,
    name: str,
    model: type[Record],
    slugs: Sequence[str],
) -> list[ProblemItem]:
    """A problem, in the filter of this name, for each slug without a record."""

    def find_existing() -> set[str]:
        rows = _prepare_existing(model).rows(session, {"slugs": slugs})
        return {row.slug for row in rows}

    existing = once(session, (_find_missing, model, tuple(slugs)), find_existing)
    missing = [slug for slug in slugs if slug not in existing]
    similar = near_slugs(session, model, missing)
    problems = []
    for slug in missing[:MAX_LISTED_PROBLEMS]:
        detail = f"There is no {model.entity.noun} {slug!r}.{suggest(slug, similar)}"
        problems.append(ProblemItem(detail, parameter=name))
    return problems


@cache
def _prepare_existing(model: type[Record]) -> Statement:
    is_requested = model.slug.in_(bindparam("slugs", expanding=True))
    return Statement(select(model.slug).where(is_requested))
