"""The records of one resource as a list: page by page, or as a stream."""

from collections.abc import Generator, Sequence
from contextlib import closing
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.catalog.resource import Resource
from app.cursors import cursor_scope
from app.queries.facets import count_facet
from app.queries.filters import Filters, resolve_filters
from app.queries.loading import Json, include, load_json
from app.queries.paging import (
    PageRows,
    build_page_statement,
    fetch_page,
    make_order,
    read_page_request,
    read_sort,
)
from app.queries.planning.conditions import (
    list_conditions,
    select_matches,
    sql_conditions,
    to_check,
)
from app.queries.planning.plan import make_plan
from app.queries.planning.statements import prepare
from app.queries.ranking import fetch_ranked_page, rank
from app.queries.snippets import make_snippets
from app.queries.streaming import stream_rows, text_length
from app.schemas.paging import RELEVANCE, ListQuery
from app.store.models import SearchDocument
from app.store.revisions import read_revision

# The columns of a list that together are unique.
IDENTITY = ("slug",)


def read_page(
    session: Session,
    resource: Resource,
    query: ListQuery,
) -> Json:
    """One page of the records that match the query, in its order: the JSON of `resource.page`.

    Raises InvalidRequest for a value that names nothing, InvalidCursor for a cursor of another
    query."""
    facet_names: list[str] = getattr(query, "facet", [])
    filters = resolve_filters(session, resource.where, query, facet_names)
    revision = read_revision(session)
    sort = read_sort(query)
    if sort == [RELEVANCE]:
        candidates = _select_candidates(resource, filters)
        scope = cursor_scope(resource.name, filters.requested, RELEVANCE)
        page = fetch_ranked_page(
            session,
            candidates,
            IDENTITY,
            revision,
            query,
            scope,
        )
    else:
        page = _fetch_sorted_page(session, resource, filters, query, sort)
    items = _load_items(session, resource, query, filters, page.rows)
    facets = {}
    for name in facet_names:
        facets[name] = count_facet(session, resource, query, filters, name)
    return {
        "items": items,
        **page.describe(f"/v1/{resource.name}", query),
        "revision": revision,
        "facets": facets,
        "query": {**filters.interpreted, "sort": sort, "limit": query.limit},
    }


def _fetch_sorted_page(
    session: Session,
    resource: Resource,
    filters: Filters,
    query: ListQuery,
    sort: Sequence[str],
) -> PageRows:
    """The sort keys of the records of a page, and the size of the list."""
    order = make_order(resource.order, sort, IDENTITY)
    # The scope has the filters as requested, not the slugs that they cover: a cursor stays valid
    # when a focus area gets a narrower one.
    request = read_page_request(
        order,
        query,
        resource.name,
        filters.requested,
    )
    prepared = prepare(filters, resource)
    plan = make_plan(session, prepared, query.count)

    def build() -> Select[Any]:
        columns = [key.column.label(key.column.key) for key in order]
        branches = plan.branches(prepared.conditions)
        return build_page_statement(select(*columns), branches, request)

    if request.start is None:
        name = ("page", plan.strategy, plan.driver, tuple(sort), query.limit)
        statement = prepared.cached(name, build)
    else:
        # The start is part of the statement, so no other page has the same.
        statement = build()
    return fetch_page(
        session,
        statement,
        request,
        plan.total,
        prepared.parameters,
    )


def _select_candidates(resource: Resource, filters: Filters) -> Select[Any]:
    """Rows `(slug, id, score, text_length)` of the records to rank."""
    model = resource.model
    matches = select_matches(filters, resource).add_columns(text_length(model))
    matches = matches.join(model, model.slug == SearchDocument.slug)
    # Checks, because the full-text index has found the records already.
    return matches.where(*map(to_check, list_conditions(filters, resource, "q")))


def stream_records(
    session: Session,
    resource: Resource,
    query: ListQuery,
) -> Generator[list[Json]]:
    """Every record that matches the query, in its order, in batches; the first `limit` records if
    the request sets one.

    Raises as `read_page` does, before the first batch. A ranked list is sorted as a whole."""
    filters = resolve_filters(session, resource.where, query)
    statement: Any
    sort = read_sort(query)
    if sort == [RELEVANCE]:
        statement = rank(_select_candidates(resource, filters), IDENTITY)
    else:
        order = make_order(resource.order, sort, IDENTITY)
        statement = select(resource.model.slug, text_length(resource.model))
        statement = statement.where(*sql_conditions(filters, resource))
        statement = statement.order_by(*[key.direction for key in order])
    with closing(stream_rows(session, statement, query)) as batches:
        for rows in batches:
            yield _load_items(session, resource, query, filters, rows)


def _load_items(
    session: Session,
    resource: Resource,
    query: ListQuery,
    filters: Filters,
    rows: Sequence[Any],
) -> list[Json]:
    """The records that the rows name, with snippets for a search and the related records that the
    query includes."""
    slugs = [row.slug for row in rows]
    records = load_json(session, resource.model, slugs)
    items = [records[slug] for slug in slugs]
    if filters.terms is not None:
        typed_items = [(resource.type_, item) for item in items]
        snippets = make_snippets(session, typed_items, filters.terms)
        for item, snippet in zip(items, snippets, strict=True):
            item["snippet"] = snippet
    names: Sequence[str] = getattr(query, "include", ())
    if names:
        include(session, resource.includes, items, names)
    return items
