"""The rows of an export, batch by batch."""

from collections.abc import Generator, Sequence
from typing import Any

from sqlalchemy import Row, Select
from sqlalchemy.orm import Session

from app.schemas.paging import ListQuery
from app.store.columns import CHUNK_ROWS


def stream_rows(
    session: Session,
    statement: Select[Any],
    query: ListQuery,
) -> Generator[Sequence[Row[Any]]]:
    """The rows of the statement in batches; the first `limit` of them if the request sets one."""
    # The default `limit` is for pages; an export without a `limit` has every row.
    if "limit" in query.model_fields_set:
        statement = statement.limit(query.limit)
    options = {"yield_per": CHUNK_ROWS}
    with session.execute(statement, execution_options=options) as result:
        yield from result.partitions()
