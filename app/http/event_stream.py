"""Server-sent events of the log (WHATWG HTML §9.2), one for each change.

All streams of a process share one poller, which reads the latest revision, and one reading of each
batch of the log. A waiting stream holds no session and no thread, so that many clients can follow
the base at little cost; a client that reads slowly delays no other.
"""

import asyncio
import json
import logging
import signal
import threading
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from types import FrameType
from typing import Any

from anyio import CapacityLimiter, fail_after, to_thread
from fastapi.sse import format_sse_event
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from app.errors import InvalidCursor
from app.http.read_middleware import SENDER
from app.log.change_feed import read_batch
from app.log.feed_positions import FeedPosition, check_position, find_end, write_token
from app.store.revisions import NO_REVISION
from app.store.sessions import read_session

# A slow client holds one batch in memory.
MAX_BATCH_CHANGES = 100
MAX_BATCH_CHARACTERS = 250_000
# Streams that are a little behind the others find the batches that those have read.
MAX_CACHED_BATCHES = 8
# The time that a client has to take one batch before its stream is closed.
MAX_SEND_SECONDS = 60
# When a client that lost its connection tries again, and a stream that lost the database.
RETRY_SECONDS = 3
RETRY = f"retry: {RETRY_SECONDS * 1_000}\n".encode()
HEARTBEAT = format_sse_event(comment="still here")

_log = logging.getLogger(__name__)


@contextmanager
def end_on_shutdown(hub: "EventHub") -> Iterator[None]:
    """End the streams when a signal stops the server. It waits for open requests, and streams have
    no end of their own; its signal handlers are installed before an application starts."""
    hub.ended = False
    previous: dict[signal.Signals, Any] = {}
    # Python allows signal handlers in the main thread only; tests run servers in others.
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            previous[number] = signal.getsignal(number)
    for number, handler in previous.items():
        if callable(handler):
            signal.signal(number, _end_first(hub, handler))
    try:
        yield
    finally:
        hub.end()
        for number, handler in previous.items():
            signal.signal(number, handler)


def _end_first(
    hub: "EventHub", handler: Callable[[int, FrameType | None], Any]
) -> Callable[[int, FrameType | None], None]:
    def handle(number: int, frame: FrameType | None) -> None:
        hub.end()
        handler(number, frame)

    return handle


@dataclass(frozen=True)
class EventBatch:
    """Events, and the position of a reader who has received them. Unless `has_more`, the last one
    tells the reader that it is up to date."""

    events: bytes
    position: FeedPosition
    has_more: bool


BatchKey = tuple[FeedPosition, int, FeedPosition, tuple[str, ...]]


class EventHub:
    """What the streams of one process share. All methods but `end` belong to one event loop."""

    def __init__(self, engine: Engine, poll_seconds: float) -> None:
        self.engine = engine
        self.poll_seconds = poll_seconds
        self.ended = False
        # How often the base was restored to an earlier revision, or replaced.
        self.resets = 0
        self._latest = FeedPosition(NO_REVISION)
        self._streams = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._poller: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._batches: OrderedDict[BatchKey, asyncio.Future[EventBatch]] = OrderedDict()
        # Threads of their own: streams must not delay other requests, nor the poller.
        self._read_limiter = CapacityLimiter(2)
        self._poll_limiter = CapacityLimiter(1)

    @asynccontextmanager
    async def subscribed(self) -> AsyncIterator[None]:
        """Count one more stream. The poller runs while there is one."""
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
                self._batches.clear()

    async def wait(self, position: FeedPosition, resets: int, seconds: float) -> bool:
        """Wait up to `seconds`; true as soon as the base is ahead of `position`, or was replaced.
        `resets` is the count from before the position was read."""

        def is_current() -> bool:
            latest = self._latest
            # The poller may be behind the reading that gave `position`.
            is_ahead = latest.stamp.number > position.stamp.number
            is_replaced = _is_other_base(latest, position) or self.resets != resets
            return not is_ahead and not is_replaced

        await self._wait_while(is_current, seconds)
        return not is_current()

    async def pause(self, seconds: float) -> None:
        """Wait `seconds`, or until the hub ends."""
        await self._wait_while(lambda: True, seconds)

    async def _wait_while(self, condition: Callable[[], bool], seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while condition() and not self.ended:
                    await self._changed.wait()

    async def read(self, position: FeedPosition, types: tuple[str, ...]) -> EventBatch:
        """The batch after the position, read once for all streams that are there.

        Raises InvalidCursor if the base was replaced."""
        key = (self._latest, self.resets, position, types)
        if key not in self._batches:
            reading = to_thread.run_sync(self._read, position, types, limiter=self._read_limiter)
            self._batches[key] = asyncio.ensure_future(reading)
            # asyncio reports an exception that is never retrieved, as when all clients have gone.
            self._batches[key].add_done_callback(_retrieve_exception)
            if len(self._batches) > MAX_CACHED_BATCHES:
                self._batches.popitem(last=False)
        batch = self._batches[key]
        try:
            # A client that disconnects must not cancel the reading for the others.
            return await asyncio.shield(batch)
        finally:
            if batch.done() and _retrieve_exception(batch):
                self._batches.pop(key, None)

    def _read(self, position: FeedPosition, types: tuple[str, ...]) -> EventBatch:
        with read_session(self.engine) as session:
            check_position(session, position)
            batch = read_batch(session, position, types, MAX_BATCH_CHANGES, MAX_BATCH_CHARACTERS)
        events = []
        for change, change_position in batch.changes:
            data = change.model_dump_json()
            token = write_token(change_position, types)
            events.append(format_sse_event(event="change", data_str=data, id=token))
        if not batch.has_more:
            data = json.dumps({"revision": batch.revision})
            token = write_token(batch.end, types)
            events.append(format_sse_event(event="current", data_str=data, id=token))
        return EventBatch(b"".join(events), batch.end, batch.has_more)

    async def _poll(self) -> None:
        while True:
            try:
                latest = await to_thread.run_sync(self._find_end, limiter=self._poll_limiter)
                self._record_latest(latest)
            except SQLAlchemyError:
                pass  # The database may be back at the next poll.
            except Exception:
                _log.exception("The latest revision could not be read.")
            await asyncio.sleep(self.poll_seconds)

    def _find_end(self) -> FeedPosition:
        with read_session(self.engine) as session:
            return find_end(session)

    def _record_latest(self, latest: FeedPosition) -> None:
        previous = self._latest
        self._latest = latest
        if latest.stamp.number < previous.stamp.number or _is_other_base(latest, previous):
            self.resets += 1
        if latest != previous:
            self._notify()

    def _notify(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def end(self) -> None:
        """End all streams. May be called from any thread."""
        self.ended = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._notify)


def _is_other_base(latest: FeedPosition, position: FeedPosition) -> bool:
    """Whether the same revision was made at another instant, so in another base."""
    return latest.stamp.number == position.stamp.number and latest.stamp != position.stamp


def _retrieve_exception(batch: asyncio.Future[EventBatch]) -> bool:
    """Whether the reading failed or was cancelled."""
    return batch.cancelled() or batch.exception() is not None


class EventStream(StreamingResponse):
    """The changes after a position, then each new one, until the client disconnects."""

    media_type = "text/event-stream"

    def __init__(
        self,
        hub: EventHub,
        position: FeedPosition,
        types: Sequence[str],
        heartbeat_seconds: float,
        may_read: Callable[[], bool] | None = None,
    ) -> None:
        """`may_read` is checked before each batch, for a client whose key may be revoked."""
        self.hub = hub
        self.position = position
        self.types = tuple(sorted(set(types)))
        self.heartbeat_seconds = heartbeat_seconds
        self.may_read = may_read
        headers = {
            # Compression and nginx's buffering would hold events back.
            "Cache-Control": "no-store, no-transform",
            "X-Accel-Buffering": "no",
        }
        super().__init__((), headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.without_body = scope[SENDER].without_body
        await super().__call__(scope, receive, send)

    async def _events(self) -> AsyncGenerator[bytes]:
        hub = self.hub
        position = self.position
        async with hub.subscribed():
            # Without a blank line, part of the first event: some clients ignore a `retry` alone.
            yield RETRY
            while not hub.ended:
                resets = hub.resets
                try:
                    if self.may_read is not None and not await run_in_threadpool(self.may_read):
                        return
                    batch = await hub.read(position, self.types)
                except InvalidCursor:
                    return  # When the client reconnects, it gets the error as a response.
                except SQLAlchemyError:
                    yield HEARTBEAT
                    await hub.pause(RETRY_SECONDS)
                    continue
                yield batch.events
                position = batch.position
                if batch.has_more:
                    continue
                while not await hub.wait(position, resets, self.heartbeat_seconds):
                    if hub.ended:
                        return
                    yield HEARTBEAT

    async def stream_response(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        try:
            if not self.without_body:
                async with aclosing(self._events()) as chunks:
                    async for chunk in chunks:
                        with fail_after(MAX_SEND_SECONDS):
                            await send(
                                {"type": "http.response.body", "body": chunk, "more_body": True}
                            )
        except TimeoutError:
            _log.warning("A stream of changes was closed: its client does not read it.")
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})
