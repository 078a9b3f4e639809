"""The rows of an export, batch by batch."""

from collections.abc import Generator, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    func,
    literal,
)
from sqlalchemy.orm import Session

from app.schemas.paging import ListQuery
from app.store.columns import CHUNK_ROWS
from app.store.models import Record

# Records are loaded a batch at a time: this bounds the memory that long texts take.
MAX_BATCH_CHARACTERS = 1_000_000


def text_length(model: type[Record]) -> ColumnElement[int]:
    """The characters of a record's long texts, as the column `text_length`."""
    total: ColumnElement[int] = literal(0)
    for name in model.long_texts:
        total += func.coalesce(func.length(getattr(model, name)), 0)
    return total.label("text_length")


def stream_rows(
    session: Session,
    statement: Select[Any],
    query: ListQuery,
) -> Generator[Sequence[Row[Any]]]:
    """The rows of the statement, which has a column `text_length`, in batches; the first `limit` of
    them if the request sets one."""
    # The default `limit` is for pages; an export without a `limit` has every row.
    if "limit" in query.model_fields_set:
        statement = statement.limit(query.limit)
    options = {"yield_per": CHUNK_ROWS}
    with session.execute(statement, execution_options=options) as result:
        for rows in result.partitions():
            yield from _batch_by_length(rows)


def _batch_by_length(rows: Sequence[Row[Any]]) -> Generator[Sequence[Row[Any]]]:
    """The rows in batches of at most MAX_BATCH_CHARACTERS, or of a single row."""
    start = length = 0
    for position, row in enumerate(rows):
        length += row.text_length
        if length > MAX_BATCH_CHARACTERS and position > start:
            yield rows[start:position]
            start = position
            length = row.text_length
    yield rows[start:]
