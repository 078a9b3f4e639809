"""What do the filters of a query mean: which slugs do names stand for, and do they exist?"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalog.resource import Resource
from app.errors import InvalidRequest, Problem, suggest
from app.models import ExpectedOutcome, FocusArea, Initiative, Office, Record
from app.queries.labels import NEAREST_OF, resolve_focus_areas
from app.schemas.paging import PAGING, FocusAreaFilter, ListQuery

# Filters whose values must be slugs of records: a misspelt one is an error, not an empty list.
REFERENCES: dict[str, type[Record]] = {
    "office": Office,
    "broader": FocusArea,
    "initiative": Initiative,
    "expected_outcome": ExpectedOutcome,
}


@dataclass(frozen=True)
class Filters:
    """`values` are ready for the conditions of a resource; `echo` says how they were understood."""

    values: dict[str, list[Any]]
    echo: dict[str, Any]


def resolve_filters(session: Session, resource: Resource, query: ListQuery) -> Filters:
    """Resolve names to slugs. Raises InvalidRequest that names every value it does not know."""
    values = {name: getattr(query, name) for name in resource.where if getattr(query, name)}
    echo = query.model_dump(mode="json", exclude_unset=True, exclude=set(PAGING))
    problems: list[Problem] = []
    if isinstance(query, FocusAreaFilter) and query.focus_area:
        areas, problems = resolve_focus_areas(session, query.focus_area, narrower=query.narrower)
        echo["focus_area"] = [area.model_dump() for area in areas]
        values["focus_area"] = sorted({slug for area in areas for slug in area.covers})
    for name, model in REFERENCES.items():
        if name in values:
            problems += _missing(session, name, model, values[name])
    if problems:
        raise InvalidRequest(" ".join(problem.detail for problem in problems), problems)
    return Filters(values, echo)


def _missing(session: Session, name: str, model: type[Record], slugs: list[str]) -> list[Problem]:
    found = set(session.scalars(select(model.slug).where(model.slug.in_(slugs))))
    return [
        Problem(
            f"There is no {noun(model)} {slug!r}.{suggest_slug(session, model, slug)}",
            parameter=name,
        )
        for slug in slugs
        if slug not in found
    ]


def noun(model: type[Record]) -> str:
    """What a record of the model is called in a sentence."""
    return str(model.__tablename__).replace("_", " ")


def suggest_slug(session: Session, model: type[Record], slug: str) -> str:
    """The nearest slug, looked for among those of nearly the same length."""
    near = func.abs(func.length(model.slug) - len(slug))
    known = session.scalars(select(model.slug).order_by(near, model.slug).limit(NEAREST_OF))
    return suggest(slug, known)
