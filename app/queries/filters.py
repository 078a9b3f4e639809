"""What do the filters of a query mean: which slugs do names stand for, and do they exist?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.resource import Values
from app.catalog.time import TimeCondition
from app.dates.edtf import is_vague
from app.errors import InvalidRequest, ProblemItem, suggest
from app.queries.labels import MAX_LISTED_PROBLEMS, resolve_focus_areas
from app.queries.nearest import near_slugs, noun
from app.schemas.filters import MATCH_FILTERS, FocusAreaFilter, TimeFilter
from app.schemas.paging import LIST_OPTIONS, ListQuery
from app.store.models import MODELS, Record
from app.text.tokens import Term, parse_query

# Filters whose values are slugs, names or aliases of focus areas.
NAMED_BY_LABEL = frozenset({"focus_area", "broader"})
# The other filters named like a record type: their values must be slugs of records, as a misspelt
# one is an error, not an empty list.
NAMED_BY_SLUG: dict[str, type[Record]] = {
    type_: model for type_, model in MODELS.items() if type_ not in NAMED_BY_LABEL
}


@dataclass(frozen=True)
class Filters:
    """The filters of one query, resolved. `values` are the arguments of a resource's conditions, each
    a list or a SELECT of one column; `requested` are the values as the caller wrote them, and
    `interpreted` what they were resolved to. `terms` are the terms of `q`, None without `q`."""

    values: dict[str, Values]
    requested: dict[str, Any]
    interpreted: dict[str, Any]
    terms: Sequence[Term] | None
    dialect: str


def resolve_filters(
    session: Session, names: Iterable[str], query: ListQuery, counted: Iterable[str] = ()
) -> Filters:
    """Resolve what the filters of these names were given to slugs. `counted` are the dimensions
    that the list is counted by.

    Raises InvalidRequest that names every value it does not know, or a parameter that would mean
    nothing."""
    _require_meaning(query, counted)
    values: dict[str, Values] = {name: _values(getattr(query, name)) for name in names}
    values = {name: found for name, found in values.items() if found}
    given = query.model_dump(mode="json", exclude_unset=True, exclude=set(LIST_OPTIONS))
    # A filter is a set: neither order nor repetition makes another query.
    given = {k: sorted(set(v)) if isinstance(v, list) else v for k, v in given.items()}
    echo = dict(given)
    problems: list[ProblemItem] = []
    for name in NAMED_BY_LABEL & set(values):
        narrower = isinstance(query, FocusAreaFilter) and query.narrower and name != "broader"
        covered, unknown = resolve_focus_areas(session, name, values[name], narrower=narrower)
        problems += unknown
        echo[name] = [area.model_dump(exclude_unset=True) for area in covered.areas]
        values[name] = covered.slugs
    for name, model in NAMED_BY_SLUG.items():
        if name in values:
            problems += _missing(session, name, model, values[name])
    if problems:
        raise InvalidRequest.of(problems)
    if isinstance(query, TimeFilter):
        asked = [name for name in MATCH_FILTERS if name in values]
        _require_clear_periods(query, asked)
        for name in asked:
            values[name] = TimeCondition(getattr(query, name), query.match)
    terms = parse_query(query.q) if query.q is not None else None
    return Filters(values, given, echo, terms, session.get_bind().dialect.name)


def _require_meaning(query: ListQuery, counted: Iterable[str]) -> None:
    """Refuse what would say how another filter is meant that is not there."""
    problems: list[ProblemItem] = []
    by_area = "focus_area" in counted
    if isinstance(query, FocusAreaFilter) and not (query.narrower or query.focus_area or by_area):
        detail = "'narrower' says what `focus_area` covers, which is not given. Leave it out."
        problems.append(ProblemItem(detail, parameter="narrower"))
    by_time = not {"year", "quarter"}.isdisjoint(counted)
    certain = isinstance(query, TimeFilter) and query.match == "certain" and not by_time
    if certain and all(getattr(query, name) is None for name in MATCH_FILTERS):
        names = ", ".join(f"`{name}`" for name in MATCH_FILTERS)
        detail = f"'match' says how {names} are meant, of which none is given. Leave it out."
        problems.append(ProblemItem(detail, parameter="match"))
    if problems:
        raise InvalidRequest.of(problems)


def _require_clear_periods(query: TimeFilter, asked: Iterable[str]) -> None:
    problems = [
        ProblemItem(
            f"{getattr(query, name)!r} is vague itself, so nothing is certain about it. "
            "Give exact dates (a season with its hemisphere, as in 2026-28), or match=possible.",
            parameter=name,
        )
        for name in asked
        if query.match == "certain" and is_vague(str(getattr(query, name)))
    ]
    if problems:
        raise InvalidRequest.of(problems)


def _values(given: Any) -> list[Any]:
    """The values of a filter; none if it was not given. False is a value."""
    if isinstance(given, list):
        return given
    return [] if given is None else [given]


def _missing(
    session: Session, name: str, model: type[Record], slugs: list[str]
) -> list[ProblemItem]:
    found = set(session.scalars(select(model.slug).where(model.slug.in_(slugs))))
    missing = [slug for slug in slugs if slug not in found]
    near = near_slugs(session, model, missing)
    return [
        ProblemItem(f"There is no {noun(model)} {slug!r}.{suggest(slug, near)}", parameter=name)
        for slug in missing[:MAX_LISTED_PROBLEMS]
    ]
