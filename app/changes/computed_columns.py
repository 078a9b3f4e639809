"""The computed columns of timeline items, brought up to date after a migration."""

from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from app.schemas.timeline import IndexedBounds, Sides, compute_bounds
from app.store.columns import CHUNK_ROWS
from app.store.models import TimelineItem

# The class of length that a migration sets to have the columns of an item computed again.
STALE = -1


def fill_bounds(connection: Connection) -> None:
    """Compute the columns of stale items, CHUNK_ROWS at a time."""
    columns = TimelineItem.__table__.c
    sides = [columns[side.name] for side in fields(Sides)]
    stale = select(columns.slug, *sides).where(columns.span == STALE)
    statement = (
        update(TimelineItem)
        .where(columns.slug == bindparam("item"))
        .values({name: bindparam(name) for name in IndexedBounds.model_fields})
    )
    # An item is no longer stale once it is computed, so the same SELECT finds the next ones.
    while rows := connection.execute(stale.limit(CHUNK_ROWS)).all():
        parameters: list[dict[str, Any]] = []
        for slug, *values in rows:
            bounds = compute_bounds(Sides(*values))
            parameters.append({"item": slug, **vars(bounds)})
        connection.execute(statement, parameters)
