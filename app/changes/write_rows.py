"""The rows of records and their parts after a change list, and its log entries."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from graphlib import TopologicalSorter
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from app.progress import follow
from app.rules.changes import Change
from app.schemas.snapshots import SCHEMA_VERSION
from app.schemas.timeline import show_bounds
from app.schemas.write import FocusAreaCreate, RecordCreate, TimelineItemCreate
from app.store.columns import chunks
from app.store.models import RECORDS, Base, FocusArea, FocusAreaBroader, LogEntry, Record, Revision
from app.store.rows import Row, insert_rows, make_rows, owner_column, part_models


def write_records(
    session: Session, changes: Sequence[Change], revision: Revision
) -> Iterator[LogEntry]:
    """Write the records, and yield the log entry of each change, in the order of the log.

    Parents are written before, and deleted after, their children: a client that replays the log
    never reads a reference to a record that it has not got."""
    for model in RECORDS:
        written = [c for c in changes if c.type == model.__tablename__ and c.record is not None]
        if model is FocusArea:
            written = _sort_broader_first(written, _broader_slugs(written))
        if written:
            yield from _write_type(session, model, written, revision)
    for model in reversed(RECORDS):
        deleted = [c for c in changes if c.type == model.__tablename__ and c.operation == "delete"]
        if model is FocusArea:
            deleted = _sort_broader_first(deleted, _read_broader_slugs(session, deleted))[::-1]
        if deleted:
            yield from _delete_type(session, model, deleted, revision)


def _sort_broader_first(
    changes: Sequence[Change], broader_slugs: Mapping[str, Sequence[str]]
) -> list[Change]:
    by_slug = {change.slug: change for change in changes}
    graph = {}
    for slug in by_slug:
        graph[slug] = [parent for parent in broader_slugs.get(slug, ()) if parent in by_slug]
    return [by_slug[slug] for slug in TopologicalSorter(graph).static_order()]


def _broader_slugs(changes: Sequence[Change]) -> dict[str, list[str]]:
    broader_slugs = {}
    for change in changes:
        if isinstance(change.record, FocusAreaCreate):
            broader_slugs[change.slug] = change.record.broader_slugs
    return broader_slugs


def _read_broader_slugs(session: Session, changes: Sequence[Change]) -> dict[str, list[str]]:
    broader_slugs: dict[str, list[str]] = {}
    link = FocusAreaBroader
    statement = select(link.focus_area_slug, link.broader_slug)
    for chunk in chunks([change.slug for change in changes]):
        for slug, parent in session.execute(statement.where(link.focus_area_slug.in_(chunk))):
            broader_slugs.setdefault(slug, []).append(parent)
    return broader_slugs


def _write_type(
    session: Session, model: type[Record], changes: Sequence[Change], revision: Revision
) -> Iterator[LogEntry]:
    created: dict[str, datetime] = {}
    # Every old part is deleted before the first new one is inserted: two records may swap parts
    # that must be unique, such as the aliases of focus areas.
    for chunk in chunks([change.slug for change in changes]):
        existing = select(model.slug, model.created_at).where(model.slug.in_(chunk))
        instants = {row.slug: row.created_at for row in session.execute(existing)}
        if instants:
            _delete_parts(session, model, list(instants))
        created |= instants
    activity = f"Writing {model.entity.collection}"
    for changes_chunk in follow(chunks(changes), activity, len(changes), len):
        yield from _write_chunk(session, model, changes_chunk, created, revision)


def _delete_parts(session: Session, model: type[Record], slugs: Sequence[str]) -> None:
    for part in part_models(model):
        owner = part.__table__.columns[owner_column(model)]
        session.connection().execute(delete(part).where(owner.in_(slugs)))


def _write_chunk(
    session: Session,
    model: type[Record],
    changes: Sequence[Change],
    created: Mapping[str, datetime],
    revision: Revision,
) -> Iterator[LogEntry]:
    """`created` are the instants at which the existing ones of the records were created."""
    versions = read_last_versions(session, model.__tablename__, [change.slug for change in changes])
    inserted: list[tuple[type[Base], Row]] = []
    parts: list[tuple[type[Base], Row]] = []
    updated: list[Row] = []
    for change in changes:
        assert change.record is not None
        version = versions.get(change.slug, 0) + 1
        added = {
            "version": version,
            "created_at": created.get(change.slug, revision.created_at),
            "updated_at": revision.created_at,
        }
        record, *record_parts = make_rows(model, change.record, **added)
        parts += record_parts
        if change.slug in created:
            updated.append(record[1])
        else:
            inserted.append(record)
        snapshot = _make_snapshot(model, change.record, added)
        yield _make_entry(revision, change, version, snapshot)
    if updated:
        _update_rows(session, model, updated)
    # Records before their parts: the parts refer to them.
    insert_rows(session.connection(), [*inserted, *parts])


def _update_rows(session: Session, model: type[Record], rows: Sequence[Row]) -> None:
    values: dict[str, Any] = {}
    for column in model.__table__.columns:
        values[column.name] = bindparam(column.name)
    # SQLAlchemy reserves a parameter with the name of a column for its new value.
    statement = update(model).where(model.slug == bindparam("updated_slug")).values(values)
    parameters = [{**row, "updated_slug": row["slug"]} for row in rows]
    session.connection().execute(statement, parameters)


def _make_snapshot(model: type[Record], record: RecordCreate, added: Mapping[str, Any]) -> Row:
    # In the order of `…Read`: a response is the logged snapshot.
    read_only = {**added, "url": model.url_of(record.slug)}
    if isinstance(record, TimelineItemCreate):
        read_only |= show_bounds(record)
    return {**record.model_dump(mode="json"), **to_jsonable_python(read_only)}


def _delete_type(
    session: Session, model: type[Record], changes: Sequence[Change], revision: Revision
) -> Iterator[LogEntry]:
    slugs = [change.slug for change in changes]
    versions = read_last_versions(session, model.__tablename__, slugs)
    for chunk in chunks(slugs):
        # Through the tables: ON DELETE CASCADE deletes the parts, and no record is loaded.
        session.execute(delete(model).where(model.slug.in_(chunk)))
    for change in changes:
        yield _make_entry(revision, change, versions[change.slug] + 1, None)


def read_last_versions(session: Session, type_: str, slugs: Sequence[str]) -> dict[str, int]:
    """The last version of each slug in the log, deletions included."""
    versions: dict[str, int] = {}
    for chunk in chunks(slugs):
        last = (
            select(LogEntry.slug, func.max(LogEntry.version))
            .where(LogEntry.type == type_, LogEntry.slug.in_(chunk))
            .group_by(LogEntry.slug)
        )
        for slug, version in session.execute(last):
            versions[slug] = version
    return versions


def _make_entry(revision: Revision, change: Change, version: int, snapshot: Row | None) -> LogEntry:
    return LogEntry(
        revision=revision.number,
        type=change.type,
        slug=change.slug,
        operation=change.operation,
        version=version,
        schema_version=SCHEMA_VERSION,
        snapshot=snapshot,
    )
