"""Parts of a body that a client requests with `Range` (RFC 9110 §14)."""

import re
from dataclasses import dataclass

from app.errors import RangeNotSatisfiable

# One range of bytes: `0-99`, `100-` or `-100`, the last hundred.
_RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class ByteRange:
    """The bytes of a body of `size` bytes that begin at `start`, counted from 0."""

    start: int
    length: int
    size: int

    @property
    def content_range(self) -> str:
        """The value of `Content-Range` (RFC 9110 §14.4)."""
        last = self.start + self.length - 1
        return f"bytes {self.start}-{last}/{self.size}"


def read_range(
    field: str | None, if_range: str | None, etag: str, size: int
) -> ByteRange | None:
    """The part that `Range` names of a body of `size` bytes; None for all of it.

    As RFC 9110 §14.2 allows, several ranges, other units and malformed fields are ignored; so is a
    range of another version of the body than the client has (`If-Range`, §13.1.5). Raises
    RangeNotSatisfiable."""
    match = _RANGE.fullmatch(field or "")
    is_same_body = if_range is None or if_range.strip() == etag
    if match is None or not is_same_body:
        return None
    first, last = match.groups()
    if first:
        return _from_first(field or "", int(first), last, size)
    if not last:
        return None
    length = min(int(last), size)
    if length == 0:
        raise _not_satisfiable(field or "", size)
    return ByteRange(size - length, length, size)


def _from_first(
    field: str,
    first: int,
    last: str,
    size: int,
) -> ByteRange | None:
    end = size
    if last:
        # A last position before the first makes the field malformed (§14.1.1).
        if int(last) < first:
            return None
        end = min(size, int(last) + 1)
    if first >= size:
        raise _not_satisfiable(field, size)
    return ByteRange(first, end - first, size)


def _not_satisfiable(field: str, size: int) -> RangeNotSatisfiable:
    detail = f"Range {field[:80]!r} has none of the {size} bytes. Ask for bytes=0-{size - 1}."
    return RangeNotSatisfiable(detail, size)
