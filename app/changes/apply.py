"""The one write path: how does a list of changes become a revision, all of it or nothing?

Loading a bundle and every later way to write end in `apply`. It runs under the write lock of the
base (see `app.store.sessions.write_session`), so revisions are gapless, become visible in order, and no version can
move between being compared and being set.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.changes.index import index_records
from app.changes.validate import validate
from app.changes.write_rows import LogEntryRow, write_records
from app.errors import InvalidRecords, ProblemItem
from app.rules.changes import Change
from app.schemas.snapshots import SCHEMA_VERSION
from app.store.columns import chunks
from app.store.models import LogEntry, Revision
from app.store.revisions import read_revision
from app.store.sessions import holds_write_lock, notify_revision


def apply(session: Session, changes: Sequence[Change], author: str, message: str) -> Revision:
    """Write the changes as one revision and commit; or raise, with nothing written.

    `session` comes from `app.store.sessions.write_session`. Raises StaleVersion, InvalidRecords, AlreadyExists or
    StillReferenced (a record that others name would be deleted) with every problem of every
    change."""
    revision = write(session, changes, author, message)
    session.commit()
    return revision


def write(
    session: Session,
    changes: Sequence[Change],
    author: str,
    message: str,
    unreadable: Sequence[ProblemItem] = (),
) -> Revision:
    """As `apply`, short of the commit: what else belongs to the write can be written with it.

    `unreadable` is what could not be read of the changes: nothing is written if there is any."""
    if not holds_write_lock(session):
        raise RuntimeError("A write needs a session from app.store.sessions.write_session().")
    if not changes and not unreadable:
        raise InvalidRecords("There is nothing to write.")
    if not author.strip():
        raise InvalidRecords("The author is empty. Say who answers for the changes.")
    validate(session, changes, unreadable)
    # Rows are written past the session: it is to know none that it would take for current.
    session.expunge_all()
    revision = Revision(
        number=read_revision(session) + 1,
        author=author,
        message=message,
        created_at=datetime.now(UTC),
    )
    session.add(revision)
    session.flush()
    entries = list(write_records(session, changes, revision.created_at))
    _log(session, revision, entries)
    index_records(session, entries)
    notify_revision(session)
    return revision


def _log(session: Session, revision: Revision, entries: Sequence[LogEntryRow]) -> None:
    rows = [
        {"revision": revision.number, "position": place, "schema_version": SCHEMA_VERSION}
        | vars(entry)
        for place, entry in enumerate(entries)
    ]
    for some in chunks(rows):
        session.connection().execute(insert(LogEntry), some)
