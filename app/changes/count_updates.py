"""The stored counts of facets (`app.queries.stored_counts`), moved with each change.

The values of the changed records are read before and after the change, under the write lock, and
the counts move by the difference. So they are of the same revision as the records.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from sqlalchemy import Connection, delete, insert, select, tuple_
from sqlalchemy.orm import Session

from app.catalog import CATALOG
from app.catalog.dimensions import Dimension
from app.catalog.resource import Resource
from app.queries.stored_counts import stored_dimensions
from app.queries.value_counts import (
    Value,
    ValueCounts,
    ValueSet,
    count_values,
    roll_up,
)
from app.rules.changes import Change
from app.store.columns import chunks
from app.store.models import FocusArea, FocusAreaBroader, ValueCount
from app.store.models.counts import NO_VALUE, name_facet
from app.store.rows import select_in_chunks
from app.vocabulary import Modality

# The type, the facet, whether it is rolled up, and the value: the key of a ValueCount.
CountKey = tuple[str, str, bool, str]
# Slugs by the slug of the record that has them.
Slugs = dict[str, set[str]]
_KEY = (ValueCount.type, ValueCount.facet, ValueCount.rolled_up, ValueCount.value)
_COUNTED = {resource.type_: resource for resource in CATALOG if stored_dimensions(resource)}


class CountUpdate:
    """The counts of the records that a change list is about, before it is written."""

    def __init__(self, session: Session, changes: Sequence[Change]) -> None:
        self.session = session
        self.slugs: dict[str, list[str]] = defaultdict(list)
        existing: dict[str, list[str]] = defaultdict(list)
        for change in changes:
            self.slugs[change.type].append(change.slug)
            if change.operation != "create":
                existing[change.type].append(change.slug)
        self.counts = _count_records(session, existing)
        self.broader_slugs = self._read_broader()

    def write(self) -> None:
        """Move the stored counts by what the written change list has changed."""
        differences = _count_records(self.session, self.slugs)
        differences.subtract(self.counts)
        _add(self.session.connection(), differences)
        broader_slugs = self._read_broader()
        moved = []
        for slug in self.slugs[FocusArea.__tablename__]:
            if broader_slugs.get(slug) != self.broader_slugs.get(slug):
                moved.append(slug)
        # A focus area that got other broader ones moves the counts of records that were not
        # changed. Without any record about it, there are none to move.
        for type_ in _find_types_about(self.session, moved):
            _recount_trees(self.session, _COUNTED[type_])

    def _read_broader(self) -> Slugs:
        """The broader focus areas of each changed focus area that has any."""
        slugs = self.slugs[FocusArea.__tablename__]
        links = select(FocusAreaBroader.focus_area_slug, FocusAreaBroader.broader_slug)
        rows = select_in_chunks(self.session, links, FocusAreaBroader.focus_area_slug, slugs)
        broader_slugs: Slugs = defaultdict(set)
        for slug, broader_slug in rows:
            broader_slugs[slug].add(broader_slug)
        return dict(broader_slugs)


def fill_counts(connection: Connection) -> None:
    """Count all claims if no counts are stored, in the connection's transaction: a migration leaves
    the table empty."""
    any_count = select(ValueCount.records).limit(1)
    if connection.scalar(any_count) is not None:
        return
    with Session(connection) as session:
        for resource in _COUNTED.values():
            for name, dimension in stored_dimensions(resource).items():
                _store_counts(session, resource, name)
                if dimension.tree:
                    _store_tree(session, resource, name)


def _count_records(
    session: Session,
    slugs: Mapping[str, Sequence[str]],
) -> Counter[CountKey]:
    """How many of the existing records with these slugs, by type, have each value."""
    counts: Counter[CountKey] = Counter()
    for type_, resource in _COUNTED.items():
        model = resource.model
        for chunk in chunks(slugs.get(type_, ())):
            statement = select(model.slug).where(model.slug.in_(chunk))
            existing = session.scalars(statement).all()
            values = {}
            for name, dimension in stored_dimensions(resource).items():
                values[name] = _read_values(session, dimension, existing)
                _add_values(counts, (type_, name, False), values[name])
            for name in _list_trees(resource):
                rolled_up = roll_up(session, values[name])
                _add_values(counts, (type_, name, True), rolled_up)
                divided = _divide(rolled_up, values["modality"])
                for modality, of_modality in divided.items():
                    facet = (type_, name_facet(name, modality), True)
                    _add_values(counts, facet, of_modality)
    return counts


def _list_trees(resource: Resource) -> list[str]:
    dimensions = stored_dimensions(resource)
    return [name for name in dimensions if dimensions[name].tree]


def _divide(
    values: Mapping[str, ValueSet],
    modalities: Mapping[str, ValueSet],
) -> dict[str, dict[str, ValueSet]]:
    """The values of each record by the modality of the record."""
    divided: dict[str, dict[str, ValueSet]] = defaultdict(dict)
    for slug, own_values in values.items():
        for modality in modalities[slug]:
            divided[modality][slug] = own_values
    return divided


def _read_values(
    session: Session,
    dimension: Dimension,
    slugs: Sequence[str],
) -> dict[str, ValueSet]:
    """The values of each record, perhaps none."""
    values: Slugs = {slug: set() for slug in slugs}
    pairs = dimension.pairs(rolled_up=False)
    pairs = pairs.where(dimension.owner.in_(slugs))
    for owner, value in session.execute(pairs):
        values[owner].add(value)
    return {slug: frozenset(own_values) for slug, own_values in values.items()}


def _add_values(
    counts: Counter[CountKey],
    facet: tuple[str, str, bool],
    values: Mapping[str, ValueSet],
) -> None:
    for own_values in values.values():
        for value in own_values or {NO_VALUE}:
            counts[*facet, value] += 1


def _add(connection: Connection, differences: Mapping[CountKey, int]) -> None:
    """Add the differences to the stored counts."""
    keys = [key for key, difference in differences.items() if difference]
    for chunk in chunks(keys):
        is_changed = tuple_(*_KEY).in_(chunk)
        columns = select(*_KEY, ValueCount.records)
        counts = {}
        for *key_values, records in connection.execute(columns.where(is_changed)):
            counts[tuple(key_values)] = records
        connection.execute(delete(ValueCount).where(is_changed))
        rows = []
        for key in chunk:
            records = counts.get(key, 0) + differences[key]
            if records:
                rows.append(_make_row(key, records))
        if rows:
            connection.execute(insert(ValueCount), rows)


def _make_row(key: CountKey, records: int) -> dict[str, Any]:
    type_, facet, rolled_up, value = key
    return {
        "type": type_,
        "facet": facet,
        "rolled_up": rolled_up,
        "value": value,
        "records": records,
    }


def _find_types_about(session: Session, slugs: Sequence[str]) -> set[str]:
    """The types of records about any of these focus areas, or narrower ones."""
    types: set[str] = set()
    is_rolled_up = select(ValueCount.type).where(ValueCount.rolled_up)
    for (type_,) in select_in_chunks(session, is_rolled_up, ValueCount.value, slugs):
        types.add(type_)
    return types


def _recount_trees(session: Session, resource: Resource) -> None:
    for name in _list_trees(resource):
        _store_tree(session, resource, name)


def _store_counts(session: Session, resource: Resource, name: str) -> None:
    """Count all records of the resource, and replace the stored counts of the facet."""
    counts = _count_all(session, resource, [name], rolled_up=False)
    _replace(session.connection(), (resource.type_, name, False), counts.by_value())


def _store_tree(session: Session, resource: Resource, name: str) -> None:
    """Do so with the focus areas of all records and all that are above them, also by modality."""
    connection = session.connection()
    counts = _count_all(session, resource, [name, "modality"], rolled_up=True)
    _replace(connection, (resource.type_, name, True), counts.by_value(0))
    by_modality: dict[str, dict[Value, int]] = defaultdict(dict)
    for (area, modality), records in counts.by(0, 1).items():
        # Each claim has a modality.
        by_modality[str(modality)][area] = records
    for modality in get_args(Modality):
        facet = (resource.type_, name_facet(name, modality), True)
        _replace(connection, facet, by_modality[modality])


def _count_all(
    session: Session,
    resource: Resource,
    names: Sequence[str],
    *,
    rolled_up: bool,
) -> ValueCounts:
    dimensions = [stored_dimensions(resource)[name] for name in names]
    model = resource.model
    return count_values(
        session,
        model,
        select(model.slug),
        dimensions,
        rolled_up=rolled_up,
    )


def _replace(
    connection: Connection,
    facet: tuple[str, str, bool],
    counts: Mapping[Value, int],
) -> None:
    """Replace the stored counts of a facet."""
    is_facet = tuple_(*_KEY[:3]) == tuple_(*facet)
    connection.execute(delete(ValueCount).where(is_facet))
    rows = []
    for value, records in counts.items():
        key = (*facet, value or NO_VALUE)
        rows.append(_make_row(key, records))
    for chunk in chunks(rows):
        connection.execute(insert(ValueCount), chunk)
