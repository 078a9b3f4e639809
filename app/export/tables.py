"""The columns of an export, and the value of a record in each.

A column is a field of the read schema. A table of records has further columns for the citation of
their main text, so that spreadsheets, which have no nested lists, show the quote beside the claim.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from app.errors import InvalidRequest, suggest
from app.schemas.read import CitationRead
from app.schemas.record_types import ENTITIES
from app.text.spelling import INVISIBLE

# The fields of a citation that are columns: what it supports is known, the main text.
CITATION_FIELDS = tuple(name for name in CitationRead.model_fields if name != "supports")

# Spreadsheets treat text that starts with one of these as a formula (OWASP, CSV injection); some
# of them in other widths, too, and after white space or characters that are not seen.
_FORMULA = re.compile(rf"[\t\r\n]|[\s\x00-\x1f\x7f-\x9f{INVISIBLE}]*[=+\-@＝＋－＠﹦﹢﹣﹫]")


@dataclass(frozen=True)
class Table:
    """The columns of an export, each with its type. `main` is the field whose citation has columns
    of its own; None if no citation has. `path_prefix` comes before the paths of records."""

    columns: Mapping[str, Any]
    main: str | None = None
    path_prefix: str = ""

    def select(self, names: Sequence[str]) -> "Table":
        """The table with these columns only, or all if there are no names.

        Raises InvalidRequest for an unknown column."""
        if not names:
            return self
        columns = {}
        for name in names:
            if name not in self.columns:
                detail = f"There is no column {name!r}.{suggest(name, self.columns)}"
                raise InvalidRequest.at(detail, parameter="fields")
            columns[name] = self.columns[name]
        return replace(self, columns=columns)

    def row(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The record's value in each column."""
        values = {name: record.get(name) for name in self.columns}
        if self.path_prefix and "url" in values:
            values["url"] = f"{self.path_prefix}{values['url']}"
        if self.main is not None:
            citation = _find_citation(record, self.main)
            for name in CITATION_FIELDS:
                column = f"citation_{name}"
                if column in self.columns:
                    values[column] = citation.get(name)
        return values


def _find_citation(record: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    """The first citation that supports the field; empty if there is none."""
    citations: Sequence[Mapping[str, Any]] = record["citations"]
    for citation in citations:
        if field in citation["supports"]:
            return citation
    return {}


def record_table(type_: str, schema: type[BaseModel]) -> Table:
    """The columns of an export of records."""
    columns = _annotations(schema)
    # A document is the source itself, and has no citations.
    if type_ == "document":
        return Table(columns)
    annotations = _annotations(CitationRead)
    for name in CITATION_FIELDS:
        columns[f"citation_{name}"] = annotations[name] | None
    return Table(columns, ENTITIES[type_].main)


def plain_table(schema: type[BaseModel], *without: str) -> Table:
    """The fields of the schema as columns."""
    columns = _annotations(schema)
    for name in without:
        del columns[name]
    return Table(columns)


def _annotations(schema: type[BaseModel]) -> dict[str, Any]:
    return {name: field.annotation for name, field in schema.model_fields.items()}


def cell(name: str, value: Any) -> str:
    """A value as text: empty for null, slugs joined by `;`, any other list or object as JSON."""
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
    """The text with an apostrophe in front if a spreadsheet would run it as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text
