"""Response cache: complete GET responses by URL, `Accept` and coding, until the next revision.

A response is a function of its URL, of what the client accepts, and of the base's revision. A
request for a stored response costs one check of the revision and one dictionary lookup. In front
of the application:

1. A request that writes, requests a range, or has credentials or `If-Match`, is forwarded; so is
   every request while the revision is unknown.
2. A stored response is sent: complete, as 304, or without its body for HEAD.
3. Of several equal requests without a stored response, one is computed by the application and the
   others wait for it. `app.http.read_middleware` offers the complete response. Streams and errors
   are sent directly; the requests that waited are then forwarded, too.
"""

from asyncio import get_running_loop
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from anyio import Event
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.accept import Coding, choose_coding
from app.http.encoded_response import EncodedResponse
from app.http.read_middleware import CACHE_SLOT, READS
from app.store.revision_watch import RevisionWatch
from app.store.revisions import RevisionStamp

# The headers on which a response, or the use of the cache, depends.
_REQUEST_HEADERS = frozenset(
    {b"host", b"accept", b"accept-encoding", b"if-match", b"if-none-match", b"authorization"}
    | {b"range"}
)
# A calendar depends on the clock, too: cancelled events expire without a new revision.
_UNCACHEABLE_MEDIA_TYPES = ("text/calendar",)
# The headers and Python objects of an entry, approximately.
_ENTRY_OVERHEAD_BYTES = 2_000


class CacheKey(NamedTuple):
    """The host is part of it, since feeds contain absolute URLs."""

    scheme: str
    host: bytes
    path: bytes
    query_string: bytes
    accept: bytes
    coding: Coding


@dataclass
class PendingResponse:
    """A response being computed, at the revision `stamp`. Requests for the same key wait on
    `done`; `response` stays None if it must not be cached."""

    stamp: RevisionStamp
    key: CacheKey
    done: Event = field(default_factory=Event)
    response: EncodedResponse | None = None

    def is_cacheable(self, headers: Headers) -> bool:
        """Whether a response with these headers is complete and depends on the base alone."""
        content_type = headers.get("content-type", "")
        media_type = content_type.partition(";")[0]
        cacheable = (
            "communique-revision" in headers
            and "etag" in headers
            and "content-length" in headers
            and media_type not in _UNCACHEABLE_MEDIA_TYPES
        )
        if not cacheable:
            # A stream may last for hours: the waiting requests go on at once.
            self.done.set()
        return cacheable

    def offer(self, start: Message, body: bytes) -> None:
        """Take the complete response instead of sending it."""
        self.response = EncodedResponse(MutableHeaders(scope=start), body)

    async def result(self) -> EncodedResponse | None:
        """Wait for the response."""
        await self.done.wait()
        return self.response

    @property
    def matches_revision(self) -> bool:
        """Whether the response stays valid while the base stays at `stamp`: it is of that revision,
        or of a past one, which never changes."""
        assert self.response is not None
        revision = int(self.response.headers["Communique-Revision"])
        return revision == self.stamp.number or b"as_of=" in self.key.query_string


class ResponseCache:
    """Pure ASGI. Holds `max_bytes` of responses; the least recently used one is removed first."""

    def __init__(
        self,
        app: ASGIApp,
        watch: RevisionWatch,
        max_bytes: int,
    ) -> None:
        self.app = app
        self.watch = watch
        self.max_bytes = max_bytes
        # All stored responses are of this revision.
        self.stamp: RevisionStamp | None = None
        self.responses: OrderedDict[CacheKey, EncodedResponse] = OrderedDict()
        self.size = 0
        self.pending: dict[tuple[RevisionStamp, CacheKey], PendingResponse] = {}
        self.checked_stamp: RevisionStamp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in READS:
            await self._forward(scope, receive, send)
            return
        headers = _read_headers(scope)
        # Rare on a read, so that no stored response is compared with it. A range is a part of a
        # text, and the cache has complete responses only.
        is_special = not headers.keys().isdisjoint((b"authorization", b"if-match", b"range"))
        if b"host" not in headers or b"," in headers[b"host"]:
            # `app.http.read_middleware` refuses it.
            is_special = True
        stamp = None if is_special else self.current_revision()
        if stamp is None:
            await self._forward(scope, receive, send)
            return
        # Positional arguments: keywords would take as long as the lookup.
        key = CacheKey(
            scope["scheme"],
            headers.get(b"host", b""),
            scope.get("raw_path") or scope["path"].encode(),
            scope["query_string"],
            headers.get(b"accept", b""),
            choose_coding(headers.get(b"accept-encoding", b"")),
        )
        response = self._lookup(stamp, key)
        if response is None:
            response = await self._get_or_compute(stamp, key, scope, receive, send)
        if response is not None:
            if_none_match = headers.get(b"if-none-match")
            start, body = response.messages(scope["method"], if_none_match)
            await send(start)
            await send(body)

    def current_revision(self) -> RevisionStamp | None:
        """The latest revision, checked once for all requests that have arrived; None if unknown.

        Their tasks are in the event loop's queue before `_forget_check`, and those of later
        requests after it. So no response is older than its request."""
        if self.checked_stamp is None:
            self.checked_stamp = self.watch.current()
            get_running_loop().call_soon(self._forget_check)
        return self.checked_stamp

    def _forget_check(self) -> None:
        self.checked_stamp = None

    def _lookup(self, stamp: RevisionStamp, key: CacheKey) -> EncodedResponse | None:
        # The watch returns the same object until the base changes: no need to compare its fields.
        if stamp is not self.stamp and stamp != self.stamp:
            self.responses.clear()
            self.size = 0
            self.stamp = stamp
        response = self.responses.get(key)
        if response is not None:
            self.responses.move_to_end(key)
        return response

    async def _get_or_compute(
        self,
        stamp: RevisionStamp,
        key: CacheKey,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> EncodedResponse | None:
        """The response, computed unless an equal request is computing it; None if the application
        has sent it directly."""
        plain_key = key._replace(coding="identity")
        response = self._lookup(stamp, plain_key)
        pending = self.pending.get((stamp, plain_key))
        if response is None and pending is not None:
            response = await pending.result()
            if response is None:
                await self._forward(scope, receive, send)
        elif response is None:
            with self._compute(stamp, plain_key) as pending:
                await self._forward({**scope, CACHE_SLOT: pending}, receive, send)
            response = pending.response
        if response is None or key.coding == "identity":
            return response
        return await self._compress(stamp, key, response)

    async def _compress(
        self, stamp: RevisionStamp, key: CacheKey, plain: EncodedResponse
    ) -> EncodedResponse:
        pending = self.pending.get((stamp, key))
        if pending is not None:
            return await pending.result() or plain
        with self._compute(stamp, key) as pending:
            pending.response = await run_in_threadpool(plain.compress, key.coding)
        return pending.response

    @contextmanager
    def _compute(self, stamp: RevisionStamp, key: CacheKey) -> Iterator[PendingResponse]:
        """Share the response with the requests that wait for it, and store it."""
        pending = PendingResponse(stamp, key)
        self.pending[stamp, key] = pending
        try:
            yield pending
        finally:
            del self.pending[stamp, key]
            pending.done.set()
        if pending.response is not None and pending.matches_revision:
            self._store(stamp, key, pending.response)

    def _store(
        self,
        stamp: RevisionStamp,
        key: CacheKey,
        response: EncodedResponse,
    ) -> None:
        size = entry_size(key, response)
        is_outdated = stamp != self.stamp
        # One large response must not displace many small ones.
        is_large = size > self.max_bytes // 4
        # It may be stored by now: a request that waited for the plain form compressed it, too.
        if is_outdated or is_large or key in self.responses:
            return
        self.responses[key] = response
        self.size += size
        while self.size > self.max_bytes:
            oldest = self.responses.popitem(last=False)
            self.size -= entry_size(*oldest)

    async def _forward(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        """Call the application, and note the revision of its response: a client that has seen it
        must not get an earlier one."""

        async def send_and_record(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.record_revision(Headers(raw=message["headers"]))
            await send(message)

        await self.app(scope, receive, send_and_record)
        pending: PendingResponse | None = scope.get(CACHE_SLOT)
        if pending is not None and pending.response is not None:
            self.record_revision(pending.response.headers)

    def record_revision(self, headers: Headers) -> None:
        """Have the watch consider the revision of a response."""
        revision = headers.get("communique-revision")
        if revision is not None:
            self.watch.observe(int(revision))
            self._forget_check()


def _read_headers(scope: Scope) -> dict[bytes, bytes]:
    """The headers that matter here; fields that are sent several times are joined."""
    headers: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name not in _REQUEST_HEADERS:
            continue
        if name in headers:
            value = headers[name] + b", " + value
        headers[name] = value
    return headers


def entry_size(key: CacheKey, response: EncodedResponse) -> int:
    """Bytes of an entry: a URL may be longer than its response."""
    size = _ENTRY_OVERHEAD_BYTES
    size += len(key.host) + len(key.path)
    size += len(key.query_string) + len(key.accept)
    size += len(response.body["body"])
    return size
