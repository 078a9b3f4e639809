"""Writes the tables of docs/querying.md from the catalogue: `python -m tools.tables`.

Whatever stands between `<!-- tables -->` and `<!-- end -->` is replaced.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from app.catalog import CATALOG
from app.catalog.search import SearchQuery
from app.schemas.filters import MATCH_FILTERS, MODIFIERS
from app.schemas.paging import LIST_OPTIONS, ListQuery

PAGE = Path(__file__).parent.parent / "docs" / "querying.md"
BEGIN, END = "<!-- tables -->\n", "<!-- end -->\n"


def write_tables() -> str:
    """The tables as Markdown: what every list takes, then each list."""
    parts = ["### Every list\n", *_parameters(ListQuery, set())]
    common = set(ListQuery.model_fields)
    for resource in CATALOG:
        parts += ["", f"### `/v1/{resource.name}`\n", *_parameters(resource.query, common)]
        parts += ["", *_choices(resource.query)]
        listed = [f"`{name}`" for name in resource.listings]
        if listed:
            parts.append(f"- A record may `include` besides: {', '.join(listed)}.")
    parts += ["", "### `/v1/search`\n", *_parameters(SearchQuery, common), ""]
    parts += _choices(SearchQuery)
    return "\n".join(parts) + "\n"


def _parameters(query: type[ListQuery], without: set[str]) -> Iterator[str]:
    yield "| parameter | takes | meaning |"
    yield "| --- | --- | --- |"
    shown = {"sort", "include", "facet"}
    names = sorted(set(query.model_fields) - without - shown, key=list(query.model_fields).index)
    for name in names:
        field = query.model_fields[name]
        meaning = str(field.description).replace("|", "\\|")
        kind = "" if name in LIST_OPTIONS | MODIFIERS else " (filter)"
        yield f"| `{name}`{kind} | {_takes(name, field.annotation)} | {meaning} |"


def _takes(name: str, annotation: Any) -> str:
    """What kind of value, and whether several."""
    words = [word for literal in _literals(annotation) for word in get_args(literal)]
    many = ", several" if get_origin(annotation) is list else ""
    if words:
        return ", ".join(f"`{word}`" for word in words) + many
    if "bool" in str(annotation):
        return "`true`, `false`"
    kinds = {"updated_since": "instant or date", "limit": "1 to 200", "active_on": "date"}
    kinds |= dict.fromkeys(set(MATCH_FILTERS) - {"active_on"}, "EDTF")
    return kinds.get(name, "text") + many


def _literals(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) is Literal:
        yield annotation
    for argument in get_args(annotation) if get_origin(annotation) is not Literal else ():
        yield from _literals(argument)


def _choices(query: type[ListQuery]) -> Iterator[str]:
    """What may be sorted by, counted by and included."""
    what = {"sort": "Sort by", "facet": "Facets", "include": "Include"}
    for name, heading in what.items():
        field = query.model_fields.get(name)
        if field is not None:
            (literal,) = _literals(field.annotation)
            words = [word for word in get_args(literal) if not word.startswith("-")]
            yield f"- {heading}: {', '.join(f'`{word}`' for word in words)}."


def insert_tables(page: str) -> str:
    """The page with the tables as they are now."""
    pattern = f"(?<={re.escape(BEGIN)}).*(?={re.escape(END)})"
    return re.sub(pattern, lambda _: f"\n{write_tables()}\n", page, flags=re.DOTALL)


if __name__ == "__main__":
    PAGE.write_text(insert_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
