"""The search documents that a write changes."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, func, select, tuple_
from sqlalchemy.orm import Session

from app.progress import follow
from app.queries.labels import read_labels
from app.rules.changes import Key
from app.store.columns import chunks
from app.store.document_texts import with_beginning
from app.store.fulltext import MAX_INDEXED_CHARACTERS, clear, compose, remove, store
from app.store.models import RECORDS, LogEntry, SearchDocument
from app.store.rows import Row, focus_area_link, owner_column, select_in_chunks, stream_slugs

Snapshot = tuple[Key, Row]  # the record as it was logged, in JSON


def index_records(session: Session, entries: Sequence[Row]) -> None:
    """Update the search documents of the records in these rows of LogEntry, and of claims about a
    focus area whose labels may have changed."""
    present: list[Snapshot] = []
    deleted: list[Key] = []
    relabelled: list[str] = []
    for entry in entries:
        key = (entry["type"], entry["slug"])
        if entry["snapshot"] is None:
            deleted.append(key)
        else:
            present.append((key, entry["snapshot"]))
        # Claims about a new focus area are in the same change list, so only updates matter.
        if entry["type"] == "focus_area" and entry["operation"] == "update":
            relabelled.append(entry["slug"])
    remove(session.connection(), deleted)
    progress = follow(chunks(present), "Indexing", len(present), len)
    for chunk in progress:
        _store_documents(session, chunk)
    if relabelled:
        claims = set(_find_claims_about(session, relabelled))
        for entry in entries:
            claims.discard((entry["type"], entry["slug"]))
        for keys in chunks(sorted(claims)):
            _store_documents(session, _read_last_snapshots(session, keys))


def fill_index(connection: Connection) -> None:
    """Index every record if there is no search document, in the connection's transaction.

    A migration that creates the index, or changes its content, leaves it empty."""
    any_document = select(SearchDocument.id).limit(1)
    if connection.scalar(any_document) is None:
        with Session(connection) as session:
            _index_all(session)


def rebuild_index(session: Session) -> int:
    """Index every record again, in constant memory; the number of records."""
    clear(session.connection())
    return _index_all(session)


def _index_all(session: Session) -> int:
    connection = session.connection()
    total = 0
    for model in RECORDS:
        count = select(func.count()).select_from(model)
        total += connection.scalar(count) or 0
    for keys in follow(_stream_keys(session), "Indexing", total, len):
        _store_documents(session, _read_last_snapshots(session, keys))
    return total


def _stream_keys(session: Session) -> Iterator[Sequence[Key]]:
    for model in RECORDS:
        type_ = model.__tablename__
        for slugs in stream_slugs(session, model):
            yield [(type_, slug) for slug in slugs]


def _store_documents(session: Session, snapshots: Sequence[Snapshot]) -> None:
    slugs: set[str] = set()
    for _, snapshot in snapshots:
        slugs.update(snapshot.get("focus_area_slugs", ()))
    labels = read_labels(session, sorted(slugs))
    documents = {}
    for key, snapshot in snapshots:
        record = with_beginning(session, snapshot, MAX_INDEXED_CHARACTERS)
        documents[key] = compose(key[0], record, labels)
    store(session.connection(), documents)


def _find_claims_about(
    session: Session,
    slugs: Sequence[str],
) -> Iterator[Key]:
    """The claims about any of these focus areas, perhaps more than once."""
    for model in RECORDS:
        link = focus_area_link(model)
        if link is None:
            continue
        columns = link.__table__.c
        owner = columns[owner_column(model)]
        statement = select(owner)
        rows = select_in_chunks(session, statement, columns.focus_area_slug, slugs)
        for (slug,) in rows:
            yield model.__tablename__, slug


def _read_last_snapshots(
    session: Session,
    keys: Sequence[Key],
) -> list[Snapshot]:
    record = (LogEntry.type, LogEntry.slug)
    last_versions = (
        select(*record, func.max(LogEntry.version))
        .where(tuple_(*record).in_(keys))
        .group_by(*record)
    )
    version = tuple_(*record, LogEntry.version)
    entries = select(*record, LogEntry.snapshot).where(version.in_(last_versions))
    snapshots = []
    for type_, slug, snapshot in session.execute(entries):
        snapshots.append(((type_, slug), snapshot))
    return snapshots
