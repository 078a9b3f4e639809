"""A complete response in one coding, with the 304 that replaces it for a client that has it."""

import gzip
import sys
from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import Message

from app.http.accept import Coding
from app.http.not_modified import make_not_modified, read_tags

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["EncodedResponse", "zstd"]

# Compression gains nothing below this size.
_MIN_COMPRESSED_BYTES = 500
_EMPTY_BODY: Message = {"type": "http.response.body", "body": b""}


class EncodedResponse:
    """The ASGI messages of a response, ready to be sent as often as needed."""

    def __init__(
        self,
        headers: MutableHeaders,
        body: bytes,
        not_modified: Mapping[bytes, Message] | None = None,
    ) -> None:
        self.headers = headers
        self.etag = headers["ETag"].encode("latin-1")
        self.start: Message = {
            "type": "http.response.start",
            "status": 200,
            "headers": list(headers.raw),
        }
        self.body: Message = {"type": "http.response.body", "body": body}
        # By ETag: the 304 for a client that sends it in `If-None-Match`.
        self.not_modified: dict[bytes, Message] = dict(not_modified or {})
        self.not_modified[self.etag] = make_not_modified(headers)

    def messages(self, method: str, if_none_match: bytes | None) -> tuple[Message, Message]:
        """The start and the body to send: complete, or 304 if `if_none_match` names the ETag."""
        if if_none_match is not None:
            not_modified = self._find_not_modified(if_none_match)
            if not_modified is not None:
                return not_modified, _EMPTY_BODY
        if method == "HEAD":
            return self.start, _EMPTY_BODY
        return self.start, self.body

    def _find_not_modified(self, if_none_match: bytes) -> Message | None:
        # Most clients send one strong tag, which needs no parsing.
        if if_none_match in self.not_modified:
            return self.not_modified[if_none_match]
        for tag in read_tags(if_none_match.decode("latin-1")):
            if tag == "*":
                return self.not_modified[self.etag]
            etag = tag.encode("latin-1")
            if etag in self.not_modified:
                return self.not_modified[etag]
        return None

    def compress(self, coding: Coding) -> "EncodedResponse":
        """The response in another coding; itself if it is too small to gain from one."""
        body: bytes = self.body["body"]
        if len(body) < _MIN_COMPRESSED_BYTES:
            return self
        compressed = _compress(body, coding)
        headers = MutableHeaders(raw=list(self.headers.raw))
        headers["Content-Encoding"] = coding
        headers["Content-Length"] = str(len(compressed))
        # Each coding has a strong tag of its own (RFC 9110 §8.8.3.3).
        headers["ETag"] = f'{headers["ETag"][:-1]}-{coding}"'
        # A client that sends the ETag of the plain form gets 304 for the compressed one, too.
        return EncodedResponse(headers, compressed, self.not_modified)


def _compress(body: bytes, coding: Coding) -> bytes:
    if coding == "zstd":
        return zstd.compress(body)
    # Without a time: a strong ETag names the same bytes after a restart, too.
    return gzip.compress(body, 6, mtime=0)
