"""Server-sent events (WHATWG HTML §9.2), one for each change of the log."""

import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

from anyio import fail_after
from fastapi.sse import format_sse_event
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from app.errors import InvalidCursor
from app.http.event_hub import EventHub
from app.http.read_middleware import SENDER
from app.log.feed_positions import FeedPosition

# The time that a client has to take one batch before its stream is closed.
MAX_SEND_SECONDS = 60
# When a client that lost its connection tries again, and a stream that lost the database.
RETRY_SECONDS = 3
RETRY = f"retry: {RETRY_SECONDS * 1_000}\n".encode()
HEARTBEAT = format_sse_event(comment="still here")

_log = logging.getLogger(__name__)


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
                    if self.may_read is not None and not await run_in_threadpool(
                        self.may_read
                    ):
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
        await send(
            {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        )
        try:
            if not self.without_body:
                async with aclosing(self._events()) as chunks:
                    async for chunk in chunks:
                        with fail_after(MAX_SEND_SECONDS):
                            await send(
                                {
                                    "type": "http.response.body",
                                    "body": chunk,
                                    "more_body": True,
                                }
                            )
        except TimeoutError:
            _log.warning("A stream of changes was closed: its client does not read it.")
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})
