"""Which search documents does a write change, and to what?"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, func, select, tuple_
from sqlalchemy.orm import Session

from app.changes.write_rows import LogEntryRow
from app.progress import follow
from app.queries.labels import read_labels
from app.store.columns import CHUNK_ROWS, chunks
from app.store.fulltext import Key, Texts, clear, compose, forget, store
from app.store.models import (
    RECORDS,
    ExpectedOutcomeFocusArea,
    InitiativeFocusArea,
    LogEntry,
    SearchDocument,
    TimelineItemFocusArea,
)

# The links of claims to focus areas, with the column that names the claim.
_LINKS: dict[str, tuple[Any, Any]] = {
    "initiative": (InitiativeFocusArea, InitiativeFocusArea.initiative_slug),
    "expected_outcome": (ExpectedOutcomeFocusArea, ExpectedOutcomeFocusArea.expected_outcome_slug),
    "timeline_item": (TimelineItemFocusArea, TimelineItemFocusArea.timeline_item_slug),
}


def index_records(session: Session, entries: Sequence[LogEntryRow]) -> None:
    """Bring the search documents up to what was just logged: those of the records themselves, and
    of claims that are about a focus area whose labels may have changed."""
    connection = session.connection()
    deleted = [(entry.type, entry.slug) for entry in entries if entry.snapshot is None]
    forget(connection, deleted)
    relabelled = sorted(
        entry.slug
        for entry in entries
        if entry.type == "focus_area" and entry.operation == "update"
    )
    touched = {(entry.type, entry.slug) for entry in entries}
    present = [entry for entry in entries if entry.snapshot is not None]
    for some in follow(chunks(present), "Indexing", len(present), len):
        store(connection, _compose(session, some))
    for claims in _find_claims_about(session, relabelled):
        others = [key for key in claims if key not in touched]
        store(connection, _compose(session, _read_last_entries(session, others)))


def fill_index(connection: Connection) -> None:
    """Make the search document of every record if there are none, in the connection's transaction:
    a migration that makes the index, or changes what is kept there, leaves it empty."""
    if connection.scalar(select(SearchDocument.id).limit(1)) is None:
        with Session(connection) as session:
            _index_all(session)


def rebuild_index(session: Session) -> int:
    """Make the search document of every record anew, in constant memory; how many there are."""
    clear(session.connection())
    return _index_all(session)


def _index_all(session: Session) -> int:
    connection = session.connection()
    counts = (select(func.count()).select_from(model) for model in RECORDS)
    total = sum(connection.scalar(count) or 0 for count in counts)
    for some in follow(_stream_keys(connection), "Indexing", total, len):
        store(connection, _compose(session, _read_last_entries(session, some)))
        session.expunge_all()
    return total


def _stream_keys(connection: Connection) -> Iterator[Sequence[Key]]:
    """Every record, some at a time, by type and slug."""
    for model in RECORDS:
        after = ""
        while True:
            slugs = (
                select(model.slug).where(model.slug > after).order_by(model.slug).limit(CHUNK_ROWS)
            )
            some = connection.scalars(slugs).all()
            if not some:
                break
            yield [(model.__tablename__, slug) for slug in some]
            after = some[-1]


def _compose(session: Session, entries: Sequence[LogEntryRow]) -> dict[Key, Texts]:
    slugs = {
        slug for entry in entries for slug in (entry.snapshot or {}).get("focus_area_slugs", ())
    }
    labels = read_labels(session, sorted(slugs))
    return {
        (entry.type, entry.slug): compose(entry.type, entry.snapshot, labels)
        for entry in entries
        if entry.snapshot is not None
    }


def _find_claims_about(session: Session, slugs: Sequence[str]) -> Iterator[Sequence[Key]]:
    """The claims about any of these focus areas, some at a time."""
    for type_, (link, owner) in _LINKS.items():
        found: set[str] = set()
        for some in chunks(slugs):
            found.update(session.scalars(select(owner).where(link.focus_area_slug.in_(some))))
        yield from chunks([(type_, slug) for slug in sorted(found)])


def _read_last_entries(session: Session, keys: Sequence[Key]) -> Sequence[LogEntryRow]:
    last = (
        select(LogEntry.type, LogEntry.slug, func.max(LogEntry.version))
        .where(tuple_(LogEntry.type, LogEntry.slug).in_(keys))
        .group_by(LogEntry.type, LogEntry.slug)
    )
    this = tuple_(LogEntry.type, LogEntry.slug, LogEntry.version)
    rows = select(
        LogEntry.type, LogEntry.slug, LogEntry.operation, LogEntry.version, LogEntry.snapshot
    )
    return [LogEntryRow(*row) for row in session.execute(rows.where(this.in_(last)))]
