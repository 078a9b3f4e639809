"""The counts of a facet over all records of a type, which each write keeps up to date.

To count a million records takes seconds, so `app.changes.count_updates` stores the counts of claims
with the revision. A historical base has none: its facets are counted.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, get_args

from sqlalchemy import and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.catalog.dimensions import Dimension
from app.catalog.resource import Resource
from app.queries.filters import Filters
from app.queries.value_counts import (
    MAX_BUCKETS,
    FacetCounts,
    Value,
    most_frequent,
    rank_counts,
    read_above,
)
from app.store.columns import chunks
from app.store.models import MODELS, Claim, ValueCount
from app.store.models.counts import NO_VALUE, name_facet
from app.store.sessions import once
from app.store.statements import Statement
from app.vocabulary import Modality

# Values of a statement. With more, the records are counted instead.
MAX_UNLISTED_VALUES = 10_000


def stored_dimensions(resource: Resource) -> dict[str, Dimension]:
    """The dimensions of a resource whose counts are stored: of claims, all that depend on the claim
    alone."""
    if not issubclass(resource.model, Claim):
        return {}
    dimensions = resource.dimensions
    return {name: dimensions[name] for name in dimensions if dimensions[name].on is None}


def read_stored_total(
    session: Session,
    resource: Resource,
    filters: Filters,
) -> int | None:
    """How many records of the resource the filters leave, if they are none, or values of one stored
    facet; otherwise None."""
    facet = _find_total(resource, filters)
    if facet is None:
        return None
    if facet.values is None:
        total = _ALL_RECORDS.scalar(session, facet.parameters)
    else:
        total = _TOTAL.scalar(session, {**facet.parameters, "values": facet.values})
    # Without any counts they are not stored, as in a historical base.
    if not total and not _has_counts(session):
        return None
    return int(total or 0)


def _has_counts(session: Session) -> bool:
    return once(session, _has_counts, lambda: bool(_ANY_COUNT.rows(session)))


class _StoredTotal(NamedTuple):
    """Some values of a facet, or all of them, whose counts add up to a total."""

    parameters: dict[str, Any]
    values: Sequence[str] | None


def _find_total(resource: Resource, filters: Filters) -> _StoredTotal | None:
    dimensions = stored_dimensions(resource)
    if not dimensions or filters.terms is not None or len(filters.values) > 1:
        return None
    parameters = {"type": resource.type_, "facet": "modality", "rolled_up": False}
    if not filters.values:
        # Each claim has one modality.
        return _StoredTotal(parameters, None)
    (name,) = filters.values
    if name not in dimensions:
        return None
    parameters["facet"] = name
    values = filters.values[name]
    if dimensions[name].tree:
        values = [area["slug"] for area in filters.interpreted[name]]
        parameters["rolled_up"] = filters.requested.get("narrower", True)
    values = sorted(set(values))
    # A record with two of the values would be counted twice.
    if len(values) > 1 and not dimensions[name].is_single_valued:
        return None
    return _StoredTotal(parameters, values)


_IS_OF_TYPE = ValueCount.type == bindparam("type")
_IS_FACET = and_(
    _IS_OF_TYPE,
    ValueCount.facet == bindparam("facet"),
    ValueCount.rolled_up == bindparam("rolled_up"),
)
_HAS_VALUE = ValueCount.value != NO_VALUE
_RECORDS = select(func.sum(ValueCount.records)).where(_IS_FACET)
_TOTALS = Statement(
    select(func.count(), func.coalesce(func.sum(ValueCount.records), 0))
    .select_from(ValueCount)
    .where(_IS_FACET, _HAS_VALUE)
)
_MISSING = Statement(select(ValueCount.records).where(_IS_FACET, ~_HAS_VALUE))
_LISTED = Statement(
    select(ValueCount.value, ValueCount.records)
    .where(_IS_FACET, _HAS_VALUE)
    .order_by(ValueCount.records.desc(), ValueCount.value)
    .limit(bindparam("limit"))
)
_ALL_RECORDS = Statement(_RECORDS)
_TOTAL = Statement(_RECORDS.where(ValueCount.value.in_(bindparam("values", expanding=True))))
_ANY_COUNT = Statement(select(ValueCount.type).limit(1))


def read_stored_counts(
    session: Session,
    resource: Resource,
    name: str,
    *,
    rolled_up: bool,
    with_other: bool = True,
) -> FacetCounts | None:
    """The counts of a facet over all records of the resource; None if they are not stored. Without
    `with_other`, `other` is 0: to count it takes longer than all else."""
    dimension = stored_dimensions(resource).get(name)
    if dimension is None:
        return _read_joined_counts(session, resource, name)
    rolled_up = rolled_up and dimension.tree
    facet = {"type": resource.type_, "facet": name, "rolled_up": rolled_up}
    ((total_values, with_value),) = _TOTALS.rows(session, facet)
    missing = _MISSING.scalar(session, facet)
    if not total_values and missing is None:
        return None
    counts: dict[Value, int] = dict(_LISTED.rows(session, {**facet, "limit": MAX_BUCKETS}))
    values = most_frequent(counts, dimension.words)
    buckets = {value: counts[value] for value in values}
    if not with_other:
        return FacetCounts(buckets, total_values, missing or 0, 0)
    other: int | None = 0
    if len(buckets) < total_values and dimension.is_single_valued:
        other = with_value - sum(buckets.values())
    elif len(buckets) < total_values:
        all_values = _read_values(session, resource, name)
        unlisted = _find_unlisted(session, all_values, buckets, rolled_up=rolled_up)
        other = _count_other(session, dimension, unlisted)
    if other is None:
        return None
    return FacetCounts(buckets, total_values, missing or 0, other)


# The first part of the name of a facet that is stored by modality.
_TREE = "focus_area"


class AreaCount(NamedTuple):
    """So many records of a type and modality are about a focus area, or a narrower one."""

    type_: str
    modality: str
    slug: str
    records: int


def read_area_counts(session: Session, slugs: Sequence[str]) -> list[AreaCount] | None:
    """The claims about each of these focus areas, by type and modality; None if they are not
    stored."""
    facets = {name_facet(_TREE, modality): modality for modality in get_args(Modality)}
    counts = []
    for chunk in chunks(slugs):
        for row in _OF_AREAS.rows(session, {"facets": list(facets), "slugs": chunk}):
            counts.append(AreaCount(row.type, facets[row.facet], row.value, row.records))
    if not counts and not _has_counts(session):
        return None
    return counts


def read_modality_counts(session: Session) -> dict[str, int]:
    """All claims by modality; none if the counts are not stored."""
    return dict(_MODALITIES.rows(session))


def read_largest_areas(session: Session, limit: int) -> dict[str, int]:
    """The focus areas that most claims are about, the most first, with the number of these claims;
    none if the counts are not stored."""
    return dict(_LARGEST_AREAS.rows(session, {"limit": limit}))


# All types, named because the keys of the table begin with the type.
_IS_OF_CLAIMS = or_(
    *[ValueCount.type == type_ for type_, model in MODELS.items() if issubclass(model, Claim)]
)
_OF_AREAS = Statement(
    select(ValueCount.type, ValueCount.facet, ValueCount.value, ValueCount.records).where(
        _IS_OF_CLAIMS,
        ValueCount.facet.in_(bindparam("facets", expanding=True)),
        ValueCount.rolled_up,
        ValueCount.value.in_(bindparam("slugs", expanding=True)),
    )
)
_CLAIMS = func.sum(ValueCount.records)
_MODALITIES = Statement(
    select(ValueCount.value, _CLAIMS)
    .where(_IS_OF_CLAIMS, ValueCount.facet == "modality")
    .group_by(ValueCount.value)
)
_LARGEST_AREAS = Statement(
    select(ValueCount.value, _CLAIMS)
    .where(_IS_OF_CLAIMS, ValueCount.facet == _TREE, ValueCount.rolled_up, _HAS_VALUE)
    .group_by(ValueCount.value)
    .order_by(_CLAIMS.desc(), ValueCount.value)
    .limit(bindparam("limit"))
)


def read_frequent_values(
    session: Session,
    resources: Sequence[Resource],
    name: str,
    dimension: Dimension,
) -> list[str]:
    """The values of a facet that most records of the resources have, the most frequent first; none
    if they are not stored."""
    number = func.sum(ValueCount.records)
    types = [resource.type_ for resource in resources]
    values = select(ValueCount.value, number).where(
        ValueCount.type.in_(types),
        ValueCount.facet == name,
        ValueCount.rolled_up == dimension.tree,
        ValueCount.value != NO_VALUE,
    )
    counts: dict[Value, int] = dict(
        session.execute(values.group_by(ValueCount.value)).tuples().all()
    )
    return most_frequent(counts, dimension.words)[:MAX_BUCKETS]


def _read_joined_counts(
    session: Session,
    resource: Resource,
    name: str,
) -> FacetCounts | None:
    """The counts of a dimension of the records that another one refers to, as the country of an
    office; None if those are not stored."""
    joined = resource.dimensions[name].value
    counts: Counter[str | None] = Counter()
    for reference, dimension in stored_dimensions(resource).items():
        if dimension.referenced_model is joined.class_:
            facet = {"type": resource.type_, "facet": reference, "rolled_up": False}
            for value, records in _prepare_joined(joined).rows(session, facet):
                counts[value] += records
    if not counts:
        return None
    total = counts.total()
    return rank_counts(counts, lambda listed: total - sum(counts[v] for v in (None, *listed)))


@cache
def _prepare_joined(joined: InstrumentedAttribute[Any]) -> Statement:
    """The stored counts of a reference, with this column of the record that it refers to."""
    is_referred_to = joined.class_.slug == ValueCount.value
    rows = select(joined, ValueCount.records).select_from(ValueCount)
    return Statement(rows.outerjoin(joined.class_, is_referred_to).where(_IS_FACET))


def _select_facet(resource: Resource, name: str, *, rolled_up: bool) -> Any:
    return (
        (ValueCount.type == resource.type_)
        & (ValueCount.facet == name)
        & (ValueCount.rolled_up == rolled_up)
    )


def _read_values(session: Session, resource: Resource, name: str) -> list[str]:
    is_facet = _select_facet(resource, name, rolled_up=False)
    values = select(ValueCount.value).where(is_facet, ValueCount.value != NO_VALUE)
    return list(session.scalars(values))


def _find_unlisted(
    session: Session,
    values: Sequence[str],
    listed: Mapping[str, int],
    *,
    rolled_up: bool,
) -> list[str]:
    """The values that count for none of the listed ones."""
    if not rolled_up:
        return [value for value in values if value not in listed]
    above = read_above(session, values)
    return [value for value in values if above[value].isdisjoint(listed)]


def _count_other(
    session: Session,
    dimension: Dimension,
    unlisted: Sequence[str],
) -> int | None:
    """How many records have one of these values and no other; None for too many values."""
    if len(unlisted) > MAX_UNLISTED_VALUES:
        return None
    sibling = aliased(dimension.value.class_)
    sibling_owner = getattr(sibling, dimension.owner.key)
    sibling_value = getattr(sibling, dimension.value.key)
    has_listed = exists().where(
        sibling_owner == dimension.owner,
        sibling_value.not_in(unlisted),
    )
    owners = select(func.count(dimension.owner.distinct()))
    statement = owners.where(dimension.value.in_(unlisted), ~has_listed)
    return session.scalar(statement) or 0
