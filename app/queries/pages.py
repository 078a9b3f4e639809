"""Which records are on this page of a list, how many are there in all, and where is the next?"""

from collections.abc import Generator, Sequence
from contextlib import closing
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.catalog.resource import Resource
from app.queries.facets import count_facets
from app.queries.filters import Filters, resolve_filters
from app.queries.keyset import is_ranked, make_order, sort_names
from app.queries.loading import Json, include, load_json
from app.queries.paging import (
    PageRows,
    build_page_statement,
    cursor_scope,
    fetch_page,
    fetch_ranked_page,
    read_page_start,
    stream_rows,
    text_length,
)
from app.queries.paths import list_path
from app.queries.planning.conditions import list_conditions, select_matches, sql_conditions
from app.queries.planning.plan import Plan, count_ranked, make_plan, to_check
from app.queries.planning.statements import PreparedFilters, parameterize
from app.queries.ranking import all_best_first
from app.queries.snippets import make_snippets
from app.schemas.paging import ListQuery
from app.store.models import SearchDocument
from app.store.revisions import read_revision

# What tells a record of a list from all others.
IDENTITY = ("slug",)


def read_page(session: Session, resource: Resource, query: ListQuery) -> Json:
    """One page of the records that the query asks for, in its order: what the resource's `page`
    describes.

    Raises InvalidRequest for a value that names nothing, InvalidCursor for a foreign cursor."""
    facets: list[str] = getattr(query, "facet", [])
    filters = resolve_filters(session, resource.where, query, facets)
    revision = read_revision(session)
    if is_ranked(query):
        candidates = _candidates(resource, filters)
        seal_of = cursor_scope(resource.name, filters)
        turn = fetch_ranked_page(session, candidates, IDENTITY, revision, query, seal_of)
        total, exact = count_ranked(session, candidates, turn.matched, query.count)
    else:
        question = parameterize(filters, resource)
        plan = make_plan(session, resource, question, query.count)
        total, exact = plan.total, plan.is_exact
        turn = _turn_sorted(session, resource, question, plan, query)
    path = f"/v1/{resource.name}"
    return {
        "items": _show(session, resource, query, filters, [row.slug for row in turn.rows]),
        "total": total,
        "total_is_exact": exact,
        **turn.rank,
        "next": list_path(path, query, cursor=turn.cursor) if turn.cursor is not None else None,
        "revision": revision,
        "facets": count_facets(session, resource, query, filters),
        "query": {**filters.interpreted, "sort": sort_names(query), "limit": query.limit},
    }


def _turn_sorted(
    session: Session, resource: Resource, question: PreparedFilters, plan: Plan, query: ListQuery
) -> PageRows:
    order = make_order(resource.order, query, IDENTITY)
    seal_of = cursor_scope(resource.name, question.filters)
    place = read_page_start(order, query, seal_of)

    def make() -> Select[Any]:
        keys = select(*(key.column.label(key.column.key) for key in order))
        return build_page_statement(keys, plan.alternatives(), order, query.limit, place)

    name = ("page", *plan.name, *map(str, order), query.limit)
    page = question.statement(name, make) if place is None else make()
    return fetch_page(session, page, question.parameters, order, query, seal_of)


def _candidates(resource: Resource, filters: Filters) -> Select[Any]:
    """Rows `(slug, id, score, weight)` of the records that are to be ranked."""
    model = resource.model
    return (
        select_matches(filters, resource)
        .add_columns(text_length(model))
        .join(model, model.slug == SearchDocument.slug)
        .where(*(to_check(one) for one in list_conditions(filters, resource, "q")))
    )


def stream_records(session: Session, resource: Resource, query: ListQuery) -> Generator[list[Json]]:
    """Every record that the query asks for, in its order, a chunk at a time and none kept; the
    first `limit` of them where it is given.

    Raises as `read_page` does, before the first chunk. A ranked list is ranked as a whole."""
    filters = resolve_filters(session, resource.where, query)
    found: Any
    if is_ranked(query):
        found = all_best_first(_candidates(resource, filters), IDENTITY)
    else:
        order = make_order(resource.order, query, IDENTITY)
        found = select(resource.model.slug, text_length(resource.model))
        found = found.where(*sql_conditions(filters, resource))
        found = found.order_by(*(key.direction for key in order))
    with closing(stream_rows(session, found, query)) as chunks:
        for some in chunks:
            yield _show(session, resource, query, filters, [row.slug for row in some])


def _show(
    session: Session,
    resource: Resource,
    query: ListQuery,
    filters: Filters,
    slugs: Sequence[str],
) -> list[Json]:
    """The records with these slugs, in this order, and what is to be shown beside them."""
    shown = load_json(session, resource.model, slugs)
    items = [shown[slug] for slug in slugs]
    if filters.terms is not None:
        records = [(resource.type_, item) for item in items]
        for item, snippet in zip(
            items, make_snippets(session, records, filters.terms), strict=True
        ):
            item["snippet"] = snippet
    include(session, resource.includes, items, getattr(query, "include", ()))
    return items
