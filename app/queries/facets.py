"""What else could be chosen? Counts of a list by the values of a dimension."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, func, select
from sqlalchemy.orm import Session

from app.catalog.dimensions import Dimension, Units
from app.catalog.resource import Resource
from app.queries.filters import Filters
from app.queries.paths import list_path
from app.queries.timeline import read_ranges
from app.schemas.filters import FocusAreaFilter
from app.schemas.paging import COUNT_BOUND, Bucket, Facet, ListQuery
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
    if isinstance(dimension, Units):
        return _count_units(session, resource, query, filters, dimension)
    slugs = select(resource.model.slug.label("slug")).where(*filters.conditions(resource, name))
    pairs = dimension.pairs(rolled_up=rolls_up(query)).subquery()
    path = f"/v1/{resource.name}"
    return make_facet(
        count_values(session, slugs, pairs),
        partial(read_names, session, dimension),
        partial(count_other, session, slugs, pairs),
        partial(bucket_path, path, query, name),
    )


def _count_units(
    session: Session, resource: Resource, query: ListQuery, filters: Filters, units: Units
) -> Facet:
    match = getattr(query, "match", "possible")
    ranges = read_ranges(session, filters.conditions(resource, units.filter), units.months, match)
    path = f"/v1/{resource.name}"
    return make_facet(
        ranges.count(),
        ranges.label,
        ranges.count_other,
        partial(bucket_path, path, query, units.filter),
    )


def bucket_path(path: str, query: ListQuery, name: str, value: str, count: int) -> str:
    """The list with this value in the filter, counted so that its total is the bucket's count."""
    exact = count > COUNT_BOUND or query.count == "none"
    return list_path(path, query, **{name: [value]}, **({"count": "exact"} if exact else {}))


def make_facet(
    counts: Mapping[str | None, int],
    read_names: Callable[[Sequence[str]], Mapping[str, str]],
    count_other: Callable[[Sequence[str]], int],
    url: Callable[[str, int], str],
) -> Facet:
    """A facet from the counts of all values, None among them: the most frequent ones are shown."""
    values = {value: count for value, count in counts.items() if value is not None}
    shown = sorted(values, key=lambda value: (-values[value], value))[:BUCKETS]
    names = read_names(shown)
    return Facet(
        buckets=[
            Bucket(
                value=value, label=names[value], count=values[value], url=url(value, values[value])
            )
            for value in shown
        ],
        total_values=len(values),
        missing=counts.get(None, 0),
        other=count_other(shown) if len(values) > len(shown) else 0,
    )


def rolls_up(query: ListQuery) -> bool:
    """Whether a focus area has what narrower ones have, as the query's filter sees it."""
    return isinstance(query, FocusAreaFilter) and query.narrower


def count_values(session: Session, rows: Select[Any], pairs: Subquery) -> dict[str | None, int]:
    """How many of the rows, each of a record with this `slug`, have each value; None is for those
    that have none."""
    found = rows.subquery()
    joined = found.outerjoin(pairs, pairs.c.owner == found.c.slug)
    counts = session.execute(
        select(pairs.c.value, func.count(_row_key(found).distinct()))
        .select_from(joined)
        .group_by(pairs.c.value)
    )
    return {value: count for value, count in counts}  # noqa: C416  (rows, not pairs, to mypy)


def _row_key(rows: Subquery) -> ColumnElement[str]:
    """What tells a row from all others: a record may have one for each `item`."""
    slug: ColumnElement[str] = rows.c.slug
    return slug + "/" + rows.c.item if "item" in rows.c else slug


def count_other(session: Session, rows: Select[Any], pairs: Subquery, shown: Sequence[str]) -> int:
    """Rows that have a value, but none of those that are shown."""
    found = rows.subquery()

    def has(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
        return found.c.slug.in_(select(pairs.c.owner).where(*conditions))

    others = select(func.count()).select_from(found).where(has(), ~has(pairs.c.value.in_(shown)))
    return session.scalar(others) or 0


def read_names(
    session: Session, dimension: Dimension | None, values: Sequence[str]
) -> Mapping[str, str]:
    """What to call each value: the name of the record that it refers to, or the word itself."""
    model = dimension.names if dimension is not None else None
    if model is None:
        return {value: value for value in values}
    text = getattr(model, main_field(str(model.__tablename__)))
    return dict(session.execute(select(model.slug, text).where(model.slug.in_(values))).all())
