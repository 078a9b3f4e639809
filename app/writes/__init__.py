"""The one write path: how does a list of changes become a revision, all of it or nothing?

Loading a bundle and every later way to write end in `apply`. It runs under the write lock of the
base (see `app.db.writing`), so revisions are gapless, become visible in order, and no version can
move between being compared and being set.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.db import announce, chunks, holds_write_lock
from app.errors import InvalidRecords, Problem
from app.models import Change as LoggedChange
from app.models import Revision
from app.queries.revisions import read_revision
from app.rules.changes import Change
from app.schemas.snapshots import SCHEMA_VERSION
from app.writes.judge import judge
from app.writes.records import Entry, write_records
from app.writes.search import index_records

__all__ = ["apply", "judge", "write"]


def apply(session: Session, changes: Sequence[Change], author: str, message: str) -> Revision:
    """Write the changes as one revision and commit; or raise, with nothing written.

    `session` comes from `app.db.writing`. Raises StaleVersion, InvalidRecords, AlreadyExists or
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
    unreadable: Sequence[Problem] = (),
) -> Revision:
    """As `apply`, short of the commit: what else belongs to the write can be written with it.

    `unreadable` is what could not be read of the changes: nothing is written if there is any."""
    if not holds_write_lock(session):
        raise RuntimeError("A write needs a session from app.db.writing().")
    if not changes and not unreadable:
        raise InvalidRecords("There is nothing to write.")
    if not author.strip():
        raise InvalidRecords("The author is empty. Say who answers for the changes.")
    judge(session, changes, unreadable)
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
    announce(session)
    return revision


def _log(session: Session, revision: Revision, entries: Sequence[Entry]) -> None:
    rows = [
        {"revision": revision.number, "position": place, "schema_version": SCHEMA_VERSION}
        | vars(entry)
        for place, entry in enumerate(entries)
    ]
    for some in chunks(rows):
        session.connection().execute(insert(LoggedChange), some)
