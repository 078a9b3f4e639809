"""The search documents that a write changes."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, func, select, tuple_
from sqlalchemy.orm import Session

from app.progress import follow
from app.queries.labels import read_labels
from app.rules.changes import Key
from app.store.columns import chunks
from app.store.fulltext import Texts, clear, compose, remove, store
from app.store.models import RECORDS, LogEntry, SearchDocument
from app.store.rows import focus_area_link, owner_column, stream_slugs


def index_records(session: Session, entries: Sequence[LogEntry]) -> None:
    """Update the search documents of the records just logged, and of claims about a focus area
    whose labels may have changed."""
    connection = session.connection()
    deleted = [(entry.type, entry.slug) for entry in entries if entry.snapshot is None]
    remove(connection, deleted)
    present = [entry for entry in entries if entry.snapshot is not None]
    for chunk in follow(chunks(present), "Indexing", len(present), len):
        store(connection, _compose(session, chunk))
    indexed = {(entry.type, entry.slug) for entry in entries}
    # No claim is about a new focus area but those that were just indexed.
    updated = [entry for entry in entries if entry.operation == "update"]
    areas = sorted(entry.slug for entry in updated if entry.type == "focus_area")
    if areas:
        claims = [key for key in _find_claims_about(session, areas) if key not in indexed]
        for keys in chunks(claims):
            store(connection, _compose(session, _read_last_entries(session, keys)))


def fill_index(connection: Connection) -> None:
    """Index every record if there is no search document, in the connection's transaction.

    A migration that creates the index, or changes its content, leaves it empty."""
    if connection.scalar(select(SearchDocument.id).limit(1)) is None:
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
        total += connection.scalar(select(func.count()).select_from(model)) or 0
    for keys in follow(_stream_keys(session), "Indexing", total, len):
        store(connection, _compose(session, _read_last_entries(session, keys)))
        session.expunge_all()
    return total


def _stream_keys(session: Session) -> Iterator[Sequence[Key]]:
    for model in RECORDS:
        for slugs in stream_slugs(session, model):
            yield [(model.__tablename__, slug) for slug in slugs]


def _compose(session: Session, entries: Sequence[LogEntry]) -> dict[Key, Texts]:
    snapshots = {}
    slugs: set[str] = set()
    for entry in entries:
        if entry.snapshot is not None:
            snapshots[entry.type, entry.slug] = entry.snapshot
            slugs.update(entry.snapshot.get("focus_area_slugs", ()))
    labels = read_labels(session, sorted(slugs))
    return {key: compose(key[0], snapshot, labels) for key, snapshot in snapshots.items()}


def _find_claims_about(session: Session, slugs: Sequence[str]) -> Iterator[Key]:
    """The claims about any of these focus areas, by type and slug."""
    for model in RECORDS:
        link = focus_area_link(model)
        if link is None:
            continue
        columns = link.__table__.c
        statement = select(columns[owner_column(model)])
        claims: set[str] = set()
        for chunk in chunks(slugs):
            claims.update(session.scalars(statement.where(columns.focus_area_slug.in_(chunk))))
        for slug in sorted(claims):
            yield model.__tablename__, slug


def _read_last_entries(session: Session, keys: Sequence[Key]) -> Sequence[LogEntry]:
    last = (
        select(LogEntry.type, LogEntry.slug, func.max(LogEntry.version))
        .where(tuple_(LogEntry.type, LogEntry.slug).in_(keys))
        .group_by(LogEntry.type, LogEntry.slug)
    )
    version = tuple_(LogEntry.type, LogEntry.slug, LogEntry.version)
    return session.scalars(select(LogEntry).where(version.in_(last))).all()
