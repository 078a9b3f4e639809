"""How do the computed columns of timeline items keep up with how dates are read?"""

from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from app.schemas.timeline import IndexedBounds, Sides, compute_bounds
from app.store.columns import CHUNK_ROWS
from app.store.models import TimelineItem

# The class of length of an item whose columns a migration wants computed anew.
STALE = -1


def fill_bounds(connection: Connection) -> None:
    """Compute the columns of stale items, some at a time."""
    items = TimelineItem.__table__.c
    given = [items[side.name] for side in fields(Sides)]
    some = select(items.slug, *given).where(items.span == STALE).limit(CHUNK_ROWS)
    change = update(TimelineItem).where(items.slug == bindparam("item"))
    change = change.values({name: bindparam(name) for name in IndexedBounds.model_fields})
    while rows := connection.execute(some).all():
        connection.execute(change, [_compute(*row) for row in rows])


def _compute(slug: str, *given: Any) -> dict[str, Any]:
    return {"item": slug, **vars(compute_bounds(Sides(*given)))}
