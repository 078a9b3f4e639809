"""How does a list leave as CSV, NDJSON or Parquet: every row of it, in constant memory?"""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.catalog.resource import Resource
from app.catalog.search import SearchQuery
from app.export.formats import FORMATS, check_parameters
from app.export.tables import Table, plain_table, record_table
from app.queries.loading import Json
from app.queries.pages import stream_records
from app.queries.search import stream_search
from app.schemas.entities import ENTITIES
from app.schemas.paging import ListQuery
from app.schemas.search import SearchRow
from app.store.revisions import read_instant, read_revision
from app.store.sessions import read_session
from app.vocabulary import Format

Chunks = Generator[list[Json]]


@dataclass(frozen=True)
class Export:
    """An export that has begun: its pieces, all of one revision of the base. Whoever has it closes
    it, whether or not any piece was taken."""

    revision: int
    made_at: str  # when the base got this revision: another base has the same number
    pieces: Generator[bytes]
    chunks: Chunks
    session: Session

    def close(self) -> None:
        """End the transaction, and before it what reads in it."""
        with self.session, closing(self.chunks), closing(self.pieces):
            pass


def export_records(engine: Engine, resource: Resource, query: ListQuery, format_: Format) -> Export:
    """Every record that the query asks for. Raises as `read_page` does, and InvalidRequest for a
    parameter or column that does not go with the format."""
    names = [*getattr(query, "include", []), *(["snippet"] if query.q is not None else [])]
    besides = {name: resource.detail.model_fields[name].annotation for name in names}
    schema = ENTITIES[resource.type_].read
    # NDJSON is as in JSON: citations are nested already.
    table = plain_table(schema) if format_ == "ndjson" else record_table(resource.type_, schema)
    table = Table(dict(table.columns) | besides, table.main)
    return _begin(
        engine, table, query, format_, lambda session: stream_records(session, resource, query)
    )


def export_search(engine: Engine, query: SearchQuery, format_: Format) -> Export:
    """Every row of the table that the query asks for. Raises as `export_records` does."""
    table = plain_table(SearchRow, *([] if query.q is not None else ["snippet"]))
    return _begin(engine, table, query, format_, lambda session: stream_search(session, query))


def _begin(
    engine: Engine,
    table: Table,
    query: ListQuery,
    format_: Format,
    stream: Callable[[Session], Chunks],
) -> Export:
    check_parameters(query, format_)
    chosen = table.choose(query.fields)
    load_writer = FORMATS[format_].load_writer
    assert load_writer is not None
    write = load_writer()
    session = read_session(engine)
    try:
        revision = read_revision(session)
        made_at = read_instant(session, revision)
        chunks = stream(session)
        # What is wrong with the query shows here, before anything was sent.
        first = next(chunks, [])
    except BaseException:
        session.close()
        raise
    pieces = write(chosen, _rejoin(first, chunks), query)
    return Export(revision, made_at, pieces, chunks, session)


def _rejoin(first: list[Json], chunks: Chunks) -> Iterator[list[Json]]:
    yield first
    yield from chunks
