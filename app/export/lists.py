"""Exports: every row of a list as CSV, NDJSON or Parquet, in constant memory."""

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.catalog.resource import Resource
from app.catalog.search import SearchQuery
from app.export.formats import FORMATS, check_parameters
from app.export.tables import Table, plain_table, record_table
from app.queries.loading import Json
from app.queries.pages import stream_records
from app.queries.search import stream_search
from app.schemas.paging import ListQuery
from app.schemas.record_types import ENTITIES
from app.schemas.search import SearchRow
from app.store.revisions import RevisionStamp, read_latest_stamp
from app.store.sessions import read_session
from app.vocabulary import Format

Chunks = Generator[list[Json]]


@dataclass(frozen=True)
class Export:
    """A started export of one revision of the base: `body` writes the rows of `chunks`, which come
    from `session`. Its owner closes it, even if it takes nothing from the body."""

    stamp: RevisionStamp
    body: Generator[bytes]
    chunks: Chunks
    session: Session

    def close(self) -> None:
        """Close the generators, then the session that they read from."""
        with self.session, closing(self.chunks), closing(self.body):
            pass


def export_records(
    engine: Engine,
    resource: Resource,
    query: ListQuery,
    format_: Format,
    path_prefix: str = "",
) -> Export:
    """Every record that matches the query. Raises as `read_page` does, and InvalidRequest for a
    parameter or column that does not go with the format."""
    schema = ENTITIES[resource.type_].read
    table = record_table(resource.type_, schema)
    if format_ == "ndjson":
        # A line of NDJSON is an item of the JSON page, in which citations are nested.
        table = plain_table(schema)
    columns = dict(table.columns)
    for name in getattr(query, "include", []):
        columns[name] = resource.detail.model_fields[name].annotation
    if query.q is not None:
        columns["snippet"] = resource.detail.model_fields["snippet"].annotation
    table = Table(columns, table.main, path_prefix)
    return _start_export(
        engine,
        table,
        query,
        format_,
        lambda session: stream_records(session, resource, query),
    )


def export_search(
    engine: Engine,
    query: SearchQuery,
    format_: Format,
    path_prefix: str = "",
) -> Export:
    """Every row of a search of all types. Raises as `export_records` does."""
    without = []
    if query.q is None:
        without.append("snippet")
    table = replace(plain_table(SearchRow, *without), path_prefix=path_prefix)
    return _start_export(
        engine,
        table,
        query,
        format_,
        lambda session: stream_search(session, query),
    )


def _start_export(
    engine: Engine,
    table: Table,
    query: ListQuery,
    format_: Format,
    stream: Callable[[Session], Chunks],
) -> Export:
    check_parameters(query, format_)
    selected = table.select(query.fields)
    load_writer = FORMATS[format_].load_writer
    assert load_writer is not None
    write = load_writer()
    session = read_session(engine)
    try:
        stamp = read_latest_stamp(session)
        chunks = stream(session)
        # An invalid query fails here, while an error response is still possible.
        first = next(chunks, [])
    except BaseException:
        session.close()
        raise
    body = write(selected, chain([first], chunks), query)
    return Export(stamp, body, chunks, session)
