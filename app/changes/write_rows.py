"""The rows of records and their parts after a change list, and its log entries."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from graphlib import TopologicalSorter

from pydantic_core import to_jsonable_python
from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from app.changes.links import SourceUrls, read_source_urls, show_citation
from app.progress import follow
from app.rules.changes import Change, slugs_of
from app.schemas.computed import compute_fields
from app.schemas.snapshots import SCHEMA_VERSION
from app.schemas.write import DocumentCreate, FocusAreaCreate, RecordCreate
from app.store.columns import chunks
from app.store.document_texts import store_texts
from app.store.models import (
    RECORDS,
    Base,
    FocusArea,
    FocusAreaBroader,
    LogEntry,
    Record,
    Revision,
)
from app.store.rows import (
    Row,
    insert_rows,
    make_rows,
    owner_column,
    part_models,
    select_in_chunks,
)


def write_records(
    session: Session,
    changes: Sequence[Change],
    revision: Revision,
) -> Iterator[Row]:
    """Write the records, and yield the row of LogEntry for each change, in the order of the log.

    Parents are written before, and deleted after, their children: a client that replays the log
    never reads a reference to a record that it has not got."""
    written: dict[str, list[Change]] = defaultdict(list)
    deleted: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        if change.operation == "delete":
            deleted[change.type].append(change)
        else:
            written[change.type].append(change)
    for model in RECORDS:
        of_type = written[model.__tablename__]
        if of_type:
            yield from _write_type(session, model, of_type, revision)
    for model in reversed(RECORDS):
        of_type = deleted[model.__tablename__]
        if of_type:
            yield from _delete_type(session, model, of_type, revision)


def _write_type(
    session: Session,
    model: type[Record],
    changes: Sequence[Change],
    revision: Revision,
) -> Iterator[Row]:
    if model is FocusArea:
        changes = _sort_broader_first(changes, _broader_slugs(changes))
    store_texts(session.connection(), _texts(changes))
    created = _read_created(session, model, slugs_of(changes))
    # Every old part is deleted before the first new one is inserted: two records may swap parts
    # that must be unique, such as the aliases of focus areas.
    _delete_parts(session, model, list(created))
    activity = f"Writing {model.entity.collection}"
    for chunk in follow(chunks(changes), activity, len(changes), len):
        yield from _write_chunk(session, model, chunk, created, revision)


def _texts(changes: Sequence[Change]) -> Iterator[str]:
    for change in changes:
        if isinstance(change.record, DocumentCreate) and change.record.text is not None:
            yield change.record.text


def _read_created(
    session: Session,
    model: type[Record],
    slugs: Sequence[str],
) -> dict[str, datetime]:
    """The instants at which the existing ones of these records were created, by slug."""
    statement = select(model.slug, model.created_at)
    return dict(select_in_chunks(session, statement, model.slug, slugs))


def _delete_parts(
    session: Session,
    model: type[Record],
    slugs: Sequence[str],
) -> None:
    connection = session.connection()
    for chunk in chunks(slugs):
        for part in part_models(model):
            owner = part.__table__.columns[owner_column(model)]
            connection.execute(delete(part).where(owner.in_(chunk)))


def _write_chunk(
    session: Session,
    model: type[Record],
    changes: Sequence[Change],
    created: Mapping[str, datetime],
    revision: Revision,
) -> Iterator[Row]:
    versions = read_last_versions(session, model.__tablename__, slugs_of(changes))
    # Documents are written before the records that cite them.
    source_urls = read_source_urls(session, changes)
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
            # SQLAlchemy reserves a parameter with the name of a column for its new value.
            updated.append({**record[1], "updated_slug": change.slug})
        else:
            inserted.append(record)
        snapshot = _make_snapshot(model, change.record, added, source_urls)
        yield make_entry(revision, change, version, snapshot)
    if updated:
        _update_rows(session, model, updated)
    # Records before their parts, which refer to them by foreign key.
    insert_rows(session.connection(), [*inserted, *parts])


def _update_rows(
    session: Session,
    model: type[Record],
    rows: Sequence[Row],
) -> None:
    # An update and not a new row: other records refer to this one.
    columns = model.__table__.columns
    statement = (
        update(model)
        .where(model.slug == bindparam("updated_slug"))
        .values({column.name: bindparam(column.name) for column in columns})
    )
    session.connection().execute(statement, rows)


def _make_snapshot(
    model: type[Record],
    record: RecordCreate,
    added: Row,
    source_urls: SourceUrls,
) -> Row:
    # In the order of `…Read`: a response is the logged snapshot. The text of a document is not in
    # it, only its digest: a new title would log the whole text again.
    logged = set(model.entity.read.model_fields)
    url = model.url_of(record.slug)
    read_only = {**added, "url": url, **compute_fields(record, url)}
    snapshot: Row = record.model_dump(mode="json", include=logged)
    snapshot["citations"] = [show_citation(cited, source_urls) for cited in record.citations]
    return {**snapshot, **to_jsonable_python(read_only)}


def _delete_type(
    session: Session,
    model: type[Record],
    changes: Sequence[Change],
    revision: Revision,
) -> Iterator[Row]:
    if model is FocusArea:
        changes = _sort_broader_first(changes, _read_broader_slugs(session, changes))[::-1]
    slugs = slugs_of(changes)
    versions = read_last_versions(session, model.__tablename__, slugs)
    for chunk in chunks(slugs):
        # Through the tables: ON DELETE CASCADE deletes the parts, and no record is loaded.
        session.execute(delete(model).where(model.slug.in_(chunk)))
    for change in changes:
        version = versions[change.slug] + 1
        yield make_entry(revision, change, version, None)


def _sort_broader_first(
    changes: Sequence[Change],
    broader_slugs: Mapping[str, Sequence[str]],
) -> list[Change]:
    by_slug = {change.slug: change for change in changes}
    graph = {}
    for slug in by_slug:
        parents = broader_slugs.get(slug, ())
        graph[slug] = [parent for parent in parents if parent in by_slug]
    return [by_slug[slug] for slug in TopologicalSorter(graph).static_order()]


def _broader_slugs(changes: Sequence[Change]) -> dict[str, list[str]]:
    slugs = {}
    for change in changes:
        if isinstance(change.record, FocusAreaCreate):
            slugs[change.slug] = change.record.broader_slugs
    return slugs


def _read_broader_slugs(
    session: Session,
    changes: Sequence[Change],
) -> dict[str, list[str]]:
    link = FocusAreaBroader
    statement = select(link.focus_area_slug, link.broader_slug)
    rows = select_in_chunks(session, statement, link.focus_area_slug, slugs_of(changes))
    broader_slugs: dict[str, list[str]] = defaultdict(list)
    for slug, broader_slug in rows:
        broader_slugs[slug].append(broader_slug)
    return broader_slugs


def read_last_versions(
    session: Session,
    type_: str,
    slugs: Sequence[str],
) -> dict[str, int]:
    """The last version of each slug in the log, deletions included."""
    statement = (
        select(LogEntry.slug, func.max(LogEntry.version))
        .where(LogEntry.type == type_)
        .group_by(LogEntry.slug)
    )
    return dict(select_in_chunks(session, statement, LogEntry.slug, slugs))


def make_entry(
    revision: Revision,
    change: Change,
    version: int,
    snapshot: Row | None,
) -> Row:
    """The row of LogEntry for a change that makes this version; its position is still missing."""
    return {
        "revision": revision.number,
        "type": change.type,
        "slug": change.slug,
        "operation": change.operation,
        "version": version,
        "schema_version": SCHEMA_VERSION,
        "snapshot": snapshot,
    }
