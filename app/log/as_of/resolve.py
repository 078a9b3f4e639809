"""Which base does `as_of` mean: the current base, or a historical one?"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import CannotLookBack
from app.log.as_of.historical_bases import HistoricalBases
from app.schemas.fields import read_as_of
from app.store.models import Revision
from app.store.revisions import RevisionStamp, read_last_revision, read_revision, read_stamp
from app.store.sessions import read_session


@dataclass(frozen=True)
class ResolvedAsOf:
    """The revision that `as_of` names. If it is the latest (`is_current`), the session that
    resolved it reads the right base; otherwise a historical base has it."""

    stamp: RevisionStamp
    is_current: bool


def resolve_as_of(session: Session, as_of: str) -> ResolvedAsOf:
    """The revision that the number or instant names.

    Raises CannotLookBack if the base had no revision yet, or does not have that one so far."""
    latest = read_revision(session)
    number = _read_number(session, as_of)
    if number > latest:
        raise _cannot_look_back(
            f"There is no revision {number} yet: the base is at {latest}."
        )
    if number == 0:
        raise _nothing_yet(session, as_of)
    return ResolvedAsOf(read_stamp(session, number), is_current=number == latest)


def _read_number(session: Session, as_of: str) -> int:
    """The number of the revision, which need not exist; 0 for an instant before the first one."""
    value = read_as_of(as_of)
    if isinstance(value, int):
        return value
    now = datetime.now(UTC)
    _, last_created_at = read_last_revision(session)
    # After the clock was set back, the latest revision is in the future.
    if value > max(now, last_created_at or now):
        # The base may change until then, and the same URL must not mean different revisions.
        raise _cannot_look_back(
            f"{as_of} is in the future. Leave out `as_of` for the base as it is now."
        )
    newest = select(func.max(Revision.number)).where(Revision.created_at <= value)
    return session.scalar(newest) or 0


def _nothing_yet(session: Session, as_of: str) -> CannotLookBack:
    first = read_stamp(session, 1).created_at
    beginning = f"its first revision is of {first}" if first else "it has no revision"
    return _cannot_look_back(f"There was nothing in the base at {as_of}: {beginning}.")


def _cannot_look_back(detail: str) -> CannotLookBack:
    return CannotLookBack.at(detail, parameter="as_of")


@contextmanager
def session_as_of(bases: HistoricalBases, as_of: str) -> Iterator[Session]:
    """A read session on the base that `as_of` means, for one thread (`app.http.session` lets the
    requests of a server share historical bases). Raises CannotLookBack."""
    with read_session(bases.engine) as session:
        resolved = resolve_as_of(session, as_of)
        if resolved.is_current:
            yield session
            return
    base = bases.open(resolved.stamp)
    with read_session(base.engine) as session:
        yield session
