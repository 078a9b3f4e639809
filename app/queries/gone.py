"""Which timeline items were deleted lately, and would they be in the list?

A deleted record is in the log only, and the conditions of a list are SQL. So the last snapshots of
deleted items are put into a base of their own, in memory, beside what the conditions look at.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, StaticPool, create_engine, exists, insert, select
from sqlalchemy.orm import Session, aliased

from app.catalog.timeline_items import TIMELINE_ITEMS
from app.db import chunks
from app.models import (
    Base,
    Change,
    Citation,
    FocusArea,
    FocusAreaBroader,
    Office,
    Revision,
    TimelineItem,
    TimelineItemFocusArea,
)
from app.queries.filters import Filters
from app.schemas.read import TimelineItemRead
from app.schemas.snapshots import read_snapshot
from app.schemas.timeline import Bounds, compute_bounds

_LOOKED_AT = (Office, FocusArea, FocusAreaBroader)
_TABLES = (*_LOOKED_AT, TimelineItem, TimelineItemFocusArea, Citation)


@dataclass(frozen=True)
class GoneItem:
    """An item as it was before it was deleted, and its deletion."""

    item: TimelineItemRead
    version: int
    deleted_at: datetime


def read_gone(session: Session, since: datetime, filters: Filters) -> list[GoneItem]:
    """The items that were deleted since then, are not there again, and met the filters when they
    were; by slug. A search finds none of them: what is deleted is not indexed."""
    if filters.terms is not None:
        return []
    found = list(_read_deleted(session, since))
    if filters.values and found:
        kept = _choose(session, [gone.item for gone in found], filters)
        found = [gone for gone in found if gone.item.slug in kept]
    return found


def _read_deleted(session: Session, since: datetime) -> Iterable[GoneItem]:
    before = aliased(Change)
    # A slug that was deleted twice: the last time counts.
    later = aliased(Change)
    rows = session.execute(
        select(before, Change.version, Revision.created_at)
        .join(Revision, Revision.number == Change.revision)
        .join(
            before,
            (before.type == Change.type)
            & (before.slug == Change.slug)
            & (before.version == Change.version - 1),
        )
        .where(
            Revision.created_at >= since,
            Change.type == TIMELINE_ITEMS.type_,
            Change.operation == "delete",
            ~exists().where(
                later.type == Change.type,
                later.slug == Change.slug,
                later.version > Change.version,
            ),
        )
        .order_by(Change.slug)
    )
    for last, version, deleted_at in rows:
        snapshot = read_snapshot(last.schema_version, last.snapshot)
        item = TimelineItemRead.model_validate(snapshot, strict=False)
        yield GoneItem(item, version, deleted_at)


def _choose(session: Session, items: Sequence[TimelineItemRead], filters: Filters) -> set[str]:
    """The slugs of the items that meet the filters."""
    memory = create_engine("sqlite://", poolclass=StaticPool)
    try:
        with memory.begin() as connection:
            Base.metadata.create_all(connection, tables=[m.__table__ for m in _TABLES])  # type: ignore[misc]
            for model in _LOOKED_AT:
                rows = session.execute(select(model.__table__)).mappings().all()
                _insert(connection, model, [dict(row) for row in rows])
            for item in items:
                _insert_item(connection, item)
            conditions = filters.conditions(TIMELINE_ITEMS)
            return set(connection.scalars(select(TimelineItem.slug).where(*conditions)))
    finally:
        memory.dispose()


def _insert_item(connection: Connection, item: TimelineItemRead) -> None:
    bounds = compute_bounds(item)
    computed = {field.name: getattr(bounds, field.name) for field in fields(Bounds)}
    columns = TimelineItem.__table__.columns.keys()
    given = {name: getattr(item, name) for name in columns if name not in computed}
    _insert(connection, TimelineItem, [given | computed])
    _insert(
        connection,
        TimelineItemFocusArea,
        [
            {"timeline_item_slug": item.slug, "focus_area_slug": slug, "position": place}
            for place, slug in enumerate(item.focus_area_slugs)
        ],
    )
    cited = [
        citation.model_dump() | {"timeline_item_slug": item.slug, "position": place}
        for place, citation in enumerate(item.citations)
    ]
    _insert(connection, Citation, cited)


def _insert(connection: Connection, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    for some in chunks(rows):
        connection.execute(insert(model), some)
