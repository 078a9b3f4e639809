"""Column types, and the number of rows that one statement takes."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator, TypeEngine

V = TypeVar("V")

# SQLite takes at most 32,766 variables in a statement; PostgreSQL plans short lists faster.
CHUNK_ROWS = 500


class UTCDateTime(TypeDecorator[datetime]):
    """An instant in UTC. SQLite drops offsets, so a naive value is refused rather than guessed."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone.")
        value = value.astimezone(UTC)
        if dialect.name == "sqlite":
            return value.replace(tzinfo=None)
        return value

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "sqlite":
            return value.replace(tzinfo=UTC)
        # In the time zone of the connection.
        return value.astimezone(UTC)


def text_key(length: int | None = None) -> TypeEngine[str]:
    """Text that is a key or a sort column: ordered by code point on both engines."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def chunks(values: Sequence[V]) -> Iterator[Sequence[V]]:
    """The values in their order, at most CHUNK_ROWS at a time."""
    for start in range(0, len(values), CHUNK_ROWS):
        yield values[start : start + CHUNK_ROWS]
