"""What does every answer to a read have in common, whichever endpoint it comes from?

- `HEAD` is answered wherever `GET` is, with the same headers and no body.
- `If-None-Match` that names the answer's ETag gives 304 (RFC 9110 §13.1.2).
- Any page may read it (CORS), whether or not an `Origin` was sent: answers are cached.
- What is not UTF-8 is refused, not replaced; so is U+0000, which no text has and not every
  database can look for.
"""

from typing import Protocol
from urllib.parse import unquote_to_bytes

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import InvalidRequest
from app.http.problems import render_problem

EXPOSED = "Link, ETag, Location, Retry-After, Communique-Revision"
READS = ("GET", "HEAD")
# Where in the scope an answer that is made piece by piece finds out that nobody wants a body.
SENDER = "communique.answer"
# Where in the scope an answer finds whoever keeps answers, if there is anybody (`app.http.cache`).
CACHE_SLOT = "communique.keep"


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
        if_none_match = ", ".join(headers.getlist("if-none-match")) or None
        # What a key was needed for is for its owner.
        shared = self.cache_control if "authorization" not in headers else "private, no-cache"
        answer = _ResponseSender(
            scope["method"], if_none_match, shared, scope.get(CACHE_SLOT), send
        )
        refusal = _refuse_text(scope)
        if refusal is not None:
            await render_problem(scope["path"], refusal)(scope, receive, answer.send)
        elif scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await _preflight(send)
        else:
            scope = {**scope, SENDER: answer}
            if scope["method"] == "HEAD":
                scope["method"] = "GET"
            await self.app(scope, receive, answer.send)


def _refuse_text(scope: Scope) -> InvalidRequest | None:
    """Why the path or the query is no text, if it is none."""
    for place, raw in (("path", scope.get("raw_path") or b""), ("query", scope["query_string"])):
        try:
            text = unquote_to_bytes(raw).decode()
        except UnicodeDecodeError:
            return InvalidRequest(f"The {place} is not UTF-8. Percent-encode UTF-8, as in %C3%A9.")
        if "\0" in text:
            return InvalidRequest(f"The {place} contains U+0000, which no text has. Remove it.")
    return None


class CacheSlot(Protocol):
    """Keeps answers that are whole."""

    def wants(self, headers: Headers) -> bool:
        """Whether an answer that begins like this is to be kept."""

    def offer(self, start: Message, body: bytes) -> None:
        """Take the answer, and see that it is sent."""


class _ResponseSender:
    """The answer to one request on its way out."""

    def __init__(
        self,
        method: str,
        if_none_match: str | None,
        cache_control: str,
        keeper: CacheSlot | None,
        send: Send,
    ) -> None:
        self.method = method
        self.if_none_match = if_none_match
        self.cache_control = cache_control
        self.keeper = keeper
        self.kept: Message | None = None
        self.downstream = send
        self.without_body = method == "HEAD"

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and self.method in READS:
            headers = self._complete(message)
            if self.keeper is not None and message["status"] == 200 and self.keeper.wants(headers):
                self.kept = message
                return
            self._compare(message, headers)
        elif self.kept is not None and self.keeper is not None:
            self.keeper.offer(self.kept, message["body"])
            return
        elif message["type"] == "http.response.body" and self.without_body:
            message = {**message, "body": b""}
        await self.downstream(message)

    def _complete(self, message: Message) -> MutableHeaders:
        headers = MutableHeaders(scope=message)
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Access-Control-Expose-Headers"] = EXPOSED
        if "etag" in headers:
            headers["Cache-Control"] = self.cache_control
            headers.add_vary_header("Accept-Encoding")
        return headers

    def _compare(self, message: Message, headers: MutableHeaders) -> None:
        if message["status"] == 200 and matches(self.if_none_match, headers.get("etag")):
            message["status"] = 304
            self.without_body = True
            del headers["content-length"]
            del headers["content-type"]


def matches(if_none_match: str | None, etag: str | None) -> bool:
    """Whether the field names the tag; the comparison is weak (RFC 9110 §8.8.3.2)."""
    if if_none_match is None or etag is None:
        return False
    tags = read_tags(if_none_match)
    return "*" in tags or etag in tags


def read_tags(if_none_match: str) -> list[str]:
    """The tags that the field names, weak ones as strong ones."""
    return [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]


async def _preflight(send: Send) -> None:
    headers = [
        (b"access-control-allow-origin", b"*"),
        (b"access-control-allow-methods", b"GET, HEAD"),
        (b"access-control-allow-headers", b"Accept, Authorization, If-None-Match, Last-Event-ID"),
        (b"access-control-max-age", b"86400"),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
