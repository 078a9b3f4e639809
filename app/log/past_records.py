"""Records as the log has them: after one entry, or at a revision of the base."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from app.schemas.read import RecordRead
from app.schemas.record_types import ENTITIES
from app.schemas.snapshots import read_snapshot
from app.store.columns import CHUNK_ROWS
from app.store.models import LogEntry


def read_logged(entry: LogEntry) -> RecordRead | None:
    """The record after the logged change; None for a deletion."""
    if entry.snapshot is None:
        return None
    snapshot = read_snapshot(entry.type, entry.schema_version, entry.snapshot)
    return ENTITIES[entry.type].read.model_validate(snapshot, strict=False)


def select_last_entries(revision: int) -> Select[LogEntry]:
    """The last log entry of each record up to the revision, deletions included."""
    return select(LogEntry).where(LogEntry.revision <= revision, _is_last(revision))


def _is_last(revision: int) -> ColumnElement[bool]:
    """Whether no entry of the same record up to the revision follows."""
    # The next version is one look-up in the index of versions; a GROUP BY would read the whole log.
    later = aliased(LogEntry)
    is_followed = and_(
        later.type == LogEntry.type,
        later.slug == LogEntry.slug,
        later.version == LogEntry.version + 1,
        later.revision <= revision,
    )
    return ~exists().where(is_followed)


def count_past_records(session: Session, revision: int) -> int:
    """The number of records that the base had at the revision."""
    existing = select_last_entries(revision).where(LogEntry.operation != "delete")
    count = select(func.count()).select_from(existing.subquery())
    return session.scalar(count) or 0


def stream_past_records(
    session: Session,
    revision: int,
    type_: str,
) -> Iterator[tuple[LogEntry, RecordRead]]:
    """Each record of the type as it was at the revision, with its last log entry; in no order, and
    without holding earlier ones in memory."""
    existing = (
        select_last_entries(revision)
        .where(LogEntry.type == type_)
        .where(LogEntry.operation != "delete")
        .execution_options(yield_per=CHUNK_ROWS)
    )
    for entry in session.scalars(existing):
        record = read_logged(entry)
        # The session would otherwise hold every entry until it is closed.
        session.expunge(entry)
        assert record is not None
        yield entry, record


def read_past_records(
    session: Session,
    revision: int,
    type_: str,
    slugs: Sequence[str],
) -> Iterator[RecordRead]:
    """The records as they were at the revision, without those that did not exist then."""
    entries = select(LogEntry).where(
        LogEntry.type == type_,
        LogEntry.slug.in_(slugs),
        # A sum, which is in no index: SQLite would read all entries of the type up to the revision.
        LogEntry.revision + 0 <= revision,
        _is_last(revision),
    )
    for entry in session.scalars(entries):
        record = read_logged(entry)
        if record is not None:
            yield record


def read_past_deletions(session: Session, revision: int) -> Iterator[LogEntry]:
    """For each record that was deleted at the revision: the deletion, and the entry before it."""
    deletions = select_last_entries(revision).where(LogEntry.operation == "delete")
    deletion = aliased(LogEntry, deletions.subquery())
    is_last_or_before = and_(
        LogEntry.type == deletion.type,
        LogEntry.slug == deletion.slug,
        LogEntry.version.in_((deletion.version, deletion.version - 1)),
    )
    return session.scalars(select(LogEntry).join(deletion, is_last_or_before))
