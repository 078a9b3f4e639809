"""How do the rows of records and their parts come to say what a change says?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from graphlib import TopologicalSorter
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy import Update, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from app.progress import follow
from app.rules.changes import Change
from app.schemas.timeline import show_bounds
from app.schemas.write import FocusAreaCreate, RecordCreate, TimelineItemCreate
from app.store.columns import chunks
from app.store.models import RECORDS, Base, FocusArea, FocusAreaBroader, LogEntry, Record
from app.store.rows import Row, insert_rows, make_rows, owner_column, part_models
from app.vocabulary import Operation

# The parameter that says which row is replaced: no column is called so.
_REPLACED = "replaced_slug"


@dataclass(frozen=True)
class LogEntryRow:
    """What is to be logged of one change: the snapshot is the record as a reader gets it, in
    JSON; None: it was deleted."""

    type: str
    slug: str
    operation: Operation
    version: int
    snapshot: Row | None


def write_records(
    session: Session, changes: Sequence[Change], now: datetime
) -> Iterator[LogEntryRow]:
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
) -> Iterator[LogEntryRow]:
    created: dict[str, datetime] = {}
    # Old parts must be gone before new ones come: a swap of two would collide on its way.
    for some in chunks([change.slug for change in changes]):
        stored = select(model.slug, model.created_at).where(model.slug.in_(some))
        present = {row.slug: row.created_at for row in session.execute(stored)}
        _delete_parts(session, model, list(present))
        created |= present
    for few in follow(chunks(changes), f"Writing {model.entity.collection}", len(changes), len):
        yield from _write_some(session, model, few, created, now)


def _write_some(
    session: Session,
    model: type[Record],
    changes: Sequence[Change],
    created: Mapping[str, datetime],
    now: datetime,
) -> Iterator[LogEntryRow]:
    versions = read_last_versions(session, model.__tablename__, [change.slug for change in changes])
    # Records before their parts, whichever of them are new.
    records: list[tuple[type[Base], Row]] = []
    parts: list[tuple[type[Base], Row]] = []
    replaced: list[Row] = []
    for change in changes:
        assert change.record is not None
        version = versions.get(change.slug, 0) + 1
        created_at = created.get(change.slug, now)
        added = {"version": version, "created_at": created_at, "updated_at": now}
        record, *more = make_rows(model, change.record, **added)
        if change.slug in created:
            replaced.append(record[1] | {_REPLACED: change.slug})
        else:
            records.append(record)
        parts += more
        yield _entry(change, version, _snapshot(model, change.record, added))
    connection = session.connection()
    if replaced:
        connection.execute(_replacement(model), replaced)
    insert_rows(connection, [*records, *parts])


def _replacement(model: type[Record]) -> Update:
    names = [column.name for column in model.__table__.columns]
    values: dict[str, Any] = {name: bindparam(name) for name in names}
    same = model.slug == bindparam(_REPLACED)
    return update(model).where(same).values(values)


def _delete_parts(session: Session, model: type[Record], slugs: Sequence[str]) -> None:
    for part in part_models(model) if slugs else ():
        owner = part.__table__.columns[owner_column(model)]
        session.connection().execute(delete(part).where(owner.in_(slugs)))


def _snapshot(model: type[Record], record: RecordCreate, added: Mapping[str, Any]) -> Row:
    shown = show_bounds(record) if isinstance(record, TimelineItemCreate) else {}
    # In the order of `…Read`: an answer is what is logged.
    more = {**added, "url": model.url_of(record.slug), **shown}
    return {**record.model_dump(mode="json"), **to_jsonable_python(more)}


def _delete_type(
    session: Session, model: type[Record], changes: Sequence[Change]
) -> Iterator[LogEntryRow]:
    slugs = [change.slug for change in changes]
    versions = read_last_versions(session, model.__tablename__, slugs)
    for some in chunks(slugs):
        # Through the tables: parts go by ON DELETE CASCADE, and nothing needs to be loaded.
        session.execute(delete(model).where(model.slug.in_(some)))
    for change in changes:
        yield _entry(change, versions[change.slug] + 1, None)


def read_last_versions(session: Session, type_: str, slugs: Sequence[str]) -> dict[str, int]:
    """The last version of each slug that the log knows, deletions included."""
    return {
        slug: version
        for some in chunks(slugs)
        for slug, version in session.execute(
            select(LogEntry.slug, func.max(LogEntry.version))
            .where(LogEntry.type == type_, LogEntry.slug.in_(some))
            .group_by(LogEntry.slug)
        )
    }


def _entry(change: Change, version: int, snapshot: Row | None) -> LogEntryRow:
    return LogEntryRow(change.type, change.slug, change.operation, version, snapshot)
