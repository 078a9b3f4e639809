"""How do rows become Parquet, with real dates, instants and nested lists?

Imported only when Parquet is asked for: pyarrow is the extra `parquet`.
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
from app.schemas.paging import ListQuery

# Rows that are kept until they are written together, and bytes of them.
ROW_GROUP = 2_000
MOST_BYTES = 2_000_000

_PLAIN: Mapping[Any, pa.DataType] = {
    str: pa.string(),
    bool: pa.bool_(),
    int: pa.int64(),
    date: pa.date32(),
    datetime: pa.timestamp("us", tz="UTC"),
}


class _Pieces(io.RawIOBase):
    """A file that keeps what is written to it until it is taken."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.kept.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        piece = b"".join(self.kept)
        self.kept.clear()
        return piece


def write_parquet(table: Table, chunks: Iterator[list[Any]], _query: ListQuery) -> Generator[bytes]:
    """Row groups, then the footer: a file that was cut off has none and cannot be read."""
    schema = pa.schema([pa.field(name, arrow_type(kind)) for name, kind in table.columns.items()])
    written = pa.schema([pa.field(field.name, _written(field.type)) for field in schema])
    file = _Pieces()
    writer = pq.ParquetWriter(file, schema)
    kept = schema.empty_table()
    for chunk in chunks:
        rows = [
            {name: _plain(value) for name, value in table.row(record).items()} for record in chunk
        ]
        kept = pa.concat_tables([kept, pa.Table.from_pylist(rows, written).cast(schema)])
        if kept.num_rows >= ROW_GROUP or kept.nbytes >= MOST_BYTES:
            writer.write_table(kept)
            kept = schema.empty_table()
            yield file.take()
    if kept.num_rows:
        writer.write_table(kept)
    writer.close()
    yield file.take()


def arrow_type(annotation: Any) -> pa.DataType:
    """The Arrow type of a field. A value may always be null."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if hasattr(annotation, "__metadata__"):
        return arrow_type(annotation.__origin__)
    if origin in (Union, types.UnionType):
        (some,) = [argument for argument in arguments if argument is not type(None)]
        return arrow_type(some)
    if origin is Literal:
        return pa.string()
    if origin is list:
        return pa.list_(arrow_type(arguments[0]))
    if origin is dict:
        return pa.map_(*map(arrow_type, arguments))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = annotation.model_fields.items()
        return pa.struct([pa.field(name, arrow_type(found.annotation)) for name, found in fields])
    return _PLAIN[annotation]


def _written(kind: pa.DataType) -> pa.DataType:
    """How a value of the type stands in JSON: days and instants are text."""
    return pa.string() if kind in (_PLAIN[date], _PLAIN[datetime]) else kind


def _plain(value: Any) -> Any:
    # A map is made of pairs, a citation is a struct.
    return list(value.items()) if isinstance(value, dict) else value
