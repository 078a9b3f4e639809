"""Middleware for a server that is published under a path, as in `https://example.org/kb`.

Records are stored with the paths that they have at the root (`/v1/offices/x`), and are sent as they
are stored. Where the public address has a path, responses get it in front of each of theirs: in
`Location` and `Link`, and in the members of JSON that hold paths. Requests may have it or not: some
proxies remove it, others do not.

The columns of CSV and Parquet get it in `app.export.tables`.
"""

import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.queries.overview import LINKS
from app.schemas.record_types import ENTITIES

# The members of responses that hold a path of this server. No field that a curator sets is among
# them, and a name within a text has its quotation marks escaped, so nothing else is changed.
_MEMBERS = (
    "url",
    "next",
    "delta",
    "changes",
    "instance",
    *LINKS,
    *(entity.collection for entity in ENTITIES.values()),
)
_NAMES = "|".join(re.escape(name) for name in dict.fromkeys(_MEMBERS))
_PATH_IN_JSON = re.compile(rf'"(?:{_NAMES})": ?"(?=/)'.encode())
_PATH_IN_LINK = re.compile(r"<(?=/)")
_JSON_MEDIA_TYPES = (
    "application/json",
    "application/problem+json",
    "application/x-ndjson",
    "text/event-stream",
)
_OPENAPI_PATH = "/openapi.json"


class PublicPaths:
    """Pure ASGI. `prefix` is the path of the public address, such as `/kb`."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self.app = app
        self.prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope = {
            **scope,
            "path": _remove_prefix(scope["path"], self.prefix),
            # For FastAPI's page of documentation.
            "root_path": self.prefix,
        }
        raw_path = scope.get("raw_path")
        if raw_path is not None:
            scope["raw_path"] = _remove_prefix(
                raw_path.decode("latin-1"), self.prefix
            ).encode("latin-1")
        if scope["path"] == _OPENAPI_PATH:
            # Its paths are relative to `servers`.
            await self.app(scope, receive, send)
            return
        await self.app(scope, receive, _PrefixingSender(self.prefix, send).send)


def _remove_prefix(path: str, prefix: str) -> str:
    if path == prefix:
        return "/"
    if path.startswith(f"{prefix}/"):
        return path.removeprefix(prefix)
    return path


class _PrefixingSender:
    """Sends one response, with the prefix in its paths."""

    def __init__(self, prefix: str, send: Send) -> None:
        self.prefix = prefix
        self.member = rb"\g<0>" + prefix.encode().replace(b"\\", rb"\\")
        self.send_message = send
        self.is_json = False
        # The start of a response of known length waits for its body, which becomes longer.
        self.start: Message | None = None
        self.body = bytearray()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            self._complete_headers(headers)
            media_type = headers.get("content-type", "").partition(";")[0]
            self.is_json = media_type in _JSON_MEDIA_TYPES
            if self.is_json and "content-length" in headers:
                self.start = message
                return
        elif self.start is not None:
            self.body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_whole(self.start)
            return
        elif self.is_json:
            # A streamed response: each piece is whole lines.
            message = {**message, "body": self._add_prefix(message.get("body", b""))}
        await self.send_message(message)

    def _complete_headers(self, headers: MutableHeaders) -> None:
        location = headers.get("location", "")
        if location.startswith("/"):
            headers["location"] = f"{self.prefix}{location}"
        link = headers.get("link")
        if link is not None:
            headers["link"] = _PATH_IN_LINK.sub(f"<{self.prefix}", link)

    async def _send_whole(self, start: Message) -> None:
        body = self._add_prefix(bytes(self.body))
        headers = MutableHeaders(scope=start)
        headers["content-length"] = str(len(body))
        await self.send_message(start)
        await self.send_message({"type": "http.response.body", "body": body})

    def _add_prefix(self, body: bytes) -> bytes:
        return _PATH_IN_JSON.sub(self.member, body)
