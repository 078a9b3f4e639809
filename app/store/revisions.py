"""At which revision is the base, and what became of a record?"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from app.store.models import LogEntry, Revision


@dataclass(frozen=True)
class RevisionStamp:
    """A revision of one base. Another base, or this one restored from a backup, may have a revision
    of the same number, created at another instant."""

    number: int
    created_at: str


_LATEST = select(func.max(Revision.number))


def read_revision(session: Session) -> int:
    """The number of the latest revision; 0 for a base into which nothing was ever written."""
    return session.connection().scalar(_LATEST) or 0


def read_instant(session: Session, revision: int) -> str:
    """When the revision was made; nothing for the base before the first one."""
    made = session.scalar(select(Revision.created_at).where(Revision.number == revision))
    return made.isoformat() if made is not None else ""


def find_identity(session: Session, known_as: str | None) -> str:
    """What tells the ids of this base's events and entries from those of others: where users find
    it, if that is set, or when its first revision was made. Not the address of a request: ids stay
    the same whichever it was."""
    return known_as or f"urn:communique:{read_instant(session, 1)}"


def just_before(before: type[LogEntry]) -> ColumnElement[bool]:
    """Which of two changes (an alias, and `LogEntry`) made the version before the other's."""
    return and_(
        before.type == LogEntry.type,
        before.slug == LogEntry.slug,
        before.version == LogEntry.version - 1,
    )


def read_last_change(session: Session, type_: str, slug: str) -> LogEntry | None:
    """The latest change to the record with this slug, also if that deleted it."""
    return session.scalar(
        select(LogEntry)
        .where(LogEntry.type == type_, LogEntry.slug == slug)
        .order_by(LogEntry.version.desc())
        .limit(1)
    )
