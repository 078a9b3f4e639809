"""Opaque page cursors.

A cursor holds the position after which a page begins, and the scope of the query that it came from.
It is not secret: a client that forges one can only ask for another page.
"""

import base64
import hashlib
import json
import math
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from app.errors import InvalidCursor

CursorValue = str | int | float | date | datetime


def cursor_scope(*parts: Any) -> str:
    """A short digest of the query that a cursor is valid for: collection, filters, sort keys."""
    text = json.dumps(
        parts,
        sort_keys=True,
        ensure_ascii=False,
        default=str,
    )
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def encode_cursor(scope: str, values: Sequence[CursorValue]) -> str:
    """A cursor for the position that the values describe, valid within the scope."""
    parts: list[str | int | float] = [scope]
    for value in values:
        parts.append(value.isoformat() if isinstance(value, date) else value)
    text = json.dumps(parts, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(
    scope: str,
    cursor: str,
    types: Sequence[type],
) -> list[CursorValue]:
    """The values of a cursor that `encode_cursor` made within this scope, as these types.

    Raises InvalidCursor for any other text."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True)
        own_scope, *parts = json.loads(text)
        values = [_restore(part, type_) for part, type_ in zip(parts, types, strict=True)]
    # Deeply nested JSON exceeds the recursion limit, a huge year the range of a date.
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise InvalidCursor(
            f"The cursor {cursor[:80]!r} is not one of ours. Take it from `next`, unchanged."
        ) from None
    if own_scope != scope:
        raise InvalidCursor(
            "The cursor belongs to a query with other filters or another sort. "
            "Start again without `cursor`."
        )
    return values


def _restore(part: Any, type_: type) -> CursorValue:
    """Raises ValueError or TypeError if the part is not of the type."""
    if issubclass(type_, datetime):
        instant = type_.fromisoformat(part)
        if instant.tzinfo is None:
            raise ValueError(part)
        return instant.astimezone(UTC)
    if issubclass(type_, date):
        return type_.fromisoformat(part)
    # Not `isinstance`: in Python, true and false are integers.
    if type(part) is int and type_ is int:
        return part
    if type(part) in (int, float) and type_ is float and math.isfinite(part):
        return float(part)
    if not isinstance(part, str) or type_ is not str or "\0" in part:
        raise ValueError(part)
    part.encode()  # a lone surrogate is a ValueError, too
    return part
