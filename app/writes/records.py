"""How do the rows of records and their parts come to say what a change says?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from graphlib import TopologicalSorter
from typing import Any

from sqlalchemy import delete, func, inspect, select
from sqlalchemy.orm import Session

from app.db import chunks
from app.folding import fold
from app.models import (
    RECORDS,
    Base,
    Citation,
    Document,
    FocusArea,
    FocusAreaBroader,
    FocusAreaLabel,
    FocusAreaRelated,
    Record,
)
from app.models import Change as LoggedChange
from app.queries.loading import load_records, part_attributes
from app.rules.changes import Change
from app.schemas.read import READS
from app.schemas.snapshots import SCHEMA_VERSION
from app.schemas.timeline import compute_bounds
from app.schemas.write import FocusAreaCreate, RecordCreate, TimelineItemCreate


def write_records(
    session: Session, changes: Sequence[Change], now: datetime
) -> Iterator[LoggedChange]:
    """Write the records, parents first, then delete, children first; yields what to log: whoever
    replays the log never meets a record whose parents are not there."""
    for model in RECORDS:
        mine = [change for change in changes if change.type == model.__tablename__]
        yield from _write_type(session, model, _broader_first([c for c in mine if c.record]), now)
    for model in reversed(RECORDS):
        mine = [change for change in changes if change.type == model.__tablename__]
        deleted: Sequence[Change] = [c for c in mine if c.operation == "delete"]
        if model is FocusArea:
            deleted = _narrower_first(session, deleted)
        yield from _delete_type(session, model, deleted)


def _broader_first(changes: Sequence[Change]) -> Sequence[Change]:
    """Focus areas after those that they are narrower than; others as they are."""
    parents = {
        change.slug: change.record.broader_slugs
        for change in changes
        if isinstance(change.record, FocusAreaCreate)
    }
    return _sort(changes, parents) if parents else changes


def _narrower_first(session: Session, changes: Sequence[Change]) -> Sequence[Change]:
    parents: dict[str, list[str]] = {}
    link = FocusAreaBroader
    for some in chunks([change.slug for change in changes]):
        rows = select(link.focus_area_slug, link.broader_slug).where(link.focus_area_slug.in_(some))
        for slug, broader in session.execute(rows):
            parents.setdefault(slug, []).append(broader)
    return _sort(changes, parents)[::-1]


def _sort(changes: Sequence[Change], parents: Mapping[str, Sequence[str]]) -> Sequence[Change]:
    by_slug = {change.slug: change for change in changes}
    order = TopologicalSorter(
        {slug: [p for p in parents.get(slug, ()) if p in by_slug] for slug in by_slug}
    )
    return [by_slug[slug] for slug in order.static_order()]


def _write_type(
    session: Session, model: type[Record], changes: Sequence[Change], now: datetime
) -> Iterator[LoggedChange]:
    slugs = [change.slug for change in changes]
    present = load_records(session, model, slugs)
    versions = _last_versions(session, model.__tablename__, slugs)
    for record in present.values():
        for attribute in part_attributes(model):
            setattr(record, attribute.key, [])
    # Old parts must be gone before new ones come: a swap of two would collide on its way.
    session.flush()
    for change in changes:
        assert change.record is not None
        record = present.get(change.slug) or model(created_at=now)
        _fill(record, change.record)
        record.version = versions.get(change.slug, 0) + 1
        record.updated_at = now
        session.add(record)
        present[change.slug] = record
    session.flush()
    read = READS[model.__tablename__]
    for change in changes:
        snapshot = read.model_validate(present[change.slug]).model_dump(mode="json")
        yield _entry(change, present[change.slug].version, snapshot)


def _delete_type(
    session: Session, model: type[Record], changes: Sequence[Change]
) -> Iterator[LoggedChange]:
    slugs = [change.slug for change in changes]
    versions = _last_versions(session, model.__tablename__, slugs)
    for some in chunks(slugs):
        # Through the tables: parts go by ON DELETE CASCADE, and nothing needs to be loaded.
        session.execute(delete(model).where(model.slug.in_(some)))
    for change in changes:
        yield _entry(change, versions[change.slug] + 1, None)


def _last_versions(session: Session, type_: str, slugs: Sequence[str]) -> dict[str, int]:
    """The last version of each slug that the log knows, deletions included."""
    return {
        slug: version
        for some in chunks(slugs)
        for slug, version in session.execute(
            select(LoggedChange.slug, func.max(LoggedChange.version))
            .where(LoggedChange.type == type_, LoggedChange.slug.in_(some))
            .group_by(LoggedChange.slug)
        )
    }


def _entry(change: Change, version: int, snapshot: dict[str, Any] | None) -> LoggedChange:
    return LoggedChange(
        type=change.type,
        slug=change.slug,
        operation=change.operation,
        version=version,
        schema_version=SCHEMA_VERSION,
        snapshot=snapshot,
    )


def _fill(record: Record, given: RecordCreate) -> None:
    """Set every column and every part of the record from what the curator gave."""
    columns = inspect(type(record)).columns.keys()
    for name in type(given).model_fields:
        if name in columns:
            setattr(record, name, getattr(given, name))
    if isinstance(given, TimelineItemCreate):
        for name, value in asdict(compute_bounds(given)).items():
            setattr(record, name, value)
    for name, rows in _parts(record, given):
        setattr(record, name, rows)


def _parts(record: Record, given: RecordCreate) -> Iterator[tuple[str, list[Base]]]:
    if not isinstance(record, Document):
        yield (
            "citations",
            [
                Citation(position=i, **citation.model_dump())
                for i, citation in enumerate(given.citations)
            ],
        )
    if isinstance(given, FocusAreaCreate):
        yield "labels", _labels(given)
        yield "broader_links", _links(FocusAreaBroader, "broader_slug", given.broader_slugs)
        yield "related_links", _links(FocusAreaRelated, "related_slug", given.related_slugs)
    elif hasattr(given, "focus_area_slugs"):
        link = inspect(type(record)).relationships["focus_area_links"].mapper.class_
        yield "focus_area_links", _links(link, "focus_area_slug", given.focus_area_slugs)


def _links(model: type[Base], name: str, slugs: Sequence[str]) -> list[Base]:
    return [model(position=i, **{name: slug}) for i, slug in enumerate(slugs)]


def _labels(area: FocusAreaCreate) -> list[Base]:
    labels = [area.slug, area.name, *area.aliases]
    return [
        FocusAreaLabel(position=i, label=label, folded=fold(label))
        for i, label in enumerate(labels)
    ]
