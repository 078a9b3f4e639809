"""A record as one row of a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from app.catalog.resource import Resource
from app.http.twins import page_path
from app.pages import words
from app.queries.loading import Json
from app.schemas.record_types import ENTITIES


@dataclass(frozen=True)
class Row:
    """A record in a list. `snippet` is the passage that a search has found, as safe HTML; `quote`
    are the words that support the title, if they are others."""

    title: str
    path: str
    modality: str | None
    remark: str
    snippet: Markup | None
    is_title_marked: bool
    quote: str | None
    wording: str | None
    section: str | None
    document_path: str | None


def make_search_row(item: Json) -> Row:
    """A row of the search as a list shows it."""
    remark = words.TYPES[item["type"]].label
    if item["kind"] not in (None, item["type"]):
        remark = f"{remark}, {item['kind']}"
    quote = {name: item[name] for name in ("exact", "section", "document_slug")}
    return _make_row(
        item,
        item["text"],
        remark,
        quote,
    )


def make_row(
    resource: Resource,
    record: Json,
) -> Row:
    """A record as a list shows it."""
    main = ENTITIES[resource.type_].main
    quote: Json = {"document_slug": None}
    for citation in reversed(record["citations"]):
        if main in citation["supports"]:
            quote = citation
    return _make_row(
        record,
        record[main],
        _make_remark(record),
        quote,
    )


def _make_remark(record: Json) -> str:
    """What tells a record from others, besides its title."""
    names = ("kind", "organization", "city", "country", "publisher", "published_on", "voice")
    remarks = []
    for name in names:
        value = record.get(name)
        if value is not None:
            remarks.append(words.name_value(value))
    return ", ".join(remarks)


def _make_row(
    item: Json,
    title: str,
    remark: str,
    quote: Json,
) -> Row:
    path = page_path(item["url"])
    assert path is not None
    snippet: Any = item.get("snippet")
    if snippet is not None:
        # Escaped by `app.text.highlight`, but for its marks.
        snippet = Markup(snippet)
    is_title_marked = snippet is not None and snippet.striptags() == title
    exact = quote.get("exact")
    if exact == title or snippet is not None:
        exact = None
    document_path = None
    if quote["document_slug"] is not None:
        document_path = f"/documents/{quote['document_slug']}"
        if document_path != path:
            document_path = f"{document_path}?of={path.removeprefix('/')}#q"
    return Row(
        title=title,
        path=path,
        modality=item.get("modality"),
        remark=remark,
        snippet=snippet,
        is_title_marked=is_title_marked,
        quote=exact,
        wording=item.get("wording"),
        section=_name_section(quote.get("section")),
        document_path=document_path,
    )


def _name_section(headings: Sequence[str] | None) -> str | None:
    """The headings above a quote, without the first, which is the title of most documents."""
    if not headings:
        return None
    return " › ".join(headings[1:]) or headings[0]
