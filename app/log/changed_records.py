"""What became of the base since a revision: each record that changed, once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.errors import InvalidRequest
from app.log.past_records import read_past_records, select_last_entries
from app.queries.paging import (
    PageRows,
    SortKey,
    fetch_sorted_page,
    read_page_request,
)
from app.queries.planning.plan import count_rows
from app.rules.changes import Key, slugs_by_type
from app.schemas.history import HistoryQuery
from app.schemas.read import RecordRead
from app.store.models import LogEntry
from app.store.revisions import read_revision

_COLUMNS: tuple[Any, ...] = (
    LogEntry.revision,
    LogEntry.position,
    LogEntry.type,
    LogEntry.slug,
)
_NEWEST_FIRST = (SortKey(LogEntry.revision, True), SortKey(LogEntry.position, True))


@dataclass(frozen=True)
class ChangedRecord:
    """A record at a revision and now, None where it did not exist; and the revision that changed
    it last."""

    type_: str
    slug: str
    revision: int
    before: RecordRead | None
    after: RecordRead | None


def read_changed_records(
    session: Session,
    since: int,
    query: HistoryQuery,
) -> tuple[list[ChangedRecord], PageRows]:
    """A page of the records that changed after the revision `since`, the last changed first, and
    its place in the list.

    Raises InvalidRequest for a revision that the base does not have, and InvalidCursor."""
    latest = read_revision(session)
    if since > latest:
        detail = f"There is no revision {since} yet: the base is at {latest}."
        raise InvalidRequest.at(detail, parameter="since")
    statement = (
        select_last_entries(latest)
        .where(LogEntry.revision > since)
        .with_only_columns(*_COLUMNS)
    )
    request = read_page_request(_NEWEST_FIRST, query, "changed records", since)
    page = fetch_sorted_page(
        session,
        statement,
        request,
        count_rows(session, statement, query.count),
    )
    return _read_records(session, since, page.rows), page


def _read_records(
    session: Session,
    since: int,
    rows: Sequence[Any],
) -> list[ChangedRecord]:
    keys = [(row.type, row.slug) for row in rows]
    before = _read_at(session, since, keys)
    after = _read_at(session, read_revision(session), keys)
    changed = []
    for row in rows:
        key = row.type, row.slug
        record = ChangedRecord(
            row.type,
            row.slug,
            row.revision,
            before.get(key),
            after.get(key),
        )
        changed.append(record)
    return changed


def _read_at(
    session: Session,
    revision: int,
    keys: Sequence[Key],
) -> Mapping[Key, RecordRead]:
    """The records of these that existed at the revision."""
    records = {}
    for type_, slugs in slugs_by_type(keys).items():
        for record in read_past_records(session, revision, type_, slugs):
            records[type_, record.slug] = record
    return records
