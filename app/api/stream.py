"""How do many clients follow the base at once, and cost nothing while nothing happens?

Server-sent events (WHATWG HTML, §9.2), one for each change of the log. All open streams of a
process share one poller, which asks for the latest revision, and one reading of each piece of the
log. A stream that waits holds no session and no thread; one whose client takes nothing waits alone.
"""

import asyncio
import json
import logging
import signal
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from types import FrameType
from weakref import WeakSet

from anyio import CapacityLimiter, fail_after, to_thread
from fastapi.sse import format_sse_event
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from app.api.edge import ANSWER
from app.db import reading
from app.queries.changes import Place, read_batch, write_place
from app.queries.revisions import read_instant, read_revision

# Changes that are read together, and readings that are kept for streams that come a little later.
BATCH = 100
KEPT = 8
# How long a client may take for one piece before its connection is closed.
PATIENCE_SECONDS = 60
# When a client that lost its connection should try again.
RETRY_MILLISECONDS = 3_000
HEARTBEAT = format_sse_event(comment="still here")

_log = logging.getLogger(__name__)
_hubs: WeakSet["Hub"] = WeakSet()


def end_streams() -> None:
    """End every stream of this process: their clients come back. From any thread."""
    for hub in _hubs:
        hub.end()


@contextmanager
def ending_with_the_server() -> Iterator[None]:
    """Have the signals that stop the server end the streams first: it waits for requests to end,
    and streams never do. Its handlers are in place when an application starts."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            _end_before(number)
    yield


def _end_before(number: signal.Signals) -> None:
    handler = signal.getsignal(number)

    def handle(signal_number: int, frame: FrameType | None) -> None:
        end_streams()
        assert callable(handler)
        handler(signal_number, frame)

    if callable(handler):
        signal.signal(number, handle)


@dataclass(frozen=True)
class Piece:
    """Events, the place of a reader who has seen them, and the revision that they lead up to. The
    last of them says that the reader knows the base as it is, if `more` does not follow."""

    events: bytes
    place: Place
    more: bool
    revision: int


Key = tuple[int, Place, tuple[str, ...]]


class Hub:
    """What the streams of one process share. Used from one event loop only."""

    def __init__(self, engine: Engine, poll_seconds: float) -> None:
        self.engine = engine
        self.poll_seconds = poll_seconds
        self.ended = False
        self._revision = 0
        self._streams = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._poller: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._pieces: OrderedDict[Key, asyncio.Future[Piece]] = OrderedDict()
        # Streams never take the threads that other requests need.
        self._threads = CapacityLimiter(2)
        _hubs.add(self)

    @asynccontextmanager
    async def joined(self) -> AsyncIterator[None]:
        """One more stream is open; while any is, the revision is asked for."""
        self._loop = asyncio.get_running_loop()
        self._streams += 1
        if self._poller is None:
            self._poller = asyncio.create_task(self._poll())
        try:
            yield
        finally:
            self._streams -= 1
            if self._streams == 0 and self._poller is not None:
                self._poller.cancel()
                self._poller = None
                self._pieces.clear()

    async def wait(self, revision: int, seconds: float) -> bool:
        """Whether, within so many seconds, the base has got beyond the revision."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._revision <= revision and not self.ended:
                    await self._changed.wait()
        return self._revision > revision

    async def read(self, place: Place, types: tuple[str, ...]) -> Piece:
        """What follows the place. However many streams are there, it is read once."""
        key = (self._revision, place, types)
        if key not in self._pieces:
            work = to_thread.run_sync(self._read, place, types, limiter=self._threads)
            self._pieces[key] = asyncio.ensure_future(work)
            # Seen, even if every client that waits for it has gone.
            self._pieces[key].add_done_callback(lambda done: done.cancelled() or done.exception())
            if len(self._pieces) > KEPT:
                self._pieces.popitem(last=False)
        found = self._pieces[key]
        try:
            # One client that goes must not take it from the others.
            return await asyncio.shield(found)
        finally:
            if found.done() and (found.cancelled() or found.exception() is not None):
                self._pieces.pop(key, None)

    def _read(self, place: Place, types: tuple[str, ...]) -> Piece:
        with reading(self.engine) as session:
            batch = read_batch(session, place, types, BATCH)
            made_at = read_instant(session, batch.place.revision)
        events = [
            format_sse_event(
                event="change",
                data_str=change.model_dump_json(),
                id=write_place(known, change.changed_at.isoformat(), types),
            )
            for change, known in batch.changes
        ]
        current = format_sse_event(
            event="current",
            data_str=json.dumps({"revision": batch.revision}),
            id=write_place(batch.place, made_at, types),
            retry=RETRY_MILLISECONDS,
        )
        ends = b"" if batch.more else current
        return Piece(b"".join([*events, ends]), batch.place, batch.more, batch.revision)

    async def _poll(self) -> None:
        while True:
            # A base that does not answer for a while is asked again.
            with suppress(SQLAlchemyError):
                latest = await to_thread.run_sync(self._latest, limiter=self._threads)
                if latest != self._revision:
                    self._revision = latest
                    self._wake()
            await asyncio.sleep(self.poll_seconds)

    def _latest(self) -> int:
        with reading(self.engine) as session:
            return read_revision(session)

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def end(self) -> None:
        """Have every stream end. From any thread."""
        self.ended = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)


class EventStream(StreamingResponse):
    """The changes after a place, then each new one as it comes, until the client goes."""

    media_type = "text/event-stream"

    def __init__(
        self, hub: Hub, place: Place, types: Sequence[str], heartbeat_seconds: float
    ) -> None:
        self.hub, self.place, self.types = hub, place, tuple(sorted(set(types)))
        self.heartbeat_seconds = heartbeat_seconds
        headers = {
            "Cache-Control": "no-store",
            # What nginx needs to hear, or it would collect the events.
            "X-Accel-Buffering": "no",
        }
        super().__init__(self._events(), headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.without_body = scope[ANSWER].without_body
        await super().__call__(scope, receive, send)

    async def _events(self) -> AsyncIterator[bytes]:
        place = self.place
        async with self.hub.joined():
            while not self.hub.ended:
                piece = await self.hub.read(place, self.types)
                yield piece.events
                place = piece.place
                if piece.more:
                    continue
                while not await self.hub.wait(piece.revision, self.heartbeat_seconds):
                    if self.hub.ended:
                        return
                    yield HEARTBEAT

    async def stream_response(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        try:
            if not self.without_body:
                async for events in self.body_iterator:
                    with fail_after(PATIENCE_SECONDS):
                        await send(
                            {"type": "http.response.body", "body": events, "more_body": True}
                        )
        except TimeoutError:
            _log.warning("A stream of changes is closed: its client takes nothing.")
            return
        except SQLAlchemyError:
            _log.warning("A stream of changes is closed: the base does not answer.")
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})
