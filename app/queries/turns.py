"""Which rows come next, of any table that can be listed: a page of them, or all, one by one?"""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from app.cursors import decode_cursor, encode_cursor, fingerprint
from app.db import CHUNK
from app.models import Record
from app.queries.filters import Filters
from app.queries.keyset import Key, after, key_types, key_values
from app.queries.ranking import best_first, read_offset, write_offset
from app.schemas.paging import RELEVANCE, ListQuery

# Seals an order: the cursors of a query in an order are of no use in another.
Seal = Callable[[Any], str]
# Characters of long texts that an export reads together.
MOST_WEIGHT = 1_000_000


@dataclass(frozen=True)
class Turn:
    """The rows of one page, a cursor for the next one if there is one, and what is to be said of
    the ranking if there was any."""

    rows: Sequence[Any]
    cursor: str | None
    rank: dict[str, bool] = field(default_factory=dict)


def seal_turns(name: str, filters: Filters) -> Seal:
    """How the cursors of a list are sealed: by what was given, not by what it covers, so that a
    cursor outlives a new narrower focus area."""
    return partial(fingerprint, name, filters.given)


def turn_sorted(
    fetch: Callable[[Select[Any]], Sequence[Any]],
    found: Sequence[Select[Any]],
    order: Sequence[Key],
    query: ListQuery,
    seal_of: Seal,
) -> Turn:
    """A page of what was found, in this order: by one question, or by several of which each finds
    other records. Raises InvalidCursor for a foreign cursor."""
    seal = seal_of([str(key) for key in order])
    if query.cursor is not None:
        beyond = after(order, decode_cursor(seal, query.cursor, key_types(order)))
        found = [some.where(beyond) for some in found]
    # One row more than asked for tells whether a next page exists, without a second question.
    limit = query.limit + 1
    directions = [key.direction for key in order]
    firsts = [some.order_by(*directions).limit(limit) for some in found]
    rows = fetch(firsts[0] if len(firsts) == 1 else _merge(firsts, order, limit))
    shown = rows[: query.limit]
    more = len(rows) > query.limit
    return Turn(shown, encode_cursor(seal, key_values(shown[-1], order)) if more else None)


def _merge(firsts: Sequence[Select[Any]], order: Sequence[Key], limit: int) -> Select[Any]:
    """The first records of all, from the first ones of each question."""
    columns = [key.column for key in order]
    keys = [some.with_only_columns(*columns).subquery() for some in firsts]
    merged = union_all(*(select(some) for some in keys)).subquery()
    directions = [replace(key, column=merged.c[key.column.key]).direction for key in order]
    slugs = select(merged.c.slug).order_by(*directions).limit(limit)
    model = columns[-1].class_
    found = select(model).where(model.slug.in_(slugs))
    return found.order_by(*(key.direction for key in order))


def turn_ranked(
    session: Session,
    candidates: Select[Any],
    identity: Sequence[str],
    revision: int,
    query: ListQuery,
    seal_of: Seal,
) -> Turn:
    """A page of the candidates, the best first. Raises InvalidCursor for a foreign cursor, or one
    of another revision."""
    seal = seal_of(RELEVANCE)
    offset = read_offset(seal, query.cursor, revision)
    rows, bounded = best_first(session, candidates, identity, offset, query.limit + 1)
    more = len(rows) > query.limit
    cursor = write_offset(seal, revision, offset + query.limit) if more else None
    return Turn(rows[: query.limit], cursor, {"rank_is_bounded": bounded})


def weigh(model: type[Record]) -> ColumnElement[int]:
    """The characters of a record's long texts, as a column `weight`."""
    lengths = [func.coalesce(func.length(getattr(model, name)), 0) for name in model.long_texts]
    return sum(lengths, start=literal(0)).label("weight")


def stream(session: Session, rows: Select[Any], query: ListQuery) -> Generator[Sequence[Row[Any]]]:
    """The rows, which have a `weight`, some at a time; the first `limit` of them where the query
    was given one. Those whose texts are long come a few at a time."""
    if "limit" in query.model_fields_set:
        rows = rows.limit(query.limit)
    with session.execute(rows, execution_options={"yield_per": CHUNK}) as found:
        for some in found.partitions():
            yield from _by_weight(some)


def _by_weight(rows: Sequence[Row[Any]]) -> Iterator[Sequence[Row[Any]]]:
    start = weight = 0
    for place, row in enumerate(rows):
        if place > start and weight + row.weight > MOST_WEIGHT:
            yield rows[start:place]
            start, weight = place, 0
        weight += row.weight
    yield rows[start:]
