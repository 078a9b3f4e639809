"""What else could be chosen? Counts of a list by the values of a dimension."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, func, select
from sqlalchemy.orm import Session

from app.catalog.dimensions import Dimension
from app.catalog.resource import Resource
from app.models import MODELS
from app.queries.filters import Filters
from app.queries.paths import list_path
from app.schemas.paging import Bucket, Facet, FocusAreaFilter, ListQuery
from app.schemas.write import main_field

# Values that one facet shows.
BUCKETS = 100


def count_facets(
    session: Session, resource: Resource, query: ListQuery, filters: Filters
) -> dict[str, Facet]:
    """Each facet that the query asks for, counted under every filter but its own."""
    names: list[str] = getattr(query, "facet", [])
    return {
        name: _count_facet(session, resource, query, filters, name) for name in dict.fromkeys(names)
    }


def _count_facet(
    session: Session, resource: Resource, query: ListQuery, filters: Filters, name: str
) -> Facet:
    dimension = resource.facets[name]
    slugs = select(resource.model.slug.label("slug")).where(
        *filters.conditions(resource, without=name)
    )
    pairs = dimension.pairs(rolled_up=rolls_up(query)).subquery()
    counts = count_values(session, slugs, pairs)
    missing = counts.pop(None, 0)
    shown = sorted(counts, key=lambda value: (-counts[value], value))[:BUCKETS]
    labels = read_labels(session, dimension, shown)
    path = f"/v1/{resource.name}"
    return Facet(
        buckets=[
            Bucket(
                value=value,
                label=labels[value],
                count=counts[value],
                url=list_path(path, query, **{name: [value]}),
            )
            for value in shown
        ],
        total_values=len(counts),
        missing=missing,
        other=_count_other(session, slugs, pairs, shown) if len(counts) > len(shown) else 0,
    )


def rolls_up(query: ListQuery) -> bool:
    """Whether a focus area has what narrower ones have, as the query's filter sees it."""
    return isinstance(query, FocusAreaFilter) and query.narrower


def count_values(session: Session, slugs: Select[Any], pairs: Subquery) -> dict[Any, int]:
    """How many of the records have each value; None is for those that have none."""
    found = slugs.subquery()
    joined = found.outerjoin(pairs, pairs.c.owner == found.c.slug)
    rows = session.execute(
        select(pairs.c.value, func.count(found.c.slug.distinct()))
        .select_from(joined)
        .group_by(pairs.c.value)
    )
    return {value: count for value, count in rows}  # noqa: C416  (rows, not pairs, to mypy)


def _count_other(
    session: Session, slugs: Select[Any], pairs: Subquery, shown: Sequence[str]
) -> int:
    """Records that have a value, but none of those that are shown."""
    found = slugs.subquery()

    def has(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
        return found.c.slug.in_(select(pairs.c.owner).where(*conditions))

    others = select(func.count()).select_from(found).where(has(), ~has(pairs.c.value.in_(shown)))
    return session.scalar(others) or 0


def read_labels(session: Session, dimension: Dimension, values: Sequence[str]) -> Mapping[str, str]:
    """What to call each value: the name of the record that it refers to, or the word itself."""
    column = dimension.value.property.columns[0]
    for key in column.foreign_keys:
        type_ = key.column.table.name
        model = MODELS[type_]
        names = select(model.slug, getattr(model, main_field(type_))).where(model.slug.in_(values))
        return dict(session.execute(names).all())
    return {value: value for value in values}
