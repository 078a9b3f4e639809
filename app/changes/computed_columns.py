"""The computed columns of timeline items and labels, brought up to date after a migration."""

from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from app.schemas.timeline import IndexedBounds, Sides, compute_bounds
from app.store.columns import CHUNK_ROWS, chunks
from app.store.models import FocusAreaLabel, TimelineItem
from app.text.folding import fold_label

# The class of length that a migration sets to have the columns of an item computed again.
STALE = -1
# The form that a migration sets to have the forms of a label computed.
STALE_FORM = ""


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


def fill_labels(connection: Connection) -> None:
    """Compute the forms of stale labels."""
    columns = FocusAreaLabel.__table__.c
    stale = select(columns.focus_area_slug, columns.position, columns.label).where(
        columns.strict_form == STALE_FORM
    )
    statement = (
        update(FocusAreaLabel)
        .where(
            columns.focus_area_slug == bindparam("owner"),
            columns.position == bindparam("place"),
        )
        .values(strict_form=bindparam("strict"), loose_form=bindparam("loose"))
    )
    # Read at once: a label of invisible characters has an empty form, and stays stale.
    labels = connection.execute(stale).all()
    for chunk in chunks(labels):
        parameters = []
        for slug, position, label in chunk:
            forms = fold_label(label)
            parameters.append({"owner": slug, "place": position, **forms._asdict()})
        connection.execute(statement, parameters)
