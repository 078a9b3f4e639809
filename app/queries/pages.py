"""Which records are on this page of a list, how many are there in all, and where is the next?"""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, Select, func, literal, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.interfaces import ORMOption

from app.catalog.resource import Resource
from app.cursors import decode_cursor, encode_cursor, fingerprint
from app.db import CHUNK
from app.models import Record
from app.queries.facets import count_facets
from app.queries.filters import Filters, resolve_filters
from app.queries.keyset import after, is_ranked, key_types, key_values, make_order, sort_names
from app.queries.loading import include_options, part_options, represent
from app.queries.paths import list_path
from app.queries.ranking import all_best_first, best_first, read_offset, write_offset
from app.queries.revisions import read_revision
from app.queries.snippets import make_snippets
from app.schemas.paging import COUNT_BOUND, RELEVANCE, ListQuery, Page
from app.schemas.read import RecordRead


@dataclass(frozen=True)
class Turn:
    """The records of one page, and a cursor for the next one, if there is one."""

    rows: Sequence[Record]
    cursor: str | None
    rank: dict[str, bool] = field(default_factory=dict)


def read_page(session: Session, resource: Resource, query: ListQuery) -> Page[Any]:
    """One page of the records that the query asks for, in its order.

    Raises InvalidRequest for a value that names nothing, InvalidCursor for a foreign cursor."""
    filters = resolve_filters(session, resource.where, query)
    found = select(resource.model).where(*filters.conditions(resource))
    total, exact = count_rows(session, found, query.count)
    revision = read_revision(session)
    if is_ranked(query):
        turn = _turn_ranked(session, resource, query, filters, revision)
    else:
        turn = _turn_sorted(session, resource, query, filters)
    path = f"/v1/{resource.name}"
    return resource.page(
        items=_represent(session, resource, query, filters, turn.rows),
        total=total,
        total_is_exact=exact,
        **turn.rank,
        next=list_path(path, query, cursor=turn.cursor) if turn.cursor is not None else None,
        revision=revision,
        facets=count_facets(session, resource, query, filters),
        query={**filters.echo, "sort": sort_names(query), "limit": query.limit},
    )


def _turn_sorted(session: Session, resource: Resource, query: ListQuery, filters: Filters) -> Turn:
    order = make_order(resource.order, query, ["slug"])
    # What was given, not what it covers: a cursor outlives a new narrower focus area.
    seal = fingerprint(resource.name, filters.given, [str(key) for key in order])
    found = select(resource.model).where(*filters.conditions(resource))
    if query.cursor is not None:
        found = found.where(after(order, decode_cursor(seal, query.cursor, key_types(order))))
    # One row more than asked for tells whether a next page exists, without a second question.
    page = found.order_by(*(key.direction for key in order)).limit(query.limit + 1)
    rows = session.scalars(page.options(*_options(resource, query))).all()
    shown = rows[: query.limit]
    more = len(rows) > query.limit
    return Turn(shown, encode_cursor(seal, key_values(shown[-1], order)) if more else None)


def _turn_ranked(
    session: Session, resource: Resource, query: ListQuery, filters: Filters, revision: int
) -> Turn:
    seal = fingerprint(resource.name, filters.given, RELEVANCE)
    offset = read_offset(seal, query.cursor, revision)
    candidates = _candidates(resource, filters)
    best, bounded = best_first(session, candidates, ["slug"], offset, query.limit + 1)
    records = _load(session, resource, query, [row.slug for row in best[: query.limit]])
    more = len(best) > query.limit
    cursor = write_offset(seal, revision, offset + query.limit) if more else None
    return Turn(records, cursor, {"rank_is_bounded": bounded})


def _candidates(resource: Resource, filters: Filters) -> Select[Any]:
    """Rows `(slug, id, score)` of the records that are to be ranked."""
    matches = filters.matches(resource).subquery()
    return (
        select(matches)
        .join(resource.model, resource.model.slug == matches.c.slug)
        .where(*filters.conditions(resource, "q"))
    )


def _load(
    session: Session, resource: Resource, query: ListQuery, slugs: Sequence[str]
) -> Sequence[Record]:
    """The records with these slugs and what is included, in this order."""
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
    if is_ranked(query):
        slugs = all_best_first(_candidates(resource, filters), ["slug"])
    else:
        order = make_order(resource.order, query, ["slug"])
        slugs = select(resource.model.slug).where(*filters.conditions(resource))
        slugs = slugs.order_by(*(key.direction for key in order))
    include = getattr(query, "include", [])
    with closing(stream(session, slugs, query)) as chunks:
        for some in chunks:
            rows = _load(session, resource, query, [row.slug for row in some])
            yield [represent(row, resource.detail, include) for row in rows]
            session.expunge_all()


def stream(session: Session, rows: Select[Any], query: ListQuery) -> Generator[Sequence[Row[Any]]]:
    """The rows, a chunk at a time; the first `limit` of them where the query was given one."""
    if "limit" in query.model_fields_set:
        rows = rows.limit(query.limit)
    with session.execute(rows, execution_options={"yield_per": CHUNK}) as found:
        yield from found.partitions()


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


def count_rows(session: Session, found: Select[Any], how: str) -> tuple[int | None, bool]:
    """How many rows there are, and whether that is exact."""
    if how == "none":
        return None, False
    counted = found.with_only_columns(literal(1), maintain_column_froms=True)
    if how == "bounded":
        counted = counted.limit(COUNT_BOUND + 1)
    total = session.scalar(select(func.count()).select_from(counted.subquery())) or 0
    if how == "bounded" and total > COUNT_BOUND:
        return COUNT_BOUND, False
    return total, True
