"""The stored counts of facets (`app.queries.stored_counts`), moved with each change.

The values of the changed records are read before and after the change, under the write lock, and
the counts move by the difference. So they are of the same revision as the records.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, tuple_
from sqlalchemy.orm import Session

from app.catalog import CATALOG
from app.catalog.dimensions import Dimension
from app.catalog.resource import Resource
from app.queries.stored_counts import stored_dimensions
from app.queries.value_counts import Value, ValueSet, count_values, roll_up
from app.rules.changes import Change
from app.store.columns import chunks
from app.store.models import FocusArea, FocusAreaBroader, ValueCount
from app.store.models.counts import NO_VALUE
from app.store.rows import select_in_chunks

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
                _store_counts(session, resource, name, rolled_up=False)
                if dimension.tree:
                    _store_counts(session, resource, name, rolled_up=True)


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
            for name, dimension in stored_dimensions(resource).items():
                values = _read_values(session, dimension, existing)
                _add_values(counts, (type_, name, False), values)
                if dimension.tree:
                    rolled_up = roll_up(session, values)
                    _add_values(counts, (type_, name, True), rolled_up)
    return counts


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
    for name, dimension in stored_dimensions(resource).items():
        if dimension.tree:
            _store_counts(session, resource, name, rolled_up=True)


def _store_counts(
    session: Session,
    resource: Resource,
    name: str,
    *,
    rolled_up: bool,
) -> None:
    """Count all records of the resource, and replace the stored counts of the facet."""
    dimension = stored_dimensions(resource)[name]
    values = count_values(
        session,
        resource.model,
        select(resource.model.slug),
        [dimension],
        rolled_up=rolled_up,
    )
    connection = session.connection()
    facet = (resource.type_, name, rolled_up)
    is_facet = tuple_(*_KEY[:3]) == tuple_(*facet)
    connection.execute(delete(ValueCount).where(is_facet))
    counts: Mapping[Value, int] = values.by_value()
    rows = []
    for value, records in counts.items():
        key = (*facet, value or NO_VALUE)
        rows.append(_make_row(key, records))
    for chunk in chunks(rows):
        connection.execute(insert(ValueCount), chunk)
