"""Ranked pages: the records that match a search best, the best first.

A rank depends on everything that the base holds, so a position in a ranking means nothing in
another state of the base: a cursor of a ranked page holds the revision and an offset.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.cursors import decode_cursor, encode_cursor
from app.errors import InvalidCursor
from app.queries.paging import PageRows
from app.queries.planning.plan import Total, count_rows
from app.schemas.paging import MAX_COUNT, ListQuery

# If more records match, those that were indexed first are ranked.
MAX_RANKED = 10_000


def fetch_ranked_page(
    session: Session,
    candidates: Select[Any],
    identity: Sequence[str],
    revision: int,
    query: ListQuery,
    scope: str,
) -> PageRows:
    """A page of the candidates, in the order of `rank`.

    Raises InvalidCursor for a cursor of another query, or of another revision."""
    offset = 0
    if query.cursor is not None:
        offset = _read_offset(query.cursor, scope, revision)
    # One row more than the page has: it shows whether there is a next page.
    rows, matches = _fetch_ranked(
        session,
        candidates,
        identity,
        offset,
        query.limit + 1,
    )
    cursor = None
    if len(rows) > query.limit:
        cursor = encode_cursor(scope, [revision, offset + query.limit])
    total = _count_candidates(
        session,
        candidates,
        matches,
        query.count,
    )
    return PageRows(
        rows[: query.limit],
        cursor,
        total,
        rank_is_bounded=matches > MAX_RANKED,
    )


def rank(candidates: Select[Any], identity: Sequence[str]) -> Select[Any]:
    """The candidates, which have a `score`: the best first, then by the columns of `identity`."""
    table = candidates.subquery()
    ties = [table.c[name] for name in identity]
    return select(table).order_by(table.c.score.desc(), *ties)


def _fetch_ranked(
    session: Session,
    candidates: Select[Any],
    identity: Sequence[str],
    offset: int,
    limit: int,
) -> tuple[Sequence[Any], int]:
    """Some rows of the ranking, and how many candidates there are: up to one more than are
    ranked."""
    # The statement refers to the matches twice; materialized, they are searched for once.
    matching = candidates.limit(MAX_RANKED + 1).cte()
    matching = matching.prefix_with("MATERIALIZED", dialect="sqlite")
    matches = select(func.count()).select_from(matching).scalar_subquery().label("matches")
    ranked = rank(select(matching).limit(MAX_RANKED), identity).add_columns(matches)
    rows = session.connection().execute(ranked.offset(offset).limit(limit)).all()
    if rows:
        return rows, rows[0].matches
    # Without rows, there is no column to read the number from.
    return rows, session.connection().scalar(select(matches)) or 0


def _count_candidates(
    session: Session,
    candidates: Select[Any],
    matches: int,
    count: str,
) -> Total:
    """The total of a ranked list, from `matches` where that is enough."""
    if count == "none":
        return Total(None, is_exact=False)
    if matches <= MAX_RANKED:
        return Total(matches, is_exact=True)
    if count == "bounded" and matches > MAX_COUNT:
        return Total(MAX_COUNT, is_exact=False)
    return count_rows(session, candidates, count)


def _read_offset(
    cursor: str,
    scope: str,
    revision: int,
) -> int:
    """How many records come before the page. Raises InvalidCursor."""
    cursor_revision, offset = decode_cursor(scope, cursor, [int, int])
    if cursor_revision != revision:
        raise InvalidCursor(
            f"The base has changed since the cursor was made (revision {cursor_revision}, "
            f"now {revision}), and with it the ranking. "
            "Start again without `cursor`, or sort by a field."
        )
    assert isinstance(offset, int)
    return min(max(offset, 0), MAX_RANKED)
