"""The records of one resource as a list: page by page, or as a stream."""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.catalog.resource import Resource
from app.cursors import cursor_scope
from app.queries.facets import count_facet
from app.queries.filters import Filters, resolve_filters
from app.queries.loading import (
    Json,
    add_members,
    add_snapshots,
    current_text,
    load_related,
    load_texts,
)
from app.queries.paging import (
    PageRows,
    build_page_statement,
    make_order,
    make_page,
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
from app.queries.streaming import stream_rows
from app.schemas.paging import RELEVANCE, ListQuery
from app.store.models import SearchDocument
from app.store.revisions import read_revision

# The columns of a list that together are unique.
IDENTITY = ("slug",)


@dataclass(frozen=True)
class RecordPage:
    """A page: its records as JSON texts, and its other fields."""

    items: Sequence[str]
    fields: Json

    def to_json(self, *names: str) -> str:
        """The page as JSON: the items, then all other fields, or those that `names` names."""
        fields = {name: self.fields[name] for name in names or self.fields}
        items = ",".join(self.items)
        return f'{{"items":[{items}],{to_json(fields).decode()[1:]}'


def read_page(
    session: Session,
    resource: Resource,
    query: ListQuery,
) -> RecordPage:
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
    texts = _read_texts(session, resource, page.rows)
    items = _complete_items(session, resource, query, filters, texts)
    facets = {}
    for name in facet_names:
        facets[name] = count_facet(session, resource, query, filters, name)
    fields = {
        **page.describe(f"/v1/{resource.name}", query),
        "revision": revision,
        "facets": facets,
        "query": {**filters.interpreted, "sort": sort, "limit": query.limit},
    }
    return RecordPage(items, fields)


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
    plan = make_plan(session, filters, prepared, query.count)
    if plan.total.number == 0:
        return make_page([], request, plan.total)

    def build() -> Select[Any]:
        keys = [key.column.label(key.column.key) for key in order]
        rows = select(*keys, resource.model.version)
        branches = plan.branches(prepared.conditions)
        page = build_page_statement(rows, branches, request)
        records = add_snapshots(page, resource.model)
        # The page was sorted before the log was joined to it.
        for key in order:
            column: Any = records.selected_columns[key.column.key]
            records = records.order_by(replace(key, column=column).direction)
        return records

    is_first = request.start is None
    name = ("page", plan.strategy, plan.driver, tuple(sort), query.limit, is_first)
    rows = prepared.rows(session, name, build, request.start_parameters)
    return make_page(rows, request, plan.total)


def _select_candidates(resource: Resource, filters: Filters) -> Select[Any]:
    """Rows `(slug, id, score)` of the records to rank."""
    model = resource.model
    matches = select_matches(filters, resource)
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
        statement = select(resource.model.slug)
        statement = statement.where(*sql_conditions(filters, resource))
        statement = statement.order_by(*[key.direction for key in order])
    with closing(stream_rows(session, statement, query)) as batches:
        for rows in batches:
            slugs = [row.slug for row in rows]
            records = load_texts(session, resource.model, slugs)
            texts = [records[slug].text for slug in slugs]
            items = _complete_items(session, resource, query, filters, texts)
            yield [from_json(item) for item in items]


def _read_texts(session: Session, resource: Resource, rows: Sequence[Any]) -> list[str]:
    """The records of the rows of a page. A ranked page has no snapshots."""
    if rows and not hasattr(rows[0], "text"):
        slugs = [row.slug for row in rows]
        records = load_texts(session, resource.model, slugs)
        return [records[slug].text for slug in slugs]
    return [current_text(resource.type_, row.schema_version, row.text) for row in rows]


def _complete_items(
    session: Session,
    resource: Resource,
    query: ListQuery,
    filters: Filters,
    texts: Sequence[str],
) -> Sequence[str]:
    """The records with snippets for a search, and the related records that the query includes."""
    if filters.terms is not None:
        typed_items = [(resource.type_, from_json(text)) for text in texts]
        snippets = make_snippets(session, typed_items, filters.terms)
        members = [{"snippet": to_json(snippet).decode()} for snippet in snippets]
        texts = list(map(add_members, texts, members))
    names: Sequence[str] = getattr(query, "include", ())
    if names:
        related = load_related(session, resource.includes, texts, names)
        return list(map(add_members, texts, related))
    return texts
