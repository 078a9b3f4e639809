"""The search over records of all types: page by page, or as a stream."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from app.catalog.orders import by_column
from app.catalog.resource import Resource
from app.catalog.search import FILTERS, SearchQuery
from app.catalog.timeline_items import TIMELINE_ITEMS
from app.cursors import cursor_scope
from app.queries.filters import Filters, resolve_filters
from app.queries.loading import Json, load_json
from app.queries.paging import (
    PageRows,
    SortKey,
    build_ordered_page,
    fetch_merged_page,
    fetch_sorted_page,
    make_order,
    read_page_request,
    read_sort,
)
from app.queries.planning.plan import count_rows
from app.queries.ranking import fetch_ranked_page, rank
from app.queries.search_facets import PATH, count_search_facets
from app.queries.search_rows import (
    ROW_KEY,
    constant_columns,
    list_resources,
    select_matches,
    select_ordered_rows,
    select_rows,
)
from app.queries.snippets import make_snippets
from app.queries.streaming import stream_rows
from app.schemas.paging import MAX_COUNT, RELEVANCE
from app.schemas.record_types import ENTITIES
from app.store.models import MODELS, Document
from app.store.revisions import read_revision
from app.text.tokens import Term

# The fields of a timeline item that a row has.
_DATE_FIELDS = ("wording", "start_earliest", "end_latest", "end_kind")


def read_search(session: Session, query: SearchQuery) -> Json:
    """One page of the matching rows, in the order of the query: the JSON of `SearchPage`.

    Raises InvalidRequest for a value that names nothing, InvalidCursor for a cursor of another
    query."""
    filters = resolve_filters(session, FILTERS, query, query.facet)
    revision = read_revision(session)
    resources = list_resources(query, query.type)
    sort = read_sort(query)
    if sort == [RELEVANCE]:
        candidates = select_matches(resources, filters)
        scope = cursor_scope("search", filters.requested, RELEVANCE)
        page = fetch_ranked_page(session, candidates, ROW_KEY, revision, query, scope)
    else:
        page = _fetch_sorted_page(session, resources, filters, query, sort)
    return {
        "items": _make_items(session, page.rows, filters.terms),
        **page.describe(PATH, query),
        "revision": revision,
        "facets": count_search_facets(session, query, filters),
        "query": {**filters.interpreted, "sort": sort, "limit": query.limit},
    }


def _fetch_sorted_page(
    session: Session,
    resources: Sequence[Resource],
    filters: Filters,
    query: SearchQuery,
    sort: Sequence[str],
) -> PageRows:
    candidates = select_rows(session, resources, filters)
    total = count_rows(session, candidates, query.count)
    rows, order = _sort_rows(candidates, sort)
    request = read_page_request(order, query, "search", filters.requested)
    if total.is_exact and (total.number or 0) <= MAX_COUNT:
        return fetch_sorted_page(session, rows, request, total)
    # Of many rows the first of each collection are read in order, so that not all are sorted.
    statements = []
    for resource in resources:
        ordered = select_ordered_rows(resource, filters)
        if ordered is not None:
            rows, order = _sort_rows(ordered, sort)
            constants = constant_columns(resource, ordered)
            collection_request = replace(request, order=order)
            statements.append(build_ordered_page(rows, collection_request, constants))
    if not statements:
        # No collection has such rows, and `count=none` has not told so.
        return fetch_sorted_page(session, rows, request, total)
    return fetch_merged_page(session, statements, request, total)


def stream_search(session: Session, query: SearchQuery) -> Generator[list[Json]]:
    """Every matching row, in the order of the query, in batches; the first `limit` rows if the
    request sets one.

    Raises as `read_search` does, before the first batch."""
    filters = resolve_filters(session, FILTERS, query)
    resources = list_resources(query, query.type)
    sort = read_sort(query)
    if sort == [RELEVANCE]:
        statement = rank(select_matches(resources, filters), ROW_KEY)
    else:
        statement, order = _sort_rows(select_rows(session, resources, filters), sort)
        statement = statement.order_by(*[key.direction for key in order])
    with closing(stream_rows(session, statement, query)) as batches:
        for rows in batches:
            yield _make_items(session, rows, filters.terms)


def _sort_rows(
    candidates: Select[Any],
    sort: Sequence[str],
) -> tuple[Select[Any], list[SortKey]]:
    """The rows as a table, and the order of its columns by these sort keys."""
    table = candidates.subquery()
    columns = {
        **by_column("start", table.c.start_order, table.c.start_order_descending),
        **by_column("end", table.c.end_order, table.c.end_order_descending),
    }
    for name in ("text", "updated_at", *ROW_KEY):
        columns[name] = table.c[name]
    order = make_order(columns, sort, ROW_KEY)
    # A row has the columns that it is sorted by, as its cursor needs them.
    keys = {key.column.key: key.column for key in order}
    others = [column for column in table.c if column.key not in keys]
    return select(*others, *(column.label(name) for name, column in keys.items())), order


def _make_items(
    session: Session,
    rows: Sequence[Row[Any]],
    terms: Sequence[Term] | None,
) -> list[Json]:
    """The rows as JSON (`SearchRow`), with a snippet each if there are terms."""
    records = _load_records(session, rows)
    items = [_make_item(row, records) for row in rows]
    if terms is not None:
        typed_records = [(row.type, records[row.type, row.slug]) for row in rows]
        snippets = make_snippets(session, typed_records, terms)
        for item, snippet in zip(items, snippets, strict=True):
            item["snippet"] = snippet
    return items


def _load_records(session: Session, rows: Sequence[Row[Any]]) -> dict[tuple[str, str], Json]:
    """The records of the rows and the timeline items with their dates, by type and slug."""
    # Dictionaries as ordered sets: a record may be in several rows.
    slugs: dict[str, dict[str, None]] = {}
    for row in rows:
        slugs.setdefault(row.type, {})[row.slug] = None
        if row.item:
            slugs.setdefault(TIMELINE_ITEMS.type_, {})[row.item] = None
    records = {}
    for type_, slugs_of_type in slugs.items():
        by_slug = load_json(session, MODELS[type_], list(slugs_of_type))
        for slug, record in by_slug.items():
            records[type_, slug] = record
    return records


def _make_item(row: Row[Any], records: Mapping[tuple[str, str], Json]) -> Json:
    record = records[row.type, row.slug]
    main = ENTITIES[row.type].main
    quote = _choose_quote(record["citations"], main)
    dates = records[TIMELINE_ITEMS.type_, row.item] if row.item else {}
    item = {
        "type": row.type,
        "slug": row.slug,
        "url": record["url"],
        "text": record[main],
        "kind": record.get("kind"),
        "modality": record.get("modality"),
        "focus_area_slugs": record.get("focus_area_slugs", []),
    }
    for name in _DATE_FIELDS:
        item[name] = dates.get(name)
    for name in ("exact", "section", "document_slug", "link"):
        item[name] = quote.get(name)
    if row.type == Document.__tablename__:
        # A document cites nothing, and is its own source.
        item["document_slug"] = row.slug
        item["link"] = record["source_url"]
    return item


def _choose_quote(citations: Sequence[Json], field: str) -> Json:
    """The first citation that supports the field; for a derived field the first of all."""
    for citation in citations:
        if field in citation["supports"]:
            return citation
    return citations[0] if citations else {}
