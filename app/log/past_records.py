"""Which records did the base have at a revision?"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from app.errors import CannotLookBack
from app.log.change_feed import read_logged
from app.schemas.fields import read_as_of
from app.schemas.read import RecordRead
from app.store.columns import CHUNK_ROWS
from app.store.models import LogEntry, Revision
from app.store.revisions import read_revision


def find_revision(session: Session, as_of: str) -> int:
    """The revision that the base had then. Raises CannotLookBack if it had none yet, or has not
    had that many."""
    now, when = read_revision(session), read_as_of(as_of)
    if isinstance(when, datetime):
        if when > datetime.now(UTC):
            raise _cannot(f"{as_of} is still to come. Ask without `as_of` for the base as it is.")
        upto = select(func.max(Revision.number)).where(Revision.created_at <= when)
        number = session.scalar(upto) or 0
    else:
        number = when
    if number > now:
        raise _cannot(f"There is no revision {number} yet: the base is at {now}.")
    if number == 0:
        first = session.scalar(select(Revision.created_at).where(Revision.number == 1))
        began = f"its first revision is of {first.isoformat()}" if first else "it has no revision"
        raise _cannot(f"There was nothing in the base at {as_of}: {began}.")
    return number


def _cannot(said: str) -> CannotLookBack:
    return CannotLookBack.at(said, parameter="as_of")


def _last_changes(number: int) -> Select[LogEntry]:
    """The last change to each record until the revision, deletions too."""
    later = aliased(LogEntry)
    after = and_(
        later.type == LogEntry.type,
        later.slug == LogEntry.slug,
        later.version == LogEntry.version + 1,
        later.revision <= number,
    )
    return select(LogEntry).where(LogEntry.revision <= number, ~exists().where(after))


def count_past(session: Session, number: int) -> int:
    """How many records the base had then."""
    there = _last_changes(number).where(LogEntry.operation != "delete")
    return session.scalar(select(func.count()).select_from(there.subquery())) or 0


def stream_past(session: Session, number: int, type_: str) -> Iterator[tuple[LogEntry, RecordRead]]:
    """Each record of the type as it was then, with the change that made it so, in no order, and
    none kept."""
    last = _last_changes(number).where(LogEntry.type == type_, LogEntry.operation != "delete")
    for change in session.scalars(last, execution_options={"yield_per": CHUNK_ROWS}):
        record = read_logged(change)
        session.expunge(change)
        assert record is not None
        yield change, record


def read_some_past(
    session: Session, number: int, type_: str, slugs: Sequence[str]
) -> Iterator[RecordRead]:
    """Those of the records as they were then that were there."""
    mine = _last_changes(number).where(LogEntry.type == type_, LogEntry.slug.in_(slugs))
    for change in session.scalars(mine):
        record = read_logged(change)
        if record is not None:
            yield record


def read_deletions(session: Session, number: int) -> Iterator[LogEntry]:
    """Of each record that was not there then, but had been, its deletion, and the change before."""
    last = _last_changes(number).where(LogEntry.operation == "delete").subquery()
    deleted = aliased(LogEntry, last)
    mine = and_(
        LogEntry.type == deleted.type,
        LogEntry.slug == deleted.slug,
        LogEntry.version.in_((deleted.version, deleted.version - 1)),
    )
    return session.scalars(select(LogEntry).join(deleted, mine))
