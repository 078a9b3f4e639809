"""Which rows come next, of any table that can be listed: a page of them, or all, one by one?"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Row, Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from app.cursors import decode_cursor, encode_cursor, fingerprint
from app.queries.filters import Filters
from app.queries.keyset import Key, after, key_types, key_values
from app.queries.planning.conditions import Branch
from app.queries.ranking import best_first, is_bounded, read_offset, write_offset
from app.schemas.paging import RELEVANCE, ListQuery
from app.store.columns import CHUNK_ROWS
from app.store.models import Record

# Seals an order: the cursors of a query in an order are of no use in another.
CursorScope = Callable[[Any], str]
# Characters of long texts that an export reads together.
MAX_BATCH_CHARACTERS = 1_000_000


class Paged(Protocol):
    """The part of a query that says which page."""

    @property
    def limit(self) -> int: ...
    @property
    def cursor(self) -> str | None: ...


@dataclass(frozen=True)
class PageRows:
    """The rows of one page, a cursor for the next one if there is one, and what is to be said of
    the ranking if there was any."""

    rows: Sequence[Any]
    cursor: str | None
    rank: dict[str, bool] = field(default_factory=dict)
    # How many rows there are, if they were ranked: up to one more than is.
    matched: int = 0


def cursor_scope(name: str, filters: Filters) -> CursorScope:
    """How the cursors of a list are sealed: by what was given, not by what it covers, so that a
    cursor outlives a new narrower focus area."""
    return partial(fingerprint, name, filters.given)


def fetch_sorted_page(
    session: Session,
    rows: Select[Any],
    alternatives: Sequence[Branch],
    order: Sequence[Key],
    query: Paged,
    seal_of: CursorScope,
) -> PageRows:
    """A page of the rows that meet one of the alternatives, of which each finds other rows, in this
    order. Raises InvalidCursor for a foreign cursor."""
    values = read_page_start(order, query, seal_of)
    page = build_page_statement(rows, alternatives, order, query.limit, values)
    return fetch_page(session, page, {}, order, query, seal_of)


def read_page_start(
    order: Sequence[Key], query: Paged, seal_of: CursorScope
) -> Sequence[Any] | None:
    """The sort key after which the page begins; None: it is the first. Raises InvalidCursor."""
    if query.cursor is None:
        return None
    return decode_cursor(_seal(order, seal_of), query.cursor, key_types(order))


def build_page_statement(
    rows: Select[Any],
    alternatives: Sequence[Branch],
    order: Sequence[Key],
    limit: int,
    place: Sequence[Any] | None,
) -> Select[Any]:
    """The statement for the rows of a page, and one more."""
    beyond: list[ColumnElement[bool]] = []
    if place is not None:
        beyond = [after(order, place)]
        first = order[0]
        alternatives = [
            one.beyond(first.column, place[0], descending=first.descending) for one in alternatives
        ]
    directions = [key.direction for key in order]
    firsts = [
        # SQLite reads an index from the first bound that it is given: the range of an alternative.
        rows.where(*one.conditions(), *beyond).order_by(*directions).limit(limit + 1)
        for one in alternatives
    ]
    return firsts[0] if len(firsts) == 1 else _merge(firsts, order, limit + 1)


def fetch_page(
    session: Session,
    page: Select[Any],
    values: Mapping[str, Any],
    order: Sequence[Key],
    query: Paged,
    seal_of: CursorScope,
) -> PageRows:
    """The page that the statement finds for these values of its parameters."""
    found = session.connection().execute(page, values).all()
    shown = found[: query.limit]
    # One row more than asked for tells whether a next page exists, without a second question.
    if len(found) <= query.limit:
        return PageRows(shown, None)
    return PageRows(shown, encode_cursor(_seal(order, seal_of), key_values(shown[-1], order)))


def _seal(order: Sequence[Key], seal_of: CursorScope) -> str:
    return seal_of([str(key) for key in order])


def _merge(firsts: Sequence[Select[Any]], order: Sequence[Key], limit: int) -> Select[Any]:
    """The first records of all, from the first ones of each question."""
    merged = union_all(*(select(some.subquery()) for some in firsts)).subquery()
    directions = [replace(key, column=merged.c[key.column.key]).direction for key in order]
    return select(merged).order_by(*directions).limit(limit)


def fetch_ranked_page(
    session: Session,
    candidates: Select[Any],
    identity: Sequence[str],
    revision: int,
    query: ListQuery,
    seal_of: CursorScope,
) -> PageRows:
    """A page of the candidates, the best first. Raises InvalidCursor for a foreign cursor, or one
    of another revision."""
    seal = seal_of(RELEVANCE)
    offset = read_offset(seal, query.cursor, revision)
    rows, matched = best_first(session, candidates, identity, offset, query.limit + 1)
    more = len(rows) > query.limit
    cursor = write_offset(seal, revision, offset + query.limit) if more else None
    rank = {"rank_is_bounded": is_bounded(matched)}
    return PageRows(rows[: query.limit], cursor, rank, matched)


def text_length(model: type[Record]) -> ColumnElement[int]:
    """The characters of a record's long texts, as a column `weight`."""
    lengths = [func.coalesce(func.length(getattr(model, name)), 0) for name in model.long_texts]
    return sum(lengths, start=literal(0)).label("weight")


def stream_rows(
    session: Session, rows: Select[Any], query: ListQuery
) -> Generator[Sequence[Row[Any]]]:
    """The rows, which have a `weight`, some at a time; the first `limit` of them where the query
    was given one. Those whose texts are long come a few at a time."""
    if "limit" in query.model_fields_set:
        rows = rows.limit(query.limit)
    with session.execute(rows, execution_options={"yield_per": CHUNK_ROWS}) as found:
        for some in found.partitions():
            yield from _batch_by_length(some)


def _batch_by_length(rows: Sequence[Row[Any]]) -> Iterator[Sequence[Row[Any]]]:
    start = weight = 0
    for place, row in enumerate(rows):
        if place > start and weight + row.weight > MAX_BATCH_CHARACTERS:
            yield rows[start:place]
            start, weight = place, 0
        weight += row.weight
    yield rows[start:]
