"""How does a list leave as CSV, NDJSON or Parquet: every row of it, in constant memory?"""

import csv
import importlib
import io
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass

from pydantic_core import to_json
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.catalog.resource import Resource
from app.catalog.search import SearchQuery
from app.errors import InvalidRequest, NotAcceptable, ProblemItem
from app.export.tables import Table, cell, escape_formula, plain_table, record_table
from app.queries.loading import Json
from app.queries.pages import stream_records
from app.queries.search import stream_search
from app.schemas.entities import ENTITIES
from app.schemas.filters import Query
from app.schemas.paging import ListQuery
from app.schemas.search import SearchRow
from app.store.revisions import read_instant, read_revision
from app.store.sessions import read_session
from app.vocabulary import Format

Chunks = Generator[list[Json]]
Writer = Callable[[Table, Iterator[list[Json]], ListQuery], Generator[bytes]]

# Parameters that an answer in a format cannot carry out, with the reason.
_PAGED = {
    "cursor": "an export has every row",
    "facet": "an export has rows only",
    "count": "an export has every row",
}
_NESTED = {"include": "a table has no place for it; ndjson has"}
_CSV_ONLY = {"bom": "only csv has one", "escape_formulas": "only csv is read that way"}
MISFITS: Mapping[Format, Mapping[str, str]] = {
    "json": {"fields": "JSON answers keep their type; exports have columns"} | _CSV_ONLY,
    "csv": _PAGED | _NESTED,
    "ndjson": _PAGED | _CSV_ONLY,
    "parquet": _PAGED | _NESTED | _CSV_ONLY,
}


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


def check_fit(query: Query, format_: Format) -> None:
    """Raise InvalidRequest for a parameter that means nothing in this format."""
    problems = [
        ProblemItem(f"{name!r} does not go with {format_}: {why}. Leave it out.", parameter=name)
        for name, why in MISFITS[format_].items()
        # A default that is given asks for nothing.
        if name in query.model_fields_set
        if getattr(query, name) != type(query).model_fields[name].default
    ]
    if problems:
        raise InvalidRequest.of(problems)


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
    check_fit(query, format_)
    chosen = table.choose(query.fields)
    write = _writer(format_)
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


def write_csv(table: Table, chunks: Iterator[list[Json]], query: ListQuery) -> Generator[bytes]:
    """RFC 4180: a header row even when nothing follows, CRLF, UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)

    def drain() -> bytes:
        piece = text.getvalue().encode()
        text.seek(0)
        text.truncate()
        return piece

    if query.bom:
        text.write("\ufeff")
    writer.writerow(table.columns)
    yield drain()
    for chunk in chunks:
        for record in chunk:
            cells = [cell(name, value) for name, value in table.row(record).items()]
            writer.writerow(map(escape_formula, cells) if query.escape_formulas else cells)
        yield drain()


def write_ndjson(table: Table, chunks: Iterator[list[Json]], _query: ListQuery) -> Generator[bytes]:
    """One JSON object on each line, as it stands in a list's `items`."""
    for chunk in chunks:
        yield b"".join(_line(record, table) for record in chunk)


def _line(record: Json, table: Table) -> bytes:
    return to_json({k: v for k, v in record.items() if k in table.columns}) + b"\n"


def _writer(format_: Format) -> Writer:
    if format_ == "parquet":
        try:
            # Only here: it is large, and an extra.
            parquet = importlib.import_module("app.export.parquet")
        except ModuleNotFoundError as error:
            raise NotAcceptable(
                f"Parquet needs {error.name} on the server: pip install 'communique[parquet]'. "
                "csv and ndjson need nothing."
            ) from None
        found: Writer = parquet.write_parquet
        return found
    return {"csv": write_csv, "ndjson": write_ndjson}[format_]
