"""What does an opaque page cursor hold, and does it belong to this query?

A keyset cursor is the sort key of the last record of a page plus a fingerprint of the query that
it came from. It is not secret: a caller who forges one can only ask for another page.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from app.errors import InvalidCursor

Key = str | int | date | datetime


def fingerprint(*parts: Any) -> str:
    """A short digest of what a cursor must not be moved between: collection, filters, sort."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def encode_cursor(query: str, keys: Sequence[Key]) -> str:
    """`keys` of the last record on a page, in sort order, sealed for the query's fingerprint."""
    plain = [key.isoformat() if isinstance(key, date) else key for key in keys]
    text = json.dumps([query, *plain], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(query: str, cursor: str, types: Sequence[type]) -> list[Key]:
    """The keys that `encode_cursor` was given, as `types`.

    Raises InvalidCursor if it was made for another query, or by nobody.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        found, *keys = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        values = [_restore(key, kind) for key, kind in zip(keys, types, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise InvalidCursor(
            f"The cursor {cursor[:80]!r} is not one of ours. Take it from `next`, unchanged."
        ) from None
    if found != query:
        raise InvalidCursor(
            "The cursor belongs to a query with other filters or another sort. "
            "Start again without `cursor`."
        )
    return values


def _restore(key: Any, kind: type) -> Key:
    if issubclass(kind, date):
        restored = kind.fromisoformat(key)
        if isinstance(restored, datetime):
            if restored.tzinfo is None:
                raise ValueError(key)
            restored = restored.astimezone(UTC)
        return restored
    if kind is int:
        if type(key) is not int:
            raise ValueError(key)
        return key
    if not isinstance(key, str) or "\0" in key:
        raise ValueError(key)
    key.encode()  # a lone surrogate is a ValueError too
    return key
