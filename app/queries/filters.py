"""What do the filters of a query mean: which slugs do names stand for, and do they exist?"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import Session

from app.catalog.resource import ByValue, Disjoint, Meaning, Part, Reachable, Resource, Values
from app.edtf import is_vague
from app.errors import InvalidRequest, Problem, suggest
from app.fulltext import match
from app.models import Document, ExpectedOutcome, Initiative, Office, Record
from app.queries.labels import NAMED_AT_ONCE, resolve_focus_areas
from app.queries.nearest import near_slugs, noun
from app.schemas.filters import MATCHED, FocusAreaFilter, TimeFilter
from app.schemas.paging import SHOWING, ListQuery
from app.words import Term, parse_query

# Filters whose values are slugs, names or aliases of focus areas.
NAMED_BY_LABEL = frozenset({"focus_area", "broader"})
# Filters whose values must be slugs of records: a misspelt one is an error, not an empty list.
NAMED_BY_SLUG: dict[str, type[Record]] = {
    "document": Document,
    "office": Office,
    "initiative": Initiative,
    "expected_outcome": ExpectedOutcome,
}


T = TypeVar("T")


@dataclass(frozen=True)
class Filters:
    """`values` are ready for the conditions of a resource, a list or a SELECT each; `given` is what
    the caller said, and `echo` how it was understood. `terms` are what is searched for, None if
    nothing is."""

    values: dict[str, Values]
    given: dict[str, Any]
    echo: dict[str, Any]
    terms: Sequence[Term] | None
    dialect: str

    def conditions(self, resource: Resource, *without: str) -> list[ColumnElement[bool]]:
        """What must hold of a record, all of it; `without` leaves filters out."""
        return [joined(one) for one in self.meanings(resource, *without)]

    def alternatives(self, resource: Resource, *, checked: bool = False) -> list["Alternative"]:
        """The same as alternatives, of which one holds of a record, and no other. `checked`: for
        records that are found by their order."""
        found = self.meanings(resource)
        split = next((one for one in found if isinstance(one, Disjoint)), None)
        rest = [
            one.check() if checked and isinstance(one, Reachable) else joined(one)
            for one in found
            if one is not split
        ]
        parts: Sequence[Part | None] = split.parts if split is not None else [None]
        return [Alternative(part, rest) for part in parts]

    def meanings(self, resource: Resource, *without: str) -> list[Meaning]:
        """What each filter comes to."""
        found: list[Meaning] = [
            resource.where[name](values)
            for name, values in self.values.items()
            if name not in without
        ]
        if self.terms is not None and "q" not in without:
            matches = self.matches(resource).subquery()
            found.append(resource.model.slug.in_(select(matches.c.slug)))
        return found

    def leave_open(self, resource: Resource) -> "Question":
        """The same with the values of its filters left open, if it is the same for any."""
        names = tuple(self.values)
        by_value = all(isinstance(resource.where[name], ByValue) for name in names)
        listed = all(isinstance(values, list) for values in self.values.values())
        if self.terms is not None or not by_value or not listed:
            return Question(self, {}, None)
        values: dict[str, Values] = {name: bindparam(name, expanding=True) for name in names}
        return Question(replace(self, values=values), self.values, (resource.name, names))

    def matches(self, resource: Resource) -> Select[Any]:
        """Rows `(slug, id, score)` of the records that have what is searched for."""
        return match(self.dialect, resource.type_, self.terms or ())


@dataclass(frozen=True)
class Question:
    """Filters whose values may be parameters. Those that have a `key` in common are one question,
    whose statements need to be made once: that takes longer than to run them."""

    filters: Filters
    parameters: Mapping[str, Values]
    key: tuple[object, ...] | None

    def made(self, name: tuple[object, ...], make: Callable[[], T]) -> T:
        """What is made of the question under this name."""
        if self.key is None:
            return make()
        key = (self.filters.dialect, self.key, name)
        found = _MADE.get(key)
        if found is None:
            if len(_MADE) >= MOST_MADE:
                _MADE.clear()
            # Another thread may clear it at any time.
            found = _MADE[key] = make()
        return cast(T, found)


_MADE: dict[tuple[object, ...], Any] = {}
# There are many ways to combine filters; few of them are asked often.
MOST_MADE = 2_000


@dataclass(frozen=True)
class Alternative:
    """Conditions that hold together."""

    part: Part | None
    rest: Sequence[ColumnElement[bool]]

    def conditions(self) -> list[ColumnElement[bool]]:
        return [*self.rest, *([self.part.holds()] if self.part is not None else [])]

    def beyond(self, column: Any, value: Any, *, descending: bool) -> "Alternative":
        """What is left of it where an order by the column has got to the value."""
        if self.part is None:
            return self
        return replace(self, part=self.part.beyond(column, value, descending=descending))


# Of everything.
ANY = Alternative(None, [])


def joined(one: Meaning) -> ColumnElement[bool]:
    """That it holds of a record."""
    if isinstance(one, Reachable):
        return one.condition
    return one.any() if isinstance(one, Disjoint) else one


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
    given = query.model_dump(mode="json", exclude_unset=True, exclude=set(SHOWING))
    # A filter is a set: neither order nor repetition makes another query.
    given = {k: sorted(set(v)) if isinstance(v, list) else v for k, v in given.items()}
    echo = dict(given)
    problems: list[Problem] = []
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
        raise InvalidRequest(" ".join(problem.detail for problem in problems), problems)
    if isinstance(query, TimeFilter):
        asked = [name for name in MATCHED if name in values]
        _require_clear_periods(query, asked)
        for name in asked:
            values[name].append(query.match)
    terms = parse_query(query.q) if query.q is not None else None
    return Filters(values, given, echo, terms, session.get_bind().dialect.name)


def _require_meaning(query: ListQuery, counted: Iterable[str]) -> None:
    """Refuse what would say how another filter is meant that is not there."""
    problems: list[Problem] = []
    by_area = "focus_area" in counted
    if isinstance(query, FocusAreaFilter) and not (query.narrower or query.focus_area or by_area):
        detail = "'narrower' says what `focus_area` covers, which is not given. Leave it out."
        problems.append(Problem(detail, parameter="narrower"))
    by_time = not {"year", "quarter"}.isdisjoint(counted)
    certain = isinstance(query, TimeFilter) and query.match == "certain" and not by_time
    if certain and all(getattr(query, name) is None for name in MATCHED):
        names = ", ".join(f"`{name}`" for name in MATCHED)
        detail = f"'match' says how {names} are meant, of which none is given. Leave it out."
        problems.append(Problem(detail, parameter="match"))
    if problems:
        raise InvalidRequest(" ".join(problem.detail for problem in problems), problems)


def _require_clear_periods(query: TimeFilter, asked: Iterable[str]) -> None:
    problems = [
        Problem(
            f"{getattr(query, name)!r} is vague itself, so nothing is certain about it. "
            "Give exact dates (a season with its hemisphere, as in 2026-28), or match=possible.",
            parameter=name,
        )
        for name in asked
        if query.match == "certain" and is_vague(str(getattr(query, name)))
    ]
    if problems:
        raise InvalidRequest(" ".join(problem.detail for problem in problems), problems)


def _values(given: Any) -> list[Any]:
    """The values of a filter; none if it was not given. False is a value."""
    if isinstance(given, list):
        return given
    return [] if given is None else [given]


def _missing(session: Session, name: str, model: type[Record], slugs: list[str]) -> list[Problem]:
    found = set(session.scalars(select(model.slug).where(model.slug.in_(slugs))))
    missing = [slug for slug in slugs if slug not in found]
    near = near_slugs(session, model, missing)
    return [
        Problem(f"There is no {noun(model)} {slug!r}.{suggest(slug, near)}", parameter=name)
        for slug in missing[:NAMED_AT_ONCE]
    ]
