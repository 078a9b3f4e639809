"""Timeline items that were deleted recently and match the filters of a list.

A deleted record is only in the log, and the filters of a list are SQL conditions. So the last
versions of deleted items are put into a small base in memory, where the conditions are checked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import StaticPool, create_engine, exists, func, insert, select
from sqlalchemy.orm import Session, aliased

from app.catalog.timeline_items import TIMELINE_ITEMS
from app.log.as_of.historical_bases import insert_records
from app.log.past_records import read_logged
from app.queries.filters import Filters
from app.queries.planning.conditions import sql_conditions
from app.schemas.read import TimelineItemRead
from app.store.models import (
    Base,
    Citation,
    FocusArea,
    FocusAreaBroader,
    LogEntry,
    Office,
    Revision,
    TimelineItem,
    TimelineItemFocusArea,
    TimelineItemIdentifier,
)
from app.store.revisions import just_before
from app.store.sqlite_library import sqlite3

# What conditions on timeline items read besides the item and its parts.
_CONTEXT = (Office, FocusArea, FocusAreaBroader)
# Creating the tables of all models would take three times as long.
_MODELS = (
    *_CONTEXT,
    TimelineItem,
    TimelineItemFocusArea,
    TimelineItemIdentifier,
    Citation,
)
# The latest deletions that are considered: a calendar does not need a thousand cancelled events.
MAX_DELETIONS = 1_000


@dataclass(frozen=True)
class DeletedItem:
    """An item as it was before its deletion, with the version and instant of the deletion."""

    item: TimelineItemRead
    version: int
    deleted_at: datetime


def read_deleted_items(
    session: Session,
    since: datetime,
    filters: Filters,
) -> list[DeletedItem]:
    """Items that were deleted since the instant and not created again, and that match the filters
    with the current offices and focus areas; by slug.

    None for a search, because deleted records are not in the full-text index."""
    if filters.terms is not None:
        return []
    deleted = list(_read_deletions(session, since))
    deleted.sort(key=lambda deletion: deletion.item.slug)
    if not filters.values or not deleted:
        return deleted
    items = [deletion.item for deletion in deleted]
    matching = _matching_slugs(session, items, filters)
    return [deletion for deletion in deleted if deletion.item.slug in matching]


def _read_deletions(session: Session, since: datetime) -> Iterator[DeletedItem]:
    before = aliased(LogEntry)
    later = aliased(LogEntry)
    has_later_version = exists().where(
        later.type == LogEntry.type,
        later.slug == LogEntry.slug,
        later.version > LogEntry.version,
    )
    first_revision = select(func.min(Revision.number)).where(Revision.created_at >= since)
    rows = session.execute(
        select(before, LogEntry.version, Revision.created_at)
        .join(Revision, Revision.number == LogEntry.revision)
        .join(before, just_before(before))
        .where(
            LogEntry.revision >= first_revision.scalar_subquery(),
            LogEntry.type == TIMELINE_ITEMS.type_,
            LogEntry.operation == "delete",
            ~has_later_version,
        )
        .order_by(LogEntry.revision.desc(), LogEntry.position.desc())
        .limit(MAX_DELETIONS)
    )
    for last, version, deleted_at in rows:
        item = read_logged(last)
        assert isinstance(item, TimelineItemRead)
        yield DeletedItem(item, version, deleted_at)


def _matching_slugs(
    session: Session,
    items: Sequence[TimelineItemRead],
    filters: Filters,
) -> set[str]:
    tables = [Base.metadata.tables[model.__tablename__] for model in _MODELS]
    memory = create_engine("sqlite://", module=sqlite3, poolclass=StaticPool)
    try:
        with memory.begin() as connection:
            Base.metadata.create_all(connection, tables=tables)
            for model in _CONTEXT:
                rows = session.execute(select(model.__table__)).mappings().all()
                if rows:
                    connection.execute(insert(model), [dict(row) for row in rows])
            insert_records(connection, TimelineItem, items)
            conditions = sql_conditions(filters, TIMELINE_ITEMS)
            slugs = select(TimelineItem.slug).where(*conditions)
            return set(connection.scalars(slugs))
    finally:
        memory.dispose()
