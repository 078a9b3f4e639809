"""Middleware for what all responses to reads have in common.

- `HEAD` is answered wherever `GET` is, with the same headers and no body.
- `If-Match` that does not name the response's ETag gives 412 (RFC 9110 §13.1.1).
- `If-None-Match` that names the response's ETag gives 304 (RFC 9110 §13.1.2).
- Every site may read the data (CORS), whether or not an `Origin` was sent: responses are cached,
  and one that was stored for a client without an `Origin` goes to a browser later.
- A response that is private has neither of these headers of CORS, and no cache stores it.
- A request that does not name one host is refused.
- A path or query that is not UTF-8 is refused, not replaced; so is U+0000, which PostgreSQL cannot
  store or compare.
"""

import re
from typing import Protocol
from urllib.parse import unquote_to_bytes

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import InvalidRequest, KnowledgeBaseError, MalformedRequest
from app.http.not_modified import is_not_modified
from app.http.preconditions import check_read
from app.http.problems import render_problem

# RFC 3986 §3.2.2, without an empty host, which HTTP does not allow (RFC 9110 §4.2.1).
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[\w.~!$&'()*+,;=%-]+)(:\d*)?", re.ASCII)
# RFC 8246: what the address of a response names never changes.
_IMMUTABLE = "immutable"
EXPOSED_HEADERS = "Link, ETag, Location, Retry-After, Communique-Revision"
READS = ("GET", "HEAD")
# RFC 9111 §5.2.2: no cache may store the response.
PRIVATE = "private, no-store"
# Scope key of the ResponseSender: a streamed response learns from it that no body is needed.
SENDER = "communique.sender"
# Scope key of the CacheSlot, if the response may be cached.
CACHE_SLOT = "communique.cache_slot"


class CacheSlot(Protocol):
    """Takes one response for the cache (`app.http.cache`)."""

    def is_cacheable(self, headers: Headers) -> bool:
        """Whether a response with these headers is to be offered."""

    def offer(self, start: Message, body: bytes) -> None:
        """Take the complete response, to store and to send it."""


class ReadHeaders:
    """Pure ASGI: bodies pass through untouched and are never collected."""

    def __init__(self, app: ASGIApp, cache_control: str = "no-cache") -> None:
        self.app = app
        self.cache_control = cache_control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        cache_control = self.cache_control
        if "authorization" in headers:
            # Shared caches must not give the response to clients without the key.
            cache_control = "private, no-cache"
        sender = ResponseSender(scope, headers, cache_control, send)
        error = _check_host(scope, headers) or _check_text(scope)
        if error is not None:
            response = render_problem(scope["path"], error)
            await response(scope, receive, sender.send)
        elif scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await _send_preflight(send)
        else:
            scope = {**scope, SENDER: sender}
            if scope["method"] == "HEAD":
                scope["method"] = "GET"
            await self.app(scope, receive, sender.send)


def _check_host(scope: Scope, headers: Headers) -> MalformedRequest | None:
    """The error of a request that does not name one host (RFC 9112 §3.2). HTTP/1.0 needs none."""
    hosts = headers.getlist("host")
    if not hosts and scope["http_version"] == "1.0":
        return None
    if len(hosts) != 1:
        return MalformedRequest(f"Host is given {len(hosts)} times. Give it once.")
    if not _HOST.fullmatch(hosts[0]):
        return MalformedRequest(
            f"Host is {hosts[0][:80]!r}. Use a name and, after a colon, a port."
        )
    return None


def _check_text(scope: Scope) -> InvalidRequest | None:
    """The error of a path or query that is not text."""
    parts = {
        "path": scope.get("raw_path") or b"",
        "query": scope["query_string"],
    }
    for part, raw in parts.items():
        try:
            text = unquote_to_bytes(raw).decode()
        except UnicodeDecodeError:
            return InvalidRequest(
                f"The {part} is not UTF-8. Percent-encode UTF-8, as in %C3%A9."
            )
        if "\0" in text:
            return InvalidRequest(
                f"The {part} contains U+0000, which no text has. Remove it."
            )
    return None


class ResponseSender:
    """Sends the response to one request: completes its headers, and drops a body that the client
    does not need."""

    def __init__(
        self,
        scope: Scope,
        headers: Headers,
        cache_control: str,
        send: Send,
    ) -> None:
        self.is_read = scope["method"] in READS
        # Set by `app.http.admission`, once the endpoint is known.
        self.is_private = False
        self.without_body = scope["method"] == "HEAD"
        self.path = scope["path"]
        self.headers = headers
        self.has_failed = False
        self.if_none_match = ", ".join(headers.getlist("if-none-match"))
        self.cache_control = cache_control
        self.cache_slot: CacheSlot | None = scope.get(CACHE_SLOT)
        self.cacheable_start: Message | None = None
        self.send_message = send

    async def send(self, message: Message) -> None:
        if self.has_failed:
            return
        is_start = message["type"] == "http.response.start"
        if is_start and self.is_private:
            MutableHeaders(scope=message)["Cache-Control"] = PRIVATE
        if is_start and self.is_read:
            headers = self._complete_headers(message)
            if self._is_cacheable(message, headers):
                self.cacheable_start = message
                return
            error = self._find_failure(message, headers)
            if error is not None:
                await self._send_failure(error)
                return
            self._compare_etag(message, headers)
        elif self.cache_slot is not None and self.cacheable_start is not None:
            body = message["body"]
            self.cache_slot.offer(self.cacheable_start, body)
            return
        elif message["type"] == "http.response.body" and self.without_body:
            message = {**message, "body": b""}
        await self.send_message(message)

    def _complete_headers(self, start: Message) -> MutableHeaders:
        headers = MutableHeaders(scope=start)
        if self.is_private:
            return headers
        # Pages are for people who open them: a script of another site has the data.
        if "content-security-policy" not in headers:
            headers["Access-Control-Allow-Origin"] = "*"
            headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS
        if _IMMUTABLE in headers.get("cache-control", ""):
            headers.add_vary_header("Accept-Encoding")
        elif "etag" in headers:
            headers["Cache-Control"] = self.cache_control
            headers.add_vary_header("Accept-Encoding")
        return headers

    def _is_cacheable(self, start: Message, headers: Headers) -> bool:
        if self.cache_slot is None or start["status"] != 200:
            return False
        return self.cache_slot.is_cacheable(headers)

    def _find_failure(
        self, start: Message, headers: MutableHeaders
    ) -> KnowledgeBaseError | None:
        """The error of an `If-Match` that does not hold. It matters only where the response would
        be a success (RFC 9110 §13.2.1), and comes before `If-None-Match` (§13.2.2)."""
        if not 200 <= start["status"] < 300:
            return None
        try:
            check_read(self.headers, headers.get("etag"))
        except KnowledgeBaseError as error:
            return error
        return None

    async def _send_failure(self, error: KnowledgeBaseError) -> None:
        """Send the error instead of the response, whose body is dropped."""
        response = render_problem(self.path, error)
        start: Message = {
            "type": "http.response.start",
            "status": response.status_code,
            "headers": response.raw_headers,
        }
        if self.is_private:
            MutableHeaders(scope=start)["Cache-Control"] = PRIVATE
        self._complete_headers(start)
        await self.send_message(start)
        body = b"" if self.without_body else bytes(response.body)
        await self.send_message({"type": "http.response.body", "body": body})
        self.has_failed = True
        self.without_body = True

    def _compare_etag(self, start: Message, headers: MutableHeaders) -> None:
        etag = headers.get("etag")
        if start["status"] != 200 or etag is None:
            return
        if is_not_modified(self.if_none_match, etag):
            start["status"] = 304
            self.without_body = True
            del headers["content-length"]
            del headers["content-type"]


async def _send_preflight(send: Send) -> None:
    headers = [
        (b"access-control-allow-origin", b"*"),
        (b"access-control-allow-methods", b"GET, HEAD"),
        (
            b"access-control-allow-headers",
            b"Accept, Authorization, If-Match, If-None-Match, Last-Event-ID",
        ),
        (b"access-control-max-age", b"86400"),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
