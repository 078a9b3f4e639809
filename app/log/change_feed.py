"""The change feed: all changes after a position in the log, in order; and the latest ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Subquery,
    Text,
    and_,
    cast,
    func,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from app.log.feed_positions import FeedPosition, find_end, find_position, write_token
from app.log.past_records import read_logged
from app.queries.paths import list_path
from app.schemas.changes import ChangePage, ChangeRead, ChangesQuery
from app.schemas.read import RecordRead
from app.store.models import LogEntry, Revision
from app.store.revisions import RevisionStamp, just_before

PATH = "/v1/changes"
# Length of the snapshots of a page, unless its first change alone is longer.
MAX_PAGE_CHARACTERS = 4_000_000
OLDEST = (LogEntry.revision, LogEntry.position)
NEWEST = (LogEntry.revision.desc(), LogEntry.position.desc())


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
    token = write_token(batch.end, query.type)
    path = list_path(PATH, query, since=token)
    changes = [change for change, _ in batch.changes]
    return ChangePage(
        items=changes,
        next=path if batch.has_more else None,
        delta=None if batch.has_more else path,
        revision=batch.revision,
    )


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
    keys_with_length = (
        select(*OLDEST, _text_length(LogEntry))
        .join(keys, _has_key(keys))
        .order_by(*OLDEST)
        .limit(limit + 1)
    )
    rows = session.execute(keys_with_length).all()
    count = _count_fitting(rows, limit, max_characters)
    latest = find_end(session)
    if count == 0:
        return ChangeBatch([], False, latest, latest.stamp.number)
    last = rows[count - 1]
    is_in_batch = key <= (last.revision, last.position)
    next_revisions: list[int | None] = [row.revision for row in rows[1:]]
    next_revisions.append(None)
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
        statement = (
            select(*OLDEST).where(condition, *conditions).order_by(*order).limit(limit)
        )
        # SQLite takes ORDER BY in a part of a UNION only within a subquery.
        firsts.append(select(statement.subquery()))
    return union_all(*firsts).subquery()


def _has_key(keys: Subquery) -> ColumnElement[bool]:
    return and_(
        LogEntry.revision == keys.c.revision,
        LogEntry.position == keys.c.position,
    )


def _text_length(*entries: Any) -> ColumnElement[int]:
    """The characters of the first snapshot that is not null."""
    lengths = [func.length(cast(entry.snapshot, Text)) for entry in entries]
    return func.coalesce(*lengths, 0).label("text_length")


def _has_type(types: Sequence[str]) -> ColumnElement[bool]:
    return LogEntry.type.in_(types) if types else true()


def _count_fitting(
    rows: Sequence[Any],
    limit: int,
    max_characters: int,
) -> int:
    """How many of the rows a page has room for: at least one, unless there are none."""
    characters = 0
    for count, row in enumerate(rows[:limit]):
        characters += row.text_length
        if characters > max_characters:
            return max(1, count)
    return min(limit, len(rows))


def _read_change(
    entry: LogEntry,
    created_at: datetime,
    is_last_of_revision: bool,
) -> ChangeRead:
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


@dataclass(frozen=True)
class LatestChange:
    """A log entry, its revision, and the record: for a deletion, as it was before."""

    entry: LogEntry
    revision: Revision
    record: RecordRead


def read_latest(
    session: Session,
    types: Sequence[str],
    limit: int,
) -> list[LatestChange]:
    """The latest changes, newest first: at most `limit`, and fewer if their records are long."""
    before = aliased(LogEntry)
    is_before_deletion = (LogEntry.operation == "delete") & just_before(before)
    keys = _first_keys(types, [], NEWEST, limit)
    keys_with_length = (
        select(*OLDEST, _text_length(LogEntry, before))
        .join(keys, _has_key(keys))
        .outerjoin(before, is_before_deletion)
        .order_by(*NEWEST)
        .limit(limit)
    )
    rows = session.execute(keys_with_length).all()
    if not rows:
        return []
    end = rows[_count_fitting(rows, limit, MAX_PAGE_CHARACTERS) - 1]
    key: ColumnElement[Any] = tuple_(*OLDEST)
    entries = session.execute(
        select(LogEntry, Revision, before)
        .join(Revision, Revision.number == LogEntry.revision)
        .outerjoin(before, is_before_deletion)
        .where(_has_type(types))
        .where(key >= (end.revision, end.position))
        .order_by(*NEWEST)
    )
    latest = []
    for entry, revision, entry_before in entries:
        record = read_logged(entry_before or entry)
        assert record is not None
        latest.append(LatestChange(entry, revision, record))
    return latest
