"""Which timeline items were deleted lately, and would they be in the list?

A deleted record is in the log only, and the conditions of a list are SQL. So the last snapshots of
deleted items are put into a base of their own, in memory, beside what the conditions look at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from sqlalchemy import StaticPool, create_engine, exists, func, select
from sqlalchemy.orm import Session, aliased

from app.catalog.timeline_items import TIMELINE_ITEMS
from app.queries.filters import Filters
from app.queries.planning.conditions import sql_conditions
from app.schemas.read import TimelineItemRead
from app.schemas.snapshots import read_snapshot
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
)
from app.store.revisions import just_before
from app.store.rows import insert_rows, make_rows

_LOOKED_AT = (Office, FocusArea, FocusAreaBroader)
_TABLES = (*_LOOKED_AT, TimelineItem, TimelineItemFocusArea, Citation)
# Deletions that are looked at, the latest ones: nobody looks at a thousand cancelled events.
MOST = 1_000


@dataclass(frozen=True)
class DeletedItem:
    """An item as it was before it was deleted, and its deletion."""

    item: TimelineItemRead
    version: int
    deleted_at: datetime


def read_deleted_items(session: Session, since: datetime, filters: Filters) -> list[DeletedItem]:
    """The items that were deleted since then, are not there again, and as they were meet the
    filters, with the offices and focus areas of today; by slug. Of the latest deletions only, and
    none in a search: what is deleted is not indexed."""
    if filters.terms is not None:
        return []
    found = sorted(_read_deleted(session, since), key=lambda gone: gone.item.slug)
    if filters.values and found:
        kept = _choose(session, [gone.item for gone in found], filters)
        found = [gone for gone in found if gone.item.slug in kept]
    return found


def _read_deleted(session: Session, since: datetime) -> Iterator[DeletedItem]:
    before = aliased(LogEntry)
    # A slug that was deleted twice: the last time counts.
    later = aliased(LogEntry)
    first = select(func.min(Revision.number)).where(Revision.created_at >= since)
    rows = session.execute(
        select(before, LogEntry.version, Revision.created_at)
        .join(Revision, Revision.number == LogEntry.revision)
        .join(before, just_before(before))
        .where(
            LogEntry.revision >= first.scalar_subquery(),
            LogEntry.type == TIMELINE_ITEMS.type_,
            LogEntry.operation == "delete",
            ~exists().where(
                later.type == LogEntry.type,
                later.slug == LogEntry.slug,
                later.version > LogEntry.version,
            ),
        )
        .order_by(LogEntry.revision.desc(), LogEntry.position.desc())
        .limit(MOST)
    )
    for last, version, deleted_at in rows:
        snapshot = read_snapshot(last.schema_version, last.snapshot)
        item = TimelineItemRead.model_validate(snapshot, strict=False)
        yield DeletedItem(item, version, deleted_at)


def _choose(session: Session, items: Sequence[TimelineItemRead], filters: Filters) -> set[str]:
    """The slugs of the items that meet the filters."""
    memory = create_engine("sqlite://", poolclass=StaticPool)
    try:
        with memory.begin() as connection:
            Base.metadata.create_all(connection, tables=[m.__table__ for m in _TABLES])  # type: ignore[misc]
            for model in _LOOKED_AT:
                rows = session.execute(select(model.__table__)).mappings()
                insert_rows(connection, ((model, dict(row)) for row in rows))
            made = (make_rows(TimelineItem, item) for item in items)
            insert_rows(connection, chain.from_iterable(made))
            conditions = sql_conditions(filters, TIMELINE_ITEMS)
            return set(connection.scalars(select(TimelineItem.slug).where(*conditions)))
    finally:
        memory.dispose()
