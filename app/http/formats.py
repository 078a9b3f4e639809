"""In which format is a list answered, and how does an export go out?"""

import hashlib
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any

from anyio import CancelScope, fail_after
from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.concurrency import iterate_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from app.errors import NotAcceptable, Unavailable
from app.export.lists import Export
from app.http.read_middleware import SENDER
from app.schemas.filters import Query
from app.vocabulary import Format

# How long a client may take for one piece of an export before the connection is closed.
PATIENCE_SECONDS = 60

# Of each format: the media type that is sent, then others that mean the same.
MEDIA_TYPES: Mapping[Format, Sequence[str]] = {
    "json": ("application/json",),
    "csv": ("text/csv",),
    "ndjson": ("application/x-ndjson", "application/ndjson", "application/jsonl"),
    "parquet": ("application/vnd.apache.parquet",),
}


def in_formats(*formats: Format) -> dict[int | str, dict[str, Any]]:
    """What a list answers besides JSON, for its documentation."""
    return {200: {"content": {MEDIA_TYPES[format_][0]: {} for format_ in formats}}}


def choose_format(
    request: Request, given: Format | None, offered: Sequence[Format] = tuple(MEDIA_TYPES)
) -> Format:
    """What `format` says, or else the best of `Accept` (RFC 9110 §12.5.1); JSON among equals.

    Raises NotAcceptable if nothing that is offered is wanted."""
    if given is not None:
        if given not in offered:
            raise NotAcceptable(f"This is not given as {given}. Use one of {', '.join(offered)}.")
        return given
    accept = ", ".join(request.headers.getlist("accept")) or "*/*"
    ranges = list(_parse_accept(accept))
    wanted = {
        format_: max(_quality(media_type, ranges) for media_type in MEDIA_TYPES[format_])
        for format_ in offered
    }
    best = max(offered, key=lambda format_: wanted[format_])
    if wanted[best] == 0:
        media_types = ", ".join(MEDIA_TYPES[format_][0] for format_ in offered)
        raise NotAcceptable(f"Nothing in {accept[:200]!r} is given here. Accept {media_types}.")
    return best


def _parse_accept(accept: str) -> Iterator[tuple[str, float]]:
    """Each media range with its weight; a weight that is no number is 1."""
    for part in accept.split(","):
        range_, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q" and value.replace(".", "", 1).isdecimal():
                weight = min(float(value), 1.0)
        if range_:
            yield range_, weight


def _quality(media_type: str, ranges: Iterable[tuple[str, float]]) -> float:
    """The weight of the range that says most of the media type; 0 if none is about it."""
    kind = media_type.partition("/")[0]
    weights = dict(ranges)
    exact = (weights.get(name) for name in (media_type, f"{kind}/*", "*/*"))
    return next((weight for weight in exact if weight is not None), 0.0)


class Exports:
    """How many exports go on at once in this process: each holds a connection to the database
    until its client has taken everything."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.free = threading.BoundedSemaphore(most)

    def begin(self) -> None:
        """Raises Unavailable if there are too many already."""
        if not self.free.acquire(blocking=False):
            raise Unavailable(f"{self.most} exports are going on. Try again in a moment.")

    def end(self) -> None:
        self.free.release()


class ExportResponse(StreamingResponse):
    """An export, piece by piece. If anything fails on the way, the connection is closed without
    the end of the body, so that nobody takes a part for the whole."""

    def __init__(
        self, export: Export, exports: Exports, file_name: str, media_type: str, tag: str
    ) -> None:
        self.export, self.exports = export, exports
        headers = {
            "ETag": f'"{export.revision}-{_digest(tag, export.made_at, version("communique"))}"',
            "Communique-Revision": str(export.revision),
            "Cache-Control": "no-cache",
            "Vary": "Accept",
            "Content-Disposition": f'attachment; filename="{file_name}"',
        }
        super().__init__(export.pieces, media_type=media_type, headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.answer = scope[SENDER]
        try:
            await super().__call__(scope, receive, send)
        finally:
            try:
                with CancelScope(shield=True):
                    await run_in_threadpool(self.export.close)
            finally:
                self.exports.end()

    async def stream_response(self, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        if not self.answer.without_body:
            async for piece in iterate_in_threadpool(self.export.pieces):
                with fail_after(PATIENCE_SECONDS):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def make_tag(query: Query, format_: str) -> str:
    """What tells an export from others of the same base and software."""
    return f"{format_} {type(query).__name__} {query.model_dump_json(exclude_unset=True)}"


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=9).hexdigest()
