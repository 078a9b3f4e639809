"""Writes the tables of docs/querying.md from the catalogue: `python -m tools.tables`.

Replaces the text between `<!-- tables -->` and `<!-- end -->`.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from app.catalog import CATALOG
from app.catalog.search import SearchQuery
from app.schemas.filters import MATCH_FILTERS, MODIFIERS
from app.schemas.paging import LIST_OPTIONS, ListQuery

PAGE = Path(__file__).parent.parent / "docs" / "querying.md"
BEGIN = "<!-- tables -->\n"
END = "<!-- end -->\n"

# Parameters whose values are listed below a table, with the beginning of that line.
CHOICES = {
    "sort": "Sort by",
    "facet": "Facets",
    "include": "Include",
}
# What a parameter takes, where its annotation does not tell.
KINDS = {
    **dict.fromkeys(MATCH_FILTERS, "EDTF"),
    "active_on": "date",
    "limit": "1 to 200",
    "updated_since": "instant or date",
}


def write_tables() -> str:
    """The tables as Markdown: the parameters of every list, then those of each list alone."""
    common = set(ListQuery.model_fields)
    lines = ["### Every list\n"]
    lines += _write_parameters(ListQuery, set())
    for resource in CATALOG:
        lines += ["", f"### `/v1/{resource.name}`\n"]
        lines += _write_parameters(resource.query, common)
        lines.append("")
        lines += _write_choices(resource.query)
        if resource.listings:
            listings = _join(resource.listings)
            lines.append(f"- A single record may also `include`: {listings}.")
    lines += ["", "### `/v1/search`\n"]
    lines += _write_parameters(SearchQuery, common)
    lines.append("")
    lines += _write_choices(SearchQuery)
    return "\n".join(lines) + "\n"


def _write_parameters(query: type[ListQuery], omitted: set[str]) -> Iterator[str]:
    yield "| parameter | takes | meaning |"
    yield "| --- | --- | --- |"
    for name, field in query.model_fields.items():
        if name in omitted or name in CHOICES:
            continue
        label = f"`{name}`"
        if name not in LIST_OPTIONS | MODIFIERS:
            label += " (filter)"
        meaning = str(field.description).replace("|", "\\|")
        yield f"| {label} | {_describe_values(name, field.annotation)} | {meaning} |"


def _describe_values(name: str, annotation: Any) -> str:
    """The kind of value, and whether there can be several."""
    values = _list_values(annotation)
    if values:
        kind = _join(values)
    elif "bool" in str(annotation):
        kind = "`true`, `false`"
    else:
        kind = KINDS.get(name, "text")
    if get_origin(annotation) is list:
        kind += ", several"
    return kind


def _list_values(annotation: Any) -> list[str]:
    """The values of every Literal in the annotation."""
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    values = []
    for argument in get_args(annotation):
        values += _list_values(argument)
    return values


def _write_choices(query: type[ListQuery]) -> Iterator[str]:
    for name, beginning in CHOICES.items():
        field = query.model_fields.get(name)
        if field is None:
            continue
        values = _list_values(field.annotation)
        ascending = [value for value in values if not value.startswith("-")]
        yield f"- {beginning}: {_join(ascending)}."


def _join(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def insert_tables(page: str) -> str:
    """The page with its tables replaced."""
    pattern = f"(?<={re.escape(BEGIN)}).*(?={re.escape(END)})"
    tables = f"\n{write_tables()}\n"
    # A function, so that backslashes in the tables stay as they are.
    return re.sub(pattern, lambda _: tables, page, flags=re.DOTALL)


if __name__ == "__main__":
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(insert_tables(page), encoding="utf-8")
