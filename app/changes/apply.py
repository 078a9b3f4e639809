"""The only write path: a list of changes becomes one revision, all of it or nothing.

It runs under the write lock of the base (see `app.store.sessions.write_session`). So revisions are
gapless and become visible in order, and no version changes between its check and its update.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.changes.count_updates import CountUpdate
from app.changes.index import index_records
from app.changes.links import find_relinking
from app.changes.relink import relink
from app.changes.validate import validate
from app.changes.write_rows import write_records
from app.errors import InvalidRecords, ProblemItem
from app.rules.changes import Change
from app.store.columns import chunks
from app.store.models import LogEntry, Revision
from app.store.revisions import read_last_revision
from app.store.rows import Row
from app.store.sessions import holds_write_lock, notify_revision, read_max_changes


def apply(
    session: Session,
    changes: Sequence[Change],
    author: str,
    message: str,
) -> Revision:
    """Write the changes as one revision and commit; an error leaves the base unchanged.

    `session` comes from `app.store.sessions.write_session`. Raises StaleVersion, InvalidRecords,
    AlreadyExists or StillReferenced (other records name one that would be deleted) with every
    problem of every change; InvalidRequest if new links change too many records."""
    revision = write(session, changes, author, message)
    session.commit()
    return revision


def write(
    session: Session,
    changes: Sequence[Change],
    author: str,
    message: str,
    unreadable: Sequence[ProblemItem] = (),
    *,
    are_judged: bool = False,
) -> Revision:
    """As `apply`, without the commit: the caller may add to the transaction.

    `unreadable` are the problems of parsing; with any of them, nothing is written. `are_judged`
    says that the rules within one record were applied to these changes already."""
    if not holds_write_lock(session):
        raise RuntimeError("A write needs a session from app.store.sessions.write_session().")
    if not changes and not unreadable:
        raise InvalidRecords("There is nothing to write.")
    if not author.strip():
        raise InvalidRecords("The author is empty. Name who is responsible for the changes.")
    validate(session, changes, unreadable, are_judged=are_judged)
    relinking = find_relinking(session, changes, read_max_changes(session))
    # The rows of records are written without the session, so it must not hold old ones.
    session.expunge_all()
    revision = _next_revision(session, author, message)
    session.add(revision)
    # Log entries refer to the revision, and without a relationship the session cannot know it.
    session.flush()
    counts = CountUpdate(session, changes)
    entries = list(write_records(session, changes, revision))
    relinked = relink(session, relinking, revision)
    _append_entries(session, [*entries, *relinked])
    counts.write()
    # Links are in no search document, and in no count.
    index_records(session, entries)
    notify_revision(session)
    return revision


def _append_entries(session: Session, entries: Sequence[Row]) -> None:
    for position, entry in enumerate(entries):
        entry["position"] = position
    # As rows and not as objects: these would make loading a bundle a third slower.
    for chunk in chunks(entries):
        session.connection().execute(insert(LogEntry), chunk)


def _next_revision(
    session: Session,
    author: str,
    message: str,
) -> Revision:
    """The next revision, whose instant is later than that of the one before, even if the clock was
    set back: `as_of` and `updated_since` rely on it."""
    created_at = datetime.now(UTC)
    number, last_created_at = read_last_revision(session)
    if last_created_at is not None:
        created_at = max(created_at, last_created_at + timedelta(microseconds=1))
    return Revision(number=number + 1, author=author, message=message, created_at=created_at)
