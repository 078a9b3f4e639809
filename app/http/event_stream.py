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
from app.log.change_feed import END, FeedPosition, check_position, find_end, read_batch, write_token
from app.store.sessions import read_session

# Changes, and characters of them, that are read together: what a slow client costs. And readings
# that are kept for streams that come a little later.
BATCH_CHANGES = 100
BATCH_CHARACTERS = 250_000
MAX_CACHED_PIECES = 8
# How long a client may take for one piece before its stream is closed.
PATIENCE_SECONDS = 60
# When a client that lost its connection should try again, and a stream that lost its base.
RETRY_SECONDS = 3
RETRY = f"retry: {RETRY_SECONDS * 1_000}\n".encode()
HEARTBEAT = format_sse_event(comment="still here")

_log = logging.getLogger(__name__)


@contextmanager
def ending_with_the_server(hub: "Hub") -> Iterator[None]:
    """Have the signals that stop the server end the streams first: it waits for requests to end,
    and streams never do. Its handlers are in place when an application starts."""
    hub.ended = False
    before: dict[signal.Signals, Any] = {}
    if threading.current_thread() is threading.main_thread():
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number, handler in before.items():
        if callable(handler):
            signal.signal(number, _ending_first(hub, handler))
    try:
        yield
    finally:
        hub.end()
        for number, handler in before.items():
            signal.signal(number, handler)


def _ending_first(
    hub: "Hub", handler: Callable[[int, FrameType | None], Any]
) -> Callable[[int, FrameType | None], None]:
    def handle(number: int, frame: FrameType | None) -> None:
        hub.end()
        handler(number, frame)

    return handle


@dataclass(frozen=True)
class Piece:
    """Events, and the place of a reader who has seen them. The last of them says that the reader
    knows the base as it is, if `more` does not follow."""

    events: bytes
    place: FeedPosition
    more: bool


Key = tuple[FeedPosition, int, FeedPosition, tuple[str, ...]]


class Hub:
    """What the streams of one process share. Used from one event loop only."""

    def __init__(self, engine: Engine, poll_seconds: float) -> None:
        self.engine = engine
        self.poll_seconds = poll_seconds
        self.ended = False
        # How often the base was seen to be put back to an earlier state, or replaced by another.
        self.turned_back = 0
        self._latest = FeedPosition(0, END, "")
        self._streams = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._poller: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._pieces: OrderedDict[Key, asyncio.Future[Piece]] = OrderedDict()
        # Streams never take the threads that other requests need, nor the poller's.
        self._threads = CapacityLimiter(2)
        self._thread_of_poller = CapacityLimiter(1)

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

    async def wait(self, place: FeedPosition, turned_back: int, seconds: float) -> bool:
        """Whether, within so many seconds, the base is no more as a reader at this place knows it.
        `turned_back` is what it was before the place was read."""

        def is_known() -> bool:
            latest = self._latest
            # The poller may be behind a reading.
            later = latest.revision > place.revision
            other = latest.revision == place.revision and latest.made_at != place.made_at
            return not (later or other or self.turned_back != turned_back)

        await self._wait_while(is_known, seconds)
        return not is_known()

    async def pause(self, seconds: float) -> None:
        """Nothing, for so many seconds or to the end."""
        await self._wait_while(lambda: True, seconds)

    async def _wait_while(self, holds: Callable[[], bool], seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while holds() and not self.ended:
                    await self._changed.wait()

    async def read(self, place: FeedPosition, types: tuple[str, ...]) -> Piece:
        """What follows the place. However many streams are there, it is read once.

        Raises InvalidCursor if the base is another by now."""
        key = (self._latest, self.turned_back, place, types)
        if key not in self._pieces:
            work = to_thread.run_sync(self._read, place, types, limiter=self._threads)
            self._pieces[key] = asyncio.ensure_future(work)
            # Seen, even if every client that waits for it has gone.
            self._pieces[key].add_done_callback(lambda done: done.cancelled() or done.exception())
            if len(self._pieces) > MAX_CACHED_PIECES:
                self._pieces.popitem(last=False)
        found = self._pieces[key]
        try:
            # One client that goes must not take it from the others.
            return await asyncio.shield(found)
        finally:
            if found.done() and (found.cancelled() or found.exception() is not None):
                self._pieces.pop(key, None)

    def _read(self, place: FeedPosition, types: tuple[str, ...]) -> Piece:
        with read_session(self.engine) as session:
            check_position(session, place)
            batch = read_batch(session, place, types, BATCH_CHANGES, BATCH_CHARACTERS)
        events = [
            format_sse_event(
                event="change", data_str=change.model_dump_json(), id=write_token(known, types)
            )
            for change, known in batch.changes
        ]
        if not batch.more:
            current = json.dumps({"revision": batch.revision})
            token = write_token(batch.place, types)
            events.append(format_sse_event(event="current", data_str=current, id=token))
        return Piece(b"".join(events), batch.place, batch.more)

    async def _poll(self) -> None:
        while True:
            try:
                latest = await to_thread.run_sync(self._find_end, limiter=self._thread_of_poller)
                self._note(latest)
            except SQLAlchemyError:
                pass  # A base that does not answer for a while is asked again.
            except Exception:
                _log.exception("The base could not be asked for its latest revision.")
            await asyncio.sleep(self.poll_seconds)

    def _find_end(self) -> FeedPosition:
        with read_session(self.engine) as session:
            return find_end(session)

    def _note(self, latest: FeedPosition) -> None:
        before, self._latest = self._latest, latest
        if latest.revision < before.revision or (
            latest.revision == before.revision and latest.made_at != before.made_at
        ):
            self.turned_back += 1
        if latest != before:
            self._wake()

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
        self,
        hub: Hub,
        place: FeedPosition,
        types: Sequence[str],
        heartbeat_seconds: float,
        may_read: Callable[[], bool] | None = None,
    ) -> None:
        """`may_read` says whether the client still may, if that can change: it came with a key."""
        self.hub, self.place, self.types = hub, place, tuple(sorted(set(types)))
        self.may_read = may_read
        self.heartbeat_seconds = heartbeat_seconds
        headers = {
            # Who compresses it would collect the events; so would nginx, if it did not hear.
            "Cache-Control": "no-store, no-transform",
            "X-Accel-Buffering": "no",
        }
        super().__init__((), headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.without_body = scope[SENDER].without_body
        await super().__call__(scope, receive, send)

    async def _events(self) -> AsyncGenerator[bytes]:
        place, hub = self.place, self.hub
        async with hub.joined():
            # A line of the first event: not all clients know that it needs none.
            yield RETRY
            while not hub.ended:
                turned_back = hub.turned_back
                try:
                    if self.may_read is not None and not await run_in_threadpool(self.may_read):
                        return
                    piece = await hub.read(place, self.types)
                except InvalidCursor:
                    return  # Who comes back is told so.
                except SQLAlchemyError:
                    yield HEARTBEAT
                    await hub.pause(RETRY_SECONDS)
                    continue
                yield piece.events
                place = piece.place
                if piece.more:
                    continue
                while not await hub.wait(place, turned_back, self.heartbeat_seconds):
                    if hub.ended:
                        return
                    yield HEARTBEAT

    async def stream_response(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        try:
            if not self.without_body:
                async with aclosing(self._events()) as found:
                    async for events in found:
                        message = {"type": "http.response.body", "body": events, "more_body": True}
                        with fail_after(PATIENCE_SECONDS):
                            await send(message)
        except TimeoutError:
            _log.warning("A stream of changes is closed: its client takes nothing.")
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})
