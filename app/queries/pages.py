"""Which records are on this page of a list, how many are there in all, and where is the next?"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import Session

from app.catalog.resource import Resource
from app.cursors import decode_cursor, encode_cursor, fingerprint
from app.models import Record
from app.queries.facets import count_facets
from app.queries.filters import resolve_filters
from app.queries.keyset import Key, after, key_types, key_values, make_order, sort_names
from app.queries.loading import include_options, part_options, represent
from app.queries.paths import list_path
from app.queries.revisions import read_revision
from app.schemas.paging import ListQuery, Page

COUNT_BOUND = 10_000


def read_page(session: Session, resource: Resource, query: ListQuery) -> Page[Any]:
    """One page of the records that the query asks for, in its order.

    Raises InvalidRequest for a value that names nothing, InvalidCursor for a foreign cursor."""
    filters = resolve_filters(session, resource, query)
    order = make_order(resource, query)
    # What was given, not what it covers: a cursor outlives a new narrower focus area.
    seal = fingerprint(resource.name, filters.given, [str(key) for key in order])
    found = select(resource.model).where(*filters.conditions(resource))
    total, exact = _count(session, found, query.count)
    rows = _read_rows(session, resource, query, _turn_to_page(found, query, order, seal))
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    include = getattr(query, "include", [])
    return resource.page(
        items=[represent(row, resource.detail, include) for row in rows],
        total=total,
        total_is_exact=exact,
        next=list_path(
            f"/v1/{resource.name}", query, cursor=encode_cursor(seal, key_values(rows[-1], order))
        )
        if more
        else None,
        revision=read_revision(session),
        facets=count_facets(session, resource, query, filters),
        query={**filters.echo, "sort": sort_names(query), "limit": query.limit},
    )


def _turn_to_page(
    found: Select[Any], query: ListQuery, order: Sequence[Key], seal: str
) -> Select[Any]:
    if query.cursor is not None:
        found = found.where(after(order, decode_cursor(seal, query.cursor, key_types(order))))
    # One row more than asked for tells whether a next page exists, without a second question.
    return found.order_by(*(key.direction for key in order)).limit(query.limit + 1)


def _read_rows(
    session: Session, resource: Resource, query: ListQuery, page: Select[Any]
) -> Sequence[Record]:
    include = include_options(resource.includes, getattr(query, "include", []))
    return session.scalars(page.options(*part_options(resource.model), *include)).all()


def _count(session: Session, found: Select[Any], how: str) -> tuple[int | None, bool]:
    if how == "none":
        return None, False
    counted = found.with_only_columns(literal(1), maintain_column_froms=True)
    if how == "bounded":
        counted = counted.limit(COUNT_BOUND + 1)
    total = session.scalar(select(func.count()).select_from(counted.subquery())) or 0
    if how == "bounded" and total > COUNT_BOUND:
        return COUNT_BOUND, False
    return total, True
