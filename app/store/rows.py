"""Which rows, of which tables, is a record?"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, insert, inspect, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.schemas.timeline import compute_bounds
from app.schemas.write import FocusAreaCreate, RecordCreate, TimelineItemCreate
from app.store.columns import CHUNK_ROWS, chunks
from app.store.models import (
    Base,
    Citation,
    Document,
    FocusAreaBroader,
    FocusAreaLabel,
    FocusAreaRelated,
    Record,
)
from app.text.folding import fold

Row = dict[str, Any]


def make_rows(
    model: type[Record], record: RecordCreate, **added: Any
) -> Iterator[tuple[type[Base], Row]]:
    """The row of the record itself, then those of its parts. `added` is what the base adds to it,
    version and instants, where the record is as a curator gave it."""
    columns = _columns(model)
    row = {name: getattr(record, name) for name in type(record).model_fields if name in columns}
    if isinstance(record, TimelineItemCreate):
        row |= vars(compute_bounds(record))
    yield model, row | added
    yield from _make_parts(model, record)


@cache
def _columns(model: type[Record]) -> frozenset[str]:
    return frozenset(column.name for column in model.__table__.columns)


def _make_parts(model: type[Record], record: RecordCreate) -> Iterator[tuple[type[Base], Row]]:
    owner = {owner_column(model): record.slug}
    if model is not Document:
        for place, citation in enumerate(record.citations):
            yield Citation, {"position": place, **owner, **dict(citation)}
    if isinstance(record, FocusAreaCreate):
        for place, label in enumerate([record.slug, record.name, *record.aliases]):
            called = {"position": place, "label": label, "folded": fold(label)}
            yield FocusAreaLabel, {**owner, **called}
        yield from _make_links(FocusAreaBroader, owner, "broader_slug", record.broader_slugs)
        yield from _make_links(FocusAreaRelated, owner, "related_slug", record.related_slugs)
    elif hasattr(record, "focus_area_slugs"):
        link = focus_area_link(model)
        assert link is not None
        yield from _make_links(link, owner, "focus_area_slug", record.focus_area_slugs)


def _make_links(
    link: type[Base], owner: Row, name: str, slugs: Sequence[str]
) -> Iterator[tuple[type[Base], Row]]:
    for place, slug in enumerate(slugs):
        yield link, {**owner, name: slug, "position": place}


def owner_column(model: type[Record]) -> str:
    """The column of a part that names the record of this type that it belongs to."""
    return f"{model.__tablename__}_slug"


def part_models(model: type[Record]) -> list[type[Base]]:
    """The kinds of parts that records of this type have."""
    relationships = inspect(model).relationships
    return [found.mapper.class_ for found in relationships if found.info.get("part")]


def focus_area_link(model: type[Record]) -> type[Base] | None:
    """The table that links records of this type to focus areas; None if they have no such links."""
    relationship = inspect(model).relationships.get("focus_area_links")
    return relationship.mapper.class_ if relationship is not None else None


def stream_slugs(session: Session, model: type[Record]) -> Iterator[Sequence[str]]:
    """The slugs of all records of this type in their order, at most CHUNK_ROWS at a time."""
    last = ""
    while True:
        # By key and not by offset or server-side cursor: the reader may write between two chunks.
        after = select(model.slug).where(model.slug > last).order_by(model.slug)
        slugs = session.scalars(after.limit(CHUNK_ROWS)).all()
        if slugs:
            yield slugs
        if len(slugs) < CHUNK_ROWS:
            return
        last = slugs[-1]


def select_in_chunks(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    column: ColumnElement[Any] | InstrumentedAttribute[Any],
    values: Sequence[str],
) -> Iterator[Any]:
    """The rows in which the column has one of the values, CHUNK_ROWS values in a statement."""
    for chunk in chunks(values):
        yield from session.execute(statement.where(column.in_(chunk)))


def insert_rows(connection: Connection, rows: Iterable[tuple[type[Base], Row]]) -> None:
    """Insert the rows, all of a table at once; the tables in the order in which they come."""
    by_model: dict[type[Base], list[Row]] = {}
    for model, row in rows:
        by_model.setdefault(model, []).append(row)
    for model, some in by_model.items():
        for few in chunks(some):
            connection.execute(insert(model), few)
