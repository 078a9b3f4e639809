"""Which records meet a search best, and which come next?

A rank depends on everything that the base holds, so a place in it means nothing in another state
of the base: a cursor of a ranked list holds the revision and the number of records before it.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.cursors import decode_cursor, encode_cursor
from app.errors import InvalidCursor

# Records that are ranked: of more, those that were indexed first.
MAX_RANKED = 10_000


def best_first(
    session: Session, candidates: Select[Any], keys: Sequence[str], offset: int, limit: int
) -> tuple[Sequence[Any], int]:
    """Rows of the candidates, which have a `score`, by score and then by `keys`; and how many
    candidates there are, up to one more than is ranked."""
    # Looked for once, though asked twice.
    some = candidates.limit(MAX_RANKED + 1).cte().prefix_with("MATERIALIZED", dialect="sqlite")
    matched = select(func.count()).select_from(some).scalar_subquery().label("matched")
    ranked = all_best_first(select(some).limit(MAX_RANKED), keys).add_columns(matched)
    rows = session.connection().execute(ranked.offset(offset).limit(limit)).all()
    if rows:
        return rows, rows[0].matched
    # Past the last one, or none at all.
    return rows, session.connection().scalar(select(matched)) or 0


def is_bounded(matched: int) -> bool:
    """Whether so many candidates are more than are ranked."""
    return matched > MAX_RANKED


def all_best_first(candidates: Select[Any], keys: Sequence[str]) -> Select[Any]:
    """All candidates by score and then by `keys`, however many there are."""
    found = candidates.subquery()
    return select(found).order_by(found.c.score.desc(), *(found.c[key] for key in keys))


def read_offset(seal: str, cursor: str | None, revision: int) -> int:
    """How many records come before the page. Raises InvalidCursor if the base has changed."""
    if cursor is None:
        return 0
    made_at, offset = decode_cursor(seal, cursor, [int, int])
    if made_at != revision:
        raise InvalidCursor(
            f"The base has changed since the cursor was made (revision {made_at}, now {revision}), "
            "and with it the ranking. Start again without `cursor`, or sort by a field."
        )
    assert isinstance(offset, int)
    return min(max(offset, 0), MAX_RANKED)


def write_offset(seal: str, revision: int, offset: int) -> str:
    """A cursor for the page after so many records."""
    return encode_cursor(seal, [revision, offset])
