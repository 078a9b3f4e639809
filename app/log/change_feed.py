"""The change feed: all changes after a position in the log, in order.

Revisions have no gaps and become visible in order (`app.changes.apply`). So a revision and a
position in it say how far a client has read, and no change can appear before that later. A token
encodes a position.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any

from sqlalchemy import (
    ColumnElement,
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
from app.store.revisions import (
    NO_REVISION,
    RevisionStamp,
    just_before,
    read_latest_stamp,
    read_revision,
    read_stamp,
)

PATH = "/v1/changes"
NOW = "now"
# The position after the last change of any revision.
END = 2**31 - 1
# Length of the snapshots of a page, unless its first change alone is longer.
MAX_PAGE_CHARACTERS = 4_000_000
# A longer `since` is refused unread: no revision number has as many digits.
_MAX_REVISION_DIGITS = 18
# Where a problem with `since` is, unless the caller says otherwise.
_SINCE_PARAMETER = {"parameter": "since"}


@dataclass(frozen=True)
class FeedPosition:
    """How far a client has read: `position` is that of its last change within the revision."""

    stamp: RevisionStamp
    position: int = END


@dataclass(frozen=True)
class ChangeBatch:
    """Consecutive changes, each with the position of a client that has read up to it.

    `end` is the position of a client that has read the batch, `revision` the latest revision."""

    changes: Sequence[tuple[ChangeRead, FeedPosition]]
    has_more: bool
    end: FeedPosition
    revision: int


def read_changes(session: Session, query: ChangesQuery) -> ChangePage:
    """A page of changes. Raises InvalidCursor for a foreign token, InvalidRequest for a revision
    that the base does not have."""
    start = find_position(session, query.since, query.type)
    batch = read_batch(session, start, query.type, query.limit, MAX_PAGE_CHARACTERS)
    path = list_path(PATH, query, since=write_token(batch.end, query.type))
    return ChangePage(
        items=[change for change, _ in batch.changes],
        next=path if batch.has_more else None,
        delta=None if batch.has_more else path,
        revision=batch.revision,
    )


def find_position(
    session: Session,
    since: str | None,
    types: Sequence[str],
    source: Mapping[str, Any] = _SINCE_PARAMETER,
) -> FeedPosition:
    """The position that `since` means: a revision, a token, `now`, or None for the beginning.

    `source` is the parameter or header that an error names."""
    if since is None:
        return FeedPosition(NO_REVISION)
    if since == NOW:
        return find_end(session)
    if since.isascii() and since.isdecimal():
        return _find_revision(session, since, source)
    position = _read_token(since, types, source)
    check_position(session, position, source)
    return position


def find_end(session: Session) -> FeedPosition:
    """The position after the latest change."""
    return FeedPosition(read_latest_stamp(session))


def _find_revision(session: Session, since: str, source: Mapping[str, Any]) -> FeedPosition:
    latest = read_revision(session)
    if len(since) > _MAX_REVISION_DIGITS or int(since) > latest:
        detail = (
            f"There is no revision {since[:80]} yet: the base is at {latest}. If your copy is "
            "ahead, it is of another base: make a new copy."
        )
        raise InvalidRequest.at(detail, **source)
    return FeedPosition(read_stamp(session, int(since)))


def _read_token(since: str, types: Sequence[str], source: Mapping[str, Any]) -> FeedPosition:
    try:
        number, position, created_at = decode_cursor(_scope(types), since, [int, int, str])
        assert isinstance(number, int)
        assert isinstance(position, int)
        if 0 <= number <= END and 0 <= position <= END:
            return FeedPosition(RevisionStamp(number, str(created_at)), position)
    except InvalidCursor:
        # The detail below names the ways to get a token.
        pass
    detail = (
        f"{since[:80]!r} is not a revision number, not 'now', and not a token for these types. Use "
        "the `next` or `delta` of a page, or the `id` of an event, unchanged and with the same "
        "`type`; or make a new copy."
    )
    raise InvalidCursor.at(detail, **source)


def check_position(
    session: Session, position: FeedPosition, source: Mapping[str, Any] = _SINCE_PARAMETER
) -> None:
    """Raise InvalidCursor for a position in another base."""
    number = position.stamp.number
    if read_stamp(session, number) != position.stamp:
        detail = (
            f"The token of revision {number} comes from another base, or from before this one was "
            "restored to an earlier state. Make a new copy: take an export, then `since` its "
            "revision."
        )
        raise InvalidCursor.at(detail, **source)


def write_token(position: FeedPosition, types: Sequence[str]) -> str:
    """The position as text, valid for requests with the same types."""
    stamp = position.stamp
    return encode_cursor(_scope(types), [stamp.number, position.position, stamp.created_at])


def _scope(types: Sequence[str]) -> str:
    return cursor_scope("changes", sorted(set(types)))


def read_batch(
    session: Session,
    start: FeedPosition,
    types: Sequence[str],
    limit: int,
    max_characters: int,
) -> ChangeBatch:
    """The changes after `start`: at most `limit`, and fewer if their records are long."""
    key: ColumnElement[Any] = tuple_(*OLDEST)
    is_after = key > (start.stamp.number, start.position)
    # One more than the limit shows whether there are more, and whether a revision ends.
    keys = _first_keys(types, [is_after], OLDEST, limit + 1)
    keys_with_length = select(*OLDEST, _text_length(LogEntry)).join(keys, _has_key(keys))
    rows = session.execute(keys_with_length.order_by(*OLDEST).limit(limit + 1)).all()
    count = _count_fitting(rows, limit, max_characters)
    latest = find_end(session)
    if count == 0:
        return ChangeBatch([], False, latest, latest.stamp.number)
    last = rows[count - 1]
    is_in_batch = key <= (last.revision, last.position)
    next_revisions = [*(row.revision for row in rows[1:]), None]
    conditions = [_has_type(types), is_after, is_in_batch]
    changes = _read_entries(session, conditions, next_revisions)
    has_more = len(rows) > count
    # After the last matching change the token names the latest revision: what lies between holds
    # nothing of these types.
    end = changes[-1][1] if has_more else latest
    return ChangeBatch(changes, has_more, end, latest.stamp.number)


def _read_entries(
    session: Session,
    conditions: Sequence[ColumnElement[bool]],
    next_revisions: Sequence[int | None],
) -> list[tuple[ChangeRead, FeedPosition]]:
    """The changes that meet the conditions, oldest first. `next_revisions` has for each the
    revision of the change that follows it in the feed."""
    rows = session.execute(
        select(LogEntry, Revision.created_at)
        .join(Revision, Revision.number == LogEntry.revision)
        .where(*conditions)
        .order_by(*OLDEST)
    ).all()
    changes = []
    for (entry, created_at), next_revision in zip(rows, next_revisions, strict=False):
        stamp = RevisionStamp(entry.revision, created_at.isoformat())
        is_last = entry.revision != next_revision
        change = _read_change(entry, created_at, is_last)
        changes.append((change, FeedPosition(stamp, entry.position)))
    return changes


OLDEST = (LogEntry.revision, LogEntry.position)
NEWEST = (LogEntry.revision.desc(), LogEntry.position.desc())


def _first_keys(
    types: Sequence[str],
    conditions: Sequence[ColumnElement[bool]],
    order: Sequence[Any],
    limit: int,
) -> Subquery:
    """The keys of at least the first `limit` entries of these types: the first ones of each type,
    because the index has the entries of one type in order."""
    is_of_type = [LogEntry.type == type_ for type_ in dict.fromkeys(types)] or [true()]
    firsts = []
    for condition in is_of_type:
        statement = select(*OLDEST).where(condition, *conditions).order_by(*order).limit(limit)
        # SQLite takes ORDER BY in a part of a UNION only within a subquery.
        firsts.append(select(statement.subquery()))
    return union_all(*firsts).subquery()


def _has_key(keys: Subquery) -> ColumnElement[bool]:
    return (LogEntry.revision == keys.c.revision) & (LogEntry.position == keys.c.position)


def _text_length(*entries: Any) -> ColumnElement[int]:
    """The characters of the first snapshot that is not null."""
    lengths = [func.length(cast(entry.snapshot, Text)) for entry in entries]
    return func.coalesce(*lengths, 0).label("text_length")


def _has_type(types: Sequence[str]) -> ColumnElement[bool]:
    return LogEntry.type.in_(types) if types else true()


def _count_fitting(rows: Sequence[Any], limit: int, max_characters: int) -> int:
    """How many of the rows a page has room for: at least one, unless there are none."""
    if not rows:
        return 0
    totals = accumulate(row.text_length for row in rows[:limit])
    fitting = [total for total in totals if total <= max_characters]
    return max(1, len(fitting))


def _read_change(entry: LogEntry, created_at: datetime, is_last_of_revision: bool) -> ChangeRead:
    # The base validated these values when it logged them.
    fields: Any = entry
    return ChangeRead.model_construct(
        operation=fields.operation,
        type=fields.type,
        slug=entry.slug,
        version=entry.version,
        revision=entry.revision,
        changed_at=created_at,
        last_of_revision=is_last_of_revision,
        record=read_logged(entry),
    )


def read_logged(entry: LogEntry) -> RecordRead | None:
    """The record after the logged change; None for a deletion."""
    if entry.snapshot is None:
        return None
    snapshot = read_snapshot(entry.type, entry.schema_version, entry.snapshot)
    return ENTITIES[entry.type].read.model_validate(snapshot, strict=False)


@dataclass(frozen=True)
class LatestChange:
    """A log entry, its revision, and the record: for a deletion, as it was before."""

    entry: LogEntry
    revision: Revision
    record: RecordRead


def read_latest(session: Session, types: Sequence[str], limit: int) -> list[LatestChange]:
    """The latest changes, newest first: at most `limit`, and fewer if their records are long."""
    before = aliased(LogEntry)
    is_before_deletion = (LogEntry.operation == "delete") & just_before(before)
    keys = _first_keys(types, [], NEWEST, limit)
    keys_with_length = (
        select(*OLDEST, _text_length(LogEntry, before))
        .join(keys, _has_key(keys))
        .outerjoin(before, is_before_deletion)
    )
    rows = session.execute(keys_with_length.order_by(*NEWEST).limit(limit)).all()
    if not rows:
        return []
    end = rows[_count_fitting(rows, limit, MAX_PAGE_CHARACTERS) - 1]
    key: ColumnElement[Any] = tuple_(*OLDEST)
    entries = session.execute(
        select(LogEntry, Revision, before)
        .join(Revision, Revision.number == LogEntry.revision)
        .outerjoin(before, is_before_deletion)
        .where(_has_type(types), key >= (end.revision, end.position))
        .order_by(*NEWEST)
    )
    latest = []
    for entry, revision, entry_before in entries:
        record = read_logged(entry_before or entry)
        assert record is not None
        latest.append(LatestChange(entry, revision, record))
    return latest
