"""Which answers were given before, and are true still?

An answer is a function of its address, of what the client accepts, and of the base's revision. So
it is kept, as bytes, for as long as the revision stays; a repeated question costs one look at a
dictionary and one question to the base whether it changed. In front of everything else:

1. A question with credentials, one that writes, and one of a time at which the revision is not
   known well enough, passes by.
2. What was kept goes out: whole, or as 304, or without a body to HEAD.
3. Else one of those who ask it at the same time asks the application, and the others wait for it.
   `app.http.read_middleware` offers every answer that is whole; what comes in pieces, and every error, goes
   its own way, and those who waited ask for themselves.
"""

import gzip
import sys
from asyncio import get_running_loop
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from anyio import Event
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.accept import Coding, choose_coding
from app.http.read_middleware import CACHE_SLOT, READS, read_tags
from app.store.revision_watch import RevisionWatch
from app.store.revisions import RevisionStamp

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# What a question consists of, besides its address.
_ASKED = frozenset({b"host", b"accept", b"accept-encoding", b"if-none-match", b"authorization"})
# What is known to look at more than the base: a calendar looks at the clock.
_LOOKS_ELSEWHERE = ("text/calendar",)
# Bytes below which a coding gains nothing, and that an entry takes beside its body.
_SMALL, _OVERHEAD = 500, 2_000
_ABOUT_BODY = frozenset({b"content-length", b"content-type", b"content-encoding"})
_NO_BODY: Message = {"type": "http.response.body", "body": b""}

# Scheme, host, path, query, `Accept`, and how it is coded.
Key = tuple[str, bytes, bytes, bytes, bytes, Coding]


class EncodedResponse:
    """One answer in one coding, ready to be sent."""

    def __init__(
        self, headers: MutableHeaders, body: bytes, also: Mapping[bytes, Message] | None = None
    ) -> None:
        self.headers = headers
        self.start: Message = {
            "type": "http.response.start",
            "status": 200,
            "headers": list(headers.raw),
        }
        self.body: Message = {"type": "http.response.body", "body": body}
        some = [(name, value) for name, value in headers.raw if name not in _ABOUT_BODY]
        self.etag = headers["ETag"].encode("latin-1")
        # What to say to a client that has it, by its tag.
        self.unchanged: dict[bytes, Message] = {
            **(also or {}),
            self.etag: {"type": "http.response.start", "status": 304, "headers": some},
        }

    def choose(self, method: str, if_none_match: bytes | None) -> tuple[Message, Message]:
        """What to send: all of it, or that it is what the client has."""
        if if_none_match is not None and (unchanged := self._compare(if_none_match)) is not None:
            return unchanged, _NO_BODY
        return self.start, _NO_BODY if method == "HEAD" else self.body

    def _compare(self, if_none_match: bytes) -> Message | None:
        if if_none_match in self.unchanged:
            return self.unchanged[if_none_match]
        tags = read_tags(if_none_match.decode("latin-1"))
        found = (self.etag if tag == "*" else tag.encode("latin-1") for tag in tags)
        return next((self.unchanged[tag] for tag in found if tag in self.unchanged), None)

    def encode(self, coding: Coding) -> "EncodedResponse":
        """The same in a coding; itself where that gains nothing."""
        body: bytes = self.body["body"]
        if len(body) < _SMALL:
            return self
        coded = zstd.compress(body) if coding == "zstd" else gzip.compress(body, 6, mtime=0)
        headers = MutableHeaders(raw=list(self.headers.raw))
        headers["Content-Encoding"] = coding
        headers["Content-Length"] = str(len(coded))
        # Codings have strong tags of their own (RFC 9110 §8.8.3.3).
        headers["ETag"] = f'{headers["ETag"][:-1]}-{coding}"'
        # Who has it uncoded has it too.
        return EncodedResponse(headers, coded, self.unchanged)


@dataclass
class PendingResponse:
    """An answer that is being made, and what came of it: nothing that can be kept, if `landed`
    without a `form`."""

    mark: RevisionStamp
    question: Key
    landed: Event = field(default_factory=Event)
    form: EncodedResponse | None = None

    def offer(self, start: Message, body: bytes) -> None:
        """Here is the whole answer; it is sent by whoever waits for it."""
        self.form = EncodedResponse(MutableHeaders(scope=start), body)

    def wants(self, headers: Headers) -> bool:
        """Whether an answer that begins like this can be kept."""
        media_type = headers.get("content-type", "").partition(";")[0]
        wanted = (
            "communique-revision" in headers
            and "etag" in headers
            and "content-length" in headers
            and media_type not in _LOOKS_ELSEWHERE
        )
        if not wanted:
            # Nobody has to wait for what comes in pieces.
            self.landed.set()
        return wanted

    async def form_of(self) -> EncodedResponse | None:
        """What comes of it, as soon as it is there."""
        await self.landed.wait()
        return self.form

    @property
    def lasts(self) -> bool:
        """Whether it is the answer as long as the base stays at `mark`: it is of that revision, or
        of one that is past for good."""
        assert self.form is not None
        of = int(self.form.headers["Communique-Revision"])
        return of == self.mark.number or b"as_of=" in self.question[3]


class ResponseCache:
    """Pure ASGI. Keeps `most` bytes of answers; the one that was asked for least recently goes
    first."""

    def __init__(self, app: ASGIApp, watch: RevisionWatch, most: int) -> None:
        self.app = app
        self.watch = watch
        self.most = most
        self.mark: RevisionStamp | None = None
        self.seen: RevisionStamp | None = None
        self.forms: OrderedDict[Key, EncodedResponse] = OrderedDict()
        self.flights: dict[tuple[RevisionStamp, Key], PendingResponse] = {}
        self.size = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in READS:
            await self._pass(scope, receive, send)
            return
        asked: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            if name in _ASKED:
                asked[name] = asked[name] + b", " + value if name in asked else value
        mark = self._look() if b"authorization" not in asked else None
        if mark is None:
            await self._pass(scope, receive, send)
            return
        key: Key = (
            scope["scheme"],
            asked.get(b"host", b""),
            scope.get("raw_path") or scope["path"].encode(),
            scope["query_string"],
            asked.get(b"accept", b""),
            choose_coding(asked.get(b"accept-encoding", b"")),
        )
        form = self._find(mark, key) or await self._make(mark, key, scope, receive, send)
        if form is not None:
            start, body = form.choose(scope["method"], asked.get(b"if-none-match"))
            await send(start)
            await send(body)

    def _look(self) -> RevisionStamp | None:
        """The latest revision: asked once for all the requests that are here already.

        They stand in the loop's queue before `forget`, and those that come later behind it. So
        nobody is answered from a look that was taken before their request came."""
        if self.seen is None:
            self.seen = self.watch.current()
            get_running_loop().call_soon(self._forget)
        return self.seen

    def _forget(self) -> None:
        self.seen = None

    def _find(self, mark: RevisionStamp, key: Key) -> EncodedResponse | None:
        # As a rule it is the very same one.
        if mark is not self.mark and mark != self.mark:
            self.forms.clear()
            self.size = 0
            self.mark = mark
        form = self.forms.get(key)
        if form is not None:
            self.forms.move_to_end(key)
        return form

    async def _make(
        self, mark: RevisionStamp, key: Key, scope: Scope, receive: Receive, send: Send
    ) -> EncodedResponse | None:
        """The answer, asked of the application unless somebody is asking it already; None if it
        went its own way."""
        plain: Key = (*key[:5], "identity")
        form = self._find(mark, plain)
        flight = self.flights.get((mark, plain))
        if form is None and flight is not None:
            form = await flight.form_of()
            if form is None:
                await self._pass(scope, receive, send)
        elif form is None:
            form = await self._ask(mark, plain, scope, receive, send)
        return form if form is None or key == plain else await self._encode(mark, key, form)

    async def _ask(
        self, mark: RevisionStamp, key: Key, scope: Scope, receive: Receive, send: Send
    ) -> EncodedResponse | None:
        with self._fly(mark, key) as flight:
            await self._pass({**scope, CACHE_SLOT: flight}, receive, send)
        return flight.form

    async def _encode(
        self, mark: RevisionStamp, key: Key, form: EncodedResponse
    ) -> EncodedResponse:
        flight = self.flights.get((mark, key))
        if flight is not None:
            return await flight.form_of() or form
        with self._fly(mark, key) as flight:
            flight.form = await run_in_threadpool(form.encode, key[5])
        return flight.form

    @contextmanager
    def _fly(self, mark: RevisionStamp, key: Key) -> Iterator[PendingResponse]:
        """What is made herein is kept, if it lasts, and is there for all who wait for it."""
        flight = self.flights[mark, key] = PendingResponse(mark, key)
        try:
            yield flight
        finally:
            del self.flights[mark, key]
            flight.landed.set()
        if flight.form is not None and flight.lasts:
            self._keep(mark, key, flight.form)

    def _keep(self, mark: RevisionStamp, key: Key, form: EncodedResponse) -> None:
        size = _weigh(key, form)
        # It may be there by now: whoever waited for it uncoded coded it a second time.
        if mark != self.mark or key in self.forms or size > self.most // 4:
            return
        self.forms[key] = form
        self.size += size
        while self.size > self.most:
            self.size -= _weigh(*self.forms.popitem(last=False))

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask the application, and hear which revision its answer is of."""
        flight: PendingResponse | None = scope.get(CACHE_SLOT)

        async def hear(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._learn(Headers(raw=message["headers"]))
            await send(message)

        await self.app(scope, receive, hear)
        if flight is not None and flight.form is not None:
            self._learn(flight.form.headers)

    def _learn(self, headers: Headers) -> None:
        revision = headers.get("communique-revision")
        if revision is not None:
            self.watch.observe(int(revision))
            self._forget()


def _weigh(key: Key, form: EncodedResponse) -> int:
    """Bytes that an answer takes: an address may be long, and the answer short."""
    return _OVERHEAD + sum(map(len, key[1:5])) + len(form.body["body"])
