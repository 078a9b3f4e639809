"""What the streams of changes in one process share: a poller, and the batches of events.

One poller reads the latest revision, and each batch of the log is read once, so that many clients
can follow the base at little cost. A waiting stream holds no session and no thread.
"""

import asyncio
import json
import logging
import signal
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from types import FrameType
from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi.sse import format_sse_event
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app.log.change_feed import read_batch
from app.log.feed_positions import FeedPosition, check_position, find_end, write_token
from app.store.revisions import NO_REVISION
from app.store.sessions import read_session
from app.text.json_lines import escape_line_separators

# A slow client holds one batch in memory.
MAX_BATCH_CHANGES = 100
MAX_BATCH_CHARACTERS = 250_000
# Streams that are a little behind the others find the batches that those have read.
MAX_CACHED_BATCHES = 8

SignalHandler = Callable[[int, FrameType | None], Any]
Types = tuple[str, ...]

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


def _end_first(hub: "EventHub", handler: SignalHandler) -> SignalHandler:
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


BatchKey = tuple[FeedPosition, int, FeedPosition, Types]


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

    async def wait(
        self,
        position: FeedPosition,
        resets: int,
        seconds: float,
    ) -> bool:
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

    async def read(self, position: FeedPosition, types: Types) -> EventBatch:
        """The batch after the position, read once for all streams that are there.

        Raises InvalidCursor if the base was replaced."""
        key = (self._latest, self.resets, position, types)
        if key not in self._batches:
            reading = to_thread.run_sync(
                self._read,
                position,
                types,
                limiter=self._read_limiter,
            )
            self._batches[key] = asyncio.ensure_future(reading)
            # asyncio reports an exception that is never retrieved, as when all clients have gone.
            self._batches[key].add_done_callback(_has_failed)
            if len(self._batches) > MAX_CACHED_BATCHES:
                self._batches.popitem(last=False)
        batch = self._batches[key]
        try:
            # A client that disconnects must not cancel the reading for the others.
            return await asyncio.shield(batch)
        finally:
            if batch.done() and _has_failed(batch):
                self._batches.pop(key, None)

    def _read(self, position: FeedPosition, types: Types) -> EventBatch:
        with read_session(self.engine) as session:
            check_position(session, position)
            batch = read_batch(
                session, position, types, MAX_BATCH_CHANGES, MAX_BATCH_CHARACTERS
            )
        events = []
        for change, change_position in batch.changes:
            event = format_sse_event(
                event="change",
                data_str=change.model_dump_json(),
                id=write_token(change_position, types),
            )
            events.append(event)
        if not batch.has_more:
            event = format_sse_event(
                event="current",
                data_str=json.dumps({"revision": batch.revision}),
                id=write_token(batch.end, types),
            )
            events.append(event)
        # A client may end a line, and so the data of an event, at any line separator.
        content = escape_line_separators(b"".join(events))
        return EventBatch(content, batch.end, batch.has_more)

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
        is_earlier = latest.stamp.number < previous.stamp.number
        if is_earlier or _is_other_base(latest, previous):
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
    is_same_number = latest.stamp.number == position.stamp.number
    return is_same_number and latest.stamp != position.stamp


def _has_failed(batch: asyncio.Future[EventBatch]) -> bool:
    """Whether the reading failed or was cancelled."""
    return batch.cancelled() or batch.exception() is not None
