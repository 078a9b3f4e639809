"""What has become of the base since then, change by change?

Revisions are gapless and become visible in order (see `app.changes.apply`), so the place of a reader is a
revision and a position in it, and nothing can come in before it later. A token holds that place.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Subquery,
    Text,
    cast,
    func,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from app.cursors import cursor_scope, decode_cursor, encode_cursor
from app.errors import InvalidCursor, InvalidRequest
from app.queries.paths import list_path
from app.schemas.changes import ChangePage, ChangeRead, ChangesQuery
from app.schemas.entities import ENTITIES
from app.schemas.read import RecordRead
from app.schemas.snapshots import read_snapshot
from app.store.models import LogEntry, Revision
from app.store.revisions import just_before, read_instant, read_revision

PATH = "/v1/changes"
NOW = "now"
# Behind the last change of a revision.
END = 2**31 - 1
# Characters of snapshots that a page holds, unless its first change alone has more.
MOST_CHARACTERS = 4_000_000


@dataclass(frozen=True)
class FeedPosition:
    """Where a reader is: all changes up to this one are known to it. `made_at` is when its revision
    was made: another base, or this one put back to an earlier state, has other instants."""

    revision: int
    position: int
    made_at: str


@dataclass(frozen=True)
class ChangeBatch:
    """Changes that follow each other, each with the place of a reader who knows it; whether more
    are there already; the place of a reader who knows all of it, and the revision of the base."""

    changes: Sequence[tuple[ChangeRead, FeedPosition]]
    more: bool
    place: FeedPosition
    revision: int


def read_changes(session: Session, query: ChangesQuery) -> ChangePage:
    """A page of changes. Raises InvalidCursor for a foreign token, InvalidRequest for a revision
    that the base does not have."""
    place = find_position(session, query.since, query.type)
    batch = read_batch(session, place, query.type, query.limit, MOST_CHARACTERS)
    path = list_path(PATH, query, since=write_token(batch.place, query.type))
    return ChangePage(
        items=[change for change, _ in batch.changes],
        next=path if batch.more else None,
        delta=None if batch.more else path,
        revision=batch.revision,
    )


# Where a `since` stands, as a Problem says it.
IN_QUERY = {"parameter": "since"}


def find_position(
    session: Session,
    since: str | None,
    types: Sequence[str],
    where: Mapping[str, Any] = IN_QUERY,
) -> FeedPosition:
    """The place that `since` names: nothing for the beginning, a revision, a token, or `now`."""
    if since is None:
        return FeedPosition(0, END, "")
    if since == NOW:
        return find_end(session)
    if since.isascii() and since.isdecimal():
        return _find_revision(session, since, where)
    place = _read_token(since, types, where)
    check_position(session, place, where)
    return place


def find_end(session: Session) -> FeedPosition:
    """The place of a reader who knows all that there is."""
    current = read_revision(session)
    return FeedPosition(current, END, read_instant(session, current))


def _find_revision(session: Session, since: str, where: Mapping[str, Any]) -> FeedPosition:
    current = read_revision(session)
    if len(since) > 18 or int(since) > current:
        detail = (
            f"There is no revision {since[:80]} yet: the base is at {current}. If your copy is "
            "further, it is of another base; make it anew."
        )
        raise InvalidRequest.at(detail, **where)
    return FeedPosition(int(since), END, read_instant(session, int(since)))


def _read_token(since: str, types: Sequence[str], where: Mapping[str, Any]) -> FeedPosition:
    try:
        revision, position, made_at = decode_cursor(_seal(types), since, [int, int, str])
        assert isinstance(revision, int)
        assert isinstance(position, int)
        if 0 <= revision <= END and 0 <= position <= END:
            return FeedPosition(revision, position, str(made_at))
    except InvalidCursor:
        pass
    detail = (
        f"{since[:80]!r} is no revision number, not 'now', and no token for these types. Take the "
        "`next` or `delta` of a page, or the `id` of an event, as it is, with the same `type`; or "
        "make your copy anew."
    )
    raise InvalidCursor.at(detail, **where)


def check_position(
    session: Session, place: FeedPosition, where: Mapping[str, Any] = IN_QUERY
) -> None:
    """Raise InvalidCursor for a place in another base."""
    if read_instant(session, place.revision) != place.made_at:
        detail = (
            f"The token of revision {place.revision} comes from another base, or from before this "
            "one was put back to an earlier state. Make your copy anew: take an export, then "
            "`since` its revision."
        )
        raise InvalidCursor.at(detail, **where)


def write_token(place: FeedPosition, types: Sequence[str]) -> str:
    """The place as text, for readers of these types."""
    return encode_cursor(_seal(types), [place.revision, place.position, place.made_at])


def _seal(types: Sequence[str]) -> str:
    return cursor_scope("changes", sorted(set(types)))


def read_batch(
    session: Session, place: FeedPosition, types: Sequence[str], limit: int, characters: int
) -> ChangeBatch:
    """The changes after the place: `limit` of them at most, fewer where records are long."""
    after = _key() > (place.revision, place.position)
    keys = _first_keys(types, [after], OLDEST, limit + 1)
    weighed = select(LogEntry.revision, LogEntry.position, _weight(LogEntry)).join(keys, _is(keys))
    found = session.execute(weighed.order_by(*OLDEST).limit(limit + 1)).all()
    shown = found[: _fit(found, limit, characters)]
    # Who knows the last change of all knows the base as it is, whatever else was written in it.
    end = find_end(session)
    if not shown:
        return ChangeBatch([], False, end, end.revision)
    last = shown[-1]
    whole = _of_types(select(LogEntry, Revision.created_at), types)
    rows = session.execute(
        whole.join(Revision, Revision.number == LogEntry.revision)
        .where(after, _key() <= (last.revision, last.position))
        .order_by(*OLDEST)
    ).all()
    follow = [*(row.revision for row in found[1:]), None]
    changes = [
        (_read(row, last=following != row.LogEntry.revision), _place_of(row))
        for row, following in zip(rows, follow, strict=False)
    ]
    more = len(found) > len(shown)
    return ChangeBatch(changes, more, changes[-1][1] if more else end, end.revision)


OLDEST = (LogEntry.revision, LogEntry.position)
NEWEST = (LogEntry.revision.desc(), LogEntry.position.desc())


def _key() -> ColumnElement[Any]:
    return tuple_(*OLDEST)


def _first_keys(
    types: Sequence[str],
    conditions: Sequence[ColumnElement[bool]],
    order: Sequence[Any],
    limit: int,
) -> Subquery:
    """Where the first changes of these types stand, and a few more: the first ones of each type,
    which an index has in order."""
    each = [LogEntry.type == type_ for type_ in dict.fromkeys(types)] or [true()]
    firsts = [select(*OLDEST).where(one, *conditions).order_by(*order).limit(limit) for one in each]
    return union_all(*(select(first.subquery()) for first in firsts)).subquery()


def _is(keys: Subquery) -> ColumnElement[bool]:
    return (LogEntry.revision == keys.c.revision) & (LogEntry.position == keys.c.position)


def _weight(*snapshots: Any) -> ColumnElement[int]:
    """The characters of the first of the snapshots that is not null."""
    texts = (func.length(cast(change.snapshot, Text)) for change in snapshots)
    return func.coalesce(*texts, 0).label("weight")


def _of_types(found: Any, types: Sequence[str]) -> Select[Any]:
    selected: Select[Any] = found.where(LogEntry.type.in_(types)) if types else found
    return selected


def _fit(rows: Sequence[Any], limit: int, characters: int) -> int:
    """How many of the rows a page has room for: one at least, if there are any."""
    weights: Iterator[int] = accumulate(row.weight for row in rows[:limit])
    return max(1, sum(weight <= characters for weight in weights))


def _place_of(row: Row[Any]) -> FeedPosition:
    return FeedPosition(row.LogEntry.revision, row.LogEntry.position, row.created_at.isoformat())


def _read(row: Row[Any], *, last: bool) -> ChangeRead:
    change: Any = row.LogEntry
    return ChangeRead.model_construct(
        operation=change.operation,
        type=change.type,
        slug=change.slug,
        version=change.version,
        revision=change.revision,
        changed_at=row.created_at,
        last_of_revision=last,
        record=read_logged(change),
    )


def read_logged(change: LogEntry) -> RecordRead | None:
    """The record as it was then; None if that deleted it."""
    if change.snapshot is None:
        return None
    snapshot = read_snapshot(change.type, change.schema_version, change.snapshot)
    return ENTITIES[change.type].read.model_validate(snapshot, strict=False)


@dataclass(frozen=True)
class LatestChange:
    """A change with who made it and why, and the record: of a deletion, as it was before."""

    change: LogEntry
    revision: Revision
    record: RecordRead


def read_latest(session: Session, types: Sequence[str], limit: int) -> list[LatestChange]:
    """The latest changes, the newest first: `limit` at most, fewer where records are long."""
    before = aliased(LogEntry)
    was = (LogEntry.operation == "delete") & just_before(before)
    keys = _first_keys(types, [], NEWEST, limit)
    weighed = select(LogEntry.revision, LogEntry.position, _weight(LogEntry, before))
    weighed = weighed.join(keys, _is(keys)).outerjoin(before, was)
    found = session.execute(weighed.order_by(*NEWEST).limit(limit)).all()
    if not found:
        return []
    last = found[_fit(found, limit, MOST_CHARACTERS) - 1]
    whole = (
        _of_types(select(LogEntry, Revision, before), types)
        .join(Revision, Revision.number == LogEntry.revision)
        .outerjoin(before, was)
        .where(_key() >= (last.revision, last.position))
        .order_by(*NEWEST)
    )
    latest = []
    for change, revision, last in session.execute(whole):
        record = read_logged(last or change)
        assert record is not None
        latest.append(LatestChange(change, revision, record))
    return latest
