"""Do the tables hold what the log says? Answers are read from the log and found by the tables."""

from collections import Counter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog import CATALOG
from app.catalog.resource import Resource
from app.queries.stored_counts import (
    AreaCount,
    read_area_counts,
    read_stored_counts,
    stored_dimensions,
)
from app.queries.value_counts import count_values, rank_counts
from app.schemas.record_types import ENTITIES
from app.store.models import RECORDS, Base, FocusArea, LogEntry, Record
from app.store.rows import make_rows, part_models

Row = dict[str, Any]


def rows_of(session: Session, model: type[Base], names: set[str]) -> list[Row]:
    columns = [column for column in model.__table__.columns if column.name in names]
    return [dict(row) for row in session.execute(select(*columns)).mappings()]


def sort(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: repr(sorted(row.items())))


def require_agreement(session: Session) -> None:
    """Every row that the current records should have is there, and no other."""
    for model in RECORDS:
        expected = expect_rows(session, model)
        for kind in (model, *part_models(model)):
            rows = [row for other, row in expected if other is kind]
            names = set(rows[0]) if rows else {"slug"} if kind is model else owner_of(model)
            stored = rows_of(session, kind, names)
            # Citations are of several types.
            owner = f"{model.__tablename__}_slug"
            stored_of_type = [row for row in stored if row.get(owner, "") is not None]
            assert sort(stored_of_type) == sort(rows), kind.__tablename__
    for resource in CATALOG:
        for name in stored_dimensions(resource):
            require_counts(session, resource, name)
    require_area_counts(session)


def require_counts(session: Session, resource: Resource, name: str) -> None:
    """The stored counts of a facet are those of its records."""
    dimension = resource.dimensions[name]
    for rolled_up in (False, True):
        slugs = select(resource.model.slug)
        values = count_values(
            session, resource.model, slugs, [dimension], rolled_up=rolled_up
        )
        stored = read_stored_counts(session, resource, name, rolled_up=rolled_up)
        if values.counts:
            assert stored == rank_counts(values.by_value(), values.count_other), name
        else:
            assert stored is None, name


def require_area_counts(session: Session) -> None:
    """The stored counts of claims about each focus area, by type and modality, are those of the
    claims."""
    expected: Counter[AreaCount] = Counter()
    for resource in CATALOG:
        if "modality" not in stored_dimensions(resource):
            continue
        dimensions = [resource.dimensions[name] for name in ("modality", "focus_area")]
        slugs = select(resource.model.slug)
        values = count_values(session, resource.model, slugs, dimensions, rolled_up=True)
        for (modality, area), records in values.by(0, 1).items():
            if area is not None:
                expected[AreaCount(resource.type_, str(modality), area, records)] += 1
    areas = list(session.scalars(select(FocusArea.slug)))
    assert Counter(read_area_counts(session, areas) or []) == expected


def owner_of(model: type[Record]) -> set[str]:
    return {f"{model.__tablename__}_slug"}


def expect_rows(session: Session, model: type[Record]) -> list[tuple[type[Base], Row]]:
    type_ = model.__tablename__
    last: dict[str, LogEntry] = {}
    for change in session.scalars(
        select(LogEntry).where(LogEntry.type == type_).order_by(LogEntry.version)
    ):
        last[change.slug] = change
    read = ENTITIES[type_].read
    return [
        row
        for change in last.values()
        if change.snapshot is not None
        for row in make_rows(model, read.model_validate(change.snapshot, strict=False))
    ]
