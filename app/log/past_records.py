"""The records that the base had at an earlier revision, read from the log."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from app.log.change_feed import read_logged
from app.schemas.read import RecordRead
from app.store.columns import CHUNK_ROWS
from app.store.models import LogEntry


def _last_entries(revision: int) -> Select[LogEntry]:
    """The last log entry of each record up to the revision, deletions included."""
    later = aliased(LogEntry)
    is_followed = and_(
        later.type == LogEntry.type,
        later.slug == LogEntry.slug,
        later.version == LogEntry.version + 1,
        later.revision <= revision,
    )
    return select(LogEntry).where(LogEntry.revision <= revision, ~exists().where(is_followed))


def count_past_records(session: Session, revision: int) -> int:
    """The number of records that the base had at the revision."""
    existing = _last_entries(revision).where(LogEntry.operation != "delete")
    return session.scalar(select(func.count()).select_from(existing.subquery())) or 0


def stream_past_records(
    session: Session, revision: int, type_: str
) -> Iterator[tuple[LogEntry, RecordRead]]:
    """Each record of the type as it was at the revision, with its last log entry; in no order, and
    without holding earlier ones in memory."""
    existing = _last_entries(revision).where(LogEntry.type == type_, LogEntry.operation != "delete")
    for entry in session.scalars(existing, execution_options={"yield_per": CHUNK_ROWS}):
        record = read_logged(entry)
        session.expunge(entry)
        assert record is not None
        yield entry, record


def read_past_records(
    session: Session, revision: int, type_: str, slugs: Sequence[str]
) -> Iterator[RecordRead]:
    """The records as they were at the revision, without those that did not exist then."""
    entries = _last_entries(revision).where(LogEntry.type == type_, LogEntry.slug.in_(slugs))
    for entry in session.scalars(entries):
        record = read_logged(entry)
        if record is not None:
            yield record


def read_past_deletions(session: Session, revision: int) -> Iterator[LogEntry]:
    """For each record that was deleted at the revision: the deletion, and the entry before it."""
    last = _last_entries(revision).where(LogEntry.operation == "delete").subquery()
    deletion = aliased(LogEntry, last)
    is_last_or_before = and_(
        LogEntry.type == deletion.type,
        LogEntry.slug == deletion.slug,
        LogEntry.version.in_((deletion.version, deletion.version - 1)),
    )
    return session.scalars(select(LogEntry).join(deletion, is_last_or_before))
