"""Responses that stream an export."""

import hashlib
import threading
from importlib.metadata import version

from anyio import CancelScope, fail_after
from fastapi.concurrency import run_in_threadpool
from starlette.concurrency import iterate_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from app.errors import Unavailable
from app.export.lists import Export
from app.http.read_middleware import SENDER
from app.schemas.filters import Query
from app.store.schema import head_revision

# The time that a client has to take one chunk before the connection is closed.
MAX_SEND_SECONDS = 60


class ExportSlots:
    """Bounds the exports of this process: each holds a database connection until its client has
    received all of it."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.semaphore = threading.BoundedSemaphore(limit)

    def acquire(self) -> None:
        """Raises Unavailable if all slots are in use."""
        if not self.semaphore.acquire(blocking=False):
            raise Unavailable(f"{self.limit} exports are running. Try again in a moment.")

    def release(self) -> None:
        self.semaphore.release()


class ExportResponse(StreamingResponse):
    """An export, sent in chunks; it owns the export and its slot.

    After a failure the connection is closed without the end of the body, so that no client takes
    a part for the complete export."""

    def __init__(
        self, export: Export, slots: ExportSlots, file_name: str, media_type: str, tag: str
    ) -> None:
        self.export = export
        self.slots = slots
        revision = export.stamp.number
        # A migration may change what a search finds, without a revision.
        schema = head_revision()
        digest = _digest(tag, export.stamp.created_at, version("communique"), schema)
        headers = {
            "ETag": f'"{revision}-{digest}"',
            "Communique-Revision": str(revision),
            "Cache-Control": "no-cache",
            "Vary": "Accept",
            "Content-Disposition": f'attachment; filename="{file_name}"',
        }
        super().__init__(export.body, media_type=media_type, headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.sender = scope[SENDER]
        try:
            await super().__call__(scope, receive, send)
        finally:
            try:
                # A client that disconnects cancels this task; the session must be closed anyway.
                with CancelScope(shield=True):
                    await run_in_threadpool(self.export.close)
            finally:
                self.slots.release()

    async def stream_response(self, send: Send) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": self.raw_headers,
            }
        )
        if not self.sender.without_body:
            async for chunk in iterate_in_threadpool(self.export.body):
                with fail_after(MAX_SEND_SECONDS):
                    await send(
                        {"type": "http.response.body", "body": chunk, "more_body": True}
                    )
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def export_tag(query: Query, format_: str) -> str:
    """Tells the export from others of the same base and software."""
    return f"{format_} {type(query).__name__} {query.model_dump_json(exclude_unset=True)}"


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=9).hexdigest()
