"""Which records are on this page of a list, how many are there in all, and where is the next?"""

from collections.abc import Generator, Sequence
from contextlib import closing
from typing import Any

from sqlalchemy import Row, Select, func, literal, select, union_all
from sqlalchemy.orm import Session
from sqlalchemy.orm.interfaces import ORMOption

from app.catalog.resource import Resource
from app.models import Record
from app.queries.facets import count_facets
from app.queries.filters import Filters, resolve_filters
from app.queries.keyset import is_ranked, make_order, sort_names
from app.queries.loading import include_options, part_options, represent
from app.queries.paths import list_path
from app.queries.ranking import all_best_first
from app.queries.revisions import read_revision
from app.queries.snippets import make_snippets
from app.queries.turns import seal_turns, stream, turn_ranked, turn_sorted, weigh
from app.schemas.paging import COUNT_BOUND, ListQuery, Page
from app.schemas.read import RecordRead

# What tells a record of a list from all others.
IDENTITY = ("slug",)


def read_page(session: Session, resource: Resource, query: ListQuery) -> Page[Any]:
    """One page of the records that the query asks for, in its order.

    Raises InvalidRequest for a value that names nothing, InvalidCursor for a foreign cursor."""
    facets: list[str] = getattr(query, "facet", [])
    filters = resolve_filters(session, resource.where, query, facets)
    everything = select(resource.model)
    alternatives = filters.alternatives(resource)
    found = [everything.where(*one.conditions()) for one in alternatives]
    total, exact = count_rows(session, found, query.count)
    revision = read_revision(session)
    seal_of = seal_turns(resource.name, filters)
    if is_ranked(query):
        candidates = _candidates(resource, filters)
        turn = turn_ranked(session, candidates, IDENTITY, revision, query, seal_of)
        rows = _load(session, resource, query, turn.rows)
    else:
        order = make_order(resource.order, query, IDENTITY)
        options = _options(resource, query)
        turn = turn_sorted(
            lambda page: session.scalars(page.options(*options)).all(),
            everything,
            alternatives,
            order,
            query,
            seal_of,
        )
        rows = turn.rows
    path = f"/v1/{resource.name}"
    return resource.page(
        items=_represent(session, resource, query, filters, rows),
        total=total,
        total_is_exact=exact,
        **turn.rank,
        next=list_path(path, query, cursor=turn.cursor) if turn.cursor is not None else None,
        revision=revision,
        facets=count_facets(session, resource, query, filters),
        query={**filters.echo, "sort": sort_names(query), "limit": query.limit},
    )


def _candidates(resource: Resource, filters: Filters) -> Select[Any]:
    """Rows `(slug, id, score, weight)` of the records that are to be ranked."""
    matches = filters.matches(resource).subquery()
    return (
        select(matches, weigh(resource.model))
        .join(resource.model, resource.model.slug == matches.c.slug)
        .where(*filters.conditions(resource, "q"))
    )


def _load(
    session: Session, resource: Resource, query: ListQuery, rows: Sequence[Row[Any]]
) -> Sequence[Record]:
    """The records with the slugs of these rows and what is included, in this order."""
    slugs = [row.slug for row in rows]
    loaded = select(resource.model).where(resource.model.slug.in_(slugs))
    records = session.scalars(loaded.options(*_options(resource, query)))
    found = {record.slug: record for record in records}
    return [found[slug] for slug in slugs]


def stream_records(
    session: Session, resource: Resource, query: ListQuery
) -> Generator[list[RecordRead]]:
    """Every record that the query asks for, in its order, a chunk at a time and none kept; the
    first `limit` of them where it is given.

    Raises as `read_page` does, before the first chunk. A ranked list is ranked as a whole."""
    filters = resolve_filters(session, resource.where, query)
    found: Any
    if is_ranked(query):
        found = all_best_first(_candidates(resource, filters), IDENTITY)
    else:
        order = make_order(resource.order, query, IDENTITY)
        found = select(resource.model.slug, weigh(resource.model))
        found = found.where(*filters.conditions(resource))
        found = found.order_by(*(key.direction for key in order))
    with closing(stream(session, found, query)) as chunks:
        for some in chunks:
            rows = _load(session, resource, query, some)
            yield _represent(session, resource, query, filters, rows)
            session.expunge_all()


def _options(resource: Resource, query: ListQuery) -> list[ORMOption]:
    include = include_options(resource.includes, getattr(query, "include", []))
    return [*part_options(resource.model), *include]


def _represent(
    session: Session,
    resource: Resource,
    query: ListQuery,
    filters: Filters,
    rows: Sequence[Record],
) -> list[RecordRead]:
    include = getattr(query, "include", [])
    items = [represent(row, resource.detail, include) for row in rows]
    if filters.terms is not None:
        records = [(resource.type_, item) for item in items]
        snippets = make_snippets(session, records, filters.terms)
        # Every detail has the field; absent, unless it is set.
        for item, snippet in zip(items, snippets, strict=True):
            item.snippet = snippet  # type: ignore[attr-defined]
    return items


def count_rows(session: Session, found: Sequence[Select[Any]], how: str) -> tuple[int | None, bool]:
    """How many rows there are, together, and whether that is exact."""
    if how == "none":
        return None, False
    ones = [some.with_only_columns(literal(1), maintain_column_froms=True) for some in found]
    counted: Any = union_all(*ones) if len(ones) > 1 else ones[0]
    if how == "bounded":
        counted = counted.limit(COUNT_BOUND + 1)
    total = session.scalar(select(func.count()).select_from(counted.subquery())) or 0
    if how == "bounded" and total > COUNT_BOUND:
        return COUNT_BOUND, False
    return total, True
