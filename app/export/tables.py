"""Which columns has an export, and what stands in each?

A column is a field of what a reader gets. Records have columns besides for the citation that bears
out their main text, so that the words stand beside the claim wherever nested lists are awkward.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from app.errors import InvalidRequest, suggest
from app.schemas.entities import ENTITIES
from app.schemas.write import Citation

# The parts of a citation that are columns; what it supports is the main text.
CITATION = tuple(name for name in Citation.model_fields if name != "supports")

# A spreadsheet takes text that begins like this for a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Table:
    """The columns of an export by name, each with its type. `main` is the text whose citation is
    spread over columns of its own, None where there are none."""

    columns: Mapping[str, Any]
    main: str | None = None

    def choose(self, names: Sequence[str]) -> "Table":
        """The same with these columns only. Raises InvalidRequest for one that there is not."""
        for name in names:
            if name not in self.columns:
                detail = f"There is no column {name!r}.{suggest(name, self.columns)}"
                raise InvalidRequest.at(detail, parameter="fields")
        return Table({name: self.columns[name] for name in names or self.columns}, self.main)

    def row(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The record's value in each column."""
        values = {name: record.get(name) for name in self.columns}
        if self.main is not None:
            values |= self._cite(record)
        return values

    def _cite(self, record: Mapping[str, Any]) -> dict[str, Any]:
        quotes = (quote for quote in record["citations"] if self.main in quote["supports"])
        quote: Mapping[str, Any] = next(quotes, {})
        columns = ((f"citation_{name}", name) for name in CITATION)
        return {column: quote.get(name) for column, name in columns if column in self.columns}


def record_table(type_: str, schema: type[BaseModel]) -> Table:
    """The columns of an export of records."""
    columns = _annotations(schema)
    if type_ == "document":
        return Table(columns)
    quote = _annotations(Citation)
    columns |= {f"citation_{name}": quote[name] | None for name in CITATION}
    return Table(columns, ENTITIES[type_].main)


def plain_table(schema: type[BaseModel], *without: str) -> Table:
    """The fields of the schema as columns."""
    return Table({k: v for k, v in _annotations(schema).items() if k not in without})


def _annotations(schema: type[BaseModel]) -> dict[str, Any]:
    return {name: found.annotation for name, found in schema.model_fields.items()}


def cell(name: str, value: Any) -> str:
    """A value as text: nothing for null, slugs joined by `;`, any other list or object as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list) and name.endswith("_slugs"):
        return ";".join(value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)


def escape_formula(text: str) -> str:
    """The text so that no spreadsheet runs it."""
    return f"'{text}" if text.startswith(FORMULA) else text
