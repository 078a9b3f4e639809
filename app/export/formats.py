"""The formats of a list, and how rows are written in each.

A new export format is a name in `app.vocabulary`, one row of `FORMATS`, and its writer.
"""

import csv
import importlib
import io
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field

from pydantic_core import to_json

from app.errors import InvalidRequest, NotAcceptable, ProblemItem
from app.export.tables import Table, cell, escape_formula
from app.queries.loading import Json
from app.schemas.filters import Query
from app.schemas.paging import ListQuery
from app.text.json_lines import escape_line_separators
from app.vocabulary import Format

Writer = Callable[[Table, Iterator[list[Json]], ListQuery], Generator[bytes]]


@dataclass(frozen=True)
class FormatSpec:
    """`synonyms` are media types that mean the same in `Accept`. `unsupported` maps parameters that
    have no meaning in the format to the reason. Without a writer, a list is a page, not an
    export."""

    media_type: str
    synonyms: tuple[str, ...] = ()
    unsupported: Mapping[str, str] = field(default_factory=dict)
    load_writer: Callable[[], Writer] | None = None


def check_parameters(query: Query, format_: Format) -> None:
    """Raise InvalidRequest for a parameter that has no meaning in this format."""
    problems = []
    for name, reason in FORMATS[format_].unsupported.items():
        if name not in query.model_fields_set:
            continue
        # A parameter that is sent with its default value changes nothing.
        if getattr(query, name) != type(query).model_fields[name].default:
            detail = f"{name!r} does not go with {format_}: {reason}. Leave it out."
            problems.append(ProblemItem(detail, parameter=name))
    if problems:
        raise InvalidRequest.of(problems)


def write_csv(
    table: Table,
    chunks: Iterator[list[Json]],
    query: ListQuery,
) -> Generator[bytes]:
    """RFC 4180: a header row even when no rows follow, CRLF, UTF-8."""
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
            if query.escape_formulas:
                cells = [escape_formula(value) for value in cells]
            writer.writerow(cells)
        yield drain()


def write_ndjson(
    table: Table,
    chunks: Iterator[list[Json]],
    _query: ListQuery,
) -> Generator[bytes]:
    """One JSON object on each line, as it stands in a list's `items`."""
    for chunk in chunks:
        yield b"".join(_line(record, table) for record in chunk)


def _line(record: Json, table: Table) -> bytes:
    line = to_json({k: v for k, v in record.items() if k in table.columns})
    return escape_line_separators(line) + b"\n"


def _load_parquet_writer() -> Writer:
    try:
        # Imported at its first use: pyarrow is large, and an extra.
        module = importlib.import_module("app.export.parquet")
    except ModuleNotFoundError as error:
        raise NotAcceptable(
            f"Parquet needs {error.name} on the server: pip install 'communique[parquet]'. "
            "csv and ndjson need nothing."
        ) from None
    writer: Writer = module.write_parquet
    return writer


_PAGED = {
    "cursor": "an export has every row",
    "facet": "an export has rows only",
    "count": "an export has every row",
}
_NESTED = {"include": "a table has no place for it; ndjson has"}
_CSV_ONLY = {"bom": "only csv has one", "escape_formulas": "only csv is read that way"}

# JSON comes first: it is preferred among formats that a client accepts equally.
FORMATS: Mapping[Format, FormatSpec] = {
    "json": FormatSpec(
        "application/json",
        unsupported={"fields": "only exports such as format=csv have columns"} | _CSV_ONLY,
    ),
    "csv": FormatSpec(
        "text/csv",
        unsupported=_PAGED | _NESTED,
        load_writer=lambda: write_csv,
    ),
    "ndjson": FormatSpec(
        "application/x-ndjson",
        synonyms=("application/ndjson", "application/jsonl"),
        unsupported=_PAGED | _CSV_ONLY,
        load_writer=lambda: write_ndjson,
    ),
    "parquet": FormatSpec(
        "application/vnd.apache.parquet",
        unsupported=_PAGED | _NESTED | _CSV_ONLY,
        load_writer=_load_parquet_writer,
    ),
}
