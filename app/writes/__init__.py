"""The one write path: how does a list of changes become a revision, all of it or nothing?

Loading a bundle and every later way to write end in `apply`. It runs under the write lock of the
base (see `app.db.writing`), so revisions are gapless, become visible in order, and no version can
move between being compared and being set.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from app.db import holds_write_lock
from app.errors import InvalidRecords
from app.models import Change as LoggedChange
from app.models import Revision
from app.queries.revisions import read_revision
from app.rules.changes import Change
from app.writes.judge import judge
from app.writes.records import write_records
from app.writes.search import index_records

__all__ = ["apply", "judge"]


def apply(session: Session, changes: Sequence[Change], author: str, message: str) -> Revision:
    """Write the changes as one revision and commit; or raise, with nothing written.

    `session` comes from `app.db.writing`. Raises InvalidRecords with every problem of every
    change, or StillReferenced if a record that others name would be deleted.
    """
    if not holds_write_lock(session):
        raise RuntimeError("apply() needs a session from app.db.writing().")
    if not changes:
        raise InvalidRecords("There is nothing to write.")
    if not author.strip():
        raise InvalidRecords("The author is empty. Say who answers for the changes.")
    judge(session, changes)
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
    session.commit()
    return revision


def _log(session: Session, revision: Revision, entries: Sequence[LoggedChange]) -> None:
    for position, entry in enumerate(entries):
        entry.revision = revision.number
        entry.position = position
    session.add_all(entries)
    session.flush()
