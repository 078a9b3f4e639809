"""Conditional reads: 304 where the client has the response already (RFC 9110 §13.1.2)."""

from starlette.datastructures import Headers
from starlette.types import Message

# A 304 has the headers of the 200 but for those of its body (RFC 9110 §15.4.5).
_BODY_HEADERS = frozenset({b"content-length", b"content-type", b"content-encoding"})


def is_not_modified(if_none_match: str, etag: str) -> bool:
    """Whether the header `If-None-Match` names the ETag, so that the response is 304."""
    tags = read_tags(if_none_match)
    return "*" in tags or etag in tags


def read_tags(if_none_match: str) -> list[str]:
    """The tags that the field names, without `W/`: the comparison is weak (RFC 9110 §8.8.3.2)."""
    tags = []
    for element in if_none_match.split(","):
        tag = element.strip()
        tags.append(tag.removeprefix("W/"))
    return tags


def make_not_modified(headers: Headers) -> Message:
    """The start of the 304 that replaces a response with these headers."""
    remaining = [(name, value) for name, value in headers.raw if name not in _BODY_HEADERS]
    return {"type": "http.response.start", "status": 304, "headers": remaining}
