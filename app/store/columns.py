"""Column types, and the number of rows that one statement takes."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

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


class JsonText(TypeDecorator[list[Any]]):
    """A list as the text of its JSON. Unlike the JSON of PostgreSQL it can be compared, and it is
    passed on as it was written."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: list[Any] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        if value is None:
            return None
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> list[Any] | None:  # noqa: ARG002
        if value is None:
            return None
        parsed: list[Any] = json.loads(value)
        return parsed


def text_key(length: int | None = None) -> TypeEngine[str]:
    """Text that is a key or a sort column: ordered by code point on both engines."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def chunks(values: Sequence[V]) -> Iterator[Sequence[V]]:
    """The values in their order, at most CHUNK_ROWS at a time."""
    for start in range(0, len(values), CHUNK_ROWS):
        yield values[start : start + CHUNK_ROWS]
