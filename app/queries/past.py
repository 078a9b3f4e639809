"""Which records did the base have at a revision?"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from app.db import CHUNK
from app.errors import CannotLookBack, Problem
from app.models import Change, Revision
from app.queries.changes import read_logged
from app.queries.revisions import read_revision
from app.schemas.fields import read_as_of
from app.schemas.read import RecordRead


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
    return CannotLookBack(said, [Problem(said, parameter="as_of")])


def _last_changes(number: int) -> Select[Change]:
    """The last change to each record until the revision, deletions too."""
    later = aliased(Change)
    after = and_(
        later.type == Change.type,
        later.slug == Change.slug,
        later.version == Change.version + 1,
        later.revision <= number,
    )
    return select(Change).where(Change.revision <= number, ~exists().where(after))


def count_past(session: Session, number: int) -> int:
    """How many records the base had then."""
    there = _last_changes(number).where(Change.operation != "delete")
    return session.scalar(select(func.count()).select_from(there.subquery())) or 0


def stream_past(session: Session, number: int, type_: str) -> Iterator[tuple[Change, RecordRead]]:
    """Each record of the type as it was then, with the change that made it so, in no order, and
    none kept."""
    last = _last_changes(number).where(Change.type == type_, Change.operation != "delete")
    for change in session.scalars(last, execution_options={"yield_per": CHUNK}):
        record = read_logged(change)
        session.expunge(change)
        assert record is not None
        yield change, record


def read_some_past(
    session: Session, number: int, type_: str, slugs: Sequence[str]
) -> Iterator[RecordRead]:
    """Those of the records as they were then that were there."""
    mine = _last_changes(number).where(Change.type == type_, Change.slug.in_(slugs))
    for change in session.scalars(mine):
        record = read_logged(change)
        if record is not None:
            yield record


def read_gone_by(session: Session, number: int) -> Iterator[Change]:
    """Of each record that was not there then, but had been, its deletion, and the change before."""
    last = _last_changes(number).where(Change.operation == "delete").subquery()
    deleted = aliased(Change, last)
    mine = and_(
        Change.type == deleted.type,
        Change.slug == deleted.slug,
        Change.version.in_((deleted.version, deleted.version - 1)),
    )
    return session.scalars(select(Change).join(deleted, mine))
