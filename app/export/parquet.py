"""Rows as Parquet, with real dates, instants and nested lists.

Imported only when Parquet is requested, because pyarrow is an extra (`parquet`).
"""

import io
import types
from collections.abc import Generator, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Literal, Union, get_args, get_origin

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel

from app.export.tables import Table
from app.queries.loading import Json
from app.schemas.paging import ListQuery

# A row group is written at whichever limit comes first: larger ones compress better, but take
# more memory.
MAX_GROUP_ROWS = 2_000
MAX_GROUP_BYTES = 2_000_000

_SCALAR_TYPES: Mapping[Any, pa.DataType] = {
    str: pa.string(),
    bool: pa.bool_(),
    int: pa.int64(),
    date: pa.date32(),
    datetime: pa.timestamp("us", tz="UTC"),
}


class _Buffer(io.RawIOBase):
    """A file object that collects what is written to it."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def drain(self) -> bytes:
        data = b"".join(self.pieces)
        self.pieces.clear()
        return data


def write_parquet(
    table: Table,
    chunks: Iterator[list[Json]],
    _query: ListQuery,
) -> Generator[bytes]:
    """Row groups, then the footer. A truncated file has no footer, so it cannot be read."""
    arrow_types = {name: arrow_type(annotation) for name, annotation in table.columns.items()}
    # pyarrow does not parse dates and instants from the text that they are in JSON; casting does.
    json_types = {name: _json_type(type_) for name, type_ in arrow_types.items()}
    schema = pa.schema(arrow_types)
    json_schema = pa.schema(json_types)
    buffer = _Buffer()
    writer = pq.ParquetWriter(buffer, schema)
    group = schema.empty_table()
    for chunk in chunks:
        rows = [_arrow_row(table.row(record)) for record in chunk]
        addition = pa.Table.from_pylist(rows, json_schema).cast(schema)
        group = pa.concat_tables([group, addition])
        if group.num_rows >= MAX_GROUP_ROWS or group.nbytes >= MAX_GROUP_BYTES:
            writer.write_table(group)
            group = schema.empty_table()
            yield buffer.drain()
    if group.num_rows:
        writer.write_table(group)
    writer.close()
    yield buffer.drain()


def arrow_type(annotation: Any) -> pa.DataType:
    """The Arrow type of a field. Every value may be null."""
    if hasattr(annotation, "__metadata__"):
        return arrow_type(annotation.__origin__)
    origin = get_origin(annotation)
    arguments = get_args(annotation)
    if origin in (Union, types.UnionType):
        (member,) = [argument for argument in arguments if argument is not type(None)]
        return arrow_type(member)
    if origin is Literal:
        return pa.string()
    if origin is list:
        return pa.list_(arrow_type(arguments[0]))
    if origin is dict:
        key, value = arguments
        return pa.map_(arrow_type(key), arrow_type(value))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        members = {}
        for name, field in annotation.model_fields.items():
            members[name] = arrow_type(field.annotation)
        return pa.struct(members)
    return _SCALAR_TYPES[annotation]


def _json_type(type_: pa.DataType) -> pa.DataType:
    """The Arrow type that the values have in JSON, where dates and instants are text."""
    if type_ in (_SCALAR_TYPES[date], _SCALAR_TYPES[datetime]):
        return pa.string()
    return type_


def _arrow_row(row: Mapping[str, Any]) -> Json:
    # pyarrow takes a map as pairs; a dictionary would become a struct.
    values = dict(row)
    for name, value in row.items():
        if isinstance(value, dict):
            values[name] = list(value.items())
    return values
