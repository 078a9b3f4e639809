"""The revisions of the base, and the log entries of one record."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from app.store.models import LogEntry, Revision
from app.store.sessions import once
from app.store.statements import Statement


@dataclass(frozen=True)
class RevisionStamp:
    """A revision of one base. Another base, or this one restored from a backup, may have a revision
    of the same number, created at another instant."""

    number: int
    created_at: str


# Before the first revision.
NO_REVISION = RevisionStamp(0, "")
_LATEST = Statement(select(func.max(Revision.number)))


def read_revision(session: Session) -> int:
    """The number of the latest revision; 0 for a base without any."""
    return once(session, read_revision, lambda: _LATEST.scalar(session) or 0)


def read_last_revision(session: Session) -> tuple[int, datetime | None]:
    """The number and instant of the latest revision; 0 and None for a base without any."""
    latest = (
        select(Revision.number, Revision.created_at).order_by(Revision.number.desc()).limit(1)
    )
    row = session.execute(latest).one_or_none()
    if row is None:
        return 0, None
    return row.number, row.created_at


def read_stamp(session: Session, number: int) -> RevisionStamp:
    """The stamp of the revision, whose instant is empty if there is no such revision."""
    created_at = session.scalar(select(Revision.created_at).where(Revision.number == number))
    if created_at is None:
        return RevisionStamp(number, "")
    return RevisionStamp(number, created_at.isoformat())


def read_latest_stamp(session: Session) -> RevisionStamp:
    """The stamp of the latest revision."""
    return read_stamp(session, read_revision(session))


def find_identity(session: Session, base_url: str | None) -> str:
    """The text that tells the ids of this base's feed entries and events from those of other bases:
    the configured URL, or else the instant of the first revision."""
    # Not the URL of the request: ids must be the same at each of a server's addresses.
    return base_url or f"urn:communique:{read_stamp(session, 1).created_at}"


def just_before(before: type[LogEntry]) -> ColumnElement[bool]:
    """The condition that `before`, an alias, is the entry that `LogEntry` followed."""
    return and_(
        before.type == LogEntry.type,
        before.slug == LogEntry.slug,
        before.version == LogEntry.version - 1,
    )


def read_last_change(session: Session, type_: str, slug: str) -> LogEntry | None:
    """The latest log entry of the record with this slug, also a deletion."""
    return session.scalar(
        select(LogEntry)
        .where(LogEntry.type == type_, LogEntry.slug == slug)
        .order_by(LogEntry.version.desc())
        .limit(1)
    )
